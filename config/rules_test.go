package config_test

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"time"
)

const rulesFile = "grafana/provisioning/alerting/dns_anycast.yaml"

// ruleFile is all that the file of rules may hold: no contact points, no policies.
type ruleFile struct {
	APIVersion int
	Groups     []struct {
		OrgID                  int
		Name, Folder, Interval string
		Rules                  []rule
	}
}

type rule struct {
	UID, Title, Condition, For, NoDataState, ExecErrState, DashboardUID string
	PanelID                                                             int
	Labels, Annotations                                                 map[string]string
	Data                                                                []step
}

// step is a query, or an expression on the step before it.
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

func readRules(t *testing.T) (rules []rule) {
	t.Helper()
	var f ruleFile
	decode(t, rulesFile, &f, true)
	for _, g := range f.Groups {
		interval, err := time.ParseDuration(g.Interval)
		if err != nil || interval%(10*time.Second) != 0 || g.OrgID != 1 || g.Name == "" || g.Folder == "" {
			t.Errorf("group %q in folder %q: every %q, organisation %d", g.Name, g.Folder, g.Interval, g.OrgID)
		}
		rules = append(rules, g.Rules...)
	}
	return rules
}

// labels names an alert: the tags that the rule's query groups by.
type labels map[string]string

// alert is a rule that fires: for what, and with which value of B.
type alert struct {
	labels labels
	value  float64
}

// fires evaluates the rule as Grafana does: query, reducer, threshold, and the state for no data. InfluxDB's now() is
// the moment of the evaluation. It leaves out for how long it must last.
func (r *rule) fires(db *influxDB, database string, now time.Time) (alerts []alert, err error) {
	query, reduce, compare := r.Data[0], r.Data[1].Model, r.Data[2].Model.Conditions[0].Evaluator
	w := window{
		from: now.Add(-time.Duration(query.RelativeTimeRange.From) * time.Second),
		to:   now.Add(-time.Duration(query.RelativeTimeRange.To) * time.Second),
	}
	text := strings.ReplaceAll(w.macros(query.Model.Query), "now()", fmt.Sprintf("%dms", now.UnixMilli()))
	answer, err := db.try(database, text)
	if err != nil {
		return nil, err
	}
	if len(answer) == 0 && r.NoDataState == "Alerting" {
		return []alert{{}}, nil
	}
	for _, s := range answer {
		value, known, err := reduced(reduce.Reducer, s)
		if err != nil {
			return nil, err
		}
		beyond, err := compare.holds(value)
		if err != nil {
			return nil, err
		}
		if known && beyond {
			alerts = append(alerts, alert{s.Tags, value})
		}
	}
	return alerts, nil
}

// reducers are those that the tests know.
var reducers = map[string]func(values []float64) float64{
	"last": func(values []float64) float64 { return values[len(values)-1] },
	"max":  slices.Max[[]float64],
	"min":  slices.Min[[]float64],
}

// reduced makes one number of a series, without its nulls.
func reduced(reducer string, s series) (value float64, known bool, err error) {
	reduce := reducers[reducer]
	if reduce == nil || len(s.Columns) != 2 {
		return 0, false, fmt.Errorf("reducer %q of %q: want one the tests know, of a time and a number", reducer, s.Columns)
	}
	var values []float64
	for _, row := range s.Values {
		if v, isNumber := row[1].(float64); isNumber {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return 0, false, nil
	}
	return reduce(values), true, nil
}

func (e evaluator) holds(value float64) (bool, error) {
	switch {
	case e.Type == "within_range" && len(e.Params) == 2: // without its ends
		return value > e.Params[0] && value < e.Params[1], nil
	case len(e.Params) != 1:
		return false, fmt.Errorf("%s, params %v", e.Type, e.Params)
	case e.Type == "gt":
		return value > e.Params[0], nil
	case e.Type == "lt":
		return value < e.Params[0], nil
	}
	return false, fmt.Errorf("the tests do not know the threshold %q", e.Type)
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
	}{a.labels, map[string]number{"B": {a.value}}})
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
