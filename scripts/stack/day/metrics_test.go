package day

import (
	"fmt"
	"slices"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// testMetrics: what dashboards say in PromQL, of VictoriaMetrics and of Prometheus, is what they say of InfluxDB.
func (s *scenario) testMetrics(t *testing.T) {
	metrics := append(stacktest.MetricsOf(t, s.DB.Lines(t, s.Database), nil, nil), stacktest.ExpectedByRule(listed, s.Window.To)...)
	for _, store := range []*stacktest.Metrics{stacktest.StartVictoriaMetrics(t), stacktest.StartPrometheus(t)} {
		t.Run(store.Name, func(t *testing.T) {
			for range 2 { // what is delivered again counts once
				if err := store.Write(metrics); err != nil {
					t.Fatal(err)
				}
			}
			v := &grafana.MetricView{Store: store, Window: s.Window}
			for _, d := range grafana.MetricDashboards(t) {
				if d.InInfluxQL(t).UID == grafana.MonthUID {
					continue // see TestMonthInMetrics
				}
				v.CheckSame(t, d, &s.View, nil)
				v.CheckSame(t, d, &s.View, grafana.Selection{"host": {stacktest.Near}, "cloud": {stacktest.Alpha, beta}, "family": {"ipv4"}})
				s.testSameOffers(t, v, d)
				s.testSameMarks(t, v, d)
			}
		})
	}
}

// testSameOffers: variables offer what those in InfluxQL offer.
func (s *scenario) testSameOffers(t *testing.T, v *grafana.MetricView, d *grafana.Dashboard) {
	other := d.InInfluxQL(t)
	for _, name := range grafana.Filters {
		if d.Variable(name) == nil {
			continue
		}
		for _, chosen := range []grafana.Selection{nil, {"host": {stacktest.Near}, "cloud": {beta}}} {
			got, want := v.Offers(t, d, name, chosen), s.offers(t, other, name, chosen)
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("%s offers %q for %v, want %q", name, got, chosen, want)
			}
		}
	}
}

// testSameMarks: graphs mark the changes that those in InfluxQL mark, at the same milliseconds.
func (s *scenario) testSameMarks(t *testing.T, v *grafana.MetricView, d *grafana.Dashboard) {
	other := d.InInfluxQL(t)
	for i, a := range d.Annotations.List {
		events, err := other.Annotations.List[i].Events(s.Ask(t, other, other.Annotations.List[i].Query(), nil))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, e := range events {
			want = append(want, fmt.Sprint(e.Time, e.Title, e.Text, e.Tags))
		}
		var got []string
		for _, e := range v.Marks(t, d, a) {
			got = append(got, fmt.Sprint(e.Time, e.Title, e.Text, e.Tags))
		}
		slices.Sort(got)
		if slices.Sort(want); len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", a.Name, got, want)
		}
	}
}
