package main

import (
	"fmt"
	"strings"
)

// lateAfter is how long a newer serial may be known, in seconds, before any zone counts as late. A
// zone whose REFRESH is longer may be late for as long as that.
const lateAfter = 3600

// late is, for each zone, by how many seconds the latest answer is later than it may be, where it
// is. InfluxQL takes no integer from a float: that is null.
const late = `SELECT "over" FROM (SELECT sum("over") AS "over" FROM (
		SELECT "lag" AS "over" FROM (
			SELECT max("serial_lag_s") AS "lag" FROM "dns_anycast_soa"
			WHERE "result" = 'success' AND {own} AND {now} AND {chosen} GROUP BY "zone"
		) WHERE "lag" > %d
	), (
		SELECT max("refresh_s") * -1.0 AS "over" FROM "dns_anycast_soa"
		WHERE "result" = 'success' AND {own} AND {now} AND {chosen} GROUP BY "zone"
	) GROUP BY "zone") WHERE "over" > 0`

// unservedBy is the share of the vantage points that each address does not serve a zone for.
const unservedBy = `SELECT mean("unserved") AS "unserved" FROM (` + unserved + `)
	GROUP BY "zone", "cloud", "server", "address", "family"`

// unservedCheap is unservedBy for those who show no address, which tells the family.
var unservedCheap = strings.ReplaceAll(unservedBy, `, "family"`, "")

func badZones(f filter) panel {
	return asFigure(question{
		id:    2007,
		title: "How many zones do most vantage points not get, or get late?",
		text: `Zones that most vantage points do not get at an address that should serve it, or of
			which some answer is behind the newest serial for more than an hour, and than the
			zone's own REFRESH, in the last two minutes of the time range. Not measured where no zone is asked for.`,
		empty: "Not measured: nobody reports, or no zone is asked for",
		unit:  "none",
		queries: []query{
			f.series("zones", fmt.Sprintf(`SELECT sum("n") AS "zones" FROM (
				SELECT count("bad") AS "n" FROM (
					SELECT max("bad") AS "bad" FROM (
						SELECT "unserved" / %s AS "bad" FROM (%s)
					), (
						SELECT "over" / "over" AS "bad" FROM (`+late+`)
					) GROUP BY "zone"
				) WHERE "bad" >= 1
			), (
				SELECT count("result_code") * 0 AS "n" FROM "dns_anycast_soa"
				WHERE {asked} AND {own} AND {now} AND {chosen}
			)`, majority, unservedCheap, lateAfter)),
		},
	}).ColorScheme(byThresholds()).Thresholds(someSteps())
}

func zonesTable(f filter) panel {
	return asTable(question{
		id:    2008,
		title: "Which zones are not served, or late?",
		text: `A row for each zone and cloud that was asked for it in the last hour, as it was in the last
			two minutes of the time range, the worst first. Not served: the share of the vantage points that do not get
			the zone's SOA record with authority, over one of the transports, at the address where
			they are most. Late: since when a newer serial is known, at the latest of all
			answers; 0 where none is; not measured: nobody got it. Orange: for more than
			an hour, whatever Refresh says. Refresh: the zone's own REFRESH, after which a
			secondary asks by itself: up to that it is no fault, and is not counted above.`,
		empty: "Not measured: nobody reports, or no zone is asked for",
		unit:  "string",
		queries: []query{
			f.table(orUnknown("unserved", `SELECT max("unserved") AS "unserved"
				FROM (`+unservedCheap+`) GROUP BY "zone", "cloud"`,
				"dns_anycast_soa", `{own} AND {hour} AND`, `"zone", "cloud"`)).hiding("Time"),
			f.table(orUnknown("lag", `SELECT max("serial_lag_s") AS "lag" FROM "dns_anycast_soa"
				WHERE "result" = 'success' AND {own} AND {now} AND {chosen}
				GROUP BY "zone", "cloud"`,
				"dns_anycast_soa", `{own} AND {hour} AND`, `"zone", "cloud"`)).hiding("Time"),
			f.table(`SELECT max("refresh_s") AS "refresh" FROM "dns_anycast_soa"
				WHERE "result" = 'success' AND {own} AND {now} AND {chosen}
				GROUP BY "zone", "cloud"`).hiding("Time"),
			f.table(`SELECT count("result_code") AS "queries" FROM "dns_anycast_soa"
				WHERE {own} AND {now} AND {chosen} GROUP BY "zone", "cloud"`).hiding("Time"),
		},
		worst: []string{"unserved", "lag"},
	},
		col("unserved", "Not served", shareLooks(darkSteps())...),
		col("lag", "Late", append(judgedLooks(steps(green, step{lateAfter, orange})), unit("s"))...),
		col("zone", "Zone", opens("Where it is served, and how late it is", zonesUID,
			choice{"zone", "Zone"}, choice{"cloud", "Cloud"})),
		col("cloud", "Cloud", dash()),
		col("refresh", "Refresh", unit("s"), dash()),
		col("queries", "Queries", unit("none"), dash()),
	).MinWidth(70)
}
