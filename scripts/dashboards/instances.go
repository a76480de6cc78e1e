package main

func instanceTimeline(f filter) panel {
	return asTargetTimeline(question{
		id:    8,
		title: "Which instance answered each target?",
		text: `One line for each server, address, transport and vantage point; the text is the
			whole name that the instance gave. A gap: nobody answered, or the answer named
			nobody (see below: what fails). A target that nobody named itself for in the time
			range has no line here, but one there. The tooltip tells how long a state lasted. A
			colour stands for a name, the same in all lines; two names may share one. Zoom in:
			where a pixel is longer than a round, the last name in it is shown. The first 200 are
			here: choose a server.`,
		empty: "Nobody named itself",
		unit:  "string",
		queries: []query{
			f.perTarget(`SELECT last("hostname") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`),
		},
	}).
		ColorScheme(byThresholds()).Thresholds(steps(plain)).PerPage(16).
		Mappings(coloursOfNames())
}

func unexpected(f filter) panel {
	return asTable(question{
		id:    27,
		title: "Who answers that is not expected, where, and since when?",
		text: `Answers in the time range whose name does not match the option expect of their
			cloud, or that came quicker than light: interception, a hijack, a forgotten test
			node, or a new one. One row for each address, name and vantage point, from the first
			to the last such answer. A dash: the answer names nobody. Clouds without the option
			are judged by their places alone.`,
		empty: "Nobody, or no cloud says whom it expects",
		unit:  localTime,
		queries: []query{
			f.table(`SELECT first("result_code") AS "code" FROM "dns_anycast"
				WHERE ("expected" = 0 OR "verdict_code" = 3) AND {chosen} AND $timeFilter
				GROUP BY "host", "cloud", "server", "address", "family", "instance"`),
			f.table(`SELECT last("result_code") AS "code" FROM "dns_anycast"
				WHERE ("expected" = 0 OR "verdict_code" = 3) AND {chosen} AND $timeFilter
				GROUP BY "host", "cloud", "server", "address", "family", "instance"`),
		},
		each: []string{"instance", "host", "cloud", "server", "address", "family"},
	},
		col("instance", "Who", words(), dash()),
		col("host", "Vantage point", words(), toTarget("Vantage point", "Cloud", "Server", "Family")),
		col(firstTime, "First seen"),
		col(lastTime, "Last seen"),
		col("cloud", "Cloud", words(), dash()),
		col("server", "Server", words()),
		col("address", "Address", words()),
		col("family", "Family", words()),
	).MinWidth(100).SortBy(descending("Last seen"))
}

func instancesSeen(f filter) panel {
	return asTable(question{
		id:    10,
		title: "When was each instance seen first and last?",
		text: `The first and the last answer of each instance within the time range: an instance
			that answers all the time was first seen at its beginning.`,
		empty: "Nobody named itself",
		unit:  localTime,
		queries: []query{
			f.table(`SELECT first("result_code") AS "code" FROM "dns_anycast"
				WHERE "instance" != '' AND {chosen} AND $timeFilter
				GROUP BY "cloud", "instance"`),
			f.table(`SELECT last("result_code") AS "code" FROM "dns_anycast"
				WHERE "instance" != '' AND {chosen} AND $timeFilter
				GROUP BY "cloud", "instance"`),
		},
		each: []string{"cloud", "instance"},
	},
		col("instance", "Instance", words(), toTarget("Cloud")),
		col("cloud", "Cloud", words(), dash()),
		col(firstTime, "First seen"),
		col(lastTime, "Last seen"),
	).SortBy(descending("Last seen"))
}

func familiesTimeline(f filter) panel {
	return asTimeline(question{
		id:    25,
		title: "Do both families reach the same sites?",
		text: `One line for each cloud and vantage point, over all servers and transports of the
			cloud, whichever are chosen above. same: the sites seen over one family are all
			among those seen over the other; targets that several sites answer in turn are left
			out. Where a pixel is longer than a round, different wins. Grey: one of the
			families named no site. Families that differ for long are normal; a change is not.
			Clouds without a site rule are not here.`,
		empty: "No site over one of the families, or no site rule",
		unit:  "none",
		queries: []query{
			f.perCloud(`SELECT min("families_agree") FROM "dns_anycast_cloud"
				WHERE {chosen} AND $timeFilter`),
		},
	}).Mappings(append(named(familiesAgree), notMeasured()))
}

func sitesByCloud(f filter) panel {
	return asSteps(question{
		id:    26,
		title: "How many sites of each cloud does one vantage point reach?",
		text: `Distinct sites among the answers of a round of one vantage point: the most of any, for
			each cloud, over all its servers, families and transports, whichever are chosen
			above. 1: everybody has one site. More: addresses, families or paths part. 0: no
			answer that the site rule knows. A gap: no round was asked. Clouds
			without a site rule are not here.`,
		empty: "No cloud has a site rule, or nothing was asked",
		unit:  "none",
		queries: []query{
			f.overTime("$tag_cloud", `SELECT max("sites") FROM "dns_anycast_cloud"
				WHERE {chosen} AND $timeFilter`, "cloud"),
		},
	}).Decimals(0).Min(0).AxisLabel("sites")
}

// familiesShare sums familiesTimeline over the fleet.
func familiesShare(f filter) panel {
	return asLines(question{
		id:    68,
		title: "Which share of the vantage points reaches the same sites over both families?",
		text: `Of the vantage points of which both families named a site, those to which the
			families agreed all through the interval; a line for each cloud. Families that
			differ for many are normal. A step: the catchment of one family changed. A gap:
			nobody could tell. Clouds without a site rule are not here.`,
		empty: "No site over one of the families, or no site rule",
		unit:  "percentunit",
		queries: []query{
			f.overTime("$tag_cloud", `SELECT mean("same") FROM (
				SELECT min("families_agree") AS "same" FROM "dns_anycast_cloud"
				WHERE {chosen}
				GROUP BY time($__interval), "cloud", "host" fill(none)
			) WHERE $timeFilter`, "cloud"),
		},
	}).Min(0).Decimals(2)
}
