package grafana

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Selection is what is chosen in the dashboard's variables; All where a variable is absent.
type Selection map[string][]string

// Filters are the variables that queries choose by, each of the tag of that name.
var Filters = []string{"host", "cloud", "server", "address", "family", "transport", "zone", "measurement_id"}

// Condition is how a query must use a variable: whatever a name holds, it matches itself and nothing else.
func Condition(name string) string { return fmt.Sprintf(`"%s" =~ /^(${%s:regex})$/`, name, name) }

// Expand puts the values of variables in place of ${x:regex}, as Grafana does: special characters escaped, several
// values as a group, and for All the variable's allValue as it stands. It leaves the time range to macros.
func (d *Dashboard) Expand(text string, chosen Selection) (string, error) {
	var unknown []string
	text = regexp.MustCompile(`\$\{([^}]*)\}`).ReplaceAllStringFunc(text, func(s string) string {
		if s == "${__from}" || s == "${__to}" || s == "${__interval}" {
			return s
		}
		name, isRegex := strings.CutSuffix(s[2:len(s)-1], ":regex")
		v := d.Variable(name)
		if v != nil && v.Type == "custom" { // a number
			if len(chosen[name]) == 1 {
				return chosen[name][0]
			}
			return fmt.Sprint(v.Current.Value)
		}
		if v == nil || !isRegex {
			unknown = append(unknown, s)
			return s
		}
		if len(chosen[name]) == 0 {
			return v.AllValue
		}
		var escaped []string
		for _, value := range chosen[name] {
			escaped = append(escaped, special.ReplaceAllString(value, `\$0`))
		}
		if len(escaped) == 1 {
			return escaped[0]
		}
		return "(" + strings.Join(escaped, "|") + ")"
	})
	if len(unknown) > 0 {
		return "", fmt.Errorf("unknown or not as :regex: %q", unknown)
	}
	return text, nil
}

var special = regexp.MustCompile(`[\\^$*+?.()|[\]{}/]`)

// Window is the time range of a query and its $__interval.
type Window struct {
	From, To time.Time
	Interval time.Duration
}

// macros replaces the ends of the time range, and what Grafana's InfluxDB data source does, in its order.
func (w Window) macros(query string) string {
	filter := fmt.Sprintf("time >= %dms and time <= %dms", w.From.UnixMilli(), w.To.UnixMilli())
	interval := fmt.Sprintf("%ds", int(w.Interval.Seconds()))
	for _, m := range [][2]string{
		{"${__from}", fmt.Sprint(w.From.UnixMilli())},
		{"${__to}", fmt.Sprint(w.To.UnixMilli())},
		{"$timeFilter", filter},
		{"$interval", interval},
		{"$__interval_ms", fmt.Sprint(w.Interval.Milliseconds())},
		{"$__interval", interval},
	} {
		query = strings.ReplaceAll(query, m[0], m[1])
	}
	return query
}

// unexpanded finds what Grafana would have left in a query: a macro or variable that it does not know.
func unexpanded(query string) string { return regexp.MustCompile(`\$[a-zA-Z_{]\w*`).FindString(query) }
