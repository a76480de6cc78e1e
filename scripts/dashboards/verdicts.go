package main

func timeOverDistance(f filter) panel {
	return asScatter(question{
		id:    36,
		title: "Is the time the distance?",
		text: `One point for each site, cloud and vantage point: the median of query_time_ms in
			the last two minutes of the time range, against the distance. The line is floor_ms,
			the least that light in fibre takes there and back. Near the line the time is the
			distance: look at the routing. High above it, it is the server, a queue or a detour on the way. Below
			it the name or the place is wrong, or somebody nearer answers in its name. Colours:
			the worst verdict in these two minutes. It takes location, and the places of the
			sites.`,
		empty: "No distance is known: set location, and places or place blocks of the clouds",
		unit:  "ms",
		queries: []query{
			f.table(`SELECT last("distance_km") AS "distance_km",
				percentile("query_time_ms", 50) AS "p50", last("floor_ms") AS "floor_ms",
				max("verdict_code") AS "verdict" FROM "dns_anycast"
				WHERE "site" != '' AND "distance_km" >= 0 AND {now} AND {chosen}
				GROUP BY "cloud", "site", "host"`).hiding("Time"),
		},
	}, []xySeries{{"Kilometers", "Median", "Verdict"}, {"Kilometers", "Floor", ""}},
		col("distance_km", "Kilometers", unit("none"), decimals(0), axisLabel("kilometers")),
		col("p50", "Median", decimals(1), axisLabel("time")),
		col("floor_ms", "Floor", append(dashed(), decimals(1))...),
		col("site", "Site", words()),
		col("cloud", "Cloud", words(), dash()),
		col("host", "Vantage point", words()),
		col("verdict", "Verdict", verdictLooks()...),
	)
}

func verdictTimeline(f filter) panel {
	return asTargetTimeline(question{
		id:    37,
		title: "When was each target near, far or slow?",
		text: `One line for each server, address, transport and vantage point; where a pixel is
			longer than a round, the worst verdict in it. near: the time is what the distance
			explains. far: another site of the cloud is much nearer; in clouds without a list of
			sites, the place is far away. slow: longer than usual, or than the distance
			explains, several times running. impossible: quicker than light. Grey: nobody
			answered, or there is no verdict: near and far need location and places, slow needs
			some answers first. The first 200 are here: choose a server.`,
		empty: "No verdict: no place is known (set location and places), and nothing was slow",
		unit:  "none",
		queries: []query{
			f.perTarget(`SELECT max("verdict_code") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`),
		},
	}).
		Mappings(append(named(verdicts), notMeasured()))
}

func timesBeyondDistance(f filter) panel {
	return asLines(question{
		id:    38,
		title: "How long does each instance take beyond the distance?",
		text: `The median of query_time_ms less floor_ms, a line for each instance and vantage
			point: what is left when the distance is taken off. A far instance lies as low here
			as a near one, a slow one does not. A line that climbs: the instance, or the way to
			it, became slower. Below 0: quicker than light in fibre. Only where location is set
			and the place of the site is known. Families and transports are taken together:
			choose one to part them.`,
		empty: "No distance is known: set location, and places or place blocks of the clouds",
		unit:  "ms",
		queries: []query{
			f.perInstance(`SELECT percentile("query_time_ms", 50) - last("floor_ms")
				FROM "dns_anycast" WHERE "floor_ms" >= 0 AND {chosen} AND $timeFilter`),
		},
	})
}
