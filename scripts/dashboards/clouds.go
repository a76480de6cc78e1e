package main

func answeredByCloud(f filter) panel {
	return asTable(question{
		id:    2,
		title: "Which share of each cloud's targets answered, by family?",
		text: `A target is an address of a server, asked over one transport from one vantage point.
			Counted is the newest query of each in the time range, even from a vantage point
			that is silent since: see when each reported last. Answered means that an authentic
			reply came, whatever it said. An empty cell, or a cloud that is missing: nothing was
			asked, or nothing could be (see below: what fails).`,
		empty: "Not asked",
		unit:  "percentunit",
		queries: []query{
			f.table(`SELECT mean("newest") AS "IPv4" FROM (
				SELECT last("answered") AS "newest" FROM "dns_anycast"
				WHERE "family" = 'ipv4' AND {chosen} AND $timeFilter GROUP BY {target}
			) GROUP BY "cloud"`).hiding("Time"),
			f.table(`SELECT mean("newest") AS "IPv6" FROM (
				SELECT last("answered") AS "newest" FROM "dns_anycast"
				WHERE "family" = 'ipv6' AND {chosen} AND $timeFilter GROUP BY {target}
			) GROUP BY "cloud"`).hiding("Time"),
		},
	},
		col("cloud", "Cloud", words(), dash(), cell(plainCell())),
		col("IPv4", "IPv4"),
		col("IPv6", "IPv6"),
	).
		ColorScheme(byThresholds()).Thresholds(answeredSteps()).Decimals(0).
		CellOptions(filledCell()).SortBy(ascending("Cloud"))
}

func answeredShare(f filter) panel {
	return asFigure(question{
		id:    3,
		title: "How many targets answered their newest query?",
		text: `The share of all selected targets: an address of a server, asked over one transport
			from one vantage point. What could not be asked at all (results local and
			unresolved) is not counted.`,
		empty: "Nothing was asked",
		unit:  "percentunit",
		queries: []query{
			f.series("answered", `SELECT mean("newest") AS "answered" FROM (
				SELECT last("answered") AS "newest" FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter GROUP BY {target}
			)`),
		},
	}).ColorScheme(byThresholds()).Thresholds(answeredSteps())
}

func instancesCount(f filter) panel {
	return asFigure(question{
		id:    4,
		title: "How many instances answered?",
		text: `Distinct names of instances in the time range. The name other stands for all beyond
			max_instances.`,
		empty: "Nobody named itself",
		unit:  "none",
		queries: []query{
			f.series("instances", `SELECT count("newest") AS "instances" FROM (
				SELECT last("result_code") AS "newest" FROM "dns_anycast"
				WHERE "instance" != '' AND {chosen} AND $timeFilter
				GROUP BY "cloud", "instance"
			)`),
		},
	}).ColorScheme(always(plain))
}

func notAsked(f filter) panel {
	return asFigure(question{
		id:    5,
		title: "How many queries could not be asked?",
		text: `Results local (this host has no route, no socket, or not the source address) and
			unresolved (the host name has no address). They say nothing about the server and
			count as neither answered nor lost. Queries for a name without an address have no
			family: they show only while the variable family is All.`,
		empty: "None, or nothing was asked",
		unit:  "none",
		queries: []query{
			f.series("queries", `SELECT count("result_code") AS "queries" FROM "dns_anycast"
				WHERE ("result" = 'local' OR "result" = 'unresolved')
				AND {chosen} AND $timeFilter`),
		},
	}).ColorScheme(byThresholds()).Thresholds(steps(green, step{1, orange}))
}

func lastReports(f filter) panel {
	return asTable(question{
		id:    6,
		title: "When did each vantage point report last?",
		text: `The newest point of each host that runs the plugin, whatever its result. A vantage
			point that has not reported in the time range is not listed: choose a longer one.`,
		empty: "No vantage point reported: look at Telegraf",
		unit:  "dateTimeFromNow",
		queries: []query{
			f.table(`SELECT last("result_code") AS "code" FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter GROUP BY "host"`).hiding("code"),
		},
	},
		col("host", "Vantage point", words()),
		col("Time", "Last report"),
	).SortBy(ascending("Last report"))
}
