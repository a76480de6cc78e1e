package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// filter are those variables of a dashboard that choose among the values of the tag of their name.
type filter []string

// target are the tags that tell one from another: an address, asked over one transport from one
// vantage point.
var target = []string{"host", "cloud", "server", "address", "family", "transport"}

// tags are those by which the points of a measurement can be chosen.
var tags = map[string][]string{
	"dns_anycast":          target,
	"dns_anycast_change":   target,
	"dns_anycast_soa":      append(slices.Clone(target), "zone"),
	"dns_anycast_cloud":    {"host", "cloud"},
	"dns_anycast_internal": {"host", "config"},
}

// parts are what queries have in common: {target} stands for its text.
var parts = map[string]string{
	"target": `"` + strings.Join(target, `", "`) + `"`,
	// Beyond max_instances an instance is called other: that is no name of one.
	"named":    `"instance" != '' AND "instance" != 'other'`,
	"nameless": `("instance" = '' OR "instance" = 'other')`,
}

var (
	part        = regexp.MustCompile(`\{(\w+)\}`)
	measurement = regexp.MustCompile(`FROM "(\w+)"`)
)

// fill makes InfluxQL of a query with parts. Beside those above there is {chosen}: the conditions
// of all variables that are tags of what the query reads. It panics at what it does not know: that
// is a mistake in this program.
func (f filter) fill(query string) string {
	read := measurement.FindStringSubmatch(query)
	if read == nil || tags[read[1]] == nil {
		panic("reads no measurement that is known: " + query)
	}
	query = part.ReplaceAllStringFunc(query, func(s string) string {
		name := strings.Trim(s, "{}")
		if name == "chosen" {
			return f.conditions(tags[read[1]])
		}
		if parts[name] == "" {
			panic("there is no " + s + ": " + query)
		}
		return parts[name]
	})
	return strings.NewReplacer("( ", "(", " )", ")").Replace(fold(query))
}

// conditions hold for what is chosen: with :regex whatever a name holds matches itself alone.
func (f filter) conditions(tags []string) string {
	var all []string
	for _, name := range f {
		if slices.Contains(tags, name) {
			all = append(all, fmt.Sprintf(`"%s" =~ /^(${%s:regex})$/`, name, name))
		}
	}
	return strings.Join(all, " AND ")
}

// fold makes one line of a text that is wrapped in the source.
func fold(text string) string { return strings.Join(strings.Fields(text), " ") }
