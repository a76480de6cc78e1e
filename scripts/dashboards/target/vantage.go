package target

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// vantagePointsNow is how each vantage point reaches a target.
func vantagePointsNow(f query.Filter) panel.Panel {
	now := `SELECT last("result_code") AS "code" FROM "dns_anycast"
		WHERE {now} AND {chosen} GROUP BY {target} SLIMIT 1000`
	return panel.Table(panel.Question{
		ID:    61,
		Title: "How does each vantage point reach it now?",
		Text: `One line for each vantage point, address and transport, failures first: how the
			newest query within the last two minutes of the time range ended; and who answered
			last in them, how long it took, and whether that is far or slow. not measured: asked
			in the time range, but not in its last two minutes. The first 1,000 are
			here: choose a server above, or come from another dashboard by a click on one.`,
		NoValue: "Not measured: nothing was asked in the time range",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT max("code") AS "code" FROM (` + now + `), (
				SELECT last("result_code") * 0 - 1 AS "code" FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter GROUP BY {target} SLIMIT 1000
			) GROUP BY {target}`),
			f.Table(`SELECT last("query_time_ms") AS "query_time_ms", "instance", "site",
				"verdict_code" FROM "dns_anycast"
				WHERE {now} AND {chosen} GROUP BY {target} SLIMIT 1000`).Hiding("Time"),
		},
		WorstFirst: []string{"code"},
	},
		panel.Col("host", "Vantage point",
			board.OpensTarget("Vantage point", "Cloud", "Server", "Family")),
		panel.Col("code", "Result", field.Result()...),
		panel.Col("instance", "Instance", field.Dash(), field.MinWidth(110)),
		panel.Col("site", "Site", field.Dash()),
		panel.Col("query_time_ms", "Time taken", field.Unit("ms"), field.Decimals(1), field.Dash()),
		panel.Col("verdict_code", "Verdict", append(field.Verdict(), field.ColouredText())...),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("server", "Server", field.MinWidth(120)),
		panel.Col("address", "Address", field.Dash(), field.MinWidth(120)),
		panel.Col("family", "Family", field.Dash()),
		panel.Col("transport", "Transport"),
		panel.Col("Time", "Last asked", field.Moment()...),
	).MinWidth(70)
}
