package stack

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/template"
	"time"
)

const rulesFile = "grafana/provisioning/alerting/dns_anycast.yaml"

// ruleFile is all that the file of rules may hold: no contact points, no policies.
type ruleFile struct {
	APIVersion  int
	DeleteRules []struct {
		OrgID int
		UID   string
	}
	Groups []struct {
		OrgID                  int
		Name, Folder, Interval string
		Rules                  []rule
	}
}

type rule struct {
	UID, Title, Condition, For, NoDataState, ExecErrState, DashboardUID string
	KeepFiringFor                                                       string
	PanelID                                                             int
	Missing                                                             int `json:"missing_series_evals_to_resolve"`
	Labels, Annotations                                                 map[string]string
	Data                                                                []step

	every time.Duration // from one evaluation to the next
}

// step is a query, or an expression on the steps before it.
type step struct {
	RefID, DatasourceUID string
	RelativeTimeRange    struct{ From, To int }
	Model                struct {
		RefID, Query, ResultFormat, Type, Expression, Reducer string
		RawQuery                                              bool
		Settings                                              struct{ Mode string }
		Conditions                                            []struct{ Evaluator evaluator }
	}
}

type evaluator struct {
	Type   string
	Params []float64
}

// rules are read once: tests do not change them.
var rules = sync.OnceValues(func() (all []rule, err error) {
	var f ruleFile
	if err := decodeFile(rulesFile, &f, true); err != nil {
		return nil, err
	}
	for _, g := range f.Groups {
		interval, err := time.ParseDuration(g.Interval)
		if err != nil || interval%(10*time.Second) != 0 || g.OrgID != 1 || g.Name == "" || g.Folder == "" {
			return nil, fmt.Errorf("group %q in folder %q: every %q, organisation %d", g.Name, g.Folder, g.Interval, g.OrgID)
		}
		for _, r := range g.Rules {
			r.every = interval
			for _, gone := range f.DeleteRules {
				if gone.UID == r.UID || gone.OrgID != 1 || !strings.HasPrefix(gone.UID, "dns-anycast-") {
					return nil, fmt.Errorf("deletes %+v, while %s is there", gone, r.UID)
				}
			}
			all = append(all, r)
		}
	}
	return all, nil
})

func readRules(t *testing.T) []rule {
	t.Helper()
	all, err := rules()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// name is the uid without what all have in common.
func (r *rule) name() string { return strings.TrimPrefix(r.UID, "dns-anycast-") }

// wait is for how long the condition must hold.
func (r *rule) wait(t *testing.T) time.Duration {
	t.Helper()
	wait, err := time.ParseDuration(r.For)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

// labels names an alert: the tags that the rule's query groups by.
type labels map[string]string

func (l labels) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(l)) {
		if l[name] != "" {
			parts = append(parts, name+"="+l[name])
		}
	}
	return strings.Join(parts, " ")
}

// within reports whether others has all labels of l, with the same values.
func (l labels) within(others labels) bool {
	for name, value := range l {
		if has, there := others[name]; !there || has != value {
			return false
		}
	}
	return true
}

// value is one row of a step: a number for these labels.
type value struct {
	labels labels
	number float64
}

// alert is what a rule says of one row: whether its condition holds, and the values of all steps.
type alert struct {
	labels labels
	holds  bool
	values map[string]number
}

// evaluate is one evaluation of the rule, as Grafana does it: queries, reducers, math and threshold. InfluxDB's now() is
// its moment. No row is no alert: what becomes of it then is the caller's to tell.
func (r *rule) evaluate(db *influxDB, database string, now time.Time) (alerts []alert, err error) {
	steps := map[string][]value{}
	for _, s := range r.Data {
		switch s.Model.Type {
		case "":
			err = r.ask(db, database, now, s, steps)
		case "reduce":
			steps[s.RefID] = steps[s.Model.Expression]
		case "math":
			steps[s.RefID], err = calculate(s.Model.Expression, steps)
		case "threshold":
			steps[s.RefID], err = s.Model.Conditions[0].Evaluator.judge(steps[s.Model.Expression])
		default:
			err = fmt.Errorf("the tests do not know the expression %q", s.Model.Type)
		}
		if err != nil {
			return nil, fmt.Errorf("%s, step %s: %w", r.UID, s.RefID, err)
		}
	}
	for _, v := range steps[r.Condition] {
		a := alert{v.labels, v.number != 0, map[string]number{}}
		for ref, values := range steps {
			for _, w := range values {
				if w.labels.within(v.labels) {
					a.values[ref] = number{w.number}
				}
			}
		}
		alerts = append(alerts, a)
	}
	return alerts, nil
}

// ask runs a query and takes the last number of each series, which must be one for its labels.
func (r *rule) ask(db *influxDB, database string, now time.Time, s step, steps map[string][]value) error {
	w := window{
		from: now.Add(-time.Duration(s.RelativeTimeRange.From) * time.Second),
		to:   now.Add(-time.Duration(s.RelativeTimeRange.To) * time.Second),
	}
	text := strings.ReplaceAll(w.macros(s.Model.Query), "now()", fmt.Sprintf("%dms", now.UnixMilli()))
	answer, err := db.try(database, text)
	if err != nil {
		return err
	}
	for _, a := range answer {
		if len(a.Columns) != 2 {
			return fmt.Errorf("columns %q: want the time and a number", a.Columns)
		}
		if slices.ContainsFunc(steps[s.RefID], func(v value) bool { return maps.Equal(v.labels, a.Tags) }) {
			return fmt.Errorf("two rows of %v: Grafana refuses them", labels(a.Tags))
		}
		for _, row := range slices.Backward(a.Values) {
			if n, isNumber := row[1].(float64); isNumber {
				steps[s.RefID] = append(steps[s.RefID], value{a.Tags, n})
				break
			}
		}
	}
	return nil
}

func (e evaluator) judge(values []value) (judged []value, err error) {
	for _, v := range values {
		holds := false
		switch {
		case e.Type == "within_range" && len(e.Params) == 2: // without its ends
			holds = v.number > e.Params[0] && v.number < e.Params[1]
		case e.Type == "gt" && len(e.Params) == 1:
			holds = v.number > e.Params[0]
		default:
			return nil, fmt.Errorf("the tests do not know the threshold %q of %v", e.Type, e.Params)
		}
		judged = append(judged, value{v.labels, map[bool]float64{true: 1}[holds]})
	}
	return judged, nil
}

// number is a value as Grafana's templates have it.
type number struct{ Value float64 }

// String writes at least two significant digits: 3 is "3.0".
func (n number) String() string {
	if n.Value == 0 {
		return "0"
	}
	digits := 1 - int(math.Floor(math.Log10(math.Abs(n.Value))))
	return strconv.FormatFloat(n.Value, 'f', max(0, digits), 64)
}

// render fills an annotation in as Grafana does; root is the address of Grafana.
func (a alert) render(text, root string) (string, error) {
	funcs := template.FuncMap{
		"externalURL":        func() string { return root },
		"humanizeDuration":   humanizeDuration,
		"humanizePercentage": func(v float64) string { return fmt.Sprintf("%.4g%%", 100*v) },
		"reReplaceAll": func(pattern, by, text string) string {
			return regexp.MustCompile(pattern).ReplaceAllString(text, by)
		},
	}
	t, err := template.New("").Option("missingkey=invalid").Funcs(funcs).Parse("{{- $labels := .Labels -}}" + text)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.Execute(&b, struct {
		Labels labels
		Values map[string]number
	}{a.labels, a.values})
	return b.String(), err
}

// humanizeDuration writes seconds as Grafana's templates do, from a minute up: "1h 6m 0s".
func humanizeDuration(seconds float64) string {
	var parts []string
	left := int(seconds)
	for _, unit := range []struct {
		size int
		name string
	}{{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}} {
		if n := left / unit.size; n > 0 || len(parts) > 0 || unit.size == 1 {
			parts = append(parts, fmt.Sprint(n, unit.name))
		}
		left %= unit.size
	}
	return strings.Join(parts, " ")
}

// link returns what a summary says before its link, and the link.
func link(summary string) (text string, u *url.URL, err error) {
	i := strings.LastIndexByte(summary, ' ')
	u, err = url.Parse(summary[i+1:])
	return summary[:max(i, 0)], u, err
}

// chosenBy is what the link sets in the dashboard's variables.
func chosenBy(u *url.URL) selection {
	chosen := selection{}
	for key, values := range u.Query() {
		if name, isVariable := strings.CutPrefix(key, "var-"); isVariable {
			chosen[name] = values
		}
	}
	return chosen
}
