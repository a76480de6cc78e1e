//go:build unix

package dns_anycast

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// TestSerials: a new serial that the primary has first, then one secondary, then the other, over both transports. The
// latency is the time between the stamps of the points about the zone.
func TestSerials(t *testing.T) {
	t.Parallel()
	at := func(name string, serial uint32) *saysOfZone {
		return &saysOfZone{name: name, nsid: name, serial: serial}
	}
	a, b := zoneServer(t, "127.0.0.1", *at("lhr1.example", 1)), zoneServer(t, "127.0.0.1", *at("arn1.example", 1))
	primary := zoneServer(t, "127.0.0.1", saysOfZone{serial: 1})
	d := asksZones(t, Zones{"example"}, func(d *DNSAnycast) {
		d.Transports, d.Clouds[0].Reference = []string{"udp", "tcp"}, []string{primary.At()}
	}, a, b)
	first := map[int64]time.Time{} // of each serial
	round := func() (told []string) {
		points := roundOf(t, d)
		stamps := map[string]bool{}
		for _, m := range points[point.MeasurementZone] {
			if n, there := m.Fields()["serial"].(int64); there && (first[n].IsZero() || m.Time().Before(first[n])) {
				first[n] = m.Time()
			}
			stamps[m.Tags()["server"]+m.Tags()["transport"]+m.Time().String()] = true
		}
		for _, m := range points[point.MeasurementSerial] {
			n, _ := m.Fields()["serial"].(int64)
			if want := m.Time().Sub(first[n]).Seconds(); m.Fields()["latency_s"] != want || !stamps[m.Tags()["server"]+m.Tags()["transport"]+m.Time().String()] {
				t.Errorf("%v: want a latency of %v s", m, want)
			}
			m.RemoveField("latency_s")
			told = append(told, m.Tags()["transport"]+" "+textOf(m))
		}
		return slices.Sorted(slices.Values(told))
	}
	tells := func(name string, serial int, transports ...string) (all []string) {
		for _, transport := range transports {
			all = append(all, fmt.Sprintf("%s cloud=c,identity_source=hostname.bind,instance=%s.example,rcode=NOERROR,result=success,site=%s,zone=example serial=%d",
				transport, name, strings.ToUpper(name[:3]), serial))
		}
		return all
	}
	for i, step := range []struct {
		change func()
		want   []string
	}{
		{func() {}, nil},
		{func() { primary.says.Store(&saysOfZone{serial: 2}) }, nil},
		{func() { a.says.Store(at("lhr1.example", 2)) }, tells("lhr1", 2, "tcp", "udp")},
		{func() { b.says.Store(&saysOfZone{edit: dnstest.WithRcode(dnstest.ServFail)}) }, nil},
		{func() { b.says.Store(at("arn1.example", 3)) }, tells("arn1", 3, "tcp", "udp")},
		{func() {}, nil},
	} {
		step.change()
		if got := round(); !slices.Equal(got, step.want) {
			t.Errorf("round %d: got %q, want %q", i, got, step.want)
		}
	}
}

// zoneAnswer is the answer of a target to a query for a zone; without an answer, a timeout.
func zoneAnswer(target int, at time.Time, serial uint32, answered bool) *observation.Observation {
	reply := observation.NewReply(wire.Answer{TXT: "lhr1.example", Authoritative: true, SOA: true, Serial: serial}, byHostname)
	o := observed(0, reply)
	o.Target, o.Addr = int32(target), netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(1 + target)}), 53)
	o.Zone, o.Sent, o.RTT, o.Result = "example", at, time.Millisecond, reply.ZoneResult()
	if !answered {
		o.Result, o.Reply, o.RTT = observation.Timeout, nil, 0
	}
	return o
}

// TestSerialMissing: the points of a target that is silent, and no two of them in one place. Tags of fields' names stay.
func TestSerialMissing(t *testing.T) {
	for _, tag := range []string{"operator", "latency_s", "missing"} {
		d := newAsking(t, []string{"ns1.example.net"}, func(d *DNSAnycast) {
			d.Transports, d.Clouds[0].Zones, d.Clouds[0].Tags = []string{"udp"}, Zones{"example"}, map[string]string{tag: "mine"}
		})
		var got []telegraf.Metric
		tell := func(after time.Duration, serial uint32, late bool) {
			at := dayStart.Add(after)
			r := newReport(d.monitor, at, func(p *point.Point) {
				if checkLine(t, p); p.Metric().Name() == point.MeasurementSerial {
					got = append(got, p.Metric())
				}
			})
			r.add(zoneAnswer(0, at, serial, true))
			r.add(zoneAnswer(1, at.Add(time.Millisecond), serial, !late))
			r.end()
		}
		tell(0, 1, false)
		tell(time.Minute, 2, true)
		tell(2*time.Minute, 3, true)
		tell(2*time.Hour, 3, true)
		tell(2*time.Hour+time.Minute, 3, false)
		places := map[string]bool{}
		var text []string
		for _, m := range got {
			places[fmt.Sprint(m.Tags(), m.Time().UnixMilli())] = true
			text = append(text, fmt.Sprintf("%s %s %s", m.Tags()["address"], m.Tags()["result"], fieldsOf(m)))
			if m.Tags()[tag] != "mine" {
				t.Errorf("without its tag: %v", m)
			}
		}
		want := []string{
			"192.0.2.1 success latency_s=0 serial=2", "192.0.2.1 success latency_s=0 serial=3",
			"192.0.2.2 timeout missing=1 serial=2", "192.0.2.2 timeout missing=1 serial=3",
			"192.0.2.2 success latency_s=7140.001 serial=3", "192.0.2.2 success latency_s=7200.001 serial=2",
		}
		for i := range want {
			before, after, found := strings.Cut(want[i], tag+"=")
			if found {
				_, after, _ = strings.Cut(after, " ")
				want[i] = before + after
			}
		}
		if !slices.Equal(text, want) || len(places) != len(want) {
			t.Errorf("tag %s: got %q at %d places, want %q", tag, text, len(places), want)
		}
		for i, after := range map[int]time.Duration{2: 2 * time.Hour, 3: 2*time.Hour + time.Millisecond, 4: 2*time.Hour + time.Minute} {
			if want := dayStart.Add(after + time.Millisecond); len(got) > i && !got[i].Time().Equal(want) {
				t.Errorf("%v: want it at %v", got[i], want)
			}
		}
	}
}
