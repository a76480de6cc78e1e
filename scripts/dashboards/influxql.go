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

// How far back from the end of the time range a query reads of what is the case: what did not
// report within it is not measured.
const (
	now    = "2m"
	lately = "10m" // for shares that few queries say little of
	hour   = "1h"  // for events
	day    = "1d"  // for which clouds there are
	month  = "30d" // for who belongs to the fleet
)

// up is, for each vantage point and address, 1 where every transport that it is asked over brought
// an answer within the time that counts as now, and 0 where one brought none. What could not be
// asked has no row: it does not vote.
const up = `SELECT min("up") AS "up" FROM (
		SELECT max("answered") AS "up" FROM "dns_anycast" WHERE {now} AND {chosen}
		GROUP BY "host", "cloud", "server", "address", "family", "transport"
	) GROUP BY "host", "cloud", "server", "address", "family"`

// dark is the share of the vantage points that each address is dark for.
const dark = `SELECT 1 - mean("up") AS "dark" FROM (` + up + `)
	GROUP BY "cloud", "server", "address", "family"`

// darkCheap is dark for those who count rows and show none: the address tells the family, and each
// tag less makes InfluxDB quicker.
var darkCheap = strings.ReplaceAll(dark, `, "family"`, "")

// unserved is, for each vantage point, zone and address, 1 where over some transport no query got
// the zone within the time that counts as now, and 0 otherwise: the code of success is 0, and in
// InfluxQL 0/0 is 0.
const unserved = `SELECT max("unserved") AS "unserved" FROM (
		SELECT "code" / "code" AS "unserved" FROM (
			SELECT min("result_code") AS "code" FROM "dns_anycast_soa"
			WHERE {asked} AND {own} AND {now} AND {chosen}
			GROUP BY "host", "zone", "cloud", "server", "address", "family", "transport"
		)
	) GROUP BY "host", "zone", "cloud", "server", "address", "family"`

// majority is the share of vantage points from which on something is down, and not their way to it.
const majority = `0.509`

// parts are what queries have in common: {target} stands for its text.
var parts = map[string]string{
	"target": `"` + strings.Join(target, `", "`) + `"`,
	"now":    `time > ${__to}ms - ` + now + ` AND time <= ${__to}ms`,
	"lately": `time > ${__to}ms - ` + lately + ` AND time <= ${__to}ms`,
	"day":    `time > ${__to}ms - ` + day + ` AND time <= ${__to}ms`,
	"month":  `time > ${__to}ms - ` + month + ` AND time <= ${__to}ms`,
	"hour":   `time > ${__to}ms - ` + hour + ` AND time <= ${__to}ms`,
	// $timeFilter, which Grafana puts into the query of a variable once only.
	"range": `time >= ${__from}ms AND time <= ${__to}ms`,
	// What could not be asked says nothing about a server.
	"asked": `"result" != 'local' AND "result" != 'unresolved'`,
	// The zones of clouds; those that plugin.conf gives as reference are asked to compare with.
	"own": `"cloud" != 'reference'`,
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
