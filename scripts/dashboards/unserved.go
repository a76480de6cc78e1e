package main

// whereUnserved judges each zone at each address by all vantage points.
func whereUnserved(f filter) panel {
	const by = `"zone", "cloud", "server", "address", "family"`
	share := `SELECT mean("unserved") AS "share" FROM (` + unserved + `) GROUP BY ` + by
	return asTable(question{
		id:    70,
		title: "Where is a zone not served?",
		text: `One line for each zone and address, the worst first. Not served: the share of the
			vantage points that got the zone's SOA record with authority by no query of the last
			two minutes of the time range, whatever came instead. Red: most of them. What could
			not be asked (local, unresolved) counts neither way. not measured: asked in the time
			range, but not in its last two minutes. A click shows why, below and on the
			dashboard of the target.`,
		empty: "Not measured, or no zone is asked for",
		unit:  "string",
		queries: []query{
			f.table(orUnknown("share", share, "dns_anycast_soa", `{own} AND "address" != '' AND $timeFilter AND`,
				by)).hiding("Time"),
			f.table(`SELECT last("result_code") AS "was" FROM "dns_anycast_soa"
				WHERE {own} AND {asked} AND {chosen} AND $timeFilter GROUP BY ` + by).
				hiding("was"),
		},
		worst: []string{"share"},
	},
		col("zone", "Zone", minWidth(120), toZone("Zone", "Cloud", "Server")),
		col("cloud", "Cloud", dash(), toCloud("Cloud")),
		col("address", "Address", minWidth(120), toTarget("Cloud", "Server", "Family")),
		col("family", "Family"),
		col("share", "Not served", badShare()...),
		col("server", "Server", minWidth(120)),
		col("Time", "Last asked", append(moment(), dash())...),
	).MinWidth(70)
}

// toZone stays on the dashboard of zones, with what the row is about chosen.
func toZone(columns ...string) look {
	return opens("This zone there", zonesUID, choices(columns)...)
}

func unservedCount(f filter) panel {
	return asFigure(question{
		id:    71,
		title: "At how many addresses is a zone not served?",
		text: `Zones and addresses at which more than half of the vantage points do not get the
			zone now, that is in the last two minutes of the time range: the table below says
			which.`,
		empty: "Not measured, or no zone is asked for",
		unit:  "none",
		queries: []query{
			f.series("addresses", `SELECT sum("n") AS "addresses" FROM (
				SELECT count("share") AS "n" FROM (
					SELECT "unserved" AS "share" FROM (`+unservedCheap+`)
				) WHERE "share" > `+majority+`
			), (
				SELECT count("result_code") * 0 AS "n" FROM "dns_anycast_soa"
				WHERE {asked} AND {own} AND {now} AND {chosen}
			)`),
		},
	}).ColorScheme(byThresholds()).Thresholds(steps(green, step{1, red}))
}

func worstLag(f filter) panel {
	return asFigure(question{
		id:    72,
		title: "How late is the latest instance?",
		text: `The highest serial_lag_s that a vantage point saw in the last two minutes of the
			time range: since when a serial newer than the one answered is known
			anywhere. Up to an hour, and to the zone's own REFRESH, that is no fault;
			orange is more than an hour, whatever REFRESH is.`,
		empty: "Not measured, or no zone is asked for",
		unit:  "s",
		queries: []query{
			f.series("lag", `SELECT max("serial_lag_s") AS "lag" FROM "dns_anycast_soa"
				WHERE "result" = 'success' AND {own} AND {now} AND {chosen}`),
		},
	}).ColorScheme(byThresholds()).Thresholds(steps(green, step{lateAfter, orange}))
}

func zoneLoss(f filter) panel {
	return asFigure(question{
		id:    73,
		title: "Which share of the queries for zones failed?",
		text: `Of all queries for a zone's SOA record in the last two minutes of the time range,
			those that did not get it, whatever came instead. What could not be asked counts
			neither way.`,
		empty: "Not measured, or no zone is asked for",
		unit:  "percentunit",
		queries: []query{
			f.series("failed", `SELECT mean("failed") AS "failed" FROM (
				SELECT "result_code" / "result_code" AS "failed" FROM "dns_anycast_soa"
				WHERE {asked} AND {own} AND {now} AND {chosen}
			)`),
		},
	}).Decimals(2).ColorScheme(byThresholds()).
		Thresholds(lossSteps())
}
