package main

// Sites have a name within their cloud alone: whatever tells of them is grouped by both.

func siteShares(f filter) panel {
	const by = `"cloud", "family", "site"`
	reached := `SELECT count("reached") AS "now" FROM (
			SELECT max("answered") AS "reached" FROM "dns_anycast"
			WHERE "site" != '' AND {now} AND {chosen} GROUP BY "host", ` + by + `
		) GROUP BY ` + by
	asked := `SELECT count("up") AS "asked" FROM (
			SELECT max("answered") AS "up" FROM "dns_anycast"
			WHERE {now} AND {chosen} GROUP BY "host", "cloud", "family"
		) GROUP BY "cloud", "family"`
	return asTable(question{
		id:    64,
		title: "Which sites answer, and for which share of the vantage points?",
		text: `One line for each cloud, family and site that answered in the time range, the fewest
			first. Share: of the vantage points that asked the cloud over the family in
			the last two minutes of the time range, those that the site answered. 0 %: it
			answered before, and nobody now: withdrawn, down, or its catchment went elsewhere; or
			the only vantage points that it answered report no longer (see the dashboard of the
			fleet).
			Who reaches several sites counts for each, so that shares may add up to more than
			100 %. not measured: nobody asked. none: no answer in the time range had a site, or
			the cloud has no site rule.`,
		empty: "Not measured, or no cloud has a site rule",
		unit:  "string",
		queries: []query{
			// Grafana merges the last with the one before it, then that with the first: what has
			// no site goes to all sites, which must be there by then.
			f.table(orNone("asked", asked, "", `"cloud", "family"`)).hiding("Time"),
			f.table(orNone("now", reached, `"site" != '' AND`, by)).hiding("Time"),
			f.table(`SELECT last("answered") AS "was" FROM "dns_anycast"
				WHERE "site" != '' AND {chosen} AND $timeFilter GROUP BY ` + by).hiding("was"),
		},
		share: [2]string{"now", "asked"},
	},
		col("cloud", "Cloud", toCloud("Cloud")),
		col("site", "Site", noValue("none"), toTarget("Cloud", "Family")),
		col("family", "Family"),
		col("share", "Share", measured(steps(orange, step{0.00001, green}))...),
		col("now", "Vantage points", unit("none"), dash()),
		col("asked", "Of", unit("none"), dash()),
		col("Time", "Last answer", append(moment(), dash())...),
	).MinWidth(70).SortBy(ascending("Share"))
}

// orNone is a count of now, and 0 for all others of the time range that meet the conditions.
func orNone(column, now, conditions, by string) string {
	return `SELECT sum("` + column + `") AS "` + column + `" FROM (` + now + `), (
		SELECT last("answered") * 0 AS "` + column + `" FROM "dns_anycast"
		WHERE ` + conditions + ` {chosen} AND $timeFilter GROUP BY ` + by + `
	) GROUP BY ` + by
}

// sitesSeen are the sites of each cloud, now and before.
func sitesSeen(f filter) panel {
	now := `SELECT count("seen") AS "now" FROM (
			SELECT last("answered") AS "seen" FROM "dns_anycast"
			WHERE "site" != '' AND {now} AND {chosen} GROUP BY "cloud", "site"
		) GROUP BY "cloud"`
	before := `SELECT count("seen") AS "before" FROM (
			SELECT last("answered") AS "seen" FROM "dns_anycast"
			WHERE "site" != '' AND {chosen} AND $timeFilter GROUP BY "cloud", "site"
		) GROUP BY "cloud"`
	return asTable(question{
		id:    65,
		title: "How many sites of each cloud answer now, of those seen before and announced?",
		text: `Distinct sites that answered anybody in the last two minutes of the time range, and
			in all of it: choose a day or a week, and what is missing is what went away:
			the table of sites says which. Announced: the
			codes in the option sites of the cloud. not measured: no site answered lately. Clouds
			without a site rule are not here.`,
		empty: "Not measured, or no cloud has a site rule",
		unit:  "none",
		queries: []query{
			f.table(`SELECT max("now") AS "now" FROM (` + now + `), (
				SELECT last("answered") * 0 - 1 AS "now" FROM "dns_anycast"
				WHERE "site" != '' AND {chosen} AND $timeFilter GROUP BY "cloud"
			) GROUP BY "cloud"`).hiding("Time"),
			f.table(before).hiding("Time"),
			f.table(`SELECT last("sites_announced") AS "announced" FROM "dns_anycast_cloud"
				WHERE {chosen} AND $timeFilter GROUP BY "cloud"`).hiding("Time"),
		},
	},
		col("cloud", "Cloud", words(), toCloud("Cloud")),
		col("now", "Now", inUnit("none", 0, measured(steps(grey, step{0, plain})))...),
		col("before", "In the time range", dash()),
		col("announced", "Announced", dash()),
	).SortBy(ascending("Cloud"))
}

// sitesOverTime are stacks of the vantage points that each site answered over a family.
func sitesOverTime(f filter, id uint32, family, title string) panel {
	return asBars(question{
		id:    id,
		title: title,
		text: `Vantage points that a site answered in an interval, a colour for each cloud and
			site. A colour that grows into another one: a catchment shift. Who reached several
			sites in an interval counts for each: a stack as high as there are vantage points
			has none of these. A gap: nobody was answered. Clouds without a site rule are not
			here. Choose a cloud: this reads every point of the time range.`,
		empty: "No answer with a site",
		unit:  "none",
		queries: []query{
			f.overTime("$tag_cloud $tag_site", `SELECT count("reached") FROM (
				SELECT max("answered") AS "reached" FROM "dns_anycast"
				WHERE "site" != '' AND "family" = '`+family+`' AND {chosen}
				GROUP BY time($__interval), "host", "cloud", "site" fill(none)
			) WHERE $timeFilter`, "cloud", "site"),
		},
	}, "vantage points").Decimals(0)
}

func sitesOverIPv4(f filter) panel {
	return sitesOverTime(f, 9, "ipv4", "Which sites answer over IPv4, and how many vantage points?")
}

func sitesOverIPv6(f filter) panel {
	return sitesOverTime(f, 66, "ipv6", "Which sites answer over IPv6, and how many vantage points?")
}

func siteMap(f filter) panel {
	return asMap(question{
		id:    35,
		title: "Where are the sites that answer, and who asks?",
		text: `Larger: the sites that answered in the last two minutes of the time range, one for
			each cloud and site. Their colour is the worst verdict that a vantage point has on
			one: green near, blue far, orange slow, red impossible, grey none. Smaller: the
			vantage points, green while they report, grey where they no longer do. Figures show
			over both. A site is here if its place is known: places = "iata", a file
			that places names, or a place block, of its cloud; a vantage point if location is set, and internal is not false. What is
			beyond max_instances has no site. The map itself comes from the Internet.`,
		empty: "No place is known: set places or place blocks of the clouds, and location; " +
			"or internal = false",
		unit: "string",
		queries: []query{
			f.table(`SELECT "verdict", "latitude", "longitude" FROM (
				SELECT max("verdict_code") AS "verdict", max("latitude") AS "latitude",
				max("longitude") AS "longitude" FROM "dns_anycast"
				WHERE "site" != '' AND {now} AND {chosen} GROUP BY "cloud", "site"
			) WHERE "latitude" >= -90 GROUP BY "cloud", "site"`).hiding("Time"),
			f.table(`SELECT max("reports") AS "reports", last("latitude") AS "latitude",
				last("longitude") AS "longitude" FROM (
					SELECT last("latitude") AS "latitude", last("longitude") AS "longitude"
					FROM "dns_anycast_internal"
					WHERE "latitude" >= -90 AND {chosen} AND $timeFilter GROUP BY "host"
				), (
					SELECT count("latitude") AS "reports" FROM "dns_anycast_internal"
					WHERE "latitude" >= -90 AND {now} AND {chosen} GROUP BY "host"
				), (
					SELECT last("latitude") * 0 AS "reports" FROM "dns_anycast_internal"
					WHERE "latitude" >= -90 AND {chosen} AND $timeFilter GROUP BY "host"
				) GROUP BY "host"`).hiding("Time"),
		},
	},
		layer{
			name: "Sites", judged: "Verdict", size: [2]int{8, 13}, opacity: 0.6,
			columns: []column{
				col("site", "Site"),
				col("cloud", "Cloud", dash()),
				col("verdict", "Verdict", verdictLooks()...),
				col("latitude", "Latitude", unit("degree"), decimals(2)),
				col("longitude", "Longitude", unit("degree"), decimals(2)),
			},
		},
		layer{
			name: "Vantage points", judged: "Reports", size: [2]int{4, 5}, opacity: 0.9,
			columns: []column{
				col("host", "Vantage point"),
				col("reports", "Reports", reportsLooks()...),
				col("latitude", "Latitude"),
				col("longitude", "Longitude"),
			},
		},
	)
}

// reportsLooks are those of the rounds of which a vantage point reported lately.
func reportsLooks() []look {
	return []look{
		unit("none"), decimals(0),
		{Id: "color", Value: map[string]string{"mode": "thresholds"}},
		{Id: "thresholds", Value: steps(grey, step{1, green})},
		{Id: "min", Value: 0},
		{Id: "max", Value: 1},
	}
}
