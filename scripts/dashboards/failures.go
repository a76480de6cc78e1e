package main

func failureTimeline(f filter) panel {
	return asTargetTimeline(question{
		id:    23,
		title: "When did each target fail, and how?",
		text: `One line for each server, address, transport and vantage point of which a query
			failed in the time range; the text is the result, which the panel below explains. A
			gap: success, or nothing was asked. The tooltip tells how long it lasted. Zoom in:
			where a pixel is longer than a round, the last failure in it is shown, even if there
			were answers too. Queries for a name without an address have no family: they show
			only while the variable family is All.`,
		empty: "No failure, or nothing was asked",
		unit:  "none",
		queries: []query{
			f.perFailure(`SELECT last("result_code") FROM "dns_anycast"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter`),
		},
	}).
		Mappings(named(failures))
}

func failuresOverTime(f filter) panel {
	return coloured(asBars(question{
		id:    16,
		title: "Which results other than success came, and when?",
		text: `Queries by their result. rcode_error, no_identity and truncated are answers that
			hide who gave them; timeout, unreachable and invalid are no answer; local and
			unresolved could not be asked. Queries for a name without an address have no family:
			they show only while the variable family is All.`,
		empty: "No failure, or nothing was asked",
		unit:  "none",
		queries: []query{
			f.perResult(`SELECT count("result_code") FROM "dns_anycast"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter`),
		},
	}, "queries an interval"), failures)
}

func results(f filter) panel {
	return coloured(asRanking(question{
		id:    17,
		title: "How did the queries end?",
		text:  "All queries of the time range by their result: success, or what went wrong.",
		empty: "Nothing was asked",
		unit:  "none",
		queries: []query{
			f.series("$tag_result", `SELECT count("result_code") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter GROUP BY "result"`),
		},
	}), append([]code{success}, failures...))
}

func rcodes(f filter) panel {
	return asRanking(question{
		id:    18,
		title: "Which rcodes came back?",
		text: `All replies of the time range by their rcode. Servers that hide their name often
			answer REFUSED. OTHER: one without a name; its number is in rcode_value.`,
		empty: "No reply came",
		unit:  "none",
		queries: []query{
			f.series("$tag_rcode", `SELECT count("rcode_value") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter GROUP BY "rcode"`),
		},
	})
}

func failuresTable(f filter) panel {
	return asTable(question{
		id:    19,
		title: "What failed, why, how often, and when last?",
		text: `One line for each vantage point, address and result. The cause is that of the last
			such query, empty where the result says it all. 'reply came from …' with timeout: an
			instance answers from another address than the one asked.`,
		empty: "No failure, or nothing was asked",
		unit:  "string",
		queries: []query{
			f.table(`SELECT last("result_code") AS "code", "error" FROM "dns_anycast"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter
				GROUP BY "host", "cloud", "server", "address", "family", "result"`).hiding("code"),
			f.table(`SELECT count("result_code") AS "times" FROM "dns_anycast"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter
				GROUP BY "host", "cloud", "server", "address", "family", "result"`).hiding("Time"),
		},
	},
		col("host", "Vantage point", toTarget("Vantage point", "Cloud", "Server")),
		col("result", "Result"),
		col("error", "Cause", dash(), minWidth(150)),
		col("times", "Times", unit("none")),
		col("Time", "Last", moment()...),
		col("cloud", "Cloud", dash()),
		col("server", "Server", minWidth(120)),
		col("address", "Address", dash(), minWidth(120)),
		col("family", "Family", dash()),
	).MinWidth(70).SortBy(descending("Last"))
}
