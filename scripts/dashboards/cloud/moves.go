package cloud

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// moved are changes of site, in PromQL.
const moved = "dns_anycast_change_changes{{chosen}}"

// moves sums the changes of site over the fleet.
func moves(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    62,
		Title: "What moved, and from where to where?",
		Text: `Changes of the site that answers in the time range, summed over vantage points and
			addresses: of a cloud and family, from one site to another; of the instance, in
			clouds without a site rule. Many vantage points and one direction: the catchment
			shifted. One vantage point: its own routing. The same two sites both ways: a path
			that is not stable; split: one that is balanced over several sites.` +
			f.InInfluxQL(` Of the newest 2,000 changes. A click shows them one by one.`),
		NoValue: "Nothing moved, or nobody named a site",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT "cloud", "family", "from", "to", "host", "changes"
				FROM "dns_anycast_change" WHERE {chosen} AND $timeFilter
				ORDER BY time DESC LIMIT 2000`).
				PromQL([]string{"cloud", "family", "from", "to"},
					query.Value("host (distinctCount)",
						"count by ({by}) (group by (host, {by}) (count_over_time("+moved+"{range})))"),
					query.Value("changes (count)", query.Counted(moved, "{range}")),
					query.Value(panel.LastTime, query.NewestMetric(moved))),
		},
		GroupBy: panel.GroupBy{
			Tags: []string{"cloud", "family", "from", "to"},
			Calculations: map[string][]string{
				"host": {"distinctCount"}, "changes": {"count"}, "Time": {"max"},
			},
		},
	},
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("family", "Family"),
		panel.Col("from", "From", board.OpensTarget("Cloud", "Family")),
		panel.Col("to", "To", board.OpensTarget("Cloud", "Family")),
		panel.Col("host (distinctCount)", "Vantage points", field.Unit("none")),
		panel.Col("changes (count)", "Changes", field.Unit("none")),
		panel.Col(panel.LastTime, "Last", field.Moment()...),
	).MinWidth(70).SortBy(panel.Descending("Vantage points"))
}

func movesOverTime(f query.Filter) panel.Panel {
	return panel.Bars(panel.Question{
		ID:    63,
		Title: "How many vantage points moved, and when?",
		Text: `Vantage points for which an address or more changed its site in an interval, a
			colour for each cloud. A tall bar: a catchment shift. Low bars all the time: paths
			that are not stable, or vantage points of which each moves now and then.`,
		NoValue: "Nothing moved, or nobody named a site",
		Unit:    "none",
		Queries: []query.Query{
			f.OverTime("$tag_cloud", `SELECT count("moved") FROM (
				SELECT count("changes") AS "moved" FROM "dns_anycast_change"
				WHERE {chosen}
				GROUP BY time($__interval), "cloud", "host" fill(none)
			) WHERE $timeFilter`, "cloud").
				PromQL([]string{"cloud"}, query.Value("moved",
					"count by ({by}) (group by (host, {by}) (count_over_time("+moved+"{interval})))")),
		},
	}, "vantage points an interval").Decimals(0)
}
