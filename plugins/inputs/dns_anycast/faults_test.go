//go:build unix

package dns_anycast

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

var dayStart = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

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
		emit := func(p *point.Point) {
			checkLine(t, p)
			m := p.Metric()
			switch at := m.Time().Sub(dayStart).Seconds(); m.Name() {
			case point.MeasurementQuery:
				times = append(times, fmt.Sprint(at))
				if got := fmt.Sprint(m.Fields()["query_time_ms"], m.Fields()["time_source"]); got != "1.5user" {
					t.Errorf("step %v: the query took %s, want 1.5 ms in user space", step, got)
				}
			case point.MeasurementChange:
				changes = fmt.Sprint(m.Fields()["held_s"])
			case point.MeasurementZone:
				lag = fmt.Sprint(m.Fields()["serial_lag_s"])
			}
		}
		tell := func(answers ...answer) {
			r := newReport(d.monitor, answers[0].sent, emit)
			for _, a := range answers {
				r.add(a.observation(""))
				r.add(a.observation("example.net"))
			}
			r.end()
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

// observation is the conversation that ended with the answer.
func (a answer) observation(zone string) *observation.Observation {
	reply := observation.NewReply(wire.Answer{TXT: a.name, Authoritative: true, SOA: zone != "", Serial: a.serial}, byHostname)
	o := observed(0, reply)
	o.Zone, o.Sent, o.RTT = zone, a.sent, 1500*time.Microsecond
	if zone != "" {
		o.Result = reply.ZoneResult()
	}
	return o
}
