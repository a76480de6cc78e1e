package main

func lossOverTime(f filter) panel {
	return asLines(question{
		id:    21,
		title: "How much is lost, by cloud and family?",
		text: `Loss is 1 - mean(answered): the share of queries that no authentic reply came to. A
			reply that hides its name, or says REFUSED, is no loss. What could not be asked
			(local, unresolved) counts neither way. All selected vantage points count together.`,
		empty: "Nothing was asked",
		unit:  "percentunit",
		queries: []query{
			f.overTime("$tag_cloud $tag_family", `SELECT 1 - mean("answered") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`, "cloud", "family"),
		},
	}).Min(0).AxisSoftMax(0.01).Decimals(2).FillOpacity(10)
}

func lossTable(f filter) panel {
	return asTable(question{
		id:    22,
		title: "Who loses how much of what?",
		text: `Loss over the whole time range, 1 - mean(answered), for each vantage point, address and
			transport. One vantage point with many lines: its own way. One address with many: the
			server. Choose a server, or a vantage point.`,
		empty: "Nothing was asked",
		unit:  "percentunit",
		queries: []query{
			f.table(`SELECT 1 - mean("answered") AS "loss" FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter
				GROUP BY "host", "cloud", "server", "address", "family", "transport"`).hiding("Time"),
		},
	},
		col("host", "Vantage point", words(), toTarget("Vantage point", "Cloud", "Server", "Family")),
		col("cloud", "Cloud", words(), dash()),
		col("server", "Server", words()),
		col("address", "Address", words()),
		col("family", "Family", words()),
		col("transport", "Transport", words()),
		col("loss", "Loss", cell(colouredText())),
	).ColorScheme(byThresholds()).Thresholds(lossSteps()).Decimals(2).
		SortBy(descending("Loss"))
}

func lossByCloud(f filter) panel {
	return asLines(question{
		id:    2011,
		title: "How much was lost, by cloud?",
		text: `The share of the queries to a cloud, from all vantage points, that no authentic reply
			came to. A reply that hides its name, or says REFUSED, is no loss; what could not be
			asked counts neither way. A gap: nobody asked, or could.`,
		empty: "Not measured: nobody asked",
		unit:  "percentunit",
		queries: []query{
			f.overTime("$tag_cloud", `SELECT 1 - mean("answered") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`, "cloud"),
		},
	}).Min(0).AxisSoftMax(0.01).Decimals(2)
}
