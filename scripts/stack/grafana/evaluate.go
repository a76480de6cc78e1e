package grafana

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	operator "go/token"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// value is one row of a step: a number for these labels.
type value struct {
	labels Labels
	number float64
}

// Alert is what a rule says of one row: whether its condition holds, and the values of all steps.
type Alert struct {
	Labels Labels
	Holds  bool
	Values map[string]Number
}

// Evaluate is one evaluation of the rule, as Grafana does it: queries, reducers, math and threshold. InfluxDB's now() is
// its moment. No row is no alert: what becomes of it then is the caller's to tell.
func (r *Rule) Evaluate(db *stacktest.InfluxDB, database string, now time.Time) (alerts []Alert, err error) {
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
		a := Alert{v.labels, v.number != 0, map[string]Number{}}
		for ref, values := range steps {
			for _, w := range values {
				if w.labels.within(v.labels) {
					a.Values[ref] = Number{w.number}
				}
			}
		}
		alerts = append(alerts, a)
	}
	return alerts, nil
}

// ask runs a query and takes the last number of each series, which must be one for its labels.
func (r *Rule) ask(db *stacktest.InfluxDB, database string, now time.Time, s step, steps map[string][]value) error {
	w := Window{
		From: now.Add(-time.Duration(s.RelativeTimeRange.From) * time.Second),
		To:   now.Add(-time.Duration(s.RelativeTimeRange.To) * time.Second),
	}
	text := strings.ReplaceAll(w.macros(s.Model.Query), "now()", fmt.Sprintf("%dms", now.UnixMilli()))
	answer, err := db.Try(database, text)
	if err != nil {
		return err
	}
	for _, a := range answer {
		if len(a.Columns) != 2 {
			return fmt.Errorf("columns %q: want the time and a number", a.Columns)
		}
		if slices.ContainsFunc(steps[s.RefID], func(v value) bool { return maps.Equal(v.labels, a.Tags) }) {
			return fmt.Errorf("two rows of %v: Grafana refuses them", Labels(a.Tags))
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

// calculate is an expression of Grafana's over the steps before it: where two of them are joined, a row of one goes with
// those rows of the other whose labels are among its own, or the other way round.
func calculate(expression string, steps map[string][]value) ([]value, error) {
	e, err := parser.ParseExpr(strings.ReplaceAll(expression, "$", ""))
	if err != nil {
		return nil, err
	}
	return term(e, steps)
}

func term(e ast.Expr, steps map[string][]value) ([]value, error) {
	switch e := e.(type) {
	case *ast.BasicLit:
		n, err := strconv.ParseFloat(e.Value, 64)
		return []value{{nil, n}}, err
	case *ast.Ident:
		if _, there := steps[e.Name]; !there {
			return nil, nil // a query without rows
		}
		return steps[e.Name], nil
	case *ast.ParenExpr:
		return term(e.X, steps)
	case *ast.CallExpr:
		return magnitudes(e, steps)
	case *ast.BinaryExpr:
		a, err := term(e.X, steps)
		if err != nil {
			return nil, err
		}
		b, err := term(e.Y, steps)
		if err != nil {
			return nil, err
		}
		return joined(a, b, e.Op)
	}
	return nil, fmt.Errorf("the tests do not know %T", e)
}

// magnitudes are the values of abs(), the one function that rules call.
func magnitudes(e *ast.CallExpr, steps map[string][]value) (all []value, err error) {
	if name, is := e.Fun.(*ast.Ident); !is || name.Name != "abs" || len(e.Args) != 1 {
		return nil, errors.New("the tests know of no function but abs")
	}
	of, err := term(e.Args[0], steps)
	for _, v := range of {
		all = append(all, value{v.labels, math.Abs(v.number)})
	}
	return all, err
}

func joined(a, b []value, op operator.Token) (all []value, err error) {
	for _, x := range a {
		for _, y := range b {
			l := x.labels
			if x.labels.within(y.labels) {
				l = y.labels
			} else if !y.labels.within(x.labels) {
				continue
			}
			n, err := combined(x.number, y.number, op)
			if err != nil {
				return nil, err
			}
			all = append(all, value{l, n})
		}
	}
	return all, nil
}

func combined(x, y float64, op operator.Token) (float64, error) {
	switch op {
	case operator.ADD:
		return x + y, nil
	case operator.SUB:
		return x - y, nil
	case operator.MUL:
		return x * y, nil
	case operator.QUO:
		return x / y, nil
	case operator.GTR:
		return map[bool]float64{true: 1}[x > y], nil
	case operator.GEQ:
		return map[bool]float64{true: 1}[x >= y], nil
	case operator.EQL:
		return map[bool]float64{true: 1}[x == y], nil
	case operator.NEQ:
		return map[bool]float64{true: 1}[x != y], nil
	}
	return 0, fmt.Errorf("the tests do not know %s", op)
}
