package catchments

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// movesOf are those of the rows that stand for one move, whoever read it.
var movesOf = []string{"Time", "cloud", "server", "address", "family", "measurement_id", "from", "to"}

func moves(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    30,
		Title: "Who moved in each window, and from which site to which?",
		Text: `Three probes or more that reach another site than at their last vote, the newest
			windows first: from one site to another, how many, in how many autonomous systems, the
			one with most and the country with most; and the medians of their times before and since.
			All from one site: it was withdrawn, or drains. All to one: it is announced farther than
			it was. One AS: that network changed its routing. The same two sites both ways in window
			after window: paths that are balanced, or flap. Of the newest 2,000.`,
		NoValue: "No three probes moved together; or no two windows of RIPE Atlas were read",
		Unit:    "none",
		Queries: []query.Query{
			f.Table(`SELECT {measured}, "from", "to", "probes", "asns", "top_asn", "top_country",
				"before_ms", "after_ms" FROM "dns_anycast_catchment_move"
				WHERE {chosen} AND $timeFilter ORDER BY time DESC LIMIT 2000`),
		},
		GroupBy: panel.GroupBy{
			Tags: movesOf,
			Calculations: map[string][]string{
				"probes": {"max"}, "asns": {"max"}, "top_asn": {"last"}, "top_country": {"last"},
				"before_ms": {"last"}, "after_ms": {"last"},
			},
		},
	},
		panel.Col("Time", "Window", field.Moment()...),
		panel.Col("from", "From", field.Text()),
		panel.Col("to", "To", field.Text()),
		panel.Col("probes (max)", "Probes"),
		panel.Col("asns (max)", "ASes", field.Dash()),
		panel.Col("top_asn (last)", "AS", field.Text(), field.Dash()),
		panel.Col("top_country (last)", "Country", field.Text(), field.Dash()),
		panel.Col("before_ms (last)", "Before", field.Milliseconds()...),
		panel.Col("after_ms (last)", "Since", field.Milliseconds()...),
		panel.Col("cloud", "Cloud", field.Text(), field.Dash(),
			board.OpensVantagePoints("Cloud", "Family")),
		panel.Col("family", "Family", field.Text()),
		panel.Col("server", "Server", field.Text()),
		panel.Col("address", "Address", field.Text(), field.MinWidth(120)),
		panel.Col("measurement_id", "Measurement", field.Text(), field.Dash()),
	).MinWidth(60).SortBy(append(panel.Descending("Window"), panel.Descending("Probes")...))
}

// movedOverTime adds up windows of an interval, as the host with most of them read them.
func movedOverTime(f query.Filter) panel.Panel {
	return panel.Bars(panel.Question{
		ID:    31,
		Title: "How many probes moved, and when?",
		Text: `Votes for another site than the probe's last one, in all windows of an interval; a colour
			for each cloud. Low bars all the time: a few probes whose paths are balanced. A tall bar:
			an event in routing; more than one probe in a hundred is one. No bar in the first window
			after the plugin was started: no probe's last vote is known then.`,
		NoValue: noWindow,
		Unit:    "none",
		Queries: []query.Query{
			f.OverTime("$tag_cloud", `SELECT sum("moved") FROM (
				SELECT max("moved") AS "moved" FROM (
					SELECT sum("moved") AS "moved" FROM "dns_anycast_catchment"
					WHERE {chosen}
					GROUP BY time($__interval), "host", {measured} fill(none)
				) GROUP BY time($__interval), {measured} fill(none)
			) WHERE $timeFilter`, "cloud"),
		},
	}, "probes an interval").Decimals(0)
}
