package main

func serialLag(f filter) panel {
	return asLines(question{
		id:    30,
		title: "How late is the zone at each instance?",
		text: `serial_lag_s: since when a serial newer than the one answered has been known
			anywhere, as far as the vantage point has seen since its plugin started; 0 if none
			is. A line for each zone and instance, for each server where nobody is named; the
			worst of all servers, families, transports and vantage points. A line that climbs:
			the instance no longer transfers the zone. A gap: it did not answer here, or does
			not serve the zone (see below).`,
		empty: "No zone is asked for, or nobody serves it",
		unit:  "s",
		queries: []query{
			f.overTime("$tag_zone $tag_instance", `SELECT max("serial_lag_s")
				FROM "dns_anycast_soa"
				WHERE "result" = 'success' AND {named} AND {chosen} AND $timeFilter`,
				"zone", "instance"),
			f.overTime("$tag_zone $tag_server", `SELECT max("serial_lag_s")
				FROM "dns_anycast_soa"
				WHERE "result" = 'success' AND {nameless} AND {chosen} AND $timeFilter`,
				"zone", "server"),
		},
	}).Min(0)
}

func serials(f filter) panel {
	return asSteps(question{
		id:    31,
		title: "Does any serial fall?",
		text: `The serial that was served, a line for each zone and instance, for each server where
			nobody is named; the last one where a pixel is longer than a round. Choose one zone,
			since the serials of several may be far apart. Each update is a step up, at all
			instances soon after each other. A step down: the zone was set back there; or the
			serial began anew at 0, which is no fall (RFC 1982), or machines of one name do not
			have the same zone. A gap: as in the graph above.`,
		empty: "No zone is asked for, or nobody serves it",
		unit:  "none",
		queries: []query{
			f.overTime("$tag_zone $tag_instance", `SELECT last("serial") FROM "dns_anycast_soa"
				WHERE "result" = 'success' AND {named} AND {chosen} AND $timeFilter`,
				"zone", "instance"),
			f.overTime("$tag_zone $tag_server", `SELECT last("serial") FROM "dns_anycast_soa"
				WHERE "result" = 'success' AND {nameless} AND {chosen} AND $timeFilter`,
				"zone", "server"),
		},
	}).Decimals(0)
}

func zoneFailuresOverTime(f filter) panel {
	return coloured(asBars(question{
		id:    33,
		title: "Which queries for zones failed, and when?",
		text: `Queries for a zone's SOA record by their result, other than success. rcode_error:
			the server knows no such zone (REFUSED), or it has expired (SERVFAIL).
			not_authoritative: a referral, or an SOA record that it has from elsewhere. no_soa:
			neither of these. The others say, as for identities, why no answer came. Queries for
			a name without an address have no family: they show only while the variable family
			is All.`,
		empty: "No failure, or no zone is asked for",
		unit:  "none",
		queries: []query{
			f.perResult(`SELECT count("result_code") FROM "dns_anycast_soa"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter`),
		},
	}, "queries an interval"), zoneFailures)
}

func serialTable(f filter) panel {
	const named = `"cloud", "instance", "site", "zone"`
	const nameless = `"cloud", "server", "zone"`
	return asTable(question{
		id:    29,
		title: "Which serial does each instance serve, and how late is it?",
		text: `One line for each instance that served a zone in the time range, the latest first:
			the newest serial, when it was seen last, and the highest lag of the last two minutes
			of the time range. Lag: since when a newer serial has been known anywhere; 0 if none
			is. Refresh: how soon a secondary asks by itself; up to that, and to an hour, a lag is no
			fault; orange is more than an hour, whatever Refresh says. not measured: it did not
			serve the zone to anybody in these two minutes. Where nobody is named, the server stands in the first column. The addresses that
			plugin.conf gives as reference are here while Cloud and Server are All.`,
		empty: "Not measured, or no zone is asked for",
		unit:  "string",
		queries: []query{
			f.table(`SELECT last("serial") AS "serial", "refresh_s" AS "refresh",
				"instance" AS "who"
				FROM "dns_anycast_soa"
				WHERE "result" = 'success' AND {named} AND {chosen} AND $timeFilter
				GROUP BY ` + named).hiding("instance"),
			f.table(`SELECT last("serial") AS "serial", "refresh_s" AS "refresh",
				"server" AS "who"
				FROM "dns_anycast_soa"
				WHERE "result" = 'success' AND {nameless} AND {chosen} AND $timeFilter
				GROUP BY ` + nameless).hiding("server"),
			f.table(lagOf("instance", `{named}`, named)).hiding("Time", "instance"),
			f.table(lagOf("server", `{nameless}`, nameless)).hiding("Time", "server"),
		},
		worst: []string{"lag"},
	},
		col("who", "Instance", minWidth(110), toZone("Zone", "Cloud")),
		col("site", "Site", dash()),
		col("zone", "Zone", minWidth(120)),
		col("cloud", "Cloud", dash()),
		col("serial", "Serial", unit("none"), decimals(0)),
		col("lag", "Lag", inUnit("s", 0, measured(steps(grey, step{0, green},
			step{lateAfter, orange})))...),
		col("refresh", "Refresh", unit("s"), dash()),
		col("Time", "Last seen", moment()...),
	).MinWidth(70)
}

// lagOf is the highest lag of now of whom the tag names, and unknown where nobody was met lately.
func lagOf(who, condition, by string) string {
	served := `FROM "dns_anycast_soa" WHERE "result" = 'success' AND ` + condition + ` AND {chosen}`
	return `SELECT max("lag") AS "lag", "` + who + `" AS "who" FROM (
		SELECT max("serial_lag_s") AS "lag" ` + served + ` AND {now} GROUP BY ` + by + `
	), (
		SELECT last("result_code") * 0.0 - 1 AS "lag" ` + served + ` AND $timeFilter
		GROUP BY ` + by + `
	) GROUP BY ` + by
}

func zoneFailuresTable(f filter) panel {
	const by = `"zone", "cloud", "server", "address", "family", "instance", "result", "rcode"`
	return asTable(question{
		id:    32,
		title: "Who did not serve a zone, how, and when last?",
		text: `One line for each zone, address, instance, result and rcode of queries for a zone's
			SOA record that failed in the time range, with how many vantage points met it and
			how often. An instance that names itself here answers, but not for the zone: it may
			read success everywhere else. A dash: nobody was named, or no reply came.`,
		empty: "No failure, or no zone is asked for",
		unit:  "string",
		queries: []query{
			f.table(`SELECT last("result_code") AS "code" FROM "dns_anycast_soa"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter GROUP BY ` + by).
				hiding("code"),
			f.table(`SELECT count("times") AS "hosts", sum("times") AS "times" FROM (
				SELECT count("result_code") AS "times" FROM "dns_anycast_soa"
				WHERE "result" != 'success' AND {chosen} AND $timeFilter GROUP BY "host", ` + by + `
			) GROUP BY ` + by).hiding("Time"),
		},
	},
		col("zone", "Zone", minWidth(120)),
		col("address", "Address", dash(), minWidth(120), toTarget("Cloud", "Server", "Family")),
		col("instance", "Instance", dash()),
		col("result", "Result"),
		col("rcode", "Rcode", dash()),
		col("hosts", "Vantage points", unit("none")),
		col("times", "Times", unit("none")),
		col("Time", "Last", moment()...),
		col("cloud", "Cloud", dash()),
		col("family", "Family", dash()),
		col("server", "Server", minWidth(120)),
	).MinWidth(70).SortBy(descending("Last"))
}
