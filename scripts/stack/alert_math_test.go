package stack

import (
	"fmt"
	"go/ast"
	"go/parser"
	operator "go/token"
	"maps"
	"strconv"
	"strings"
	"testing"
)

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
	case operator.EQL:
		return map[bool]float64{true: 1}[x == y], nil
	case operator.NEQ:
		return map[bool]float64{true: 1}[x != y], nil
	}
	return 0, fmt.Errorf("the tests do not know %s", op)
}

func TestCalculate(t *testing.T) {
	steps := map[string][]value{
		"A": {{labels{"host": "a", "family": "ipv4"}, 3}, {labels{"host": "b", "family": "ipv6"}, 5}},
		"B": {{labels{"family": "ipv4"}, 1}},
		"N": {{nil, 2}},
	}
	for _, tc := range []struct {
		expression string
		want       map[string]float64
	}{
		{"1", map[string]float64{"": 1}},
		{"$A - $B", map[string]float64{"family=ipv4 host=a": 2}},
		{"$B - $A", map[string]float64{"family=ipv4 host=a": -2}},
		{"$A + 1 / $N", map[string]float64{"family=ipv4 host=a": 3.5, "family=ipv6 host=b": 5.5}},
		{"$A * $N", map[string]float64{"family=ipv4 host=a": 6, "family=ipv6 host=b": 10}},
		{"$A * $C", map[string]float64{}},
		{"($A == 3) - ($A != 3)", map[string]float64{"family=ipv4 host=a": 1, "family=ipv6 host=b": -1}},
		{"($A > 4) * $N", map[string]float64{"family=ipv4 host=a": 0, "family=ipv6 host=b": 2}},
	} {
		got := map[string]float64{}
		values, err := calculate(tc.expression, steps)
		for _, v := range values {
			got[v.labels.String()] = v.number
		}
		if err != nil || !maps.Equal(got, tc.want) {
			t.Errorf("%s: %v, %v, want %v", tc.expression, got, err, tc.want)
		}
	}
	if _, err := calculate("$A % $B", steps); err == nil {
		t.Error("takes an operator that it does not know")
	}
}
