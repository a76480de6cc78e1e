package cloud

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func lossOverTime(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    21,
		Title: "How much is lost, by cloud and family?",
		Text: `Loss is 1 - mean(answered): the share of queries that no authentic reply came to. A
			reply that hides its name, or says REFUSED, is no loss. What could not be asked
			(local, unresolved) counts neither way. All selected vantage points count together.`,
		NoValue: "Nothing was asked",
		Unit:    "percentunit",
		Queries: []query.Query{
			f.OverTime("$tag_cloud $tag_family", `SELECT 1 - mean("answered") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`, "cloud", "family").
				PromQL([]string{"cloud", "family"},
					query.Value("loss", query.LossMetric("{interval}"))),
		},
	}).Min(0).AxisSoftMax(0.01).Decimals(2).FillOpacity(10)
}

func lossTable(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    22,
		Title: "Who loses how much of what?",
		Text: `Loss over the whole time range, 1 - mean(answered), for each vantage point, address
			and transport. One vantage point with many lines: its own way. One address with many:
			the server. Choose a server, or a vantage point.`,
		NoValue: "Nothing was asked",
		Unit:    "percentunit",
		Queries: []query.Query{
			f.Table(`SELECT 1 - mean("answered") AS "loss" FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter GROUP BY {target}`).Hiding("Time").
				PromQL(query.Target, query.Value("loss", query.LossMetric("{range}"))),
		},
	},
		panel.Col("host", "Vantage point",
			field.Text(), board.OpensTarget("Vantage point", "Cloud", "Server", "Family")),
		panel.Col("cloud", "Cloud", field.Text(), field.Dash()),
		panel.Col("server", "Server", field.Text()),
		panel.Col("address", "Address", field.Text()),
		panel.Col("family", "Family", field.Text()),
		panel.Col("transport", "Transport", field.Text()),
		panel.Col("loss", "Loss", field.ColouredText()),
	).ColorScheme(field.ByThresholds()).Thresholds(field.LossSteps()).Decimals(2).
		SortBy(panel.Descending("Loss"))
}
