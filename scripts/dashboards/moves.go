package main

func movedAddresses(f filter) panel {
	return asTable(question{
		id:    2009,
		title: "Where did vantage points move?",
		text: `Addresses whose answers began to come from another site, in the last hour of the time
			range; from another instance, in clouds without a site rule. Moved: how many vantage
			points. Changes: of all of them together; many of few vantage points are a path that
			cannot decide. Last: when the newest began. A site that was withdrawn, or that came,
			moves many at once.`,
		empty: "Nothing moved in the last hour, or nothing was measured",
		unit:  "string",
		queries: []query{
			f.table(`SELECT count("changes") AS "hosts" FROM (
				SELECT count("changes") AS "changes" FROM "dns_anycast_change"
				WHERE {hour} AND {chosen} GROUP BY "host", ` + addressTags + `
			) GROUP BY ` + addressTags).hiding("Time"),
			f.table(`SELECT count("changes") AS "changes" FROM "dns_anycast_change"
				WHERE {hour} AND {chosen} GROUP BY ` + addressTags).hiding("Time"),
			f.table(`SELECT last("changes") AS "newest" FROM "dns_anycast_change"
				WHERE {hour} AND {chosen} GROUP BY ` + addressTags).hiding("newest"),
		},
	},
		col("cloud", "Cloud", opens("From where to where", cloudUID, choice{"cloud", "Cloud"}),
			dash()),
		col("server", "Server"),
		col("address", "Address", openTarget(), dash()),
		col("family", "Family", dash()),
		col("hosts", "Moved", unit("none")),
		col("changes", "Changes", unit("none")),
		col("Time", "Last", moment()...),
	).MinWidth(60).SortBy(descending("Moved"))
}
