package alerts

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

func TestRules(t *testing.T) {
	dashboards, schema, rules := grafana.Dashboards(t), stacktest.ReadSchema(t), grafana.Rules(t)
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
			if !slices.Contains([]string{"OK", "Alerting", "KeepLast"}, r.NoDataState) || r.Missing < 1 {
				t.Errorf("state %q without data, %d evaluations without a row", r.NoDataState, r.Missing)
			}
			if keeps := r.ExecErrState == "KeepLast"; keeps == (r.Name() == "database") || !keeps && r.ExecErrState != "Alerting" {
				t.Errorf("state %q after an error: one rule tells that, all others wait", r.ExecErrState)
			}
			d := grafana.OfUID(dashboards, r.DashboardUID)
			if d == nil {
				t.Fatalf("no dashboard %q", r.DashboardUID)
			}
			if p := d.Numbered(r.PanelID); p == nil || p.Type == "row" {
				t.Errorf("no panel %d of dashboard %q", r.PanelID, r.DashboardUID)
			}
			if !slices.ContainsFunc(d.First(), func(p grafana.Panel) bool { return p.ID == r.PanelID }) {
				t.Errorf("panel %d of dashboard %q is in a closed row", r.PanelID, r.DashboardUID)
			}
			checkSteps(t, &r)
			for _, q := range r.Queries() {
				text := q.Model.Query
				if r.Name() == "tags-hidden" { // which looks for a tag that is not of these points
					text = strings.Replace(text, `"zone" != '' OR `, "", 1)
				}
				if err := schema.Check(text); err != nil {
					t.Errorf("%s: %v", q.Model.Query, err)
				}
			}
			checkSummary(t, d, &r)
		})
	}
}

// TestRulesInREADME: the table of the stack's page names every rule with its severity, and no other.
func TestRulesInREADME(t *testing.T) {
	var want []string
	for _, r := range grafana.Rules(t) {
		want = append(want, r.Title+", "+r.Labels["severity"])
	}
	table := stacktest.Between(t, stacktest.Read(t, stacktest.Shipped("README.md")), "\n| rule | severity | alerts when |\n|---|---|---|\n", "\n\n")
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$`).FindAllStringSubmatch(table, -1) {
		got = append(got, m[1]+", "+m[2])
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("config/README.md has %q, want %q", got, want)
	}
}

// checkSteps: queries come first, each expression is of steps before it, and the last one is the condition.
func checkSteps(t *testing.T, r *grafana.Rule) {
	t.Helper()
	before := map[string]bool{}
	for _, s := range r.Data {
		if s.RefID == "" || before[s.RefID] || s.Model.RefID != s.RefID {
			t.Errorf("step %q: %+v", s.RefID, s)
		}
		for _, ref := range regexp.MustCompile(`[A-Z]+`).FindAllString(s.Model.Expression, -1) {
			if !before[ref] {
				t.Errorf("step %s reads %s, which is not before it", s.RefID, ref)
			}
		}
		before[s.RefID] = true
		if s.Model.Type == "reduce" && (s.Model.Reducer != "last" || s.Model.Settings.Mode != "dropNN") {
			t.Errorf("step %s does not take the last value without nulls: %+v", s.RefID, s)
		}
	}
	if end := r.Data[len(r.Data)-1]; r.Condition != end.RefID || end.Model.Type != "threshold" {
		t.Errorf("condition %s is not the threshold at the end", r.Condition)
	}
	for _, q := range r.Queries() {
		m := q.Model
		if q.DatasourceUID != grafana.ReadSource(t).UID || !m.RawQuery || m.ResultFormat != "time_series" || strings.Contains(m.Query, ";") {
			t.Errorf("step %s is no raw query of series: %+v", q.RefID, q)
		}
		if q.RelativeTimeRange.From <= 0 || q.RelativeTimeRange.To != 0 {
			t.Errorf("step %s reads %+v", q.RefID, q.RelativeTimeRange)
		}
	}
}

// grouped are the tags by which the outermost of the first query's statements groups: an alert's labels.
func grouped(r *grafana.Rule) (names []string) {
	if len(r.Queries()) == 0 {
		return nil
	}
	query := r.Queries()[0].Model.Query
	outer := query[strings.LastIndex(query, ")")+1:]
	if _, groups, found := strings.Cut(outer, "GROUP BY"); found {
		for _, m := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(groups, -1) {
			names = append(names, m[1])
		}
	}
	return names
}

// checkSummary: it names all that the query groups by, and its link sets what the dashboard can choose by, whatever is
// in the names.
func checkSummary(t *testing.T, d *grafana.Dashboard, r *grafana.Rule) {
	t.Helper()
	given := grafana.Labels{}
	for i, name := range grouped(r) {
		given[name] = fmt.Sprintf(`%d/é "%s" + (b|c)'s 100%%&x=y#z`, i, name)
	}
	values := map[string]grafana.Number{}
	for _, s := range r.Data {
		values[s.RefID] = grafana.Number{Value: 3}
	}
	for _, root := range []string{"https://grafana.example.net/sub", "https://grafana.example.net/sub/"} {
		summary, err := grafana.Alert{Labels: given, Holds: true, Values: values}.Render(r.Annotations["summary"], root)
		if err != nil {
			t.Fatal(err)
		}
		text, u, err := grafana.Link(summary)
		if err != nil || u.Host != "grafana.example.net" || u.Path != "/sub/d/"+d.UID {
			t.Errorf("link %v, error %v", u, err)
			continue
		}
		if got := u.Query().Get("viewPanel"); got != fmt.Sprint(r.PanelID) {
			t.Errorf("the link shows panel %q, want %d", got, r.PanelID)
		}
		if strings.Contains(text, "3.0") {
			t.Errorf("%q: sites and milliseconds are whole numbers", text)
		}
		chosen := grafana.ChosenBy(u)
		for name, value := range given {
			if !strings.Contains(text, value) {
				t.Errorf("%q does not name %s", text, name)
			}
			if d.Variable(name) == nil {
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
	nobody, err := grafana.Alert{}.Render(r.Annotations["summary"], "https://grafana.example.net/")
	if r.NoDataState == "Alerting" && (err != nil || regexp.MustCompile("no.value").MatchString(nobody)) {
		t.Errorf("without data: %q, %v", nobody, err)
	}
	for _, text := range r.Annotations {
		text = regexp.MustCompile(`{{[^}]*}}\S*|viewPanel=\d+`).ReplaceAllString(text, "")
		if regexp.MustCompile(`[0-9]`).MatchString(text) {
			t.Errorf("%q repeats a number that stands in the query or the threshold", text)
		}
	}
	if r.Annotations["description"] == "" || r.Annotations["runbook"] == "" || r.Labels["severity"] == "" || r.Labels["service"] != "dns_anycast" {
		t.Errorf("no description or runbook, or not the labels to route by: %q", r.Labels)
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
	tree, err := stacktest.ReadYAML(grafana.RulesFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range dollars(tree, "") {
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
