package levels

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func services(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    3004,
		Title: "How many minutes was the service of each zone down?",
		Text: `Minutes in which 51 % of the vantage points or more saw fewer than two servers of the
			zone whose addresses that were asked were all ok. None is wanted in a month. Counted:
			minutes in which as many vantage points as the variable says asked two servers or more;
			a zone of one server has none, and no level.`,
		NoValue: "Not measured, or no zone has two servers",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(query.Minutes("dns_anycast_service", `"zone", "transport"`)).
				Hiding("Time", "left").PromQL([]string{"zone", "transport"},
				query.CountedMetric("service"), query.DownMetric("service")),
		},
	},
		panel.Col("zone", "Zone", opensZone(), field.MinWidth(110)),
		panel.Col("transport", "Transport"),
		panel.Col("down", "Down",
			append(field.JudgedCell(field.FaultSteps()), field.Unit("none"))...),
		panel.Col("counted", "Counted", field.Unit("none")),
	).MinWidth(60).SortBy(panel.Descending("Down"))
}

// opensZone opens a zone as it is now.
func opensZone() field.Option {
	return board.OpensAt(board.Lately, "Where it is served, and how late it is",
		board.ZonesUID, "Zone")
}
