package dashboards

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// Panels that Grafana brings along: whoever imports the dashboard has nothing to install.
var panelTypes = []string{"row", "stat", "table", "state-timeline", "timeseries", "bargauge", "text", "geomap", "xychart", "heatmap", "alertlist"}

func TestDashboardPanels(t *testing.T) {
	checkPanels(t, grafana.Dashboards(t))
	checkPanels(t, grafana.MetricDashboards(t))
}

// checkPanels looks at the panels of dashboards that one store has.
func checkPanels(t *testing.T, all []*grafana.Dashboard) {
	t.Helper()
	titles := map[string]string{}
	for _, d := range all {
		if !regexp.MustCompile(`^[a-z0-9-]{1,40}$`).MatchString(d.UID) ||
			filepath.Base(d.File) != strings.ReplaceAll(d.UID, "-", "_")+".json" {
			t.Errorf("%s: uid %q: links and alert rules name it", d.File, d.UID)
		}
		if d.SchemaVersion < 36 || d.SchemaVersion > 41 { // 36 brings the data source of each query, 41 is Grafana 12's
			t.Errorf("%s: schemaVersion is %d", d.UID, d.SchemaVersion)
		}
		ids := map[int]string{}
		for _, p := range d.All() {
			if other, twice := ids[p.ID]; twice || p.ID <= 0 {
				t.Errorf("%s: %q: id %d, also of %q", d.UID, p.Title, p.ID, other)
			}
			ids[p.ID] = p.Title
			if !slices.Contains(panelTypes, p.Type) {
				t.Errorf("%q: Grafana does not ship a panel %q", p.Title, p.Type)
			}
			if p.Collapsed != (len(p.Panels) > 0) || p.Collapsed && p.Type != "row" {
				t.Errorf("%q: collapsed %v, holds %d panels", p.Title, p.Collapsed, len(p.Panels))
			}
			if p.Type == "row" {
				continue
			}
			checkPanel(t, &p)
			if other := titles[p.Title]; other != "" { // the tests, and people, speak of a panel by its title
				t.Errorf("%q is on %s and on %s", p.Title, d.UID, other)
			}
			titles[p.Title] = d.UID
		}
	}
}

func checkPanel(t *testing.T, p *grafana.Panel) {
	t.Helper()
	asks := p.Type != "text" && p.Type != "alertlist"
	for what, text := range map[string]string{
		"title": p.Title, "description": p.Description,
		"unit": p.FieldConfig.Defaults.Unit, "noValue": p.FieldConfig.Defaults.NoValue,
	} {
		if ofAnswers := what == "unit" || what == "noValue"; strings.TrimSpace(text) == "" && (asks || !ofAnswers) {
			t.Errorf("panel %d %q has no %s", p.ID, p.Title, what)
		}
	}
	if !strings.HasSuffix(p.Title, "?") {
		t.Errorf("%q is no question", p.Title)
	}
	if p.Type != "heatmap" && p.Options.Legend != nil && p.Options.Legend.Placement != "bottom" {
		t.Errorf("%q: the legend is not below", p.Title)
	}
	if v, has := p.FieldConfig.Defaults.Custom["spanNulls"]; has && v != false {
		t.Errorf("%q draws over silence", p.Title)
	}
	refs := map[string]bool{}
	for _, q := range p.Targets {
		if refs[q.RefID] || q.RefID == "" || q.Hide {
			t.Errorf("%q: query %q is hidden or not the only one of its name", p.Title, q.RefID)
		}
		refs[q.RefID] = true
	}
	if (len(p.Targets) > 0) != asks {
		t.Errorf("%q asks %d queries", p.Title, len(p.Targets))
	}
}

// TestDashboardLayout: every row of the grid is 24 wide, no panel lies on another, and none of them before its title. What
// a collapsed row hides begins right below it.
func TestDashboardLayout(t *testing.T) {
	for _, d := range everyDashboard(t) {
		t.Run(d.UID, func(t *testing.T) {
			checkLayout(t, d.Panels, 0)
			for _, p := range d.Panels {
				if p.Collapsed {
					checkLayout(t, p.Panels, p.GridPos.Y+1)
				}
			}
		})
	}
}

// everyDashboard are the dashboards of all stores.
func everyDashboard(t *testing.T) []*grafana.Dashboard {
	t.Helper()
	return slices.Concat(grafana.Dashboards(t), grafana.MetricDashboards(t))
}

func checkLayout(t *testing.T, panels []grafana.Panel, top int) {
	t.Helper()
	taken := map[[2]int]string{}
	bottom := top
	for _, p := range panels {
		g := p.GridPos
		if g.X < 0 || g.Y < top || g.W < 1 || g.H < 1 || g.X+g.W > 24 {
			t.Errorf("%q lies at %+v", p.Title, g)
		}
		if p.Type == "row" && (g.W != 24 || g.H != 1 || g.Y != bottom) {
			t.Errorf("row %q lies at %+v, want below %d", p.Title, g, bottom)
		}
		bottom = max(bottom, g.Y+g.H)
		for x := g.X; x < g.X+g.W; x++ {
			for y := g.Y; y < g.Y+g.H; y++ {
				if other := taken[[2]int{x, y}]; other != "" && other != p.Title {
					t.Fatalf("%q lies on %q", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
	}
	if all := 24 * (bottom - top); len(taken) != all {
		t.Errorf("%d of %d places are empty", all-len(taken), all)
	}
}

func TestDashboardDataSource(t *testing.T) {
	for _, d := range everyDashboard(t) {
		kind := map[bool]string{true: "prometheus", false: "influxdb"}[ofMetrics(d)]
		check := func(where string, s grafana.Source) {
			if want := (grafana.Source{Type: kind, UID: "${datasource}"}); s != want {
				t.Errorf("%s: data source %+v", where, s)
			}
		}
		if v := d.Variable("datasource"); v == nil || v.Type != "datasource" || v.Query != kind {
			t.Errorf("%s: no variable for the data source: %+v", d.UID, v)
		}
		for _, p := range d.All() {
			if len(p.Targets) == 0 {
				continue
			}
			check(p.Title, p.Datasource)
			for _, q := range p.Targets {
				check(p.Title+" "+q.RefID, q.Datasource)
			}
		}
		for _, v := range d.Templating.List {
			if v.Type == "query" {
				check("variable "+v.Name, v.Datasource)
			}
		}
	}
}

// ofMetrics is whether a dashboard asks a store of metrics.
func ofMetrics(d *grafana.Dashboard) bool { return strings.HasSuffix(d.UID, "-metrics") }

// TestDashboardLinks: menus lead to all dashboards of the same store, with what is chosen; the time range goes along where it means the same: a
// month takes a dashboard of now minutes to read, and of an hour no month is made.
func TestDashboardLinks(t *testing.T) {
	for _, d := range everyDashboard(t) {
		uid, metrics := strings.CutSuffix(d.UID, "-metrics")
		end := map[bool]string{true: "-metrics"}[metrics]
		kinds := map[string]bool{"anycast" + end: uid != grafana.MonthUID, "service-levels" + end: uid == grafana.MonthUID}
		if len(d.Links) != len(kinds) {
			t.Fatalf("%s has %d menus", d.UID, len(d.Links))
		}
		for _, menu := range d.Links {
			if menu.Type != "dashboards" || !menu.AsDropdown || !menu.IncludeVars || len(menu.Tags) != 1 {
				t.Errorf("%s: %+v", d.UID, menu)
			}
			if own, known := kinds[menu.Tags[0]]; !known || menu.KeepTime != own || slices.Contains(d.Tags, menu.Tags[0]) != own {
				t.Errorf("%s with tags %q: %+v", d.UID, d.Tags, menu)
			}
		}
	}
}

func TestDashboardQueries(t *testing.T) {
	s := stacktest.ReadSchema(t)
	for _, d := range grafana.Dashboards(t) {
		for _, p := range d.All() {
			overTime := false
			for _, q := range p.Targets {
				where := fmt.Sprintf("%q %s: %s", p.Title, q.RefID, q.Query)
				checkQuery(t, s, d, q)
				for _, tag := range regexp.MustCompile(`\$tag_(\w+)`).FindAllStringSubmatch(q.Alias, -1) {
					if _, groups, _ := strings.Cut(q.Query, "GROUP BY"); !strings.Contains(groups, `"`+tag[1]+`"`) {
						t.Errorf("%s\nalias %q, but not grouped by %s", where, q.Alias, tag[1])
					}
				}
				overTime = overTime || strings.Contains(q.Query, "$__interval")
			}
			checkInterval(t, &p, overTime)
		}
	}
}

// checkInterval: no interval is shorter than a round, so that silence is a gap; of what one needs many answers for, five
// minutes at least.
func checkInterval(t *testing.T, p *grafana.Panel, overTime bool) {
	t.Helper()
	if len(p.Targets) == 0 {
		return
	}
	want := map[bool]string{true: "${round}"}[overTime]
	if overTime && strings.Contains(p.Targets[0].Query, `percentile("query_time_ms", 95)`) {
		want = "5m"
	}
	if strings.Contains(p.Targets[0].Query, "cumulative_sum") { // over a month
		want = "1h"
	}
	if overTime && strings.Contains(p.Targets[0].Query, `"dns_anycast_hop"`) { // traced once an hour, where nobody says otherwise
		want = "1h"
	}
	if p.Interval != want {
		t.Errorf("%q: its shortest interval is %q, want %q", p.Title, p.Interval, want)
	}
}

// firstTargets limits a query of a line for each target.
const firstTargets = " SLIMIT 200"

// lately is what stands in place of the time range where a query is about what is the case at its end.
var lately = regexp.MustCompile(`time > \$\{__to\}ms - (\d+[mhd]) AND time <= \$\{__to\}ms`)

// checkQuery: it obeys each variable that is a tag of what it reads.
func checkQuery(t *testing.T, s stacktest.Schema, d *grafana.Dashboard, q grafana.Target) {
	t.Helper()
	if err := s.Check(q.Query); err != nil {
		t.Errorf("%s\n%v", q.Query, err)
	}
	if _, err := d.Expand(q.Query, nil); err != nil {
		t.Errorf("%s: %s\n%v", d.UID, q.Query, err)
	}
	if !q.RawQuery || strings.Contains(q.Query, ";") {
		t.Errorf("%s\nis not one raw statement", q.Query)
	}
	reads := strings.Count(q.Query, `FROM "`)
	for _, name := range grafana.Filters {
		isTag := slices.Contains(s.Points[s.Measurement(q.Query)].Tags, name) && d.Variable(name) != nil
		if isTag && strings.Count(q.Query, grafana.Condition(name)) != reads {
			t.Errorf("%s\nwants %s", q.Query, grafana.Condition(name))
		}
	}
	if strings.Count(q.Query, "$timeFilter")+len(lately.FindAllString(q.Query, -1)) != reads {
		t.Errorf("%s\nreads beyond the time range", q.Query)
	}
	adds := strings.Contains(q.Query, "cumulative_sum") // what was used up stays so through silence
	if !adds && strings.Contains(q.Query, "time($__interval)") != strings.HasSuffix(strings.TrimSuffix(q.Query, firstTargets), " fill(null)") {
		t.Errorf("%s\nsilence must be a gap: fill(null)", q.Query)
	}
}

func TestDashboardVariables(t *testing.T) {
	s := stacktest.ReadSchema(t)
	for _, d := range grafana.Dashboards(t) {
		var names []string
		for _, v := range d.Templating.List {
			names = append(names, v.Name)
			if v.Label == "" || v.Description == "" {
				t.Errorf("%s has no label or description", v.Name)
			}
			if slices.Contains(grafana.Filters, v.Name) {
				checkVariable(t, s, d, &v)
			}
		}
		want := "datasource host cloud server family transport round"
		switch d.UID {
		case "dns-anycast-zones":
			want = "datasource host cloud server family transport zone round"
		case grafana.MonthUID:
			want = "datasource host cloud server family transport zone minimum"
		case grafana.CatchmentsUID:
			want = "datasource cloud address family transport measurement_id round"
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s has %s, want %s: links carry them", d.UID, got, want)
		}
		if d.UID == grafana.MonthUID {
			continue
		}
		round := d.Variable("round")
		if err := s.Check(round.Query); err != nil || round.Type != "query" || round.Hide != 2 || !round.SkipURLSync {
			t.Errorf("%s: nobody chooses how long a round is, and no link does: %+v, %v", d.UID, round, err)
		}
	}
}

// checkVariable: it offers what is there in the time range, within what others choose.
func checkVariable(t *testing.T, s stacktest.Schema, d *grafana.Dashboard, v *grafana.Variable) {
	t.Helper()
	if v.Type != "query" || !v.Multi || !v.IncludeAll || v.AllValue != ".*" || fmt.Sprint(v.Current.Value) != "[$__all]" {
		t.Errorf("%s is not a choice of several with All: %+v", v.Name, v)
	}
	if err := s.Check(v.Query); err != nil {
		t.Errorf("%s: %v", v.Name, err)
	}
	of := map[bool]string{true: `"dns_anycast_soa"`, false: `"dns_anycast"`}[v.Name == "zone"]
	if d.UID == grafana.CatchmentsUID {
		of = `"dns_anycast_catchment"`
	}
	if d.UID == grafana.MonthUID {
		of = map[bool]string{true: `"slo"."dns_anycast_vantage"`, false: `"slo"."dns_anycast_minute"`}[v.Name == "host"]
	}
	if !strings.HasPrefix(v.Query, `SHOW TAG VALUES FROM `+of+` WITH KEY = "`+v.Name+`" WHERE `) {
		t.Errorf("%s: %s", v.Name, v.Query)
	}
	if strings.Count(v.Query, "$timeFilter") != 1 { // Grafana replaces the first alone
		t.Errorf("%s offers what is long gone: %s", v.Name, v.Query)
	}
	for _, m := range regexp.MustCompile(`"(\w+)" =~ \S+`).FindAllStringSubmatch(v.Query, -1) {
		if m[0] != grafana.Condition(m[1]) {
			t.Errorf("%s: %s, want %s", v.Name, m[0], grafana.Condition(m[1]))
		}
	}
}
