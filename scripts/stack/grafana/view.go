package grafana

import (
	"slices"
	"testing"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// View is a database as dashboards read it over a time range.
type View struct {
	DB       *stacktest.InfluxDB
	Database string
	Window   Window
}

// Statement is what Grafana makes of a panel's query.
func (v *View) Statement(t *testing.T, d *Dashboard, q Target, chosen Selection) string {
	t.Helper()
	text, err := d.Expand(q.Query, chosen)
	if err != nil {
		t.Fatal(err)
	}
	text = v.Window.macros(text)
	if left := unexpanded(text); left != "" {
		t.Fatalf("%s is left in %s", left, text)
	}
	return text
}

// Ask runs a panel's query as Grafana does.
func (v *View) Ask(t *testing.T, d *Dashboard, q Target, chosen Selection) []stacktest.Series {
	t.Helper()
	return v.DB.Query(t, v.Database, v.Statement(t, d, q, chosen))
}

// Rows returns what a query of a panel gives, a map for each row of the table.
func (v *View) Rows(t *testing.T, d *Dashboard, title, ref string, chosen Selection) (all []map[string]any) {
	t.Helper()
	p := d.Titled(t, title)
	i := slices.IndexFunc(p.Targets, func(q Target) bool { return q.RefID == ref })
	for _, s := range v.Ask(t, d, p.Targets[i], chosen) {
		for _, values := range s.Values {
			row := map[string]any{}
			for name, value := range s.Tags {
				row[name] = value
			}
			for i, name := range s.Columns {
				row[name] = values[i]
			}
			all = append(all, row)
		}
	}
	return all
}
