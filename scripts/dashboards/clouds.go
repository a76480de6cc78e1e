package main

// openCloud makes a cell of a table of clouds a link to all about its cloud.
func openCloud() look {
	return opens("The whole cloud", cloudUID, choice{"cloud", "Cloud"})
}

// reaching asks for the share of the vantage points that reached every address of a cloud over a
// family, in one round at least: a miss is 1 where the most that answered are fewer than the most
// that were asked, since n/n is 1 in InfluxQL, and 0/0 is 0.
func reaching(f filter, family, as string) query {
	return f.table(`SELECT 1 - mean("miss") AS "` + as + `" FROM (
		SELECT (max("` + family + `_asked") - max("` + family + `_answered"))
		/ (max("` + family + `_asked") - max("` + family + `_answered")) AS "miss"
		FROM "dns_anycast_cloud" WHERE "` + family + `_asked" > 0 AND {now} AND {chosen}
		GROUP BY "host", "cloud"
	) GROUP BY "cloud"`).hiding("Time")
}

func cloudsTable(f filter) panel {
	return asTable(question{
		id:    2,
		title: "How well is each cloud reached, from how many sites, and how much is lost?",
		text: `A row for each cloud, in the last two minutes of the time range. IPv4, IPv6: the share
			of the vantage points that got an answer from every address of the family, over every
			transport, in a round or more. Dark: addresses that most vantage points got no answer
			from. Loss: the share of all queries without an answer. Sites: how many answered; a
			dash where the cloud has no site rule. Announced: how many the option sites lists.
			Vantage points: how many reported. Not
			measured: none of them could ask.`,
		empty: "Not measured: nobody asked in the last two minutes",
		unit:  "string",
		queries: []query{
			reaching(f, "ipv4", "IPv4"),
			reaching(f, "ipv6", "IPv6"),
			f.table(`SELECT sum("n") AS "dark" FROM (
				SELECT count("dark") AS "n" FROM (` + darkCheap + `) WHERE "dark" > ` + majority + `
				GROUP BY "cloud"
			), (
				SELECT count("answered") * 0 AS "n" FROM "dns_anycast" WHERE {now} AND {chosen}
				GROUP BY "cloud"
			) GROUP BY "cloud"`).hiding("Time"),
			f.table(`SELECT 1 - mean("answered") AS "loss" FROM "dns_anycast"
				WHERE {now} AND {chosen} GROUP BY "cloud"`).hiding("Time"),
			f.table(`SELECT count("seen") AS "sites" FROM (
				SELECT count("result_code") AS "seen" FROM "dns_anycast"
				WHERE "site" != '' AND {now} AND {chosen} GROUP BY "cloud", "site"
			) GROUP BY "cloud"`).hiding("Time"),
			f.table(`SELECT max("sites_announced") AS "announced" FROM "dns_anycast_cloud"
				WHERE {now} AND {chosen} GROUP BY "cloud"`).hiding("Time"),
			f.table(`SELECT count("rounds") AS "hosts" FROM (
				SELECT count("instances") AS "rounds" FROM "dns_anycast_cloud"
				WHERE {now} AND {chosen} GROUP BY "host", "cloud"
			) GROUP BY "cloud"`).hiding("Time"),
		},
	},
		col("cloud", "Cloud", openCloud(), dash(), minWidth(110)),
		col("IPv4", "IPv4", shareLooks(reachedSteps())...),
		col("IPv6", "IPv6", shareLooks(reachedSteps())...),
		col("dark", "Dark", append(judgedLooks(someSteps()), unit("none"))...),
		col("loss", "Loss", shareLooks(lossSteps())...),
		col("sites", "Sites", unit("none"), dash()),
		col("announced", "Announced", unit("none"), dash()),
		col("hosts", "Vantage points", unit("none"), dash()),
	).MinWidth(60).SortBy(sorting{sortedBy("Dark", true), sortedBy("Loss", true)})
}

func lossNow(f filter) panel {
	return asFigure(question{
		id:    2006,
		title: "Which share of all queries is lost?",
		text: `In the last two minutes of the time range: the share of the queries to all addresses,
			from all vantage points, that no authentic reply came to. What could not be asked
			(local, unresolved) counts neither way.`,
		empty: "Not measured",
		unit:  "percentunit",
		queries: []query{
			f.series("loss", `SELECT 1 - mean("answered") AS "loss" FROM "dns_anycast"
				WHERE {now} AND {chosen}`),
		},
	}).ColorScheme(byThresholds()).Thresholds(lossSteps()).Decimals(2)
}
