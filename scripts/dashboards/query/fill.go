package query

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// target are the tags of a target and the vantage point that asks it.
var target = []string{"host", "cloud", "server", "address", "family", "transport"}

// catchment are the tags of what probes of RIPE Atlas say of an address, and whoever read it.
var catchment = append(slices.Clone(target), "measurement_id")

// parts are the texts that all queries have in common, by the name that stands for them in {}.
var parts = map[string]string{
	"target":   `"` + strings.Join(target, `", "`) + `"`,
	"address":  `"` + strings.Join(Address, `", "`) + `"`,
	"measured": `"` + strings.Join(catchment[1:], `", "`) + `"`,
	"success":  `"result" = 'success'`,
	// What could not be asked says nothing about a server.
	"asked": `"result" != 'local' AND "result" != 'unresolved'`,
	// The zones of clouds; those that plugin.conf gives as reference are asked to compare with.
	"own": `"cloud" != 'reference'`,
	// Not what the option expect knows, or quicker than light: the verdict impossible.
	"unexpected": `("expected" = 0 OR "verdict_code" = 3)`,
	"judged":     `"` + strings.Join(Judged, `", "`) + `"`,
	// A minute in which so many vantage points got no answer in time.
	"down": `"failed" * 100 >= "asked" * 51`,
	// Beyond max_instances an instance is called other: that is no name of one.
	"named":    `"instance" != '' AND "instance" != 'other'`,
	"nameless": `("instance" = '' OR "instance" = 'other')`,
	"majority": Number(Majority),
}

var part = regexp.MustCompile(`\{\w+\}`)

// Fill makes one line of a query that is wrapped in the source, with a text in place of each
// {name}: that of more, or one that all queries have in common. It panics at a name without a text:
// that is a mistake in this program.
func Fill(query string, more map[string]string) string {
	known := maps.Clone(parts)
	maps.Copy(known, more)
	query = part.ReplaceAllStringFunc(query, func(name string) string {
		text, is := known[strings.Trim(name, "{}")]
		if !is {
			panic("there is no " + name + ": " + query)
		}
		return text
	})
	return withoutProbes(strings.NewReplacer("( ", "(", " )", ")").Replace(Unwrapped(query)))
}

// ownQueries is where a query reads the points of queries, up to behind its WHERE.
var ownQueries = regexp.MustCompile(`FROM "dns_anycast"( WITH KEY = "\w+")?( WHERE )?`)

// withoutProbes leaves out what probes of RIPE Atlas have asked that are watched: they are none of the
// vantage points.
func withoutProbes(query string) string {
	return ownQueries.ReplaceAllStringFunc(query, func(read string) string {
		if before, where := strings.CutSuffix(read, " WHERE "); where {
			return before + ` WHERE "probe" = '' AND `
		}
		return read + ` WHERE "probe" = ''`
	})
}

// Unwrapped makes one line of a text that is wrapped in the source.
func Unwrapped(text string) string { return strings.Join(strings.Fields(text), " ") }

// Number writes a limit as InfluxQL reads it, with as few decimals as it has.
func Number(limit float64) string { return strconv.FormatFloat(limit, 'f', -1, 64) }
