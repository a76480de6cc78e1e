package stack

import (
	"fmt"
	"math"
	"net/url"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// levelColumns are columns of the dashboard of a month, and fields of the report that hold the same.
var levelColumns = []struct {
	title, list string
	tags        []string
	same        map[string]string // column, field
}{
	{
		"How many minutes of its month does each address have left?", "addresses",
		[]string{"cloud", "zone", "server", "address", "family", "transport"},
		map[string]string{"counted": "counted_minutes", "down": "down_minutes", "in_time": "within_share", "tests": "tests"},
	},
	{
		"How many minutes was the service of each zone down?", "services",
		[]string{"zone", "transport"},
		map[string]string{"counted": "counted_minutes", "down": "down_minutes"},
	},
	{
		"How soon were updates of each zone served?", "updates",
		[]string{"zone"},
		map[string]string{"updates": "updates", "share": "within_share"},
	},
	{
		"How complete is what each vantage point measured?", "vantage_points",
		[]string{"host"},
		map[string]string{"minutes": "tested_minutes", "complete": "completeness"},
	},
}

// compareDashboard: what the dashboard shows of a month is what the report says of it, as user grafana reads both.
func (db *stack) compareDashboard(t *testing.T, month time.Time) {
	t.Helper()
	reader, err := url.Parse(db.url)
	if err != nil {
		t.Fatal(err)
	}
	reader.User = url.UserPassword("grafana", passwords["grafana"])
	v := &grafana.View{DB: &stacktest.InfluxDB{URL: reader.String()}, Database: "telegraf", Window: grafana.Window{
		From: month, To: month.AddDate(0, 1, 0).Add(-time.Millisecond), Interval: time.Hour,
	}}
	d := grafana.OfUID(grafana.Dashboards(t), grafana.MonthUID)
	for _, minimum := range []string{"1", "3"} {
		report, _ := db.report(t, month, "--minimum-vantage-points", minimum)
		for _, c := range levelColumns {
			shown := map[string]map[string]any{}
			for _, q := range d.Titled(t, c.title).Targets {
				for _, r := range v.Rows(t, d, c.title, q.RefID, grafana.Selection{"minimum": {minimum}}) {
					name := named(r, c.tags)
					if shown[name] == nil {
						shown[name] = map[string]any{}
					}
					for column := range c.same {
						if value, there := r[column]; there {
							shown[name][column] = value
						}
					}
				}
			}
			compareShown(t, fmt.Sprintf("%q of %s", c.title, minimum), shown, report[c.list].([]any), c.tags, c.same)
		}
	}
}

func named(row map[string]any, tags []string) (name string) {
	for _, tag := range tags {
		name += fmt.Sprint(row[tag], " ")
	}
	return name
}

// compareShown: each row of the report is shown, and of others no minute counts. Where none counts the dashboard says so by
// -1, and the report that none was down.
func compareShown(t *testing.T, what string, shown map[string]map[string]any, report []any, tags []string, same map[string]string) {
	t.Helper()
	said := map[string]bool{}
	for _, r := range report {
		row := r.(map[string]any)
		name := named(row, tags)
		said[name] = true
		for column, field := range same {
			got, is := shown[name][column].(float64)
			want, measured := row[field].(float64)
			if column == "down" && row["counted_minutes"] == 0.0 {
				want = -1
			}
			if !is && measured && want == 0 {
				continue // a row of which nothing is kept
			}
			if is != measured || math.Abs(got-want) > 1e-6 {
				t.Errorf("%s: %s%s: %v, the report says %s %v", what, name, column, shown[name][column], field, row[field])
			}
		}
	}
	for name, row := range shown {
		if counted, is := row["counted"].(float64); !said[name] && is && counted > 0 {
			t.Errorf("%s: %s%v, of which the report says nothing", what, name, row)
		}
	}
	if len(said) == 0 {
		t.Errorf("%s: the report says nothing", what)
	}
}
