package fleet

import (
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func lossByHost(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    2014,
		Title: "Which vantage points lose answers everywhere?",
		Text: `Loss of each vantage point and family, over all that it asked in the last ten minutes
			of the time range, the greatest first. Much where most others lose little: its uplink
			or its provider, or the site that it reaches: see whether those behind the same site
			lose as much. Much everywhere: the servers, or one that all ask.`,
		NoValue: "Not measured: nobody asked in the last ten minutes",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT 1 - mean("answered") AS "loss" FROM "dns_anycast"
				WHERE {lately} AND {chosen} GROUP BY "host", "family"`).Hiding("Time"),
		},
	},
		panel.Col("loss", "Loss", field.ShareCell(field.LossSteps())...),
		panel.Col("host", "Vantage point", opensTarget()),
		panel.Col("family", "Family", field.Dash()),
	).MinWidth(70).SortBy(panel.Descending("Loss"))
}

func cannotAsk(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    5,
		Title: "Which vantage points cannot ask, and why?",
		Text: `Queries with result local (this host has no route, no socket, or not the source
			address) and unresolved (the host name has no address), in the last ten minutes of
			the time range, with the newest cause. They say nothing about the server, and count
			as neither answered nor lost: what they were for is not measured. Queries for a name
			without an address have no family: they show only while the variable family is All.`,
		NoValue: "None in the last ten minutes, or nobody reports",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT last("result_code") AS "code", "error" FROM "dns_anycast"
				WHERE ("result" = 'local' OR "result" = 'unresolved') AND {lately} AND {chosen}
				GROUP BY "host", "cloud", "family", "result"`).Hiding("code"),
			f.Table(`SELECT count("result_code") AS "times" FROM "dns_anycast"
				WHERE ("result" = 'local' OR "result" = 'unresolved') AND {lately} AND {chosen}
				GROUP BY "host", "cloud", "family", "result"`).Hiding("Time"),
		},
	},
		panel.Col("host", "Vantage point", opensTarget()),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("family", "Family", field.Dash()),
		panel.Col("result", "Result"),
		panel.Col("error", "Cause", field.Dash()),
		panel.Col("times", "Queries", field.Unit("none")),
		panel.Col("Time", "Last", field.Moment()...),
	).MinWidth(70).SortBy(panel.Descending("Queries"))
}
