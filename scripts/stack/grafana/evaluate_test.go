package grafana

import (
	"maps"
	"testing"
)

func TestCalculate(t *testing.T) {
	steps := map[string][]value{
		"A": {{Labels{"host": "a", "family": "ipv4"}, 3}, {Labels{"host": "b", "family": "ipv6"}, 5}},
		"B": {{Labels{"family": "ipv4"}, 1}},
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
		{"abs($B - $A) >= 2", map[string]float64{"family=ipv4 host=a": 1}},
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
	for _, unknown := range []string{"$A % $B", "max($A)", "abs($A, $B)"} {
		if _, err := calculate(unknown, steps); err == nil {
			t.Errorf("%s: takes what it does not know", unknown)
		}
	}
}
