package main

func roundTimes(f filter) panel {
	return asLines(question{
		id:    40,
		title: "How long do the rounds take?",
		text: `round_ms: from the start of a round until its last query had ended, a line for each
			plugin.conf and vantage point; the longest round where a pixel is longer than one.
			It should stay below the interval of Telegraf (see who reports). Beyond it,
			rounds are left out: take a longer interval, fewer targets a plugin.conf (the others
			in one of their own, with an execd block of its own), a shorter timeout, or fewer
			queries. Far more targets than descriptors make long rounds too: raise the limit. A
			gap: no round ended.`,
		empty: "No point about the plugin: internal = false, or nothing was asked",
		unit:  "ms",
		queries: []query{
			f.perMonitor(`SELECT max("round_ms") FROM "dns_anycast_internal"
				WHERE {chosen} AND $timeFilter`),
		},
	}).Min(0)
}

func roundsLeftOut(f filter) panel {
	return asBars(question{
		id:    41,
		title: "How many rounds were left out?",
		text: `rounds_coalesced: rounds that were asked for while one was running and another
			waiting, and so never began; for each plugin.conf and vantage point. A single bar is
			a hiccup, as of a machine that was busy or suspended. Bars again and again: rounds
			take longer than the interval, and everything is asked less often than it seems.
			Nothing measured is wrong. What to do stands beside it.`,
		empty: "No point about the plugin: internal = false, or nothing was asked",
		unit:  "none",
		queries: []query{
			f.perMonitor(`SELECT sum("rounds_coalesced") FROM "dns_anycast_internal"
				WHERE {chosen} AND $timeFilter`),
		},
	}, "rounds an interval").Decimals(0)
}

func monitorCounts(f filter) panel {
	return asBars(question{
		id:    42,
		title: "What was discarded, without the kernel's stamp, or beyond max_instances?",
		text: `Discarded: datagrams from an address and port asked that were not the answer; many
			of them are forgery, or a server that sends garbage: discarded of dns_anycast says
			from where. No kernel stamp: replies over UDP that were timed by the program's own
			clock, so that a busy machine makes them look slow; one now and then is a clock that
			was set, all of them a system or a network driver without stamps. Beyond
			max_instances: queries whose instance is other; raise max_instances, or look for
			names that change with each answer.`,
		empty: "No point about the plugin: internal = false, or nothing was asked",
		unit:  "none",
		queries: []query{
			f.perMonitor(`SELECT sum("discarded") AS "discarded",
				sum("stamps_missing") AS "no kernel stamp",
				sum("over_max_instances") AS "beyond max_instances"
				FROM "dns_anycast_internal" WHERE {chosen} AND $timeFilter`).ofEach(),
		},
	}, "an interval").Decimals(0)
}

func monitorTable(f filter) panel {
	return asTable(question{
		id:    43,
		title: "Which monitors do not keep up?",
		text: `A row for each plugin.conf and vantage point: what its newest round asked (addresses
			and transports, and names without an address), how many of these answered, and over
			the whole time range its longest round and the rounds that were left out; and when it
			reported last.`,
		empty: "No point about the plugin: internal = false, or nothing was asked",
		unit:  "none",
		queries: []query{
			f.table(`SELECT last("targets") AS "targets",
				last("targets_answered") AS "targets_answered",
				max("round_ms") AS "round_ms", sum("rounds_coalesced") AS "rounds_coalesced"
				FROM "dns_anycast_internal" WHERE {chosen} AND $timeFilter
				GROUP BY "config", "host"`).hiding("Time"),
			f.table(`SELECT last("targets") AS "newest" FROM "dns_anycast_internal"
				WHERE {chosen} AND $timeFilter GROUP BY "config", "host"`).hiding("newest"),
		},
	},
		col("host", "Vantage point", words(), openHost()),
		col("config", "Configuration", words()),
		col("targets", "Targets"),
		col("targets_answered", "Answered"),
		col("round_ms", "Longest round", unit("ms")),
		col("rounds_coalesced", "Left out", cell(colouredText())),
		col("Time", "Last report", moment()...),
	).ColorScheme(byThresholds()).Thresholds(steps(plain, step{1, orange})).
		SortBy(descending("Left out"))
}
