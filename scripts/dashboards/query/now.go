package query

import (
	"fmt"
	"strings"
)

// Unknown is what a column of now holds for what was asked about before and not within the time
// that counts as now: no share, no code and no lag is as low. Of a column that is missing Grafana
// would show no more than a dash.
const Unknown = -1

// Majority is the share of vantage points from which on something is down, and not their way to it.
const Majority = 0.509

// LateAfter is for how many seconds a newer serial may be known before any zone counts as late. A
// zone whose REFRESH is longer may be late for as long as that.
const LateAfter = 3600

// up is, for each vantage point and address, 1 where every transport that it is asked over brought
// an answer within the time that counts as now, and 0 where one brought none. What could not be
// asked has no row: it does not vote.
const up = `SELECT min("up") AS "up" FROM (
		SELECT max("answered") AS "up" FROM "dns_anycast" WHERE {now} AND {chosen}
		GROUP BY "host", {address}, "transport"
	) GROUP BY "host", {address}`

// Dark is the share of the vantage points that each address is dark for, from 0 to 1.
const Dark = `SELECT 1 - mean("up") AS "dark" FROM (` + up + `) GROUP BY {address}`

// DarkMetric is Dark in PromQL.
const DarkMetric = `1 - avg by ({address}) (min by (host, {address}) (
		max by (host, {address}, transport) (max_over_time(dns_anycast_answered{{chosen}}{now}))
	))`

// DarkCheap is Dark where rows are counted and none is shown: the address tells the family, and
// each tag less makes InfluxDB quicker.
var DarkCheap = withoutFamily(Dark)

// OddMetric is there for the sets of labels of which somebody answered within a time who is not
// expected, or was quicker than light: the verdict impossible.
func OddMetric(window string) string {
	return strings.ReplaceAll(`min by ({by}) (
		min_over_time(dns_anycast_expected{{chosen}, rcode!=""}{window})
	) == 0 or max by ({by}) (
		max_over_time(dns_anycast_verdict_code{{chosen}, rcode!=""}{window})
	) == 3`, "{window}", window)
}

// UnservedByHost is, for each vantage point, zone and address, 1 where over some transport no query
// got the zone within the time that counts as now, and 0 otherwise: the code of success is 0, and
// in InfluxQL 0/0 is 0.
const UnservedByHost = `SELECT max("unserved") AS "unserved" FROM (
		SELECT "code" / "code" AS "unserved" FROM (
			SELECT min("result_code") AS "code" FROM "dns_anycast_soa"
			WHERE {asked} AND {own} AND {now} AND {chosen}
			GROUP BY "host", "zone", {address}, "transport"
		)
	) GROUP BY "host", "zone", {address}`

// UnservedMetric is the share of the vantage points that do not get a zone at an address, from 0 to 1,
// in PromQL.
const UnservedMetric = `avg by (zone, {address}) (max by (host, zone, {address}) (
		min by (host, zone, {address}, transport) (
			min_over_time(dns_anycast_soa_result_code{{chosen}, {asked}, {own}}{now})
		) > bool 0
	))`

// UnservedCheap is the share of the vantage points that do not get a zone at an address, from 0 to
// 1, without the family as DarkCheap.
var UnservedCheap = withoutFamily(`SELECT mean("unserved") AS "unserved" FROM (` +
	UnservedByHost + `) GROUP BY "zone", {address}`)

func withoutFamily(query string) string {
	return strings.ReplaceAll(query, "{address}", `"cloud", "server", "address"`)
}

// Late is, for each zone, by how many seconds the latest answer is later than it may be, where it
// is. InfluxQL takes no integer from a float: that is null.
var Late = fmt.Sprintf(`SELECT "over" FROM (SELECT sum("over") AS "over" FROM (
		SELECT "lag" AS "over" FROM (
			SELECT max("serial_lag_s") AS "lag" FROM "dns_anycast_soa"
			WHERE {success} AND {own} AND {now} AND {chosen} GROUP BY "zone"
		) WHERE "lag" > %d
	), (
		SELECT max("refresh_s") * -1.0 AS "over" FROM "dns_anycast_soa"
		WHERE {success} AND {own} AND {now} AND {chosen} GROUP BY "zone"
	) GROUP BY "zone") WHERE "over" > 0`, LateAfter)

// LateMetric is Late in PromQL.
var LateMetric = strings.NewReplacer(
	"{lag}", "max by (zone) ("+OfZones("serial_lag_s")+")",
	"{refresh}", "max by (zone) ("+OfZones("refresh_s")+")",
	"{least}", fmt.Sprint(LateAfter),
).Replace(`({lag} > {least}) - ({refresh} or 0 * {lag}) > 0`)

// OfZones is the highest value of a field of each series of zones that were got, in PromQL.
func OfZones(field string) string {
	return "max_over_time(dns_anycast_soa_" + field + "{{chosen}, {success}, {own}}{now})"
}

// ReportingOrListed is 1 for each vantage point that reports now, and 0 for one that did in the last 30
// days, or is on the list of scripts/vantage. The points about clouds are few.
var ReportingOrListed = reporting(onList(`"expected" * 0`, `"expected" > 0`))

// ofFleet is ReportingOrListed, and between 0 and 1 for who was removed from the list and is silent.
var ofFleet = reporting(onList(`"expected" * 0`, `"expected" > 0`) +
	onList(`"expected" + 0.5`, `"expected" = 0`))

// Fleet are, in three columns, how many vantage points report now, how many should, and how many of
// these are silent. Who was removed from the list should not.
var Fleet = `SELECT sum("reports") AS "reporting", count("reports") AS "of",
	count("reports") - sum("reports") AS "silent" FROM (` + ofFleet + `) WHERE "reports" != 0.5`

// onList is a value for those on the list of scripts/vantage that meet a condition.
func onList(value, condition string) string {
	return `, (
		SELECT ` + value + ` AS "reports" FROM (
			SELECT last("expected") AS "expected" FROM "changes"."dns_anycast_cloud"
			WHERE {listed} AND {chosen} GROUP BY "host"
		) WHERE ` + condition + ` GROUP BY "host"
	)`
}

func reporting(more string) string {
	return `SELECT max("reports") AS "reports" FROM (
		SELECT last("ipv4_asked") * 0 + 1 AS "reports" FROM "dns_anycast_cloud"
		WHERE {now} AND {chosen} GROUP BY "host"
	), (
		SELECT last("ipv4_asked") * 0 AS "reports" FROM "dns_anycast_cloud"
		WHERE {month} AND {chosen} GROUP BY "host"
	)` + more + ` GROUP BY "host"`
}

// Now is a column of what is the case now.
type Now struct {
	Column string // what Select calls it
	Select string // by the tags of By
	From   string // the measurement
	Where  string // the conditions, one of time among them, for points of what is asked about
	By     string // tags, as GROUP BY has them
}

// OrUnknown is the column, with Unknown for what is asked about and has no row in it.
func (n Now) OrUnknown() string {
	return fmt.Sprintf(`SELECT max("%[1]s") AS "%[1]s" FROM (%[2]s), (
		SELECT last("result_code") * 0.0 - %[3]d AS "%[1]s" FROM "%[4]s"
		WHERE %[5]s AND {chosen} GROUP BY %[6]s
	) GROUP BY %[6]s`, n.Column, n.Select, -Unknown, n.From, n.Where, n.By)
}
