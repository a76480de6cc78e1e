package target

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func failuresTable(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    19,
		Title: "What failed, why, how often, and when last?",
		Text: `One line for each vantage point, address and result. The cause is that of the last
			such query, empty where the result says it all. 'reply came from …' with timeout: an
			instance answers from another address than the one asked.`,
		NoValue: "No failure, or nothing was asked",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT last("result_code") AS "code", "error" FROM "dns_anycast"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter
				GROUP BY "host", {address}, "result"`).Hiding("code"),
			f.Table(`SELECT count("result_code") AS "times" FROM "dns_anycast"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter
				GROUP BY "host", {address}, "result"`).Hiding("Time"),
		},
	},
		panel.Col("host", "Vantage point", board.OpensTarget("Vantage point", "Cloud", "Server")),
		panel.Col("result", "Result"),
		panel.Col("error", "Cause", field.Dash(), field.MinWidth(150)),
		panel.Col("times", "Times", field.Unit("none")),
		panel.Col("Time", "Last", field.Moment()...),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("server", "Server", field.MinWidth(120)),
		panel.Col("address", "Address", field.Dash(), field.MinWidth(120)),
		panel.Col("family", "Family", field.Dash()),
	).MinWidth(70).SortBy(panel.Descending("Last"))
}

func failureTimeline(f query.Filter) panel.Panel {
	return panel.TargetTimeline(panel.Question{
		ID:    23,
		Title: "When did each target fail, and how?",
		Text: `One line for each server, address, transport and vantage point of which a query
			failed in the time range; the text is the result, which the panel below explains. A
			gap: success, or nothing was asked. The tooltip tells how long it lasted. Zoom in:
			where a pixel is longer than a round, the last failure in it is shown, even if there
			were answers too. Queries for a name without an address have no family: they show
			only while the variable family is All.`,
		NoValue: "No failure, or nothing was asked",
		Unit:    "none",
		Queries: []query.Query{
			perTarget(f, `SELECT last("result_code") FROM "dns_anycast"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter`),
		},
	}, field.Names(field.Failures...))
}

func failuresOverTime(f query.Filter) panel.Panel {
	return panel.Bars(panel.Question{
		ID:    16,
		Title: "Which results other than success came, and when?",
		Text: `Queries by their result. rcode_error, no_identity and truncated are answers that
			hide who gave them; timeout, unreachable and invalid are no answer; local and
			unresolved could not be asked. Queries for a name without an address have no family:
			they show only while the variable family is All.`,
		NoValue: "No failure, or nothing was asked",
		Unit:    "none",
		Queries: []query.Query{
			f.OverTime("$tag_result", `SELECT count("result_code") FROM "dns_anycast"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter`, "result"),
		},
		Series: panel.Codes(field.Failures),
	}, "queries an interval")
}

func results(f query.Filter) panel.Panel {
	return panel.Ranking(panel.Question{
		ID:      17,
		Title:   "How did the queries end?",
		Text:    "All queries of the time range by their result: success, or what went wrong.",
		NoValue: "Nothing was asked",
		Unit:    "none",
		Queries: []query.Query{
			f.Series("$tag_result", `SELECT count("result_code") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter GROUP BY "result"`),
		},
		Series: panel.Codes(field.Results),
	})
}

func rcodes(f query.Filter) panel.Panel {
	return panel.Ranking(panel.Question{
		ID:    18,
		Title: "Which rcodes came back?",
		Text: `All replies of the time range by their rcode. Servers that hide their name often
			answer REFUSED. OTHER: one without a name; its number is in rcode_value.`,
		NoValue: "No reply came",
		Unit:    "none",
		Queries: []query.Query{
			f.Series("$tag_rcode", `SELECT count("rcode_value") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter GROUP BY "rcode"`),
		},
	})
}
