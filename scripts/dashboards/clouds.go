package main

// openCloud makes a cell of a table of clouds a link to all about its cloud.
func openCloud() look {
	return opens("The whole cloud", cloudUID, choice{"cloud", "Cloud"})
}

// reaching asks for the share of the addresses of a cloud over a family that answered, in the mean
// of the vantage points. In InfluxQL 0/0 is 0: who could not ask is left out.
func reaching(f filter, family, as string) query {
	return f.table(`SELECT max("` + as + `") AS "` + as + `" FROM (
		SELECT sum("` + family + `_answered") / sum("` + family + `_asked") AS "` + as + `"
		FROM "dns_anycast_cloud" WHERE "` + family + `_asked" > 0 AND {now} AND {chosen}
		GROUP BY "cloud"
	), (
		SELECT last("instances") * 0.0 - 1 AS "` + as + `" FROM "dns_anycast_cloud"
		WHERE {day} AND {chosen} GROUP BY "cloud"
	) GROUP BY "cloud"`).hiding("Time")
}

// asked is, by tags, unknown for all of which there are points that count as now: also where
// nothing could be asked, so that the column is there.
func asked(column, measurement, by string) string {
	return `SELECT count("result_code") * 0.0 - 1 AS "` + column + `" FROM "` + measurement + `"
		WHERE {now} AND {chosen} GROUP BY ` + by
}

func cloudsTable(f filter) panel {
	return asTable(question{
		id:    2,
		title: "How well is each cloud reached, from how many sites, and how much is lost?",
		text: `A row for each cloud of the last day, as it was in the last two minutes of the time
			range: first those that nobody reports, then the darkest. IPv4, IPv6: the share of the
			addresses of the family, over every transport, that answered, in the mean of the vantage
			points. Dark: addresses that most vantage points
			got no answer from. Loss: the share of all queries without an answer. Sites: how many
			answered; a dash where the cloud has no site rule. Announced: how many the option sites
			lists. Vantage points: how many reported. Not measured: none of them could ask, or
			none reported.`,
		empty: "Not measured: nobody asked in the last day",
		unit:  "string",
		queries: []query{
			reaching(f, "ipv4", "IPv4"),
			reaching(f, "ipv6", "IPv6"),
			f.table(`SELECT max("dark") AS "dark" FROM (
				SELECT count("dark") AS "dark" FROM (` + darkCheap + `) WHERE "dark" > ` + majority + `
				GROUP BY "cloud"
			), (
				SELECT count("answered") * 0 AS "dark" FROM "dns_anycast" WHERE {now} AND {chosen}
				GROUP BY "cloud"
			), (` + asked("dark", "dns_anycast", `"cloud"`) + `) GROUP BY "cloud"`).hiding("Time"),
			f.table(`SELECT max("loss") AS "loss" FROM (
				SELECT 1 - mean("answered") AS "loss" FROM "dns_anycast"
				WHERE {now} AND {chosen} GROUP BY "cloud"
			), (` + asked("loss", "dns_anycast", `"cloud"`) + `) GROUP BY "cloud"`).hiding("Time"),
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
			f.table(`SELECT max("silent") AS "silent" FROM (
				SELECT last("instances") * 0 AS "silent" FROM "dns_anycast_cloud"
				WHERE {now} AND {chosen} GROUP BY "cloud"
			), (
				SELECT last("instances") * 0 - 1 AS "silent" FROM "dns_anycast_cloud"
				WHERE {day} AND {chosen} GROUP BY "cloud"
			) GROUP BY "cloud"`).hiding("Time"),
		},
		worst: []string{"silent", "dark", "loss"},
	},
		col("cloud", "Cloud", openCloud(), dash(), minWidth(110)),
		col("IPv4", "IPv4", shareLooks(reachedSteps())...),
		col("IPv6", "IPv6", shareLooks(reachedSteps())...),
		col("dark", "Dark", append(judgedLooks(someSteps()), unit("none"))...),
		col("loss", "Loss", shareLooks(lossSteps())...),
		col("sites", "Sites", unit("none"), dash()),
		col("announced", "Announced", unit("none"), dash()),
		col("hosts", "Vantage points", unit("none"), dash()),
	).MinWidth(60)
}

func lossNow(f filter) panel {
	return asFigure(question{
		id:    2006,
		title: "Which share of the identity queries is lost?",
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
