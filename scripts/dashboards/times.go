package main

func typicalTimes(f filter) panel {
	return asLines(question{
		id:    12,
		title: "How long does the typical answer of each instance take?",
		text: `The median (p50) of query_time_ms, a line for each instance and vantage point. One
			line steps up: that instance, or the way to it, became slower. One line ends and a
			higher one begins: another instance answers, farther away. 10 ms are at most 1,000
			km. A line without an instance: answers that named nobody. Over TCP, connecting is
			not in it. Families and transports are taken together: choose one to part them.`,
		empty: "No answer",
		unit:  "ms",
		queries: []query{
			f.perInstance(`SELECT percentile("query_time_ms", 50) FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`),
		},
	}).Min(0)
}

func slowTimes(f filter) panel {
	return asLines(question{
		id:    13,
		title: "How long do the slow answers of each instance take?",
		text: `The 95th percentile (p95) of query_time_ms, a line for each instance and vantage
			point: one answer in twenty takes longer. High while the median beside it is low: a
			queue or loss on the way. Of each five minutes at least: of few queries it would be
			no more than their slowest.`,
		empty: "No answer",
		unit:  "ms",
		queries: []query{
			f.perInstance(`SELECT percentile("query_time_ms", 95) FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`),
		},
		least: "5m",
	}).Min(0)
}

func timesTable(f filter) panel {
	return asTable(question{
		id:    14,
		title: "Which instances are far, and which are slow?",
		text: `Median (p50) and 95th percentile (p95) of query_time_ms over the whole time range,
			and how many answers they stand for, from all selected vantage points together: what
			is far from one may be near to another, so choose one. Both high: far away. p95
			alone high: slow at times. No instance: answers that named nobody.`,
		empty: "No answer",
		unit:  "ms",
		queries: []query{
			f.table(`SELECT percentile("query_time_ms", 50) AS "p50",
				percentile("query_time_ms", 95) AS "p95", count("query_time_ms") AS "answers"
				FROM "dns_anycast" WHERE {chosen} AND $timeFilter
				GROUP BY "cloud", "instance"`).hiding("Time"),
		},
	},
		col("instance", "Instance", words(), dash(), toTarget("Cloud")),
		col("cloud", "Cloud", words(), dash()),
		col("p50", "p50"),
		col("p95", "p95"),
		col("answers", "Answers", unit("none")),
	).SortBy(descending("p50"))
}
