package levels

import (
	"fmt"
	"strings"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func services(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    3004,
		Title: "How many minutes was the service of each zone down?",
		Text: `Minutes in which 51 % of the vantage points or more saw fewer than two servers of the
			zone whose addresses that were asked were all ok. None is wanted in a month. Counted:
			minutes in which as many vantage points as the variable says asked two servers or more;
			a zone of one server has none, and no level.`,
		NoValue: "Not measured, or no zone has two servers",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(query.Minutes("dns_anycast_service", `"zone", "transport"`)).
				Hiding("Time", "left"),
		},
	},
		panel.Col("zone", "Zone", opensZone(), field.MinWidth(110)),
		panel.Col("transport", "Transport"),
		panel.Col("down", "Down",
			append(field.JudgedCell(field.FaultSteps()), field.Unit("none"))...),
		panel.Col("counted", "Counted", field.Unit("none")),
	).MinWidth(60).SortBy(panel.Descending("Down"))
}

// late are the updates that were not served in time, whenever they came: a target that lacks one for
// an hour says so, and says again when it has it.
const late = `
	SELECT count("late") {times} AS "{as}" FROM (
		SELECT distinct("serial") AS "late" FROM "changes"."dns_anycast_serial"
		WHERE ("missing" = 1 OR "latency_s" > {within}) AND {own} AND {chosen} AND $timeFilter
		GROUP BY {target}, "zone"
	) GROUP BY "zone"`

// updates has the updates in time and the others in one number, as query.Minutes has its counts.
func updates(f query.Filter) panel.Panel {
	const served = `FROM "changes"."dns_anycast_serial" WHERE {own} AND {chosen} AND $timeFilter`
	return panel.Table(panel.Question{
		ID:    3005,
		Title: "How soon were updates of each zone served?",
		Text: `Each new serial is one update for each vantage point, address and transport. In time:
			the share that served it within 60 minutes after it was first known anywhere; 95 % are
			wanted. Late: those that came after that. Missing: those that have not come. What was
			newer already when it was first seen is not counted.`,
		NoValue: "No update, or no zone is asked for",
		Unit:    "string",
		Queries: []query.Query{
			updated(f, `SELECT "late" + "soon" AS "updates", "soon" / ("late" + "soon") AS "share"
				FROM (
					SELECT "both" % 1000000000 AS "soon",
						("both" - "both" % 1000000000) / 1000000000 AS "late" FROM (
							SELECT sum("both") AS "both" FROM (
								SELECT count("latency_s") AS "both" `+served+`
								AND "latency_s" <= {within} GROUP BY "zone"
							), (`+late+`) GROUP BY "zone"
					) GROUP BY "zone"
				) GROUP BY "zone"`, "* 1000000000", "both"),
			updated(f, `SELECT count("latency_s") AS "late" `+served+`
				AND "latency_s" > {within} GROUP BY "zone"`, "", ""),
			updated(f, `SELECT sum("missing") AS "missing" FROM (`+late+`), (
				SELECT count("latency_s") * -1 AS "missing" `+served+`
				AND "latency_s" > {within} GROUP BY "zone"
			) GROUP BY "zone"`, "", "missing"),
		},
	},
		panel.Col("zone", "Zone", opensZone(), field.MinWidth(110)),
		panel.Col("share", "In time", field.InTime()...),
		panel.Col("updates", "Updates", field.Unit("none"), field.Dash()),
		panel.Col("late", "Late", field.Unit("none"), field.Dash()),
		panel.Col("missing", "Missing", field.Unit("none"), field.Dash()),
	).MinWidth(60).SortBy(panel.Ascending("In time"))
}

// opensZone opens a zone as it is now.
func opensZone() field.Option {
	return board.OpensAt(board.Lately, "Where it is served, and how late it is",
		board.ZonesUID, "Zone")
}

// updated fills a query of updates in: what of the late ones is counted, and as which column.
func updated(f query.Filter, text, times, as string) query.Query {
	return f.Table(strings.NewReplacer(
		"{times}", times, "{as}", as, "{within}", fmt.Sprint(query.UpdateWithin),
	).Replace(text)).Hiding("Time")
}
