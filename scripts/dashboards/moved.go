package main

// moves sums the changes of site over the fleet.
func moves(f filter) panel {
	return asTable(question{
		id:    62,
		title: "What moved, and from where to where?",
		text: `Changes of the site that answers in the time range, summed over vantage points and
			addresses: of a cloud and family, from one site to another; of the instance, in
			clouds without a site rule. Many vantage points and one direction: the catchment
			shifted. One vantage point: its own routing. The same two sites both ways: a path
			that is not stable; split: one that is balanced over several sites. Of the newest
			2,000 changes. A click shows them one by one.`,
		empty: "Nothing moved, or nobody named a site",
		unit:  "string",
		queries: []query{
			f.table(`SELECT "cloud", "family", "from", "to", "host", "changes"
				FROM "dns_anycast_change" WHERE {chosen} AND $timeFilter
				ORDER BY time DESC LIMIT 2000`),
		},
		sums: map[string]string{
			"cloud": "", "family": "", "from": "", "to": "",
			"host": "distinctCount", "changes": "count", "Time": "max",
		},
	},
		col("cloud", "Cloud", dash()),
		col("family", "Family"),
		col("from", "From", toTarget("Cloud", "Family")),
		col("to", "To", toTarget("Cloud", "Family")),
		col("host (distinctCount)", "Vantage points", unit("none")),
		col("changes (count)", "Changes", unit("none")),
		col(lastTime, "Last", moment()...),
	).MinWidth(70).SortBy(descending("Vantage points"))
}

func movesOverTime(f filter) panel {
	return asBars(question{
		id:    63,
		title: "How many vantage points moved, and when?",
		text: `Vantage points for which an address or more changed its site in an interval, a
			colour for each cloud. A tall bar: a catchment shift. Low bars all the time: paths
			that are not stable, or vantage points of which each moves now and then.`,
		empty: "Nothing moved, or nobody named a site",
		unit:  "none",
		queries: []query{
			f.overTime("$tag_cloud", `SELECT count("moved") FROM (
				SELECT count("changes") AS "moved" FROM "dns_anycast_change"
				WHERE {chosen}
				GROUP BY time($__interval), "cloud", "host" fill(none)
			) WHERE $timeFilter`, "cloud"),
		},
	}, "vantage points an interval").Decimals(0)
}

// siteChanges are the changes one by one.
func siteChanges(f filter) panel {
	return asTable(question{
		id:    24,
		title: "Which vantage point moved, when, and from where to where?",
		text: `Changes of the site that answers, newest first; of the instance, in clouds without a
			site rule. One row for each target, an address of a server asked over one transport,
			and for each vantage point. A row counts from its first answer, and comes when as
			many as the option confirm asks for named the new site. Held: from the first to the
			last answer of the old one. split: several sites answer in turn. The marks in the
			graphs are the same changes: the old site above the new one.`,
		empty: "Nothing moved, or nobody named a site",
		unit:  "string",
		queries: []query{
			f.table(`SELECT "cloud", "server", "address", "family", "transport", "host", "from",
				"to", "held_s" FROM "dns_anycast_change" WHERE {chosen} AND $timeFilter`),
		},
	},
		col("Time", "Since", moment()...),
		col("host", "Vantage point", toTarget("Vantage point", "Cloud", "Server", "Family")),
		col("from", "From"),
		col("to", "To"),
		col("held_s", "Held", unit("s"), decimals(1)),
		col("cloud", "Cloud", dash()),
		col("server", "Server", minWidth(120)),
		col("address", "Address", minWidth(120)),
		col("family", "Family"),
		col("transport", "Transport"),
	).MinWidth(70).SortBy(descending("Since"))
}
