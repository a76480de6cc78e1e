package levels

import (
	"fmt"
	"strings"

	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

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
				) GROUP BY "zone"`, "* 1000000000", "both").
				PromQL(ofZone, ofUpdates("updates", "{all}"),
					ofUpdates("share", "1 - {bad} / {all}")),
			updated(f, `SELECT count("latency_s") AS "late" `+served+`
				AND "latency_s" > {within} GROUP BY "zone"`, "", "").
				PromQL(ofZone, ofUpdates("late", "sum by (zone) ({late})")),
			updated(f, `SELECT sum("missing") AS "missing" FROM (`+late+`), (
				SELECT count("latency_s") * -1 AS "missing" `+served+`
				AND "latency_s" > {within} GROUP BY "zone"
			) GROUP BY "zone"`, "", "missing").
				PromQL(ofZone, ofUpdates("missing", "sum by (zone) ({missing})")),
		},
	},
		panel.Col("zone", "Zone", opensZone(), field.MinWidth(110)),
		panel.Col("share", "In time", field.InTime()...),
		panel.Col("updates", "Updates", field.Unit("none"), field.Dash()),
		panel.Col("late", "Late", field.Unit("none"), field.Dash()),
		panel.Col("missing", "Missing", field.Unit("none"), field.Dash()),
	).MinWidth(60).SortBy(panel.Ascending("In time"))
}

// updated fills a query of updates in: what of the late ones is counted, and as which column.
func updated(f query.Filter, text, times, as string) query.Query {
	return f.Table(strings.NewReplacer(
		"{times}", times, "{as}", as, "{within}", fmt.Sprint(query.UpdateWithin),
	).Replace(text)).Hiding("Time")
}

var ofZone = []string{"zone"}

// ofUpdates is a value of each zone in PromQL: of all updates, those that came late, those that a target
// said were missing and that have not come, and both together. What is missing is told once, and comes
// late: so what comes late is taken off, for each target.
func ofUpdates(name, expression string) query.Measured {
	const each = "sum by (host, {judged}) "
	for _, part := range [][2]string{
		{"{all}", `sum by (zone) (label_replace({timed}, "as", "timed", "", "")
			or label_replace({missing}, "as", "missing", "", ""))`},
		{"{bad}", `sum by (zone) (label_replace({late}, "as", "late", "", "")
			or label_replace({missing}, "as", "missing", "", "") or 0 * {timed})`},
		{"{missing}", "clamp_min({told} - {late}, 0) or {told} or 0 * {late}"},
		{"{timed}", each + "(count_over_time(dns_anycast_serial_latency_s{{chosen}, {own}}{range}))"},
		{"{told}", each + "(count_over_time(dns_anycast_serial_missing{{chosen}, {own}}{range}))"},
		{"{late}", each + "(sum_over_time(dns_anycast:update_late{{chosen}}{updates}))"},
	} {
		expression = strings.ReplaceAll(expression, part[0], part[1])
	}
	return query.Value(name, expression)
}
