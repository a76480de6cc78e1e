package main

// addressesNow are the addresses of clouds, each judged by all vantage points.
func addressesNow(f filter) panel {
	const by = `"cloud", "server", "address", "family"`
	return asTable(question{
		id:    60,
		title: "Which addresses answer now, and which are dark from where?",
		text: `One line for each address, the worst first. Dark: the share of the vantage points
			that got no answer to any query of the last two minutes of the time range, over a
			transport that they ask over. Red: most of them. Lost: the share of all their
			queries in these two minutes. What could not be asked (local, unresolved) counts
			neither way. not measured: asked in the time range, but not in its last two minutes.
			A click shows the address from each vantage point.`,
		empty: "Not measured: nothing was asked in the time range",
		unit:  "string",
		queries: []query{
			f.table(orUnknown("dark", dark, "dns_anycast", `"address" != '' AND $timeFilter AND`, by)).
				hiding("Time"),
			f.table(orUnknown("lost", `SELECT 1 - mean("answered") AS "lost" FROM "dns_anycast"
				WHERE {asked} AND {now} AND {chosen} GROUP BY `+by, "dns_anycast",
				`"address" != '' AND $timeFilter AND`, by)).hiding("Time"),
			f.table(`SELECT last("answered") AS "was" FROM "dns_anycast"
				WHERE {asked} AND {chosen} AND $timeFilter GROUP BY ` + by).hiding("was"),
		},
		worst: []string{"dark"},
	},
		col("cloud", "Cloud", dash()),
		col("address", "Address", minWidth(140), toTarget("Cloud", "Server", "Family")),
		col("family", "Family"),
		col("dark", "Dark", badShare()...),
		col("lost", "Lost", measured(lossSteps())...),
		col("server", "Server", minWidth(120)),
		col("Time", "Last asked", append(moment(), dash())...),
	).MinWidth(70)
}

// toTarget opens what a row is about, vantage point by vantage point; the columns are called as
// here where the row has them.
func toTarget(columns ...string) look {
	return opens("Vantage point by vantage point", targetUID, choices(columns)...)
}

// toCloud opens the cloud of a row.
func toCloud(columns ...string) look {
	return opens("The cloud", cloudUID, choices(columns)...)
}

// choices are the variables of columns that are called as such.
func choices(columns []string) (all []choice) {
	variables := map[string]string{
		"Vantage point": "host", "Cloud": "cloud", "Server": "server", "Family": "family",
		"Transport": "transport", "Zone": "zone",
	}
	for _, c := range columns {
		all = append(all, choice{variables[c], c})
	}
	return all
}

// first is how many lines a panel of one for each target has at most: those of one address from a
// hundred vantage points, over two transports. InfluxDB takes the first and does not read the rest.
const first = ` SLIMIT 200`

// vantagePointsNow is how each vantage point reaches a target.
func vantagePointsNow(f filter) panel {
	now := `SELECT last("result_code") AS "code" FROM "dns_anycast"
		WHERE {now} AND {chosen} GROUP BY {target} SLIMIT 1000`
	return asTable(question{
		id:    61,
		title: "How does each vantage point reach it now?",
		text: `One line for each vantage point, address and transport, failures first: how the
			newest query within the last two minutes of the time range ended; and who answered
			last in them, how long it took, and whether that is far or slow. not measured: asked
			in the time range, but not in its last two minutes. The first 1,000 are
			here: choose a server above, or come from another dashboard by a click on one.`,
		empty: "Not measured: nothing was asked in the time range",
		unit:  "string",
		queries: []query{
			f.table(`SELECT max("code") AS "code" FROM (` + now + `), (
				SELECT last("result_code") * 0 - 1 AS "code" FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter GROUP BY {target} SLIMIT 1000
			) GROUP BY {target}`),
			f.table(`SELECT last("query_time_ms") AS "query_time_ms", "instance", "site",
				"verdict_code" FROM "dns_anycast"
				WHERE {now} AND {chosen} GROUP BY {target} SLIMIT 1000`).hiding("Time"),
		},
		worst: []string{"code"},
	},
		col("host", "Vantage point", toTarget("Vantage point", "Cloud", "Server", "Family")),
		col("code", "Result", resultLooks()...),
		col("instance", "Instance", dash(), minWidth(110)),
		col("site", "Site", dash()),
		col("query_time_ms", "Time taken", unit("ms"), decimals(1), dash()),
		col("verdict_code", "Verdict", append(verdictLooks(), cell(colouredText()))...),
		col("cloud", "Cloud", dash()),
		col("server", "Server", minWidth(120)),
		col("address", "Address", dash(), minWidth(120)),
		col("family", "Family", dash()),
		col("transport", "Transport"),
		col("Time", "Last asked", moment()...),
	).MinWidth(70)
}

// resultLooks are those of a column of the newest results.
func resultLooks() []look {
	all := append(named(append([]code{success}, failures...)), unknownAsSuch())
	return []look{
		unit("none"), cell(colouredText()), minWidth(100), {Id: "mappings", Value: all},
	}
}
