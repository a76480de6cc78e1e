package query

import (
	"maps"
	"regexp"
	"strings"
)

// metricParts are the texts that all PromQL has in common, by the name that stands for them in {}.
var metricParts = map[string]string{
	"address": strings.Join(Address, ", "),
	// What probes of RIPE Atlas have asked that are watched is none of the vantage points'.
	"vantage":  `probe=""`,
	"success":  `result="success"`,
	"asked":    `result!~"local|unresolved"`,
	"cannot":   `result=~"local|unresolved"`,
	"own":      `cloud!="reference"`,
	"judged":   strings.Join(Judged, ", "),
	"majority": Number(Majority),
	// Of what is recorded for each number of vantage points that may be wanted.
	"counts": "minimum=~`${minimum:regex}`",
}

// metricPart is a name in {}: PromQL has braces of its own, which hold no single word. Behind a $ it is
// a variable of Grafana's.
var metricPart = regexp.MustCompile(`\$?\{(\w+)\}`)

// FillPromQL makes one line of PromQL that is wrapped in the source, with a text in place of each {name}:
// that of more, or one that all PromQL has in common. It panics at a name without a text: that is a
// mistake in this program.
func FillPromQL(expression string, more map[string]string) string {
	known := maps.Clone(metricParts)
	maps.Copy(known, more)
	fill := func(name string) string {
		text, is := known[strings.Trim(name, "{}")]
		switch {
		case name[0] == '$':
			return name
		case !is:
			panic("there is no " + name + ": " + expression)
		}
		return text
	}
	for before := ""; before != expression; {
		before, expression = expression, metricPart.ReplaceAllStringFunc(expression, fill)
	}
	return strings.NewReplacer("( ", "(", " )", ")").Replace(Unwrapped(expression))
}
