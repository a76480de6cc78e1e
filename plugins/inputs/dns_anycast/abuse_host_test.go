//go:build unix

package dns_anycast

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"
)

const (
	typeA    = 1
	typeAAAA = 28
)

// zoneRecords are what a zone has for a name, and at which owner: where one is given, the name is a CNAME to it.
type zoneRecords struct {
	owner string // on the wire; empty: the name itself
	addrs []string
}

// hostileZone answers for a name as its owner pleases. Over UDP what is too long is cut, so that it is asked again over TCP.
func hostileZone(t *testing.T, records func(n int) zoneRecords) lookupFunc {
	t.Helper()
	s := serve(t, "127.0.0.1", func(q incoming) {
		question := questionOf(q.query)
		want := question[len(question)-3]
		d := replyTo(q.query)
		d.opt = false
		r := records(q.n)
		owner := theName
		if r.owner != "" {
			d.rr(resource(theName, typeCNAME, classIN, r.owner))
			owner = r.owner
		}
		for _, text := range r.addrs {
			a := netip.MustParseAddr(text)
			if a.Is4() == (want == typeA) {
				d.rr(resource(owner, uint16(want), classIN, string(a.AsSlice())))
			}
		}
		b := d.bytes()
		if len(b) > 1232 && q.stray != nil {
			b = replyTo(q.query).flag(flagTC).bytes()
			b[11] = 0
			b = b[:12+len(question)]
		}
		q.reply(b)
	})
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network[:3], s.at)
	}
	r := net.Resolver{PreferGo: true, Dial: dial}
	return r.LookupNetIP
}

func lookBothUp(t *testing.T, ask lookupFunc) (ls [2]lookup) {
	t.Helper()
	for i := range ls {
		ls[i] = lookUp(t.Context(), ask, i, "ns.example.")
	}
	return ls
}

// TestHostileZone: what the owner of a name may send us to.
func TestHostileZone(t *testing.T) {
	t.Parallel()
	thousand := make([]string, 1000)
	for i := range thousand {
		thousand[i] = netip.AddrFrom4([4]byte{192, 0, byte(i >> 8), byte(i)}).String()
	}
	for _, c := range []struct {
		name    string
		records zoneRecords
		want    string
	}{
		{"this host", zoneRecords{"", []string{"0.0.0.0", "::"}}, ""},
		{"everybody", zoneRecords{"", []string{"255.255.255.255", "224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"}}, ""},
		{"IPv4 as IPv6", zoneRecords{"", []string{"::ffff:127.0.0.1", "::ffff:224.0.0.1", "::ffff:0.0.0.0"}}, ""},
		{"link-local, without a link", zoneRecords{"", []string{"fe80::1", "169.254.0.1", "::ffff:169.254.0.1"}}, ""},
		{"good ones beside them", zoneRecords{"", []string{"0.0.0.0", "127.0.0.1", "224.0.0.1", "::", "::1", "ff02::1"}}, "127.0.0.1 ::1"},
		{"one, again and again", zoneRecords{"", slices.Repeat([]string{"127.0.0.1"}, 200)}, "127.0.0.1"},
		{"a thousand", zoneRecords{"", thousand}, strings.Join(thousand[:32], " ")},
		{"behind a name of odd bytes", zoneRecords{"\x09\x00\n \x1b[31m\xff\x01\\\x00", []string{"127.0.0.1"}}, "127.0.0.1"},
		{"behind line protocol", zoneRecords{"\x0ca,b=c d=1 2\n\x00", []string{"127.0.0.1"}}, "127.0.0.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ask := hostileZone(t, func(int) zoneRecords { return c.records })
			var got []string
			for _, l := range lookBothUp(t, ask) {
				for _, a := range l.addrs {
					got = append(got, a.String())
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}

// TestHostileZoneRound: a name that offers nothing but what is nobody's address is one point that says so, and the bytes
// of the name behind it are in none.
func TestHostileZoneRound(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1", names)
	_, port, _ := net.SplitHostPort(s.at)
	for _, c := range []struct {
		addrs []string
		want  string
	}{
		{[]string{"0.0.0.0", "224.0.0.1", "::", "ff02::1", "::ffff:127.0.0.1"}, "unresolved udp  : no IPv4 or IPv6 address"},
		{[]string{"0.0.0.0", "127.0.0.1"}, "X udp 127.0.0.1 ipv4"},
	} {
		d := New()
		d.AskOnly([]string{"ns.example:" + port})
		d.Internal = false
		d.lookup = hostileZone(t, func(int) zoneRecords { return zoneRecords{"\x05a\n\xff,=\x00", c.addrs} })
		if err := d.Init(); err != nil {
			t.Fatal(err)
		}
		var got []string
		d.Lines(t.Context(), func(line []byte) {
			if s := strings.TrimSuffix(string(line), "\n"); strings.Contains(s, "\n") || strings.Contains(s, "\xff") {
				t.Errorf("%q", line)
			}
		})
		d.Round(t.Context(), func(m telegraf.Metric) { got = append(got, resolvedPoint(m)) })
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestMovingZone: a name with 32 other addresses at each look-up. What is asked and what is kept stays bounded.
func TestMovingZone(t *testing.T) {
	t.Parallel()
	moves := 0
	ask := func(_ context.Context, network, _ string) (all []netip.Addr, _ error) {
		for i := range 100 {
			if network == "ip4" {
				all = append(all, netip.AddrFrom4([4]byte{198, 18 + byte(moves>>8), byte(moves), byte(i)}))
			} else {
				all = append(all, netip.MustParseAddr(fmt.Sprintf("2001:db8:%x::%x", moves, i)))
			}
		}
		return all, nil
	}
	d := newAsking(t, []string{"ns.example"}, func(d *DNSAnycast) { d.StateFile = t.TempDir() + "/state" })
	s, now := d.servers[0], time.Now()
	for moves = range 300 {
		for i, l := range lookBothUp(t, ask) {
			s.host.take(d, i, l)
		}
		s.build()
		for _, t := range s.targets {
			t.track.take(heard{sent: now, place: "LHR"}, 2)
		}
	}
	got := []int{len(s.targets), len(s.host.gone), len(d.entries(now))}
	asked := 2 * maxAddresses * len(d.Transports)
	if want := []int{asked, maxGone, asked + maxGone}; !slices.Equal(got, want) {
		t.Errorf("targets, former ones and entries in the state file: %v, want %v", got, want)
	}
	if last := s.targets[0].addr; last != netip.MustParseAddrPort("198.19.43.0:"+strconv.Itoa(dnsPort)) {
		t.Errorf("asks %v, which is not of the last look-up", last)
	}
}
