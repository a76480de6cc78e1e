package day

import (
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestDay runs every query of the dashboards and of the alert rules on a real InfluxDB that holds real points.
func TestDay(t *testing.T) {
	t.Parallel()
	skiptest.IPv6(t)
	s := play(t, stacktest.StartInfluxDB(t), stacktest.Plugin(t))
	t.Run("panels", s.testPanels)
	t.Run("annotations", s.testAnnotations)
	t.Run("selections", s.testSelections)
	t.Run("variables", s.testVariables)
	t.Run("story", s.testStory)
	t.Run("silence", s.testSilence)
	t.Run("alerts", s.testRulesRun)
	t.Run("grafana", s.testGrafana)
	t.Run("metrics", s.testMetrics)
}

// testPanels: every query gives rows, with the columns that its panel's options name.
func (s *scenario) testPanels(t *testing.T) {
	d, schema := grafana.AllInOne(t), stacktest.ReadSchema(t)
	for _, p := range d.Panels {
		a := grafana.Answers{}
		for _, q := range p.Targets {
			a[q.RefID] = s.Ask(t, d, q, nil)
			if len(a[q.RefID]) == 0 && p.Type != "heatmap" { // which has classes that nothing falls into
				t.Errorf("%q %s has no rows", p.Title, q.RefID)
			}
			if format := map[bool]string{true: "table", false: "time_series"}[p.Tabular()]; q.ResultFormat != format {
				t.Errorf("%q %s: format %q, want %q", p.Title, q.RefID, q.ResultFormat, format)
			}
		}
		switch {
		case p.Tabular():
			checkTable(t, &p, a)
		case len(p.Targets) > 0 && len(a["A"]) > 0:
			for _, o := range p.FieldConfig.Overrides {
				isResult := slices.Contains(schema.Results[schema.Measurement(p.Targets[0].Query)], o.Matcher.Options)
				if !isResult && !slices.Contains(a["A"][0].Columns, o.Matcher.Options) {
					t.Errorf("%q has an override for %q, which is neither a result nor a column of it", p.Title, o.Matcher.Options)
				}
			}
		}
	}
}

func checkTable(t *testing.T, p *grafana.Panel, a grafana.Answers) {
	t.Helper()
	shown, err := p.Columns(a)
	if err != nil {
		t.Errorf("%q: %v", p.Title, err)
		return
	}
	if slices.Contains(shown, "Time") {
		t.Errorf("%q shows %q: a time that means nothing", p.Title, shown)
	}
	for _, name := range shown {
		if !slices.Contains([]string{"p50", "p90", "p95"}, name) && strings.ToLower(name[:1]) == name[:1] {
			t.Errorf("%q shows a column %q, which nobody has given a name", p.Title, name)
		}
	}
	for _, o := range p.FieldConfig.Overrides {
		if o.Matcher.ID != "byName" || !slices.Contains(shown, o.Matcher.Options) {
			t.Errorf("%q has an override for %+v, but shows %q", p.Title, o.Matcher, shown)
		}
	}
	for _, name := range p.Named() {
		if !slices.Contains(shown, name) {
			t.Errorf("%q is sorted or drawn by %q, but shows %q", p.Title, name, shown)
		}
	}
}

// testAnnotations: every query gives rows, and Grafana finds the columns that it shows.
func (s *scenario) testAnnotations(t *testing.T) {
	d := grafana.AllInOne(t)
	for _, a := range d.Annotations.List {
		if events, err := a.Events(s.Ask(t, d, a.Query(), nil)); err != nil || len(events) == 0 {
			t.Errorf("%q: %d events, %v", a.Name, len(events), err)
		}
	}
}

// testSelections: what the variables select is what plain comparisons select, whatever is in the names.
func (s *scenario) testSelections(t *testing.T) {
	d, compared := grafana.AllInOne(t), map[[2]string]bool{}
	all := grafana.Selection{"host": {stacktest.Far}, "cloud": {stacktest.Alpha}, "server": {s.alpha4.Addr}, "family": {"ipv4"}, "transport": {"udp"}, "zone": {stacktest.Zone}}
	for _, chosen := range []grafana.Selection{
		{},
		all,
		{"host": {stacktest.Far}},
		{"host": {stacktest.Near, stacktest.Far}},
		{"cloud": {stacktest.Alpha}},
		{"cloud": {stacktest.Alpha, beta}},
		{"cloud": {"bet"}},
		{"server": {s.alpha6.Addr}},
		{"server": {s.alpha4.Addr, stacktest.Nowhere}},
		{"family": {"ipv6"}},
		{"family": {"ipv4", "ipv6"}},
		{"transport": {"tcp"}},
		{"zone": {stacktest.Slashed}},
		{"zone": {stacktest.Zone, stacktest.Slashed}},
		{"zone": {"example"}},
		{"address": {stacktest.AtlasAddr6}},
		{"measurement_id": {"1001", "1003"}},
	} {
		for _, p := range d.Asking() {
			for _, q := range p.Targets {
				both := [2]string{s.Statement(t, d, q, chosen), s.Statement(t, d, grafana.Target{Query: plainly(q.Query, chosen)}, nil)}
				if compared[both] { // what is chosen is not what it chooses by
					continue
				}
				compared[both] = true
				got, want := s.DB.Query(t, s.Database, both[0]), s.DB.Query(t, s.Database, both[1])
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%q %s with %q:\n got %v\nwant %v", p.Title, q.RefID, chosen, got, want)
				}
			}
		}
	}
}

// plainly writes comparisons in place of the conditions on variables, and nothing for All.
func plainly(query string, chosen grafana.Selection) string {
	literal := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	for _, name := range grafana.Filters {
		if len(chosen[name]) == 0 {
			query = strings.ReplaceAll(query, grafana.Condition(name)+" AND ", "")
			continue
		}
		var equal []string
		for _, value := range chosen[name] {
			equal = append(equal, fmt.Sprintf(`"%s" = '%s'`, name, literal.Replace(value)))
		}
		query = strings.ReplaceAll(query, grafana.Condition(name), "("+strings.Join(equal, " OR ")+")")
	}
	return query
}

// testVariables: each variable offers what there is, within what is chosen before it.
func (s *scenario) testVariables(t *testing.T) {
	d := grafana.AllInOne(t)
	servers := []string{s.alpha4.Addr, s.alpha6.Addr, stacktest.Closed, stacktest.Nowhere}
	for _, o := range s.others {
		servers = append(servers, o.Addr)
	}
	for _, tc := range []struct {
		name   string
		chosen grafana.Selection
		want   []string
	}{
		{"host", nil, []string{stacktest.Near, stacktest.Far}},
		{"cloud", nil, []string{stacktest.Alpha, beta, unasked}},
		{"cloud", grafana.Selection{"host": {stacktest.Near}}, []string{stacktest.Alpha, beta}},
		{"server", nil, append(servers, unasked4, unasked6)},
		{"server", grafana.Selection{"host": {stacktest.Near}}, slices.Clone(servers)},
		{"server", grafana.Selection{"host": {stacktest.Far}, "cloud": {stacktest.Alpha}}, []string{s.alpha4.Addr, s.alpha6.Addr}},
		{"family", nil, []string{"ipv4", "ipv6"}},
		{"family", grafana.Selection{"cloud": {beta}}, []string{"ipv4"}},
		{"transport", grafana.Selection{"cloud": {"none"}}, nil},
		{"transport", nil, []string{"tcp", "udp"}},
		{"zone", nil, []string{stacktest.Zone, stacktest.Slashed}},
		{"zone", grafana.Selection{"cloud": {unasked}}, []string{stacktest.Zone}},
		{"zone", grafana.Selection{"host": {stacktest.Near}, "cloud": {unasked}}, nil},
		{"address", nil, []string{stacktest.AtlasAddr4, stacktest.AtlasAddr6}},
		{"address", grafana.Selection{"cloud": {beta}}, nil},
		{"measurement_id", grafana.Selection{"address": {stacktest.AtlasAddr4}}, []string{"1001", "1003"}},
	} {
		slices.Sort(tc.want)
		if got := s.offers(t, d, tc.name, tc.chosen); !slices.Equal(got, tc.want) {
			t.Errorf("%s with %q offers %q, want %q", tc.name, tc.chosen, got, tc.want)
		}
	}
}

// offers are what a variable offers, sorted.
func (s *scenario) offers(t *testing.T, d *grafana.Dashboard, name string, chosen grafana.Selection) (all []string) {
	t.Helper()
	for _, r := range s.Ask(t, d, grafana.Target{Query: d.Variable(name).Query}, chosen) {
		for _, v := range r.Values {
			all = append(all, v[slices.Index(r.Columns, "value")].(string))
		}
	}
	slices.Sort(all)
	return all
}

// testRulesRun: every rule can be evaluated on the points of real vantage points.
func (s *scenario) testRulesRun(t *testing.T) {
	for _, r := range grafana.Rules(t) {
		if _, err := r.Evaluate(s.DB, database, s.Window.To); err != nil {
			t.Error(err)
		}
	}
}

// holding are the alerts of a rule whose condition holds when the scenario ends.
func (s *scenario) holding(t *testing.T, name string) (alerts []string) {
	t.Helper()
	for _, r := range grafana.Rules(t) {
		if r.Name() != name {
			continue
		}
		evaluated, err := r.Evaluate(s.DB, database, s.Window.To)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range evaluated {
			if a.Holds {
				alerts = append(alerts, strings.TrimSpace(name+" "+a.Labels.String()))
			}
		}
	}
	return alerts
}

// checkItselfShown: a row for each plugin.conf and vantage point, who left out most at the top; and a line for each of
// them and each thing that is counted.
func checkItselfShown(t *testing.T, panels map[string][]grafana.Shown) {
	t.Helper()
	table := panels[itselfTable][0]
	order := []string{"Vantage point", "Configuration", "Targets", "Answered", "Longest round", "Left out", "IPv4", "IPv6", "Last report"}
	if !slices.Equal(table.Columns, order) {
		t.Errorf("%q, want %q", table.Columns, order)
	}
	pattern := regexp.MustCompile(`^(vantage\S*( .*)?) \S+plugin[01]\.conf \d+ \d+ [0-9.]+ m?s \d+ - - \d+/\d+/\d+, .+$`)
	for _, row := range table.Rows {
		if !pattern.MatchString(strings.Join(row, " ")) {
			t.Errorf("%q", row)
		}
	}
	lines := map[string]bool{}
	for _, line := range panels[itselfOthers] {
		kind, of, _ := strings.Cut(line.Columns[1], ": ")
		file, host, _ := strings.Cut(of, " on ")
		lines[kind+" "+filepath.Base(file)+" "+host] = true
	}
	for _, name := range []string{"discarded plugin0.conf " + stacktest.Near, "no kernel stamp plugin0.conf " + stacktest.Far, "beyond max_instances plugin1.conf " + stacktest.Far} {
		if !lines[name] {
			t.Errorf("no line %q among %v", name, lines)
		}
	}
	if len(table.Rows) != 3 || len(lines) != 9 {
		t.Errorf("%d rows and %d lines, want two plugin.conf of one vantage point and one of another", len(table.Rows), len(lines))
	}
}

// checkVerdictsShown: a row for each site, and in the graph for each of its vantage points; verdicts in words, and in the graph the distance first, which
// Grafana takes for the axis below where it does not know the series.
func checkVerdictsShown(t *testing.T, panels map[string][]grafana.Shown) {
	t.Helper()
	for title, want := range map[string]struct {
		columns, row string
		rows         int
	}{
		grafana.SitesTitle:          {"Site Cloud Verdict Latitude Longitude", "ARN " + stacktest.Alpha + " slow ", 2},
		"Is the time the distance?": {"Kilometers Median Floor Site Cloud Vantage point Verdict", fmt.Sprint(fromLHR, " "), 4},
	} {
		got := panels[title][0]
		if columns := strings.Join(got.Columns, " "); columns != want.columns {
			t.Errorf("%q: %q, want %q", title, columns, want.columns)
		}
		shows, begins := map[string]bool{}, false
		for _, row := range got.Rows {
			shows[row[slices.Index(got.Columns, "Verdict")]] = true
			begins = begins || strings.HasPrefix(strings.Join(row, " "), want.row)
		}
		if len(got.Rows) != want.rows || len(shows) != want.rows || shows["-"] || !begins {
			t.Errorf("%q shows %q, want a verdict in each, and a row that begins with %q", title, got.Rows, want.row)
		}
	}
}
