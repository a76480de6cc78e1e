//go:build fleetcost

package levels

import (
	"fmt"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestMetricFleetCost measures what each panel of the dashboard of a month costs VictoriaMetrics and Prometheus: that of
// TestFleetCost.
func TestMetricFleetCost(t *testing.T) {
	d := grafana.OfUID(grafana.MetricDashboards(t), grafana.MonthUID+"-metrics")
	for _, store := range []*stacktest.Metrics{stacktest.StartVictoriaMetrics(t), stacktest.StartPrometheus(t)} {
		for h := range 31 * 24 { // in the order of time
			var all []stacktest.Metric
			for address := range costAddresses {
				all = append(all, costRecorded(address, october.Add(time.Duration(h)*hour))...)
			}
			if err := store.Write(all); err != nil {
				t.Fatal(err)
			}
		}
		v := &grafana.MetricView{Store: store, Window: grafana.Window{From: october, To: october.Add(whole), Interval: hour}}
		for _, p := range d.All() {
			began, answers := time.Now(), 0
			for _, q := range p.Targets {
				answers += len(v.Ask(t, d, q, nil))
			}
			took := time.Since(began)
			t.Logf("%s: %-60q %7d ms %5d rows", store.Name, p.Title, took.Milliseconds(), answers)
			if took > costSlowest {
				t.Errorf("%q took %v", p.Title, took)
			}
		}
	}
}

// costRecorded is what is recorded in an hour of an address that is down for a quarter of an hour of each day, as costMonth
// has it, where one vantage point is enough for a minute to count.
func costRecorded(address int, from time.Time) (all []stacktest.Metric) {
	down := 0
	if from.Hour() == 0 {
		down = 15
	}
	add := func(name string, n int, value func(minute int) int, more ...stacktest.Label) {
		labels := map[string]string{
			"__name__": "dns_anycast:minute_" + name, "address": fmt.Sprintf("192.0.2.%d", address), "cloud": "c", "family": "ipv4",
			"server": "ns.example.net", "transport": "udp", "zone": fmt.Sprintf("zone%d.example", address%10),
		}
		for _, l := range more {
			labels[l.Name] = l.Value
		}
		row := stacktest.Row{Labels: labels}
		m := stacktest.Metric{Labels: row.Sorted()}
		for minute := range n {
			at := from.Add(time.Duration(minute)*time.Minute + recordedAfter)
			m.Samples = append(m.Samples, stacktest.Sample{Time: at.UnixMilli(), Value: float64(value(minute))})
		}
		if n > 0 {
			all = append(all, m)
		}
	}
	always := func(n int) func(int) int { return func(int) int { return n } }
	one := stacktest.Label{Name: "minimum", Value: "1"}
	add("asked", 60, always(100))
	add("down", 60, func(minute int) int { return map[bool]int{true: 1}[minute < down] }, one)
	for i, limit := range limits {
		add("within", 60, always(60+i), stacktest.Label{Name: "le", Value: fmt.Sprint(limit)})
	}
	add("down_asked", down, always(100), one, stacktest.Label{Name: "month", Value: "10"})
	add("down_failed", down, always(60), one)
	return all
}
