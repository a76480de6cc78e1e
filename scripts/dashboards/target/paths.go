package target

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// notTraced stands where there is no path: nothing is traced unless an option says so.
const notTraced = `Not traced: trace = "change" in plugin.conf turns it on, over UDP`

// pathsNow are the newest paths, and how many traces of the time range came to an answer.
func pathsNow(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    80,
		Title: "Which path do queries take from each vantage point, and do they arrive?",
		Text: `One line for each vantage point and address: its newest trace of the time range, those
			that did not come to the server's answer first. Path: the routers from hop 1 on, each
			as it answers; * is a hop that is silent. Hops: the TTL at which the server answered;
			a dash beside reached: with the full TTL alone, as behind a firewall that drops what
			a trace needs. Reached: how many of the traces came to an answer of the server. Last
			cause: the newest in the time range, of an ICMP error that ended a trace, or of why
			this host could not trace; not measured: it never could. The first 1,000 are here:
			choose a server.`,
		NoValue: notTraced,
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT last("responded") AS "responded", "reached", "hops", "path", "as_path",
				"instance", "site" FROM "dns_anycast_path"
				WHERE {chosen} AND $timeFilter GROUP BY {target} SLIMIT 1000`).Hiding("responded"),
			f.Table(`SELECT sum("reached") AS "arrived", count("reached") AS "traces"
				FROM "dns_anycast_path"
				WHERE {chosen} AND $timeFilter GROUP BY {target} SLIMIT 1000`).Hiding("Time"),
			f.Table(`SELECT last("error") AS "error" FROM "dns_anycast_path"
				WHERE {chosen} AND $timeFilter GROUP BY {target} SLIMIT 1000`).Hiding("Time"),
		},
	},
		panel.Col("host", "Vantage point",
			board.OpensTarget("Vantage point", "Cloud", "Server", "Family")),
		panel.Col("reached", "Newest trace", field.Arrived()...),
		panel.Col("hops", "Hops", field.Unit("none"), field.Dash()),
		panel.Col("path", "Path", field.Dash(), field.MinWidth(400)),
		panel.Col("as_path", "AS path", field.Dash(), field.MinWidth(120)),
		panel.Col("instance", "Instance", field.Dash(), field.MinWidth(110)),
		panel.Col("site", "Site", field.Dash()),
		panel.Col("arrived", "Reached", field.Unit("none"), field.Dash()),
		panel.Col("traces", "Of traces", field.Unit("none"), field.Dash()),
		panel.Col("error", "Last cause", field.Dash(), field.MinWidth(150)),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("server", "Server", field.MinWidth(120)),
		panel.Col("address", "Address", field.MinWidth(120)),
		panel.Col("family", "Family"),
		panel.Col("transport", "Transport"),
		panel.Col("Time", "Traced", field.Moment()...),
	).MinWidth(70).SortBy(panel.Ascending("Newest trace"))
}

// turns are the traces whose path is not the one before, and those of a change of site.
func turns(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    81,
		Title: "When did a path turn, where, and which was it before?",
		Text: `Traces that took another path than the one before of the same target and vantage
			point, and all that a change of site asked for (reason change), newest first. Hop: the
			first at which both spoke and differ, or that only one of them has; a dash: the hops
			are the same, and the change is behind the last of them. Silence alone is no turn.
			Behind: the last router that both paths have before it; a dash: they part as they
			leave this host. From and to: what they have at that hop; a dash: that path ended
			before it. A path that goes back and forth between two routers is balanced over
			them. not reached: the path ends there, whatever it was before. not measured: this
			host could not trace. The newest 1,000 are here.`,
		NoValue: `No path turned, or none was traced: trace = "change" in plugin.conf turns it on`,
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT "host", "reason", "instance", "site", "reached", "changed_hop",
				"parted_after", "changed_from", "changed_to", "path_before", "path", "as_path",
				"error", "cloud", "server", "address", "family" FROM "dns_anycast_path"
				WHERE ("changed_hop" > 0 OR "reason" = 'change') AND {chosen} AND $timeFilter
				ORDER BY time DESC LIMIT 1000`),
		},
	},
		panel.Col("Time", "When", field.Moment()...),
		panel.Col("host", "Vantage point",
			board.OpensTarget("Vantage point", "Cloud", "Server", "Family")),
		panel.Col("reason", "Reason"),
		panel.Col("instance", "Instance", field.Dash(), field.MinWidth(110)),
		panel.Col("site", "Site", field.Dash()),
		panel.Col("reached", "Trace", field.Arrived()...),
		panel.Col("changed_hop", "Hop", field.Unit("none"), field.Dash()),
		panel.Col("parted_after", "Behind", field.Dash(), field.MinWidth(120)),
		panel.Col("changed_from", "From", field.Dash(), field.MinWidth(120)),
		panel.Col("changed_to", "To", field.Dash(), field.MinWidth(120)),
		panel.Col("path_before", "Path before", field.Dash(), field.MinWidth(300)),
		panel.Col("path", "Path", field.Dash(), field.MinWidth(300)),
		panel.Col("as_path", "AS path", field.Dash(), field.MinWidth(120)),
		panel.Col("error", "Cause", field.Dash(), field.MinWidth(150)),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("server", "Server", field.MinWidth(120)),
		panel.Col("address", "Address", field.MinWidth(120)),
		panel.Col("family", "Family"),
	).MinWidth(70).SortBy(panel.Descending("When"))
}
