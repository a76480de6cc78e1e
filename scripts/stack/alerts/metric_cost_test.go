//go:build fleetcost

package alerts

import (
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// costOfMetrics is how long the fleet was measured that stores of metrics are asked about.
const costOfMetrics = 10 * time.Minute

// costGroup is how long all rules of a group may take together, as a part of the time between two passes.
const costGroup = 0.5

// TestMetricFleetCost measures what one pass of the rules in PromQL, and of each dashboard's first screen, costs the stores
// of metrics.
func TestMetricFleetCost(t *testing.T) {
	now := time.Now().Truncate(time.Minute)
	for _, start := range []func(*testing.T) *stacktest.Metrics{stacktest.StartVictoriaMetrics, stacktest.StartPrometheus} {
		store := start(t)
		fillFleet(t, store, now)
		costRules(t, store, now)
		v := &grafana.MetricView{Store: store, Window: grafana.Window{From: now.Add(-time.Hour), To: now, Interval: time.Minute}}
		for _, d := range grafana.MetricDashboards(t) {
			costScreen(t, v, d, "everything", nil)
			costScreen(t, v, d, "one cloud", grafana.Selection{"cloud": {"cloud3"}})
		}
	}
}

// fillFleet stores the points of the fleet, some minutes at once, and what is recorded of the newer ones.
func fillFleet(t *testing.T, store *stacktest.Metrics, now time.Time) {
	t.Helper()
	const atOnce = 2 * time.Minute
	for from := now.Add(-costOfMetrics); from.Before(now); from = from.Add(atOnce) {
		var lines []string
		for at := from; at.Before(from.Add(atOnce)); at = at.Add(30 * time.Second) {
			lines = append(lines, costRound(at)...)
		}
		if err := store.Write(stacktest.MetricsOf(t, lines, nil, nil)); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	for _, r := range readMetricRules(t) {
		if r.Record != "" && r.every == time.Minute {
			names = append(names, r.Record)
		}
	}
	store.Record(t, now.Add(-costOfMetrics/2), now, names...)
}

// costRules asks all rules once, group by group.
func costRules(t *testing.T, store *stacktest.Metrics, now time.Time) {
	t.Helper()
	passes, rows := map[time.Duration]time.Duration{}, map[time.Duration]int{}
	for _, r := range readMetricRules(t) {
		began := time.Now()
		answer, err := store.At(r.Expr, now)
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(began)
		passes[r.every] += took
		if r.Record != "" {
			rows[r.every] += len(answer)
		}
		if took > costSlow {
			t.Logf("%s: %s%s: %v, %d rows", store.Name, r.Record, r.Alert, took, len(answer))
		}
	}
	for every, took := range passes {
		t.Logf("%s: one pass of the rules of each %v: %v, %d rows recorded", store.Name, every, took, rows[every])
		if took.Seconds() > costGroup*every.Seconds() {
			t.Errorf("%s: the rules of each %v take %v", store.Name, every, took)
		}
	}
}

// costScreen asks what a dashboard asks as it opens.
func costScreen(t *testing.T, v *grafana.MetricView, d *grafana.Dashboard, what string, chosen grafana.Selection) {
	t.Helper()
	began := time.Now()
	for _, p := range d.First() {
		asked := time.Now()
		for _, q := range p.Targets {
			v.Ask(t, d, q, chosen)
		}
		if took := time.Since(asked); took > costSlow {
			t.Logf("%s: %q, %s: %v", v.Store.Name, p.Title, what, took)
		}
	}
	t.Logf("%s: first screen of %s, %s: %v", v.Store.Name, d.UID, what, time.Since(began))
}
