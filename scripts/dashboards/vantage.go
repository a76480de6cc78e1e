package main

import "github.com/grafana/grafana-foundation-sdk/go/common"

// reporting is 1 for each vantage point that reports now, and 0 for one that did in the last 30
// days, as in the table of the fleet. The points about clouds are few.
const reporting = `SELECT max("reports") AS "reports" FROM (
		SELECT last("ipv4_asked") * 0 + 1 AS "reports" FROM "dns_anycast_cloud"
		WHERE {now} AND {chosen} GROUP BY "host"
	), (
		SELECT last("ipv4_asked") * 0 AS "reports" FROM "dns_anycast_cloud"
		WHERE {month} AND {chosen} GROUP BY "host"
	) GROUP BY "host"`

func fleetFigure(f filter) panel {
	return asFigure(question{
		id:    2010,
		title: "How many vantage points report?",
		text: `Reporting: vantage points of which a round came in the last two minutes of the time
			range. Of: those of which any came in the 30 days before its end. What is silent tells
			nothing of the servers, good or bad: see the dashboard of the fleet.`,
		empty: "Not measured: no points about clouds (servers on the command line make none)",
		unit:  "none",
		queries: []query{
			f.series("$col", `SELECT sum("reports") AS "reporting", count("reports") AS "of",
				count("reports") - sum("reports") AS "silent" FROM (`+reporting+`)`),
		},
	}).
		TextMode(common.BigValueTextModeValueAndName).
		ColorScheme(always(plain)).
		WithOverride(called("reporting"), stepped(steps(red, step{1, plain}))).
		WithOverride(called("silent"), stepped(steps(green, step{1, orange})))
}

// openHost makes a cell of a table of vantage points a link to what one sees.
func openHost() look {
	return opens("Who answers it", targetUID, choice{"host", "Vantage point"})
}

func reportsTable(f filter) panel {
	return asTable(question{
		id:    6,
		title: "Which vantage points report, and which are silent?",
		text: `Every vantage point of which a round came in the 30 days before the end of the time
			range, the silent ones first: of these none came in the last two minutes. Nothing is
			known about the servers from there, whatever else is green: look at Telegraf, the
			plugin, and the way to InfluxDB. Version, interval and place are those of the newest
			point about the plugin itself; a dash where it writes none (internal = false), or is
			an old one.`,
		empty: "No vantage point reported in 30 days, whether or not with internal = false; or no " +
			"points about clouds (servers on the command line make none)",
		unit: "string",
		queries: []query{
			f.table(`SELECT max("reports") AS "reports" FROM (
				SELECT last("ipv4_asked") * 0 + 1 AS "reports" FROM "dns_anycast_cloud"
				WHERE {now} AND {chosen} GROUP BY "host"
			), (
				SELECT last("ipv4_asked") * 0 AS "reports" FROM "dns_anycast_cloud"
				WHERE {month} AND {chosen} GROUP BY "host"
			) GROUP BY "host"`).hiding("Time"),
			f.table(`SELECT last("ipv4_asked") AS "asked" FROM "dns_anycast_cloud"
				WHERE {month} AND {chosen} GROUP BY "host"`).hiding("asked"),
			f.table(`SELECT last("version") AS "version", last("interval_s") AS "interval_s",
				last("latitude") AS "latitude", last("longitude") AS "longitude"
				FROM "dns_anycast_internal" WHERE {month} AND {chosen}
				GROUP BY "host"`).hiding("Time"),
		},
	},
		col("reports", "State", append(stepped(codeSteps(reports)), unit("none"),
			look{Id: "mappings", Value: named(reports)}, cell(filledCell()))...),
		col("host", "Vantage point", openHost()),
		col("Time", "Last report", moment()...),
		col("version", "Version", dash()),
		col("interval_s", "A round every", unit("s"), dash()),
		col("latitude", "Latitude", unit("degree"), decimals(2), dash()),
		col("longitude", "Longitude", unit("degree"), decimals(2), dash()),
	).MinWidth(70).SortBy(ascending("State"))
}

func reportsTimeline(f filter) panel {
	return asTimeline(question{
		id:    2012,
		title: "When did each vantage point report?",
		text: `A line for each vantage point of which a round came in the time range. Grey: none came
			then, so that nothing is known from there.`,
		empty: "Not measured: no vantage point reported",
		unit:  "none",
		queries: []query{
			f.overTime("$tag_host", `SELECT count("ipv4_asked") / count("ipv4_asked")
				FROM "dns_anycast_cloud" WHERE {chosen} AND $timeFilter`, "host"),
		},
	}).
		Mappings(append(named(reports[1:]), notMeasured())).MaxDataPoints(200)
}

func reportsOverTime(f filter) panel {
	return asSteps(question{
		id:    2013,
		title: "How many vantage points reported, and when?",
		text: `Vantage points of which a round came. All at once fewer: look at InfluxDB and the way
			to it. One fewer: see above which.`,
		empty: "Not measured: no vantage point reported",
		unit:  "none",
		queries: []query{
			f.series("reporting", `SELECT count("rounds") FROM (
				SELECT count("ipv4_asked") AS "rounds" FROM "dns_anycast_cloud" WHERE {chosen}
				GROUP BY time($__interval), "host"
			) WHERE "rounds" > 0 AND $timeFilter GROUP BY time($__interval) fill(null)`),
		},
	}).Min(0).Decimals(0).MaxDataPoints(200)
}

func lossByHost(f filter) panel {
	return asTable(question{
		id:    2014,
		title: "Which vantage points lose answers everywhere?",
		text: `Loss of each vantage point and family, over all that it asked in the last ten minutes
			of the time range, the greatest first. Much where most others lose little: its uplink
			or its provider, or the site that it reaches: see whether those behind the same site
			lose as much. Much everywhere: the servers, or one that all ask.`,
		empty: "Not measured: nobody asked in the last ten minutes",
		unit:  "string",
		queries: []query{
			f.table(`SELECT 1 - mean("answered") AS "loss" FROM "dns_anycast"
				WHERE {lately} AND {chosen} GROUP BY "host", "family"`).hiding("Time"),
		},
	},
		col("loss", "Loss", shareLooks(lossSteps())...),
		col("host", "Vantage point", openHost()),
		col("family", "Family", dash()),
	).MinWidth(70).SortBy(descending("Loss"))
}

func cannotAsk(f filter) panel {
	return asTable(question{
		id:    5,
		title: "Which vantage points cannot ask, and why?",
		text: `Queries with result local (this host has no route, no socket, or not the source
			address) and unresolved (the host name has no address), in the last ten minutes of
			the time range, with the newest cause. They say nothing about the server, and count
			as neither answered nor lost: what they were for is not measured. Queries for a name
			without an address have no family: they show only while the variable family is All.`,
		empty: "None in the last ten minutes, or nobody reports",
		unit:  "string",
		queries: []query{
			f.table(`SELECT last("result_code") AS "code", "error" FROM "dns_anycast"
				WHERE ("result" = 'local' OR "result" = 'unresolved') AND {lately} AND {chosen}
				GROUP BY "host", "cloud", "family", "result"`).hiding("code"),
			f.table(`SELECT count("result_code") AS "times" FROM "dns_anycast"
				WHERE ("result" = 'local' OR "result" = 'unresolved') AND {lately} AND {chosen}
				GROUP BY "host", "cloud", "family", "result"`).hiding("Time"),
		},
	},
		col("host", "Vantage point", openHost()),
		col("cloud", "Cloud", dash()),
		col("family", "Family", dash()),
		col("result", "Result"),
		col("error", "Cause", dash()),
		col("times", "Queries", unit("none")),
		col("Time", "Last", moment()...),
	).MinWidth(70).SortBy(descending("Queries"))
}
