package fleet

import (
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func clocks(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    46,
		Title: "Is the clock of each vantage point right?",
		Text: `As chrony has it there, in the last ten minutes of the time range: by how much the
			clock is off now, and what its own time may be off by: the dispersion, and half of the
			way to its server and back. Where they are a second in all, an alert says so. A vantage
			point that is not here runs no chrony, or its telegraf.conf does not read it. Whether
			points come from the future, or minutes late, alerts tell without chrony.`,
		NoValue: "Not measured: no telegraf.conf reads chrony",
		Unit:    "s",
		Queries: []query.Query{
			f.Table(`SELECT last("system_time") AS "system_time",
				last("root_dispersion") AS "root_dispersion", last("root_delay") AS "root_delay"
				FROM "chrony" WHERE {lately} AND {chosen} GROUP BY "host"`).Hiding("Time"),
		},
	},
		panel.Col("host", "Vantage point", field.Text(), opensTarget()),
		panel.Col("system_time", "Off by"),
		panel.Col("root_dispersion", "Dispersion"),
		panel.Col("root_delay", "Way and back"),
	).SortBy(panel.Descending("Dispersion"))
}

func thrownAway(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    47,
		Title: "Are points thrown away before they are stored?",
		Text: `Of each Telegraf and output: points that wait to be written, of as many as there is room
			for, and since that Telegraf began: those that were dropped, since there was no room
			while the output was away; writes that failed, and were done again; and errors in the
			log. More errors than failed writes: the output refused points, which are thrown away.
			Points about this wait as all others do.`,
		NoValue: "Not measured: no telegraf.conf reads inputs.internal",
		Unit:    "none",
		Queries: []query.Query{
			f.Table(`SELECT last("buffer_size") AS "buffer_size",
				last("buffer_limit") AS "buffer_limit",
				last("metrics_dropped") AS "metrics_dropped",
				last("write_errors") AS "write_errors", last("errors") AS "errors" FROM "internal_write"
				WHERE {chosen} AND $timeFilter GROUP BY "host", "output"`).Hiding("Time"),
		},
	},
		panel.Col("host", "Vantage point", field.Text(), opensTarget()),
		panel.Col("output", "Output", field.Text()),
		panel.Col("buffer_size", "Waiting"),
		panel.Col("buffer_limit", "Room for"),
		panel.Col("metrics_dropped", "Dropped", field.ColouredText()),
		panel.Col("write_errors", "Failed writes"),
		panel.Col("errors", "Errors"),
	).ColorScheme(field.ByThresholds()).
		Thresholds(field.Steps(field.Plain, field.From(1, field.Orange))).
		SortBy(panel.Descending("Dropped"))
}
