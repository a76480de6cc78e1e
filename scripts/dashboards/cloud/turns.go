package cloud

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// noTurn stands where no path is another than before, which is so too where none is traced.
const noTurn = `No path turned, or none was traced: trace = "change" in plugin.conf turns it on`

// routers sum the turns of paths over the fleet by one router of each: a field of the path. No
// point of a hop is read.
func routers(f query.Filter, id uint32, of, title, text string) panel.Panel {
	return panel.Table(panel.Question{
		ID:    id,
		Title: title,
		Text: text + ` Of the traces whose path is not that of the trace before, of the same target
			and vantage point, at the first hop at which they differ: how many vantage points and
			addresses, and how many turns in all. Silence alone is no turn. Of the newest 2,000.`,
		NoValue: noTurn,
		Unit:    "none",
		Queries: []query.Query{
			f.Table(`SELECT "` + of + `", "host", "address", "changed_hop"
				FROM "dns_anycast_path" WHERE "changed_hop" > 0 AND {chosen} AND $timeFilter
				ORDER BY time DESC LIMIT 2000`),
		},
		GroupBy: panel.GroupBy{
			Tags: []string{of},
			Calculations: map[string][]string{
				"host": {"distinctCount"}, "address": {"distinctCount"},
				"changed_hop": {"count"}, "Time": {"max"},
			},
		},
	},
		panel.Col(of, "Router", field.Text(), field.Dash(), field.MinWidth(120),
			board.OpensTarget()),
		panel.Col("host (distinctCount)", "Vantage points"),
		panel.Col("address (distinctCount)", "Addresses"),
		panel.Col("changed_hop (count)", "Turns"),
		panel.Col(panel.LastTime, "Last", field.Moment()...),
	).MinWidth(70).SortBy(panel.Descending("Vantage points"))
}

func turnedBehind(f query.Filter) panel.Panel {
	return routers(f, 86, "parted_after", "Behind which router do paths part?",
		`The last router that the path before and the path after have in common. Many vantage
		points and one router: it sends packets elsewhere than before. A dash: they part as they
		leave the vantage point, each at a gateway of its own; or nothing before spoke.`)
}

func turnedFrom(f query.Filter) panel.Panel {
	return routers(f, 87, "changed_from", "Which router do paths no longer take?",
		`The first that is gone. Many vantage points and one router, behind different ones: it is
		down, or it withdrew. * : it was silent. A dash: the path before ended there, as that of a
		server that did not answer does.`)
}

func turnedTo(f query.Filter) panel.Panel {
	return routers(f, 88, "changed_to", "Which router do paths take instead?",
		`The first that is new. Many vantage points and one router: it announces what others did,
		or draws more than it did. * : it is silent. A dash: the path ends there now; where the
		server is not reached, that is where packets are lost.`)
}

func turnsOverTime(f query.Filter) panel.Panel {
	return panel.Bars(panel.Question{
		ID:    89,
		Title: "How many vantage points' paths turned, and when?",
		Text: `Vantage points of which a path or more was another than at the trace before, a colour
			for each cloud. A tall bar: something in the network turned. Low bars all the time:
			paths that are balanced over several routers. A turn shows when it is traced: at once
			where it changed the site, else within trace_every.`,
		NoValue: noTurn,
		Unit:    "none",
		Queries: []query.Query{
			f.OverTime("$tag_cloud", `SELECT count("turned") FROM (
				SELECT count("changed_hop") AS "turned" FROM "dns_anycast_path"
				WHERE {chosen}
				GROUP BY time($__interval), "cloud", "host" fill(none)
			) WHERE $timeFilter`, "cloud"),
		},
	}, "vantage points an interval").Decimals(0)
}

// turnsOfMoves are changes of site, and the traces that they asked for.
func turnsOfMoves(f query.Filter) panel.Panel {
	const of = `"host", "cloud", "server", "address", "family"`
	return panel.Table(panel.Question{
		ID:    91,
		Title: "When the site changed, where did the path turn?",
		Text: `Two lines for each change of site of a UDP target: the change, with the sites; and
			above it the trace that it asked for, with the hop at which the path parts from that
			of the trace before, and what both have there. No hop beside a trace: the hops are the
			same, and the site changed behind the last of them. No line of a trace: it was left
			out (see the dashboard of the fleet), or the next is yet to come: a target is traced
			once a minute at most. not reached: the new path ends nowhere. Of the newest 1,000
			changes and 1,000 traces.`,
		NoValue: `Nothing moved, or nothing was traced: trace = "change" in plugin.conf turns it on`,
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT ` + of + `, "from", "to" FROM "dns_anycast_change"
				WHERE "transport" = 'udp' AND {chosen} AND $timeFilter
				ORDER BY time DESC LIMIT 1000`),
			f.Table(`SELECT ` + of + `, "site", "reached", "changed_hop", "parted_after",
				"changed_from", "changed_to" FROM "dns_anycast_path"
				WHERE "reason" = 'change' AND {chosen} AND $timeFilter
				ORDER BY time DESC LIMIT 1000`),
		},
	},
		panel.Col("host", "Vantage point", board.OpensTarget("Vantage point", "Cloud", "Family")),
		panel.Col("address", "Address", field.MinWidth(120)),
		panel.Col("Time", "When", field.Moment()...),
		panel.Col("from", "Site before", field.Dash()),
		panel.Col("to", "Site after", field.Dash()),
		panel.Col("site", "Site of the trace", field.Dash()),
		panel.Col("reached", "Trace", field.ArrivedIfTraced()...),
		panel.Col("changed_hop", "Hop", field.Unit("none"), field.Dash()),
		panel.Col("parted_after", "Behind", field.Dash(), field.MinWidth(120)),
		panel.Col("changed_from", "From", field.Dash(), field.MinWidth(120)),
		panel.Col("changed_to", "To", field.Dash(), field.MinWidth(120)),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("server", "Server", field.MinWidth(120)),
		panel.Col("family", "Family"),
	).MinWidth(70).SortBy(append(panel.AscendingAll("Vantage point", "Address"),
		panel.Descending("When")...))
}
