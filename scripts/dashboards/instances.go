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
			where a pixel is longer than a round, the last name in it is shown.`,
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

func siteChanges(f filter) panel {
	return asTable(question{
		id:    24,
		title: "What moved, when, and from where to where?",
		text: `Changes of the site that answers, newest first; of the instance, in clouds without a
			site rule. One row for each target, an address of a server asked over one transport,
			and for each vantage point: choose one above to tell them apart. A row counts from
			its first answer, and comes when as many as the option confirm asks for named the
			new site. Held: from the first to the last answer of the old one. split: several
			sites answer in turn. The marks in the graphs are the same changes: the old site
			above the new one.`,
		empty: "Nothing moved, or nobody named a site",
		unit:  "string",
		queries: []query{
			f.table(`SELECT "server", "family", "from", "to", "held_s"
				FROM "dns_anycast_change" WHERE {chosen} AND $timeFilter`),
		},
	},
		col("Time", "Since", moment()...),
		col("server", "Server", minWidth(120)),
		col("family", "Family"),
		col("from", "From"),
		col("to", "To"),
		col("held_s", "Held", unit("s"), decimals(1)),
	).MinWidth(70).SortBy(descending("Since"))
}

func unexpected(f filter) panel {
	return asTable(question{
		id:    27,
		title: "Who answers that is not expected, where, and since when?",
		text: `Answers in the time range whose name does not match the option expect of their
			cloud: interception, a hijack, a forgotten test node, or a new one. One row for each
			server, name and vantage point, from the first to the last such answer. A dash: the
			answer names nobody. Clouds without the option are not judged.`,
		empty: "Nobody, or no cloud says whom it expects",
		unit:  localTime,
		queries: []query{
			f.table(`SELECT first("expected") AS "expected" FROM "dns_anycast"
				WHERE "expected" = 0 AND {chosen} AND $timeFilter
				GROUP BY "server", "instance", "host"`),
			f.table(`SELECT last("expected") AS "expected" FROM "dns_anycast"
				WHERE "expected" = 0 AND {chosen} AND $timeFilter
				GROUP BY "server", "instance", "host"`),
		},
		each: []string{"instance", "server", "host"},
	},
		col("instance", "Who", words(), dash()),
		col("server", "Server", words()),
		col("host", "Vantage point", words()),
		col(firstTime, "First seen"),
		col(lastTime, "Last seen"),
	).MinWidth(100).SortBy(descending("Last seen"))
}

func sitesAnswering(f filter) panel {
	return asBars(question{
		id:    9,
		title: "Which sites answer, and how often?",
		text: `Answers from each site, as the site rule of the cloud reads it from the instance's
			name. One site takes over from another: a change of routing. Clouds without such a
			rule, and instances that it does not match, are not here.`,
		empty: "No answer with a site",
		unit:  "none",
		queries: []query{
			f.overTime("$tag_site", `SELECT sum("answered") FROM "dns_anycast"
				WHERE "site" != '' AND {chosen} AND $timeFilter`, "site"),
		},
	}, "answers an interval")
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
		col("instance", "Instance", words()),
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
			out. Where a pixel is longer than a round, different wins. A gap: one of the
			families named no site. Families that differ for long are normal; a change is not.
			Clouds without a site rule are not here.`,
		empty: "No site over one of the families, or no site rule",
		unit:  "none",
		queries: []query{
			f.perCloud(`SELECT min("families_agree") FROM "dns_anycast_cloud"
				WHERE {chosen} AND $timeFilter`),
		},
	}).Mappings(named(familiesAgree))
}

func sitesByCloud(f filter) panel {
	return asSteps(question{
		id:    26,
		title: "From how many sites does each cloud answer?",
		text: `Distinct sites among the answers of a round, for each cloud and vantage point, over
			all its servers, families and transports, whichever are chosen above; the most of a
			round where a pixel is longer than one. 0: no answer that the site rule knows. A
			gap: no round was asked. Clouds without a site rule are not here.`,
		empty: "No cloud has a site rule, or nothing was asked",
		unit:  "none",
		queries: []query{
			f.perCloud(`SELECT max("sites") FROM "dns_anycast_cloud"
				WHERE {chosen} AND $timeFilter`),
		},
	}).Decimals(0).Min(0).AxisLabel("sites")
}
