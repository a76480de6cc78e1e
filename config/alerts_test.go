package config_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

func TestRules(t *testing.T) {
	dashboards, schema, rules := readDashboards(t), readSchema(t), readRules(t)
	seen := map[string]bool{}
	for _, r := range rules {
		t.Run(r.UID, func(t *testing.T) {
			if seen[r.UID] || seen[r.Title] || !regexp.MustCompile(`^[a-z-]{1,40}$`).MatchString(r.UID) {
				t.Errorf("uid %q and title %q are not its own", r.UID, r.Title)
			}
			seen[r.UID], seen[r.Title] = true, true
			if _, err := time.ParseDuration(r.For); err != nil {
				t.Errorf("for: %v", err)
			}
			if !slices.Contains([]string{"OK", "Alerting"}, r.NoDataState) || r.ExecErrState != "Error" {
				t.Errorf("states %q and %q", r.NoDataState, r.ExecErrState)
			}
			d := ofUID(dashboards, r.DashboardUID)
			if d == nil {
				t.Fatalf("no dashboard %q", r.DashboardUID)
			}
			if p := d.numbered(r.PanelID); p == nil || p.Type == "row" {
				t.Errorf("no panel %d of dashboard %q", r.PanelID, r.DashboardUID)
			}
			if len(r.Data) != 3 {
				t.Fatalf("%d steps, want query, reducer, threshold", len(r.Data))
			}
			checkSteps(t, &r)
			if err := schema.check(r.Data[0].Model.Query); err != nil {
				t.Errorf("%s: %v", r.Data[0].Model.Query, err)
			}
			checkSummary(t, d, &r)
		})
	}
}

func checkSteps(t *testing.T, r *rule) {
	t.Helper()
	a, b, c := r.Data[0], r.Data[1], r.Data[2]
	for i, s := range r.Data {
		source := []string{readSource(t).UID, "__expr__", "__expr__"}[i]
		if ref := string(rune('A' + i)); s.RefID != ref || s.Model.RefID != ref || s.DatasourceUID != source {
			t.Errorf("step %s is not of %s: %+v", ref, source, s)
		}
	}
	if !a.Model.RawQuery || a.Model.ResultFormat != "time_series" {
		t.Errorf("A is no raw query of series: %+v", a)
	}
	if strings.Count(a.Model.Query, "$timeFilter") != 1 || strings.Contains(a.Model.Query, ";") {
		t.Errorf("A is not one statement within its time range: %s", a.Model.Query)
	}
	if a.RelativeTimeRange.From <= 0 || a.RelativeTimeRange.To != 0 {
		t.Errorf("A reads %+v", a.RelativeTimeRange)
	}
	if b.Model.Type != "reduce" || b.Model.Expression != "A" || b.Model.Settings.Mode != "dropNN" {
		t.Errorf("B does not reduce A without its nulls: %+v", b)
	}
	if c.Model.Type != "threshold" || c.Model.Expression != "B" || len(c.Model.Conditions) != 1 || r.Condition != "C" {
		t.Errorf("C is not the threshold of B, or not the condition: %+v", c)
	}
}

// checkSummary: it names all that the query groups by, and its link sets what the dashboard can choose by, whatever is
// in the names.
func checkSummary(t *testing.T, d *dashboard, r *rule) {
	t.Helper()
	groups := r.Data[0].Model.Query[strings.LastIndex(r.Data[0].Model.Query, "GROUP BY"):]
	given := labels{}
	for i, m := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(groups, -1) {
		given[m[1]] = fmt.Sprintf(`%d/é "%s" + (b|c)'s 100%%&x=y#z`, i, m[1])
	}
	for _, root := range []string{"https://grafana.example.net/sub", "https://grafana.example.net/sub/"} {
		summary, err := alert{given, 3}.render(r.Annotations["summary"], root)
		if err != nil {
			t.Fatal(err)
		}
		text, u, err := link(summary)
		if err != nil || u.Host != "grafana.example.net" || u.Path != "/sub/d/"+d.UID {
			t.Errorf("link %v, error %v", u, err)
			continue
		}
		if strings.Contains(text, "3.0") {
			t.Errorf("%q: sites and milliseconds are whole numbers", text)
		}
		chosen := chosenBy(u)
		for name, value := range given {
			if !strings.Contains(text, value) {
				t.Errorf("%q does not name %s", text, name)
			}
			if d.variable(name) == nil {
				continue
			}
			if got := chosen[name]; len(got) != 1 || got[0] != value {
				t.Errorf("the link sets %s to %q, want %q", name, got, value)
			}
			delete(chosen, name)
		}
		if len(chosen) > 0 {
			t.Errorf("the link sets %q, which the query does not group by", chosen)
		}
	}
	nobody, err := alert{}.render(r.Annotations["summary"], "https://grafana.example.net/")
	if r.NoDataState == "Alerting" && (err != nil || regexp.MustCompile("no.value").MatchString(nobody)) {
		t.Errorf("without data: %q, %v", nobody, err)
	}
	for _, text := range r.Annotations {
		text = regexp.MustCompile(`{{[^}]*}}\S*`).ReplaceAllString(text, "")
		if regexp.MustCompile(`[0-9]`).MatchString(text) {
			t.Errorf("%q repeats a number that stands in the query or the threshold", text)
		}
	}
	if r.Annotations["description"] == "" || r.Labels["severity"] == "" || r.Labels["service"] != "dns_anycast" {
		t.Errorf("no description, or not the labels to route by: %q", r.Labels)
	}
}

// dollars finds what Grafana would take for an environment variable, or would not where a dollar sign was doubled
// against that: it expands everything in a file of rules but annotations, where it expands ${NAME} at most, and models.
func dollars(tree any, inside string) (faults []string) {
	switch v := tree.(type) {
	case map[string]any:
		for key, value := range v {
			where := inside
			if key == "annotations" || key == "model" {
				where = key
			}
			faults = append(append(faults, dollars(key, inside)...), dollars(value, where)...)
		}
	case []any:
		for _, value := range v {
			faults = append(faults, dollars(value, inside)...)
		}
	case string:
		bad := map[string]string{"": "$", "annotations": `$$|${`, "model": "$$"}[inside]
		for b := range strings.SplitSeq(bad, "|") {
			if strings.Contains(v, b) {
				faults = append(faults, fmt.Sprintf("%s in %q", b, v))
			}
		}
	}
	return faults
}

func TestDollars(t *testing.T) {
	for _, fault := range dollars(readYAML(t, rulesFile), "") {
		t.Error(fault)
	}
	for _, tc := range []struct{ text, want string }{
		{`rules: [{title: "a $b"}]`, `[$ in "a $b"]`},
		{`rules: [{uid: "a$$b"}]`, `[$ in "a$$b"]`},
		{`rules: [{labels: {team: "$TEAM"}}]`, `[$ in "$TEAM"]`},
		{`rules: [{labels: {$a: b}}]`, `[$ in "$a"]`},
		{`rules: [{annotations: {summary: "{{ $labels.host }}"}}]`, `[]`},
		{`rules: [{annotations: {summary: "{{ $$labels.host }}"}}]`, `[$$ in "{{ $$labels.host }}"]`},
		{`rules: [{annotations: {summary: "${HOME}"}}]`, `[${ in "${HOME}"]`},
		{`rules: [{data: [{model: {query: "$timeFilter"}}]}]`, `[]`},
		{`rules: [{data: [{model: {query: "$$timeFilter"}}]}]`, `[$$ in "$$timeFilter"]`},
		{`rules: [{data: [{datasourceUid: "$UID", model: {}}]}]`, `[$ in "$UID"]`},
	} {
		var tree any
		if err := yaml.Unmarshal([]byte(tc.text), &tree); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(dollars(tree, "")); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.text, got, tc.want)
		}
	}
}

// testRulesHaveRows: every rule's query gives rows on the points of real vantage points, labelled by what it groups by.
func (s *scenario) testRulesHaveRows(t *testing.T) {
	for _, r := range readRules(t) {
		w := window{from: s.window.to.Add(-time.Duration(r.Data[0].RelativeTimeRange.From) * time.Second), to: s.window.to}
		query := r.Data[0].Model.Query
		answer := s.db.query(t, database, w.macros(query))
		if len(answer) == 0 {
			t.Errorf("%s has no rows", r.UID)
		}
		for _, a := range answer {
			for name, value := range a.Tags {
				nobody := name == "instance" && value == "" // a reply that names nobody
				if value == "" && !nobody || !strings.Contains(query[strings.LastIndex(query, "GROUP BY"):], `"`+name+`"`) {
					t.Errorf("%s: label %s=%q", r.UID, name, value)
				}
			}
		}
		if _, err := r.fires(s.db, database, s.window.to); err != nil {
			t.Errorf("%s: %v", r.UID, err)
		}
	}
}
