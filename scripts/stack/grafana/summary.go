package grafana

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"text/template"
)

// Number is a value as Grafana's templates have it.
type Number struct{ Value float64 }

// String writes at least two significant digits: 3 is "3.0".
func (n Number) String() string {
	if n.Value == 0 {
		return "0"
	}
	digits := 1 - int(math.Floor(math.Log10(math.Abs(n.Value))))
	return strconv.FormatFloat(n.Value, 'f', max(0, digits), 64)
}

// Render fills an annotation in as Grafana does; root is the address of Grafana.
func (a Alert) Render(text, root string) (string, error) {
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
		Labels Labels
		Values map[string]Number
	}{a.Labels, a.Values})
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

// Link returns what a summary says before its link, and the link.
func Link(summary string) (text string, u *url.URL, err error) {
	i := strings.LastIndexByte(summary, ' ')
	u, err = url.Parse(summary[i+1:])
	return summary[:max(i, 0)], u, err
}

// ChosenBy is what the link sets in the dashboard's variables.
func ChosenBy(u *url.URL) Selection {
	chosen := Selection{}
	for key, values := range u.Query() {
		if name, isVariable := strings.CutPrefix(key, "var-"); isVariable {
			chosen[name] = values
		}
	}
	return chosen
}
