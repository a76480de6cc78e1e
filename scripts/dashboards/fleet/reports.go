package fleet

import (
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func reportsTable(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    6,
		Title: "Which vantage points report, and which are silent?",
		Text: `Every vantage point of which a round came in the 30 days before the end of the time
			range, the silent ones first: of these none came in the last two minutes. Nothing is
			known about the servers from there, whatever else is green: look at Telegraf, the
			plugin, and the way to InfluxDB. Expected is who is on the list of scripts/vantage, also
			where he never reported. Version, interval and place are those of the newest
			point about the plugin itself; a dash where it writes none (internal = false), or is
			an old one.`,
		NoValue: "No vantage point reported in 30 days, whether or not with internal = false; or " +
			"no points about clouds (servers on the command line make none)",
		Unit: "string",
		Queries: []query.Query{
			f.Table(query.ReportingOrListed).Hiding("Time"),
			f.Table(`SELECT last("ipv4_asked") AS "asked" FROM "dns_anycast_cloud"
				WHERE {month} AND {chosen} GROUP BY "host"`).Hiding("asked"),
			f.Table(`SELECT last("version") AS "version", last("interval_s") AS "interval_s",
				last("latitude") AS "latitude", last("longitude") AS "longitude"
				FROM "dns_anycast_internal" WHERE {month} AND {chosen}
				GROUP BY "host"`).Hiding("Time"),
			f.Table(`SELECT last("expected") AS "expected" FROM "changes"."dns_anycast_cloud"
				WHERE {listed} AND {chosen} GROUP BY "host"`).Hiding("Time"),
		},
		OnlyWith: "reports",
	},
		panel.Col("reports", "State", field.State()...),
		panel.Col("host", "Vantage point", opensTarget()),
		panel.Col("Time", "Last report", field.Moment()...),
		panel.Col("expected", "Expected", field.Expected()...),
		panel.Col("version", "Version", field.Dash()),
		panel.Col("interval_s", "A round every", field.Unit("s"), field.Dash()),
		panel.Col("latitude", "Latitude",
			field.Unit("degree"), field.Decimals(2), field.Dash()),
		panel.Col("longitude", "Longitude",
			field.Unit("degree"), field.Decimals(2), field.Dash()),
	).MinWidth(70).SortBy(panel.Ascending("State"))
}

func reportsTimeline(f query.Filter) panel.Panel {
	return panel.Timeline(panel.Question{
		ID:    2012,
		Title: "When did each vantage point report?",
		Text: `A line for each vantage point of which a round came in the time range. Grey: none
			came then, so that nothing is known from there.`,
		NoValue: "Not measured: no vantage point reported",
		Unit:    "none",
		Queries: []query.Query{
			f.OverTime("$tag_host", `SELECT count("ipv4_asked") / count("ipv4_asked")
				FROM "dns_anycast_cloud" WHERE {chosen} AND $timeFilter`, "host"),
		},
	}, field.Names(field.Reports), field.NotMeasured()).MaxDataPoints(200)
}

func reportsOverTime(f query.Filter) panel.Panel {
	return panel.Steps(panel.Question{
		ID:    2013,
		Title: "How many vantage points reported, and when?",
		Text: `Vantage points of which a round came. All at once fewer: look at InfluxDB and the way
			to it. One fewer: see above which.`,
		NoValue: "Not measured: no vantage point reported",
		Unit:    "none",
		Queries: []query.Query{
			f.Series("reporting", `SELECT count("rounds") FROM (
				SELECT count("ipv4_asked") AS "rounds" FROM "dns_anycast_cloud" WHERE {chosen}
				GROUP BY time($__interval), "host"
			) WHERE "rounds" > 0 AND $timeFilter GROUP BY time($__interval) fill(null)`),
		},
	}).Min(0).Decimals(0).MaxDataPoints(200)
}
