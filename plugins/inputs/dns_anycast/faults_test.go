//go:build unix

package dns_anycast

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// TestResolverGone: once a name has addresses they are asked, and at once, whatever becomes of the resolver.
func TestResolverGone(t *testing.T) {
	for _, c := range []struct {
		name   string
		lookup lookupFunc
		log    []string
	}{
		{"silent", func(ctx context.Context, _, _ string) ([]netip.Addr, error) { <-ctx.Done(); return nil, ctx.Err() }, nil},
		{"failing", zone{"ip4": servfail, "ip6": servfail}.lookup, []string{"W! ns.example: looking up its IPv4 addresses fails: server misbehaving"}},
		{"timing out", zone{"ip4": slow}.lookup, []string{"W! ns.example: looking up its IPv4 addresses fails: timeout"}},
		{"denying once", zone{"ip4": nxdomain}.lookup, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, "127.0.0.1", names)
			_, port, _ := strings.Cut(server.at, ":")
			j := &journal{}
			d := newAsking(t, []string{"ns.example:" + port}, func(d *DNSAnycast) {
				d.Families, d.Transports, d.Log = []string{"ipv4"}, []string{"udp"}, j
				d.lookup = zone{"ip4": addrs("127.0.0.1")}.lookup
			})
			for i := range 4 {
				began := time.Now()
				all := roundOf(t, d)[measurement]
				if len(all) != 1 || all[0].Tags()["result"] != "success" || all[0].Tags()["address"] != "127.0.0.1" || all[0].Tags()["server"] != "ns.example:"+port {
					t.Errorf("round %d: got %v, want one success", i, all)
				}
				if took := time.Since(began); took > time.Second {
					t.Errorf("round %d took %v", i, took)
				}
				if i == 0 { // a look-up is due; what it brings is taken in with the round after it
					d.lookup = c.lookup
					d.servers[0].host.records[0].asked = began.Add(-lookupEvery)
				}
				time.Sleep(20 * time.Millisecond)
			}
			if !slices.Equal(j.lines, c.log) {
				t.Errorf("log %q, want %q", j.lines, c.log)
			}
		})
	}
}

// TestRoundResolvesEach: a name that is not resolved in time keeps no other one waiting.
func TestRoundResolvesEach(t *testing.T) {
	t.Parallel()
	asked := make(chan time.Time, 1)
	s := serve(t, "127.0.0.1", func(q incoming) { asked <- time.Now(); names(q) })
	_, port, _ := net.SplitHostPort(s.at)
	d := New()
	d.Timeout, d.Families = Duration(time.Second), []string{"ipv4"}
	d.AskOnly([]string{"hangs.example", "ns.example:" + port})
	d.Internal = false
	d.lookup = func(ctx context.Context, _, name string) ([]netip.Addr, error) {
		if name == "hangs.example." {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	var got []string
	begin := time.Now()
	d.Round(t.Context(), func(m telegraf.Metric) { got = append(got, m.Tags()["server"]+" "+m.Tags()["result"]) })
	if want := []string{"ns.example:" + port + " success", "hangs.example unresolved"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if waited := (<-asked).Sub(begin); waited > 500*time.Millisecond {
		t.Errorf("asked after %v", waited)
	}
}

// answer is one that came in a time measured without stamps, since the clock was set, and said when it was asked for.
type answer struct {
	sent   time.Time
	name   string
	serial uint32
}

// TestClockSet: the clock is set while a target stays, before it moves, late with its zone. Each point has the time that
// the clock showed, and the time that its query took; spans are between those points, and none is below zero.
func TestClockSet(t *testing.T) {
	const s = time.Second
	for step, want := range map[time.Duration]string{
		0:          "0 5 10 20 30; held 10; lag 25",
		time.Hour:  "0 5 3610 3620 3630; held 3610; lag 3625",
		-time.Hour: "0 5 -3590 -3580 -3570; held 0; lag 0",
	} {
		d := newAsking(t, []string{"192.0.2.1"}, func(d *DNSAnycast) {
			d.Transports = []string{"udp"}
			d.Clouds[0].Zones = Zones{"example.net"}
		})
		var times []string
		changes, lag := "none", "none"
		emit := func(p *point) {
			checkLine(t, p)
			m := p.metric()
			switch at := m.Time().Sub(dayStart).Seconds(); m.Name() {
			case measurement:
				times = append(times, fmt.Sprint(at))
				if got := fmt.Sprint(m.Fields()["query_time_ms"], m.Fields()["time_source"]); got != "1.5user" {
					t.Errorf("step %v: the query took %s, want 1.5 ms in user space", step, got)
				}
			case changeMeasurement:
				changes = fmt.Sprint(m.Fields()["held_s"])
			case soaMeasurement:
				lag = fmt.Sprint(m.Fields()["serial_lag_s"])
			}
		}
		tell := func(answers ...answer) {
			y := &story{d: d, began: answers[0].sent, emit: emit}
			for _, a := range answers {
				y.take(a.probe(d, ""))
				y.take(a.probe(d, "example.net"))
			}
			y.end(true)
		}
		tell(answer{dayStart, "lhr1.example", 1})
		tell(answer{dayStart.Add(5 * s), "", 2})
		tell(answer{dayStart.Add(10*s + step), "lhr1.example", 1})
		tell(answer{dayStart.Add(20*s + step), "arn1.example", 1}, answer{dayStart.Add(30*s + step), "arn1.example", 1})
		if got := fmt.Sprintf("%s; held %s; lag %s", strings.Join(times, " "), changes, lag); got != want {
			t.Errorf("step %v: got %s, want %s", step, got, want)
		}
	}
}

// probe is the conversation that ended with the answer.
func (a answer) probe(d *DNSAnycast, zone string) *probe {
	p := newProbe(d.servers[0].targets[0], true)
	if zone != "" {
		p = newZoneProbe(d.servers[0].targets[0], zone, true)
	}
	p.told = &reply{
		Answer:  wire.Answer{TXT: a.name, Authoritative: true, SOA: zone != "", Serial: a.serial},
		Outcome: exchange.Outcome{Sent: a.sent, RTT: 1500 * time.Microsecond},
		name:    p.names[0],
	}
	return p
}
