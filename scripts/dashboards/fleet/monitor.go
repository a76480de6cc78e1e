package fleet

import (
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func roundTimes(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    40,
		Title: "How long do the rounds take?",
		Text: `round_ms: from the start of a round until its last query had ended, a line for each
			plugin.conf and vantage point; the longest round where a pixel is longer than one.
			It should stay below the interval of Telegraf (see who reports). Beyond it,
			rounds are left out: take a longer interval, fewer targets a plugin.conf (the others
			in one of their own, with an execd block of its own), a shorter timeout, or fewer
			queries. Far more targets than descriptors make long rounds too: raise the limit. A
			gap: no round ended.`,
		NoValue: "No point about the plugin: internal = false, or nothing was asked",
		Unit:    "ms",
		Queries: []query.Query{
			perMonitor(f, `SELECT max("round_ms") FROM "dns_anycast_internal"
				WHERE {chosen} AND $timeFilter`),
		},
	}).Min(0)
}

func roundsLeftOut(f query.Filter) panel.Panel {
	return panel.Bars(panel.Question{
		ID:    41,
		Title: "How many rounds were left out?",
		Text: `rounds_coalesced: rounds that were asked for while one was running and another
			waiting, and so never began; for each plugin.conf and vantage point. A single bar is
			a hiccup, as of a machine that was busy or suspended. Bars again and again: rounds
			take longer than the interval, and everything is asked less often than it seems.
			Nothing measured is wrong. What to do stands beside it.`,
		NoValue: "No point about the plugin: internal = false, or nothing was asked",
		Unit:    "none",
		Queries: []query.Query{
			perMonitor(f, `SELECT sum("rounds_coalesced") FROM "dns_anycast_internal"
				WHERE {chosen} AND $timeFilter`),
		},
	}, "rounds an interval").Decimals(0)
}

func monitorCounts(f query.Filter) panel.Panel {
	return panel.Bars(panel.Question{
		ID:    42,
		Title: "What was discarded, without the kernel's stamp, or beyond max_instances?",
		Text: `Discarded: datagrams from an address and port asked that were not the answer; many
			of them are forgery, or a server that sends garbage: discarded of dns_anycast says
			from where. No kernel stamp: replies over UDP that were timed by the program's own
			clock, so that a busy machine makes them look slow; one now and then is a clock that
			was set, all of them a system or a network driver without stamps. Beyond
			max_instances: queries whose instance is other; raise max_instances, or look for
			names that change with each answer.`,
		NoValue: "No point about the plugin: internal = false, or nothing was asked",
		Unit:    "none",
		Queries: []query.Query{
			f.OverTime("$col: $tag_config on $tag_host", `SELECT sum("discarded") AS "discarded",
				sum("stamps_missing") AS "no kernel stamp",
				sum("over_max_instances") AS "beyond max_instances"
				FROM "dns_anycast_internal" WHERE {chosen} AND $timeFilter`, "config", "host"),
		},
	}, "an interval").Decimals(0)
}

func tracesLeftOut(f query.Filter) panel.Panel {
	return panel.Bars(panel.Question{
		ID:    45,
		Title: "How many traces were left out?",
		Text: `traces_skipped: traces that were due and never began, since too many waited, for each
			plugin.conf and vantage point. One bar as sites change: more targets moved at once than
			are traced at once, and the first of them were. Bars again and again: take a longer
			trace_every.`,
		NoValue: `Not traced: trace = "change" in plugin.conf turns it on; or internal = false`,
		Unit:    "none",
		Queries: []query.Query{
			perMonitor(f, `SELECT sum("traces_skipped") FROM "dns_anycast_internal"
				WHERE {chosen} AND $timeFilter`),
		},
	}, "traces an interval").Decimals(0)
}

// perMonitor is a series for each plugin.conf and vantage point.
func perMonitor(f query.Filter, selected string) query.Query {
	return f.OverTime("$tag_config on $tag_host", selected, "config", "host")
}

func monitorTable(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    43,
		Title: "Which monitors do not keep up?",
		Text: `A row for each plugin.conf and vantage point: what its newest round asked (addresses
			and transports, and names without an address), how many of these answered, and over
			the whole time range its longest round and the rounds that were left out; with families
			auto, whether the host has had a route for each since the plugin began; and when it
			reported last.`,
		NoValue: "No point about the plugin: internal = false, or nothing was asked",
		Unit:    "none",
		Queries: []query.Query{
			f.Table(`SELECT last("targets") AS "targets",
				last("targets_answered") AS "targets_answered",
				max("round_ms") AS "round_ms", sum("rounds_coalesced") AS "rounds_coalesced",
				last("ipv4_asked") AS "ipv4_asked", last("ipv6_asked") AS "ipv6_asked"
				FROM "dns_anycast_internal" WHERE {chosen} AND $timeFilter
				GROUP BY "config", "host"`).Hiding("Time"),
			f.Table(`SELECT last("targets") AS "newest" FROM "dns_anycast_internal"
				WHERE {chosen} AND $timeFilter GROUP BY "config", "host"`).Hiding("newest"),
		},
	},
		panel.Col("host", "Vantage point", field.Text(), opensTarget()),
		panel.Col("config", "Configuration", field.Text()),
		panel.Col("targets", "Targets"),
		panel.Col("targets_answered", "Answered"),
		panel.Col("round_ms", "Longest round", field.Unit("ms")),
		panel.Col("rounds_coalesced", "Left out", field.ColouredText()),
		panel.Col("ipv4_asked", "IPv4", field.Asked()...),
		panel.Col("ipv6_asked", "IPv6", field.Asked()...),
		panel.Col("Time", "Last report", field.Moment()...),
	).ColorScheme(field.ByThresholds()).
		Thresholds(field.Steps(field.Plain, field.From(1, field.Orange))).
		SortBy(panel.Descending("Left out"))
}
