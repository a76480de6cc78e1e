package dns_anycast

import (
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// FuzzPathLine: whoever speaks on the way to a server that calls itself whatever, from whatever
// address, its points are lines that parse back. The path's words are its hops.
func FuzzPathLine(f *testing.F) {
	for _, identity := range []string{
		"", "lhr1.example", "a\nb", "lhr1,site=X y=1", `"`, `a\`, "=", "zürich-東", "\xff\x00", "\u2028", "*", strings.Repeat("x", 2000),
	} {
		f.Add(identity, []byte{0, 0, 0, 0}, []byte{224, 0, 0, 1}, "", uint8(1))
		f.Add("lhr1", make([]byte, 16), netip.MustParseAddr("fe80::1").AsSlice(), identity, uint8(64))
		f.Add(identity, netip.MustParseAddr("ff02::1").AsSlice(), netip.MustParseAddr("::ffff:192.0.2.1").AsSlice(), "eth0", uint8(255))
		f.Add(identity, []byte{255, 255, 255, 255}, []byte{127, 0, 0, 1}, "0", uint8(2))
	}
	f.Fuzz(func(t *testing.T, identity string, first, second []byte, zone string, flags uint8) {
		zone = strings.Map(func(r rune) rune { // exchange hands out no other one
			if r == ' ' || r == utf8.RuneError || !strconv.IsPrint(r) {
				return -1
			}
			return r
		}, zone)
		said := ""
		if flags&0x20 != 0 {
			said = "port unreachable"
		}
		d := New()
		d.Clouds = []Cloud{{Name: "c", Servers: []string{"[::1]:5353"}, Site: `(?s)^(.+?)\d*$`}}
		if err := d.Init(); err != nil {
			t.Fatal(err)
		}
		o := observed(0, observation.NewReply(wire.Answer{TXT: identity}, byHostname))
		d.monitor.path(o)
		spoke := 0
		path := &observation.Path{
			Reason: observation.Reason(flags % 4), Server: o.Server, Target: o.Target, Addr: o.Addr, Sent: time.Unix(1700000000, 5),
			Reply: o.Reply, Cause: said,
		}
		for i, b := range [][]byte{first, nil, second} {
			h := observation.Hop{TTL: i + 1}
			if a, ok := netip.AddrFromSlice(b); ok {
				h = observation.Hop{TTL: i + 1, Addr: a.WithZone(zone), RTT: time.Millisecond, Said: said}
				spoke++
			}
			path.Hops = append(path.Hops, h)
		}
		last := &path.Hops[2]
		if path.Reached = flags&0x40 != 0 && !last.Silent(); path.Reached && flags&0x80 != 0 {
			last.TTL = 0
		}
		if last.Silent() {
			path.Hops = path.Hops[:2]
		}
		checkPathLines(t, d, path, spoke)
	})
}

// checkPathLines tells a path, and holds its point against those of its hops.
func checkPathLines(t *testing.T, d *DNSAnycast, path *observation.Path, spoke int) {
	t.Helper()
	var words []string
	d.monitor.tell([]*observation.Path{path}, func(p *point.Point) {
		checkLine(t, p)
		m := p.Metric()
		switch {
		case m.Name() == point.MeasurementPath:
			if n := m.Fields()["responded"]; n != int64(spoke) {
				t.Errorf("responded is %v, want %d", n, spoke)
			}
			text, _ := m.Fields()["path"].(string)
			for _, w := range strings.Split(text, " ") {
				if w != "*" && w != "" {
					words = append(words, w)
				}
			}
			if len(words) != spoke {
				t.Errorf("path %q, want %d that spoke", text, spoke)
			}
		case len(words) == 0 || m.Fields()["hop_address"] != words[0]:
			t.Errorf("hop %v, want those of %q", m.Fields(), words)
		default:
			words = words[1:]
		}
	})
	if len(words) > 0 {
		t.Errorf("no hops for %q", words)
	}
}
