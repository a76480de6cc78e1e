package grafana

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

// InInfluxQL is the dashboard of which this one in PromQL has the panels.
func (d *Dashboard) InInfluxQL(t *testing.T) *Dashboard {
	t.Helper()
	other := OfUID(Dashboards(t), strings.TrimSuffix(d.UID, "-metrics"))
	if other == nil {
		t.Fatalf("%s: none in InfluxQL", d.UID)
	}
	return other
}

// CheckSame compares what each panel of a dashboard says with what the one in InfluxQL says of the same points.
func (v *MetricView) CheckSame(t *testing.T, d *Dashboard, truth *View, chosen Selection) {
	t.Helper()
	other := d.InInfluxQL(t)
	tables := map[string][]Frame{}
	for _, p := range d.All() {
		want := other.Numbered(p.ID)
		if len(p.Targets) == 0 {
			continue
		}
		var got, wanted []Frame
		for _, q := range p.Targets {
			got = append(got, v.Ask(t, d, q, chosen)...)
		}
		for _, q := range want.Targets {
			wanted = append(wanted, q.Frames(truth.Ask(t, other, q, chosen))...)
		}
		if p.Tabular() {
			tables[p.Title+OfMetrics], tables[p.Title] = got, wanted
			continue
		}
		moment := p.Targets[0].Instant
		if a, b := v.Window.Lines(got, moment), v.Window.Lines(wanted, moment); !sameLines(p.Title, a, b) {
			t.Errorf("%s, %q, %v:\n got %s\nwant %s", v.Store.Name, p.Title, chosen, readable(a), readable(b))
		}
	}
	sameTables(t, Show(t, tables), chosen)
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
func sameTables(t *testing.T, shown map[string][]Shown, chosen Selection) {
	t.Helper()
	for title, want := range shown {
		if strings.HasSuffix(title, OfMetrics) {
			continue
		}
		if got := shown[title+OfMetrics]; !slices.Equal(rowsOf(got), rowsOf(want)) {
			t.Errorf("%q, %v:\n got %s\nwant %s", title, chosen, strings.Join(rowsOf(got), "\n     "), strings.Join(rowsOf(want), "\n     "))
		}
	}
}

// rowsOf are the columns of tables, and below them the rows in the order of what they say.
func rowsOf(tables []Shown) (all []string) {
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
