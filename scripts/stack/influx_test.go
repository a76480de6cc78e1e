package stack

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// TestInfluxDB runs every query of the dashboard and of the alert rules on a real InfluxDB that holds real points.
func TestInfluxDB(t *testing.T) {
	t.Parallel()
	skiptest.IPv6(t)
	db := startInfluxDB(t)
	plugin := buildPlugin(t)
	t.Run("dashboard", func(t *testing.T) {
		t.Parallel()
		s := play(t, db, plugin)
		t.Run("panels", s.testPanels)
		t.Run("annotations", s.testAnnotations)
		t.Run("selections", s.testSelections)
		t.Run("variables", s.testVariables)
		t.Run("story", s.testStory)
		t.Run("silence", s.testSilence)
		t.Run("alerts", s.testRulesRun)
		t.Run("grafana", s.testGrafana)
	})
	t.Run("alert states", func(t *testing.T) {
		t.Parallel()
		testAlertStates(t, db, plugin)
	})
}

// ask runs a panel's query as Grafana does.
func (s *scenario) ask(t *testing.T, d *dashboard, q target, chosen selection) []series {
	t.Helper()
	return s.db.query(t, s.database, s.statement(t, d, q, chosen))
}

// statement is what Grafana makes of a panel's query.
func (s *scenario) statement(t *testing.T, d *dashboard, q target, chosen selection) string {
	t.Helper()
	text, err := d.expand(q.Query, chosen)
	if err != nil {
		t.Fatal(err)
	}
	text = s.window.macros(text)
	if left := unexpanded(text); left != "" {
		t.Fatalf("%s is left in %s", left, text)
	}
	return text
}

// testPanels: every query gives rows, with the columns that its panel's options name.
func (s *scenario) testPanels(t *testing.T) {
	d, schema := readDashboard(t), readSchema(t)
	for _, p := range d.Panels {
		a := answers{}
		for _, q := range p.Targets {
			a[q.RefID] = s.ask(t, d, q, nil)
			if len(a[q.RefID]) == 0 && p.Type != "heatmap" { // which has classes that nothing falls into
				t.Errorf("%q %s has no rows", p.Title, q.RefID)
			}
			if format := map[bool]string{true: "table", false: "time_series"}[p.tabular()]; q.ResultFormat != format {
				t.Errorf("%q %s: format %q, want %q", p.Title, q.RefID, q.ResultFormat, format)
			}
		}
		switch {
		case p.tabular():
			checkTable(t, &p, a)
		case len(p.Targets) > 0 && len(a["A"]) > 0:
			for _, o := range p.FieldConfig.Overrides {
				isResult := slices.Contains(schema.results[schema.measurement(p.Targets[0].Query)], o.Matcher.Options)
				if !isResult && !slices.Contains(a["A"][0].Columns, o.Matcher.Options) {
					t.Errorf("%q has an override for %q, which is neither a result nor a column of it", p.Title, o.Matcher.Options)
				}
			}
		}
	}
}

func checkTable(t *testing.T, p *panel, a answers) {
	t.Helper()
	shown, err := p.columns(a)
	if err != nil {
		t.Errorf("%q: %v", p.Title, err)
		return
	}
	if slices.Contains(shown, "Time") {
		t.Errorf("%q shows %q: a time that means nothing", p.Title, shown)
	}
	for _, name := range shown {
		if !slices.Contains([]string{"p50", "p95"}, name) && strings.ToLower(name[:1]) == name[:1] {
			t.Errorf("%q shows a column %q, which nobody has given a name", p.Title, name)
		}
	}
	for _, o := range p.FieldConfig.Overrides {
		if o.Matcher.ID != "byName" || !slices.Contains(shown, o.Matcher.Options) {
			t.Errorf("%q has an override for %+v, but shows %q", p.Title, o.Matcher, shown)
		}
	}
	for _, name := range p.named() {
		if !slices.Contains(shown, name) {
			t.Errorf("%q is sorted or drawn by %q, but shows %q", p.Title, name, shown)
		}
	}
}

// testAnnotations: every query gives rows, and Grafana finds the columns that it shows.
func (s *scenario) testAnnotations(t *testing.T) {
	d := readDashboard(t)
	for _, a := range d.Annotations.List {
		if events, err := a.events(s.ask(t, d, a.query(), nil)); err != nil || len(events) == 0 {
			t.Errorf("%q: %d events, %v", a.Name, len(events), err)
		}
	}
}

// testSelections: what the variables select is what plain comparisons select, whatever is in the names.
func (s *scenario) testSelections(t *testing.T) {
	d, compared := readDashboard(t), map[[2]string]bool{}
	all := selection{"host": {far}, "cloud": {alpha}, "server": {s.alpha4.addr}, "family": {"ipv4"}, "transport": {"udp"}, "zone": {zone}}
	for _, chosen := range []selection{
		{},
		all,
		{"host": {far}},
		{"host": {near, far}},
		{"cloud": {alpha}},
		{"cloud": {alpha, beta}},
		{"cloud": {"bet"}},
		{"server": {s.alpha6.addr}},
		{"server": {s.alpha4.addr, nowhere}},
		{"family": {"ipv6"}},
		{"family": {"ipv4", "ipv6"}},
		{"transport": {"tcp"}},
		{"zone": {slashed}},
		{"zone": {zone, slashed}},
		{"zone": {"example"}},
	} {
		for _, p := range d.asking() {
			for _, q := range p.Targets {
				both := [2]string{s.statement(t, d, q, chosen), s.statement(t, d, target{Query: plainly(q.Query, chosen)}, nil)}
				if compared[both] { // what is chosen is not what it chooses by
					continue
				}
				compared[both] = true
				got, want := s.db.query(t, s.database, both[0]), s.db.query(t, s.database, both[1])
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%q %s with %q:\n got %v\nwant %v", p.Title, q.RefID, chosen, got, want)
				}
			}
		}
	}
}

// plainly writes comparisons in place of the conditions on variables, and nothing for All.
func plainly(query string, chosen selection) string {
	literal := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	for _, name := range filters {
		if len(chosen[name]) == 0 {
			query = strings.ReplaceAll(query, condition(name)+" AND ", "")
			continue
		}
		var equal []string
		for _, value := range chosen[name] {
			equal = append(equal, fmt.Sprintf(`"%s" = '%s'`, name, literal.Replace(value)))
		}
		query = strings.ReplaceAll(query, condition(name), "("+strings.Join(equal, " OR ")+")")
	}
	return query
}

// testVariables: each variable offers what there is, within what is chosen before it.
func (s *scenario) testVariables(t *testing.T) {
	d := readDashboard(t)
	servers := []string{s.alpha4.addr, s.alpha6.addr, closed, nowhere}
	for _, o := range s.others {
		servers = append(servers, o.addr)
	}
	for _, tc := range []struct {
		name   string
		chosen selection
		want   []string
	}{
		{"host", nil, []string{near, far}},
		{"cloud", nil, []string{alpha, beta, unasked}},
		{"cloud", selection{"host": {near}}, []string{alpha, beta}},
		{"server", nil, append(servers, unasked4, unasked6)},
		{"server", selection{"host": {near}}, slices.Clone(servers)},
		{"server", selection{"host": {far}, "cloud": {alpha}}, []string{s.alpha4.addr, s.alpha6.addr}},
		{"family", nil, []string{"ipv4", "ipv6"}},
		{"family", selection{"cloud": {beta}}, []string{"ipv4"}},
		{"transport", selection{"cloud": {"none"}}, nil},
		{"transport", nil, []string{"tcp", "udp"}},
		{"zone", nil, []string{zone, slashed}},
		{"zone", selection{"cloud": {unasked}}, []string{zone}},
		{"zone", selection{"host": {near}, "cloud": {unasked}}, nil},
	} {
		var got []string
		for _, r := range s.ask(t, d, target{Query: d.variable(tc.name).Query}, tc.chosen) {
			for _, v := range r.Values {
				got = append(got, v[slices.Index(r.Columns, "value")].(string))
			}
		}
		slices.Sort(got)
		slices.Sort(tc.want)
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s with %q offers %q, want %q", tc.name, tc.chosen, got, tc.want)
		}
	}
}
