package stack

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// first are the panels that are seen, and ask, without opening a row.
func (d *dashboard) first() (panels []panel) {
	for _, p := range d.Panels {
		if p.Type != "row" {
			panels = append(panels, p)
		}
	}
	return panels
}

// TestFirstScreens: a dashboard shows what needs action without much scrolling, and the rest when it is asked to.
func TestFirstScreens(t *testing.T) {
	for _, d := range readDashboards(t) {
		bottom := 0
		for _, p := range d.Panels {
			if p.Type == "row" {
				break
			}
			bottom = max(bottom, p.GridPos.Y+p.GridPos.H)
		}
		if limit := 32; bottom > limit {
			t.Errorf("%s: the first screen is %d high, want %d at most", d.UID, bottom, limit)
		}
	}
}

// TestOverviewIsNow: of what is the case the overview asks the minutes before the end of the time range; the whole range
// only for what has a line over it, and of the few points about clouds.
func TestOverviewIsNow(t *testing.T) {
	d, s := ofUID(readDashboards(t), "dns-anycast"), readSchema(t)
	for _, p := range d.first() {
		for _, q := range p.Targets {
			overTime := strings.Contains(q.Query, "time($__interval)")
			if strings.Contains(q.Query, "$timeFilter") && !overTime && s.measurement(q.Query) != "dns_anycast_cloud" {
				t.Errorf("%q reads the whole time range: %s", p.Title, q.Query)
			}
			far := map[string][]string{
				"1h": {"dns_anycast_change", "dns_anycast", "dns_anycast_soa"}, "1d": {"dns_anycast_cloud"}, "30d": {"dns_anycast_cloud"},
			}
			for _, m := range lately.FindAllStringSubmatch(q.Query, -1) {
				if of, is := far[m[1]]; m[1] != "2m" && m[1] != "10m" && (!is || !slices.Contains(of, s.measurement(q.Query))) {
					t.Errorf("%q reads %s: %s", p.Title, m[1], q.Query)
				}
			}
		}
	}
}

// TestNotMeasured: where nothing was measured a figure is grey and says so, a share is grey, and an empty table does not
// look as if all were well.
func TestNotMeasured(t *testing.T) {
	for _, d := range readDashboards(t) {
		for _, p := range d.all() {
			defaults := p.FieldConfig.Defaults
			if p.Type == "stat" && !greyWithout(t, defaults.Mappings) {
				t.Errorf("%q: no value has the colour of a good one", p.Title)
			}
			if p.Type == "stat" && !strings.HasPrefix(defaults.NoValue, "Not measured") {
				t.Errorf("%q says %q where there is no answer", p.Title, defaults.NoValue)
			}
			for _, o := range p.FieldConfig.Overrides {
				if isJudged, grey := judged(t, o.Properties); isJudged && !grey {
					t.Errorf("%q, %s: no value has the colour of a good one", p.Title, o.Matcher.Options)
				}
			}
		}
	}
	for _, p := range ofUID(readDashboards(t), "dns-anycast").first() {
		if says := strings.ToLower(p.FieldConfig.Defaults.NoValue); p.Type != "alertlist" && !strings.Contains(says, "measured") {
			t.Errorf("%q says %q where there is no answer", p.Title, says)
		}
	}
}

func greyWithout(t *testing.T, mappings []mapping) bool {
	t.Helper()
	for _, m := range mappings {
		var special struct {
			Match  string
			Result struct{ Text, Color string }
		}
		if m.Type != "special" {
			continue
		}
		if err := json.Unmarshal(m.Options, &special); err != nil {
			t.Fatal(err)
		}
		if special.Match == "null+nan" && special.Result.Text == "not measured" && special.Result.Color == "#8e8e8e" {
			return true
		}
	}
	return false
}

// judged is whether a column of shares has colours, and whether one that is missing is grey.
func judged(t *testing.T, properties []property) (isJudged, grey bool) {
	t.Helper()
	share := false
	for _, p := range properties {
		share = share || p.ID == "unit" && string(p.Value) == `"percentunit"`
		isJudged = isJudged || p.ID == "thresholds"
		if p.ID == "mappings" {
			var mappings []mapping
			if err := json.Unmarshal(p.Value, &mappings); err != nil {
				t.Fatal(err)
			}
			grey = greyWithout(t, mappings)
		}
	}
	return isJudged && share, grey
}

// TestSharesAreExact: 99.5 % never reads 100 %, and no axis of loss goes to 100 % for its own sake.
func TestSharesAreExact(t *testing.T) {
	for _, d := range readDashboards(t) {
		for _, p := range d.all() {
			defaults := p.FieldConfig.Defaults
			if defaults.Unit == "percentunit" && (defaults.Decimals == nil || *defaults.Decimals < 2) {
				t.Errorf("%q: decimals %v", p.Title, defaults.Decimals)
			}
			if p.Type == "timeseries" && defaults.Unit == "percentunit" && defaults.Max != nil {
				t.Errorf("%q: an axis to %v", p.Title, *defaults.Max)
			}
			for _, o := range p.FieldConfig.Overrides {
				share, exact := false, false
				for _, property := range o.Properties {
					share = share || property.ID == "unit" && string(property.Value) == `"percentunit"`
					exact = exact || property.ID == "decimals" && string(property.Value) >= "2"
				}
				if share && !exact {
					t.Errorf("%q, %s: too few decimals", p.Title, o.Matcher.Options)
				}
			}
		}
	}
}

// TestSharesShown: Grafana's own code writes a share that is almost whole as what it is.
func TestSharesShown(t *testing.T) {
	t.Parallel()
	p := readDashboard(t).titled(t, cloudsTitle)
	all := map[string][]frame{}
	for i, column := range []string{"IPv4", "IPv6", "dark", "loss", "sites", "announced", "hosts"} {
		values := []any{0.0, 0.995}
		if column == "IPv6" {
			continue // nobody asked
		}
		answer := []series{{Tags: map[string]string{"cloud": "c"}, Columns: []string{"time", column}, Values: [][]any{values}}}
		all[p.Title] = append(all[p.Title], p.Targets[i].frames(answer)...)
	}
	panels := show(t, all)
	if panels == nil {
		return
	}
	got := panels[p.Title][0]
	for _, column := range []string{"IPv4", "Loss"} {
		if text := got.Rows[0][slices.Index(got.Columns, column)]; text != "99.50%" {
			t.Errorf("%s reads %q, want 99.50%%", column, text)
		}
	}
}

// TestWorstFirst: Grafana's own code shows what is not measured, and what is bad, above what is well.
func TestWorstFirst(t *testing.T) {
	t.Parallel()
	d := readDashboard(t)
	clouds, zones := d.titled(t, cloudsTitle), d.titled(t, zonesTitle)
	row := func(tag, name, column string, v float64) series {
		tags := map[string]string{tag: name}
		if tag == "zone" {
			tags["cloud"] = "c"
		}
		return series{Tags: tags, Columns: []string{"time", column}, Values: [][]any{{0.0, v}}}
	}
	all := map[string][]frame{}
	add := func(p *panel, tag, column string, values map[string]float64) {
		i := slices.IndexFunc(p.Targets, func(q target) bool { return strings.Contains(q.Query, ` AS "`+column+`" FROM`) })
		if i < 0 {
			t.Fatalf("%q: no query of %s", p.Title, column)
		}
		var answer []series
		for _, name := range slices.Sorted(maps.Keys(values)) {
			answer = append(answer, row(tag, name, column, values[name]))
		}
		all[p.Title] = append(all[p.Title], p.Targets[i].frames(answer)...)
	}
	add(clouds, "cloud", "IPv4", map[string]float64{"a well": 1, "dark": .5, "lossy": 1, "silent": -1, "unable": -1})
	add(clouds, "cloud", "IPv6", map[string]float64{"a well": 1, "dark": .5, "lossy": 1, "silent": -1, "unable": -1})
	add(clouds, "cloud", "dark", map[string]float64{"a well": 0, "dark": 3, "lossy": 0, "unable": -1})
	add(clouds, "cloud", "loss", map[string]float64{"a well": 0, "dark": .2, "lossy": .1, "unable": -1})
	add(clouds, "cloud", "silent", map[string]float64{"a well": 0, "dark": 0, "lossy": 0, "silent": -1, "unable": 0})
	add(zones, "zone", "unserved", map[string]float64{"a well": 0, "gone": 1, "late": 0, "partly": .2, "silent": -1})
	add(zones, "zone", "lag", map[string]float64{"a well": 0, "gone": -1, "late": 9000, "partly": 0, "silent": -1})
	panels := show(t, all)
	if panels == nil {
		return
	}
	for _, tc := range []struct {
		title, column string
		want          []string
	}{
		{cloudsTitle, "Cloud", []string{"silent", "dark", "unable", "lossy", "a well"}},
		{zonesTitle, "Zone", []string{"gone", "silent", "partly", "late", "a well"}},
	} {
		var got []string
		for _, r := range panels[tc.title][0].Rows {
			got = append(got, r[slices.Index(panels[tc.title][0].Columns, tc.column)])
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%q: %q, want %q", tc.title, got, tc.want)
		}
	}
}

var (
	chosenInLink = regexp.MustCompile(`&var-(\w+)=\$\{__data\.fields\["([^"]+)"\]:percentencode\}`)
	keptInLink   = regexp.MustCompile(`&\$\{(\w+):queryparam\}`)
)

// TestTableLinks: every row of a table leads on, with the time range, and what is chosen by its columns or was before.
func TestTableLinks(t *testing.T) {
	dashboards := readDashboards(t)
	for _, d := range readDashboards(t) {
		for _, p := range d.all() {
			if p.Type != "table" {
				continue
			}
			links := p.links(t)
			if len(links) == 0 {
				t.Errorf("%s: %q leads nowhere", d.UID, p.Title)
			}
			for _, url := range links {
				if err := p.checkLink(dashboards, url); err != nil {
					t.Errorf("%s: %q: %v\n%s", d.UID, p.Title, err, url)
				}
			}
		}
	}
}

func (p *panel) links(t *testing.T) (urls []string) {
	t.Helper()
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			var links []struct{ Title, URL string }
			if property.ID != "links" {
				continue
			}
			if err := json.Unmarshal(property.Value, &links); err != nil {
				t.Fatal(err)
			}
			for _, l := range links {
				urls = append(urls, l.URL)
			}
		}
	}
	return urls
}

func (p *panel) checkLink(dashboards []*dashboard, url string) error {
	to, query, _ := strings.Cut(strings.TrimPrefix(url, "/d/"), "?")
	next := ofUID(dashboards, to)
	if next == nil {
		return fmt.Errorf("no dashboard %q", to)
	}
	if !strings.HasPrefix(query, "${__url_time_range}&${datasource:queryparam}&") {
		return fmt.Errorf("neither time range nor data source")
	}
	var set []string
	for _, m := range chosenInLink.FindAllStringSubmatch(query, -1) {
		set = append(set, m[1])
		if i := slices.IndexFunc(p.Transformations, func(tr transformation) bool { return tr.shows(m[2]) }); i < 0 {
			return fmt.Errorf("no column %q", m[2])
		}
	}
	for _, m := range keptInLink.FindAllStringSubmatch(query, -1) {
		set = append(set, m[1])
	}
	for _, name := range filters {
		times := 0
		for _, s := range set {
			if s == name {
				times++
			}
		}
		if times > 1 || times == 0 && name != "zone" || times > 0 && next.variable(name) == nil {
			return fmt.Errorf("%s is set %d times", name, times)
		}
	}
	return nil
}

// shows is whether organize gives a column that name.
func (tr transformation) shows(title string) bool {
	for of := range tr.Options.IndexByName {
		name := of
		if new, renamed := tr.Options.RenameByName[of]; renamed {
			name = new
		}
		if name == title {
			return true
		}
	}
	return false
}
