package config_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Panels that Grafana brings along: whoever imports the dashboard has nothing to install.
var shipped = []string{"row", "stat", "table", "state-timeline", "timeseries", "bargauge", "text", "geomap", "xychart"}

func TestDashboardPanels(t *testing.T) {
	d := readDashboard(t)
	if !regexp.MustCompile(`^[a-z0-9-]{1,40}$`).MatchString(d.UID) {
		t.Errorf("uid %q: links and alert rules name it", d.UID)
	}
	if d.SchemaVersion < 36 || d.SchemaVersion > 41 { // 36 brings the data source of each query, 41 is Grafana 12's
		t.Errorf("schemaVersion is %d", d.SchemaVersion)
	}
	ids := map[int]string{}
	for _, p := range d.Panels {
		if other, twice := ids[p.ID]; twice || p.ID <= 0 {
			t.Errorf("%q: id %d, also of %q", p.Title, p.ID, other)
		}
		ids[p.ID] = p.Title
		if !slices.Contains(shipped, p.Type) {
			t.Errorf("%q: Grafana does not ship a panel %q", p.Title, p.Type)
		}
		if len(p.Panels) > 0 {
			t.Errorf("%q hides panels", p.Title)
		}
		if p.Type != "row" {
			checkPanel(t, &p)
		}
	}
}

func checkPanel(t *testing.T, p *panel) {
	t.Helper()
	for what, text := range map[string]string{
		"title": p.Title, "description": p.Description,
		"unit": p.FieldConfig.Defaults.Unit, "noValue": p.FieldConfig.Defaults.NoValue,
	} {
		if strings.TrimSpace(text) == "" {
			t.Errorf("panel %d %q has no %s", p.ID, p.Title, what)
		}
	}
	if !strings.HasSuffix(p.Title, "?") {
		t.Errorf("%q is no question", p.Title)
	}
	if p.Options.Legend != nil && p.Options.Legend.Placement != "bottom" {
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
	if len(p.Targets) == 0 && p.Type != "text" {
		t.Errorf("%q asks nothing", p.Title)
	}
}

// TestDashboardLayout: every row of the grid is 24 wide, no panel lies on another, and none of them before its title.
func TestDashboardLayout(t *testing.T) {
	d := readDashboard(t)
	taken := map[[2]int]string{}
	bottom := 0
	for _, p := range d.Panels {
		g := p.GridPos
		if g.X < 0 || g.Y < 0 || g.W < 1 || g.H < 1 || g.X+g.W > 24 {
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
	if len(taken) != 24*bottom {
		t.Errorf("%d of %d places are empty", 24*bottom-len(taken), 24*bottom)
	}
}

func TestDashboardDataSource(t *testing.T) {
	d := readDashboard(t)
	if v := d.variable("datasource"); v == nil || v.Type != "datasource" || v.Query != "influxdb" {
		t.Errorf("no variable for the data source: %+v", v)
	}
	check := func(where string, s source) {
		if want := (source{"influxdb", "${datasource}"}); s != want {
			t.Errorf("%s: data source %+v", where, s)
		}
	}
	for _, p := range d.Panels {
		if p.Type == "row" || p.Type == "text" {
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

var filters = []string{"host", "cloud", "server", "family", "transport", "zone"}

// condition is how a query must use a variable: whatever a name holds, it matches itself and nothing else.
func condition(name string) string { return fmt.Sprintf(`"%s" =~ /^(${%s:regex})$/`, name, name) }

func TestDashboardQueries(t *testing.T) {
	d, s := readDashboard(t), readSchema(t)
	for _, p := range d.Panels {
		for _, q := range p.Targets {
			where := fmt.Sprintf("%q %s: %s", p.Title, q.RefID, q.Query)
			checkQuery(t, s, q)
			for _, tag := range regexp.MustCompile(`\$tag_(\w+)`).FindAllStringSubmatch(q.Alias, -1) {
				if _, groups, _ := strings.Cut(q.Query, "GROUP BY"); !strings.Contains(groups, `"`+tag[1]+`"`) {
					t.Errorf("%s\nalias %q, but not grouped by %s", where, q.Alias, tag[1])
				}
			}
		}
		if p.Type != "row" && p.Interval != "${round}" {
			t.Errorf("%q: its shortest interval is not a round", p.Title)
		}
	}
}

// checkQuery: it obeys each variable that is a tag of what it reads.
func checkQuery(t *testing.T, s schema, q target) {
	t.Helper()
	if err := s.check(q.Query); err != nil {
		t.Errorf("%s\n%v", q.Query, err)
	}
	if !q.RawQuery || strings.Contains(q.Query, ";") {
		t.Errorf("%s\nis not one raw statement", q.Query)
	}
	for _, name := range filters {
		isTag := slices.Contains(s.points[s.measurement(q.Query)].tags, name)
		if isTag && strings.Count(q.Query, condition(name)) != strings.Count(q.Query, `FROM "`) {
			t.Errorf("%s\nwants %s", q.Query, condition(name))
		}
	}
	if strings.Count(q.Query, "$timeFilter") != strings.Count(q.Query, `FROM "`) {
		t.Errorf("%s\nreads beyond the time range", q.Query)
	}
	if strings.Contains(q.Query, "time($__interval)") != strings.HasSuffix(q.Query, " fill(null)") {
		t.Errorf("%s\nsilence must be a gap: fill(null)", q.Query)
	}
}

func TestDashboardVariables(t *testing.T) {
	d, s := readDashboard(t), readSchema(t)
	for _, name := range filters {
		v := d.variable(name)
		if v == nil {
			t.Errorf("no variable %s", name)
			continue
		}
		if v.Type != "query" || !v.Multi || !v.IncludeAll || v.AllValue != ".*" || fmt.Sprint(v.Current.Value) != "[$__all]" {
			t.Errorf("%s is not a choice of several with All: %+v", name, v)
		}
		if err := s.check(v.Query); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		of := map[bool]string{true: "dns_anycast_soa", false: "dns_anycast"}[name == "zone"]
		if !strings.HasPrefix(v.Query, `SHOW TAG VALUES FROM "`+of+`" WITH KEY = "`+name+`"`) {
			t.Errorf("%s: %s", name, v.Query)
		}
		for _, m := range regexp.MustCompile(`"(\w+)" =~ \S+`).FindAllStringSubmatch(v.Query, -1) {
			if m[0] != condition(m[1]) {
				t.Errorf("%s: %s, want %s", name, m[0], condition(m[1]))
			}
		}
	}
	round := telegrafInterval(t)
	if v := d.variable("round"); v == nil || v.Type != "custom" || v.Current.Value != round ||
		!slices.Contains(strings.Split(v.Query, ","), round) {
		t.Errorf("round is not %s, the interval of telegraf.conf: %+v", round, v)
	}
	for _, v := range d.Templating.List {
		if v.Label == "" || v.Description == "" {
			t.Errorf("%s has no label or description", v.Name)
		}
	}
}

func telegrafInterval(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("telegraf.conf")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^ *interval = "(\w+)"`).FindSubmatch(text)
	if m == nil {
		t.Fatal("telegraf.conf has no interval")
	}
	return string(m[1])
}
