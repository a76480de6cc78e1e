package dashboards

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestFirstScreens: a dashboard shows what needs action without much scrolling, and the rest when it is asked to.
func TestFirstScreens(t *testing.T) {
	for _, d := range grafana.Dashboards(t) {
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
	d, s := grafana.OfUID(grafana.Dashboards(t), "dns-anycast"), stacktest.ReadSchema(t)
	for _, p := range d.First() {
		for _, q := range p.Targets {
			overTime := strings.Contains(q.Query, "time($__interval)")
			measurement := s.Measurement(strings.ReplaceAll(q.Query, `"changes".`, "")) // who is expected is kept there
			if strings.Contains(q.Query, "$timeFilter") && !overTime && measurement != "dns_anycast_cloud" {
				t.Errorf("%q reads the whole time range: %s", p.Title, q.Query)
			}
			far := map[string][]string{
				"1h": {"dns_anycast_change", "dns_anycast", "dns_anycast_soa"}, "1d": {"dns_anycast_cloud"}, "30d": {"dns_anycast_cloud"}, "1825d": {"dns_anycast_cloud"},
			}
			for _, m := range lately.FindAllStringSubmatch(q.Query, -1) {
				if of, is := far[m[1]]; m[1] != "2m" && m[1] != "10m" && (!is || !slices.Contains(of, measurement)) {
					t.Errorf("%q reads %s: %s", p.Title, m[1], q.Query)
				}
			}
		}
	}
}

// TestNotMeasured: where nothing was measured a figure is grey and says so, a share is grey, and an empty table does not
// look as if all were well.
func TestNotMeasured(t *testing.T) {
	for _, d := range grafana.Dashboards(t) {
		for _, p := range d.All() {
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
	for _, p := range grafana.OfUID(grafana.Dashboards(t), "dns-anycast").First() {
		if says := strings.ToLower(p.FieldConfig.Defaults.NoValue); p.Type != "alertlist" && !strings.Contains(says, "measured") {
			t.Errorf("%q says %q where there is no answer", p.Title, says)
		}
	}
}

func greyWithout(t *testing.T, mappings []grafana.Mapping) bool {
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
func judged(t *testing.T, properties []grafana.Property) (isJudged, grey bool) {
	t.Helper()
	share := false
	for _, p := range properties {
		share = share || p.ID == "unit" && string(p.Value) == `"percentunit"`
		isJudged = isJudged || p.ID == "thresholds"
		if p.ID == "mappings" {
			var mappings []grafana.Mapping
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
	for _, d := range grafana.Dashboards(t) {
		for _, p := range d.All() {
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

var (
	chosenInLink = regexp.MustCompile(`&var-(\w+)=\$\{__data\.fields\["([^"]+)"\]:percentencode\}`)
	keptInLink   = regexp.MustCompile(`&\$\{(\w+):queryparam\}`)
)

// TestTableLinks: every row of a table leads on, with the time range, and what is chosen by its columns or was before.
func TestTableLinks(t *testing.T) {
	dashboards := grafana.Dashboards(t)
	for _, d := range grafana.Dashboards(t) {
		for _, p := range d.All() {
			if p.Type != "table" {
				continue
			}
			links := linksOf(t, &p)
			if len(links) == 0 {
				t.Errorf("%s: %q leads nowhere", d.UID, p.Title)
			}
			for _, url := range links {
				if err := checkLink(d, &p, dashboards, url); err != nil {
					t.Errorf("%s: %q: %v\n%s", d.UID, p.Title, err, url)
				}
			}
		}
	}
}

func linksOf(t *testing.T, p *grafana.Panel) (urls []string) {
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

func checkLink(d *grafana.Dashboard, p *grafana.Panel, dashboards []*grafana.Dashboard, url string) error {
	to, query, _ := strings.Cut(strings.TrimPrefix(url, "/d/"), "?")
	next := grafana.OfUID(dashboards, to)
	if next == nil {
		return fmt.Errorf("no dashboard %q", to)
	}
	if when, _, found := strings.Cut(query, "&${datasource:queryparam}&"); !found || !timeInLink(p, when) {
		return fmt.Errorf("neither time range nor data source")
	}
	var set []string
	for _, m := range chosenInLink.FindAllStringSubmatch(query, -1) {
		set = append(set, m[1])
		if i := slices.IndexFunc(p.Transformations, func(tr grafana.Transformation) bool { return shows(tr, m[2]) }); i < 0 {
			return fmt.Errorf("no column %q", m[2])
		}
	}
	for _, m := range keptInLink.FindAllStringSubmatch(query, -1) {
		set = append(set, m[1])
	}
	for _, name := range grafana.Filters {
		times := 0
		for _, s := range set {
			if s == name {
				times++
			}
		}
		both := d.Variable(name) != nil && next.Variable(name) != nil
		if times > 1 || times == 0 && both && name != "zone" || times > 0 && next.Variable(name) == nil {
			return fmt.Errorf("%s is set %d times", name, times)
		}
	}
	return nil
}

// timeInLink is whether a link opens at the time range, or from a month at a time that is short enough to read queries of.
func timeInLink(p *grafana.Panel, when string) bool {
	around := regexp.MustCompile(`^time=\$\{__data\.fields\["(\w+)"\]\.numeric\}&time\.window=7200000$`).FindStringSubmatch(when)
	return when == "${__url_time_range}" || when == "from=now-6h&to=now" || around != nil &&
		slices.ContainsFunc(p.Transformations, func(tr grafana.Transformation) bool { return shows(tr, around[1]) })
}

// shows is whether organize gives a column that name.
func shows(tr grafana.Transformation, title string) bool {
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
