package levels

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// told is a month in both kinds of stores: sums as InfluxDB keeps them, and lines of what is recorded of each minute of it,
// three minutes after its begin, from which the rules make the rest.
type told struct {
	month
	recorded []string
	spans    []span // in which the rules have something to make
	hours    map[string]map[string]int
}

type span struct{ from, to time.Time }

// recordedAfter is when a minute's tests are recorded, from its begin on, where rules are evaluated on the minute.
const recordedAfter = 3 * time.Minute

var limits = []int{50, 100, 250, 500, 1500, 2500}

// tests are minutes in which so many vantage points asked and failed, and so many were answered within each limit.
func (m *told) tests(r row, from time.Duration, n, asked, failed int, within ...int) {
	m.minutes(r, from, n, asked, failed)
	m.record("dns_anycast:minute", r.tags(), from, n, fmt.Sprintf("asked=%di,failed=%di", asked, failed))
	m.within(from, from+time.Duration(n)*time.Minute)
	for i := range n {
		began := october.Add(from + time.Duration(i)*time.Minute).Truncate(hour)
		h := fmt.Sprint(began.Sub(october)/hour, " ", r.tags())
		if m.hours[h] == nil {
			m.hours[h] = map[string]int{}
		}
		m.hours[h]["tests"] += asked
		for l, limit := range limits {
			m.hours[h][fmt.Sprintf("within_%d", limit)] += within[l]
		}
	}
	for l, limit := range limits {
		m.record("dns_anycast:minute", fmt.Sprintf("%s,le=%d", r.tags(), limit), from, n, fmt.Sprintf("within=%di", within[l]))
	}
}

// record adds lines of n minutes.
func (m *told) record(measurement, tags string, from time.Duration, n int, fields string) {
	for i := range n {
		at := october.Add(from + time.Duration(i)*time.Minute + recordedAfter)
		m.recorded = append(m.recorded, fmt.Sprintf("%s,%s %s %d", measurement, tags, fields, at.UnixMilli()))
	}
}

// within is when the rules have something to make, and until they have made it.
func (m *told) within(from, to time.Duration) {
	m.spans = append(m.spans, span{october.Add(from), october.Add(to + 2*recordedAfter)})
}

func (m *told) services(zone, transport string, from time.Duration, n, asked, failed int) {
	m.service(zone, transport, from, n, asked, failed)
	m.within(from, from+time.Duration(n)*time.Minute)
	m.record("dns_anycast:service", fmt.Sprintf("zone=%s,transport=%s", zone, transport), from, n, fmt.Sprintf("asked=%di,failed=%di", asked, failed))
}

// host is a vantage point with so many tests in each minute of n hours.
func (m *told) host(host string, from time.Duration, n, tests int) {
	for h := range n {
		m.hour("dns_anycast_vantage", "host="+host, from+time.Duration(h)*hour, fmt.Sprintf("tests=%di,minutes=60i", 60*tests))
	}
	m.record("dns_anycast:host", "host="+host, from, 60*n, fmt.Sprintf("tests=%di", tests))
}

// kept is the month as InfluxDB has it: what was not counted in an hour is absent.
func (m *told) kept() *month {
	for name, counts := range m.hours {
		at, tags, _ := strings.Cut(name, " ")
		var fields []string
		for field, n := range counts {
			if n > 0 {
				fields = append(fields, fmt.Sprintf("%s=%di", field, n))
			}
		}
		var h int
		fmt.Sscan(at, &h)
		m.hour("dns_anycast_hour", tags, time.Duration(h)*hour, strings.Join(fields, ","))
	}
	return &m.month
}

// store writes what is recorded and what came, and lets the rules record what they make of it.
func (m *told) store(t *testing.T, store *stacktest.Metrics) {
	t.Helper()
	if err := store.Write(stacktest.MetricsOf(t, slices.Concat(m.recorded, m.changes), nil, nil)); err != nil {
		t.Fatal(err)
	}
	for _, s := range joined(m.spans) {
		store.Record(t, s.from, s.to, "dns_anycast:update_late", "dns_anycast:minute_down", "dns_anycast:minute_down_asked",
			"dns_anycast:minute_down_failed", "dns_anycast:service_down")
	}
}

// joined are spans of which no two have a moment in common.
func joined(spans []span) (all []span) {
	slices.SortFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	for _, s := range spans {
		last := len(all) - 1
		switch {
		case last < 0 || s.from.After(all[last].to):
			all = append(all, s)
		case s.to.After(all[last].to):
			all[last].to = s.to
		}
	}
	return all
}

// toldMonth is one of rows that differ in what is known of them.
func toldMonth() *told {
	m := &told{hours: map[string]map[string]int{}}
	few, many, tcp := row{"example.net", "192.0.2.1", "udp"}, row{"example.net", "192.0.2.2", "udp"}, row{"example.net", "192.0.2.2", "tcp"}
	named, alone := row{"", "192.0.2.3", "udp"}, row{"", "192.0.2.3", "tcp"}
	m.tests(few, 0, 60, 3, 0, 1, 2, 2, 2, 3, 3)
	m.tests(few, hour, 2, 100, 51, 0, 0, 10, 30, 49, 49)           // down
	m.tests(few, 2*hour, 7, 100, 50, 50, 50, 50, 50, 50, 50)       // a minority
	m.tests(few, 3*hour+58*time.Minute, 5, 1, 1, 0, 0, 0, 0, 0, 0) // down, for the only one, over the end of an hour
	m.tests(many, 0, 432, 20, 11, 9, 9, 9, 9, 9, 9)                // 55 %
	m.tests(many, day, 10, 19, 10, 0, 0, 0, 0, 1, 9)               // 52.6 %, of 19
	m.tests(tcp, 0, 433, 2, 2, 0, 0, 0, 0, 0, 0)                   // all are late
	m.tests(named, 0, 5, 1, 1, 0, 0, 0, 0, 0, 0)                   // by its identity
	m.tests(alone, 30*day+23*hour+59*time.Minute, 1, 1, 0, 0, 0, 0, 0, 1, 1)
	m.tests(alone, -time.Minute, 1, 1, 1, 0, 0, 0, 0, 0, 0) // the month before, and the next one
	m.tests(alone, 31*day, 1, 1, 1, 0, 0, 0, 0, 0, 0)
	m.services("example.net", "udp", 0, 100, 3, 0)
	m.services("example.net", "udp", day, 4, 3, 2)
	m.services("example.net", "udp", 2*day, 5, 3, 1)
	m.services("example.net", "tcp", 0, 10, 2, 0)
	m.services("few.example", "udp", 0, 10, 1, 1)
	m.host("whole", 0, 31*24, 10)
	m.host("late", 30*day, 24, 1)
	m.updates()
	return m
}

// updates are some that were served in time, late, and not at all.
func (m *told) updates() {
	came := func(host string, at time.Duration, fields string) {
		m.update(host, "c", "example.net", at, fields)
		m.within(at, at)
	}
	came("a", hour, "serial=1i,latency_s=3600")
	came("a", 5*hour, "serial=2i,latency_s=10")
	came("b", hour, "serial=1i,latency_s=3600")
	came("b", 6*hour, "serial=2i,missing=1i") // and comes later
	came("b", 7*hour, "serial=2i,latency_s=3601")
	came("c", 6*hour, "serial=2i,missing=1i") // and does not come
	came("d", 6*hour, "serial=2i,latency_s=9000.5")
	came("d", hour, "serial=1i") // newer when first seen
	came("f", 6*hour, "serial=2i,missing=1i")
	came("f", 7*hour, "serial=2i,latency_s=5000")
	came("f", 8*hour, "serial=3i,latency_s=5000") // was never told to be missing
	came("g", 6*hour, "serial=2i,missing=1i")
	came("g", 7*hour, "serial=3i,missing=1i")
	came("g", 8*hour, "serial=3i,latency_s=5000") // and the other one does not come
	m.update("e", "reference", "example.net", hour, "serial=1i,latency_s=1")
	m.update("a", "c", "in-time.example", hour, "serial=7i,latency_s=0")
	m.update("a", "c", "missing.example", hour, "serial=7i,missing=1i")
}

// TestMonthInMetrics: VictoriaMetrics and Prometheus say of a month what InfluxDB says, panel by panel.
func TestMonthInMetrics(t *testing.T) {
	t.Parallel()
	m := toldMonth()
	d := m.kept().seen(t, stacktest.StartInfluxDB(t), whole)
	metrics := grafana.OfUID(grafana.MetricDashboards(t), grafana.MonthUID+"-metrics")
	for _, store := range []*stacktest.Metrics{stacktest.StartVictoriaMetrics(t), stacktest.StartPrometheus(t)} {
		m.store(t, store)
		v := &grafana.MetricView{Store: store, Window: d.Window}
		for _, chosen := range []grafana.Selection{
			nil,
			{"minimum": {"3"}},
			{"minimum": {"20"}},
			{"zone": {"example.net"}, "transport": {"udp"}, "host": {"a", "late"}},
		} {
			v.CheckSame(t, metrics, &d.View, chosen)
		}
		checkOffers(t, v, metrics)
		for _, p := range metrics.All() {
			for _, q := range p.Targets {
				if len(v.Ask(t, metrics, q, nil)) == 0 {
					t.Errorf("%s: %q %s says nothing", store.Name, p.Title, q.RefID)
				}
			}
		}
	}
}

// checkOffers: variables offer what was measured in the month, to whoever has chosen a cloud.
func checkOffers(t *testing.T, v *grafana.MetricView, d *grafana.Dashboard) {
	t.Helper()
	for name, want := range map[string][]string{
		"host": {"late", "whole"}, "cloud": {"c"}, "server": {"ns.example.net"}, "family": {"ipv4"}, "transport": {"tcp", "udp"},
		"zone": {"example.net"},
	} {
		got := v.Offers(t, d, name, grafana.Selection{"cloud": {"c"}})
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s: %s offers %q, want %q", v.Store.Name, name, got, want)
		}
	}
}
