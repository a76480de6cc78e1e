package cloud

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// known are the addresses of the time range, in PromQL.
var known = query.There(`dns_anycast_result_code{{chosen}, address!=""}`, "{range}")

// addressesNow are the addresses of clouds, each judged by all vantage points.
func addressesNow(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    60,
		Title: "Which addresses answer now, and which are dark from where?",
		Text: `One line for each address, the worst first. Dark: the share of the vantage points
			that got no answer to any query of the last two minutes of the time range, over a
			transport that they ask over. Red: most of them. Lost: the share of all their
			queries in these two minutes. What could not be asked (local, unresolved) counts
			neither way. not measured: asked in the time range, but not in its last two minutes.` +
			f.InInfluxQL(` A click on the address shows it from each vantage point, one on the cloud
			what probes of RIPE Atlas say.`),
		NoValue: "Not measured: nothing was asked in the time range",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(query.Now{
				Column: "dark", Select: query.Dark,
				From: "dns_anycast", Where: `"address" != '' AND $timeFilter`, By: "{address}",
			}.OrUnknown()).Hiding("Time").
				PromQL(query.Address, query.Value("dark", query.ElseUnknown(query.DarkMetric, known))),
			f.Table(query.Now{
				Column: "lost",
				Select: `SELECT 1 - mean("answered") AS "lost" FROM "dns_anycast"
					WHERE {asked} AND {now} AND {chosen} GROUP BY {address}`,
				From: "dns_anycast", Where: `"address" != '' AND $timeFilter`, By: "{address}",
			}.OrUnknown()).Hiding("Time").
				PromQL(query.Address, query.Value("lost",
					query.ElseUnknown(query.LossMetric("{now}"), known))),
			f.Table(`SELECT last("answered") AS "was" FROM "dns_anycast"
				WHERE {asked} AND {chosen} AND $timeFilter GROUP BY {address}`).Hiding("was").
				PromQL(query.Address, query.Value(query.Moment,
					query.NewestMetric("dns_anycast_answered{{chosen}}"))),
		},
		WorstFirst: []string{"dark"},
	},
		panel.Col("cloud", "Cloud", field.Dash(), board.OpensCatchments()),
		panel.Col("address", "Address",
			field.MinWidth(140), board.OpensTarget("Cloud", "Server", "Family")),
		panel.Col("family", "Family"),
		panel.Col("dark", "Dark", field.BadShare()...),
		panel.Col("lost", "Lost", field.ShareText(field.LossSteps())...),
		panel.Col("server", "Server", field.MinWidth(120)),
		panel.Col("Time", "Last asked", append(field.Moment(), field.Dash())...),
	).MinWidth(70)
}
