package day

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// testMetrics: what dashboards say in PromQL, of VictoriaMetrics and of Prometheus, is what they say of InfluxDB.
func (s *scenario) testMetrics(t *testing.T) {
	metrics := stacktest.MetricsOf(t, s.DB.Lines(t, s.Database), nil, nil)
	for _, store := range []*stacktest.Metrics{stacktest.StartVictoriaMetrics(t), stacktest.StartPrometheus(t)} {
		t.Run(store.Name, func(t *testing.T) {
			if err := store.Write(metrics); err != nil {
				t.Fatal(err)
			}
			v := &grafana.MetricView{Store: store, Window: s.Window}
			for _, d := range grafana.MetricDashboards(t) {
				s.testSame(t, v, d, nil)
				s.testSame(t, v, d, grafana.Selection{"host": {stacktest.Near}, "cloud": {stacktest.Alpha, beta}, "family": {"ipv4"}})
				s.testSameOffers(t, v, d)
				s.testSameMarks(t, v, d)
			}
		})
	}
}

// testSame compares each panel of a dashboard with the one in InfluxQL.
func (s *scenario) testSame(t *testing.T, v *grafana.MetricView, d *grafana.Dashboard, chosen grafana.Selection) {
	other := grafana.OfUID(grafana.Dashboards(t), strings.TrimSuffix(d.UID, "-metrics"))
	tables := map[string][]grafana.Frame{}
	for _, p := range d.All() {
		want := other.Numbered(p.ID)
		if len(p.Targets) == 0 {
			continue
		}
		var got, wanted []grafana.Frame
		for _, q := range p.Targets {
			got = append(got, v.Ask(t, d, q, chosen)...)
		}
		for _, q := range want.Targets {
			wanted = append(wanted, q.Frames(s.Ask(t, other, q, chosen))...)
		}
		if p.Tabular() {
			tables[p.Title+grafana.OfMetrics], tables[p.Title] = got, wanted
			continue
		}
		moment := p.Targets[0].Instant
		if a, b := s.Window.Lines(got, moment), s.Window.Lines(wanted, moment); !sameLines(p.Title, a, b) {
			t.Errorf("%q, %v:\n got %s\nwant %s", p.Title, chosen, readable(a), readable(b))
		}
	}
	sameTables(t, grafana.Show(t, tables), chosen)
}

// differing are columns, and panels with lines, of which PromQL cannot say the same: a store of metrics knows no percentile
// of several series together, and sees the oldest of several points a minute late at most.
var differing = []string{"p50", "p95", "Median", "First seen", "How long does each instance take beyond the distance?"}

// counting are panels with bars: InfluxDB says 0 where there is nothing to count, a store of metrics nothing.
var counting = []string{
	"Which sites answer over IPv4, and how many vantage points?", "Which sites answer over IPv6, and how many vantage points?",
	"How many vantage points moved, and when?",
}

// sameTables compares the tables that Grafana's own code makes of both answers, row by row.
func sameTables(t *testing.T, shown map[string][]grafana.Shown, chosen grafana.Selection) {
	t.Helper()
	for title, want := range shown {
		if strings.HasSuffix(title, grafana.OfMetrics) {
			continue
		}
		if got := shown[title+grafana.OfMetrics]; !slices.Equal(rowsOf(got), rowsOf(want)) {
			t.Errorf("%q, %v:\n got %s\nwant %s", title, chosen, strings.Join(rowsOf(got), "\n     "), strings.Join(rowsOf(want), "\n     "))
		}
	}
}

// rowsOf are the columns of tables, and below them the rows in the order of what they say.
func rowsOf(tables []grafana.Shown) (all []string) {
	for _, one := range tables {
		if len(one.Rows) == 0 {
			continue // then columns do not show
		}
		var rows []string
		for _, row := range one.Rows {
			for i, column := range one.Columns {
				if slices.Contains(differing, column) && row[i] != "-" {
					row[i] = "a number"
				}
			}
			rows = append(rows, fmt.Sprintf("%q", row))
		}
		slices.Sort(rows)
		all = append(append(all, fmt.Sprintf("%q", one.Columns)), rows...)
	}
	return all
}

// sameLines is whether lines have the same names, times and values.
func sameLines(title string, a, b map[string]map[int64]float64) bool {
	return maps.EqualFunc(a, b, func(a, b map[int64]float64) bool {
		if slices.Contains(counting, title) {
			maps.DeleteFunc(b, func(_ int64, n float64) bool { return n == 0 })
		}
		return maps.EqualFunc(a, b, func(a, b float64) bool {
			return math.Abs(a-b) < 1e-9 || slices.Contains(differing, title)
		})
	})
}

func readable(lines map[string]map[int64]float64) string {
	text, err := json.Marshal(lines)
	return fmt.Sprintf("%s %v", text, map[bool]any{true: "", false: err}[err == nil])
}

// testSameOffers: variables offer what those in InfluxQL offer.
func (s *scenario) testSameOffers(t *testing.T, v *grafana.MetricView, d *grafana.Dashboard) {
	other := grafana.OfUID(grafana.Dashboards(t), strings.TrimSuffix(d.UID, "-metrics"))
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
	other := grafana.OfUID(grafana.Dashboards(t), strings.TrimSuffix(d.UID, "-metrics"))
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
