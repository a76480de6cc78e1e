package target

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func unexpected(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    27,
		Title: "Who answers that is not expected, where, and since when?",
		Text: `Answers in the time range whose name does not match the option expect of their
			cloud, or that came quicker than light: interception, a hijack, a forgotten test
			node, or a new one. One row for each address, name and vantage point, from the first
			to the last such answer. A dash: the answer names nobody. Clouds without the option
			are judged by their places alone.`,
		NoValue: "Nobody, or no cloud says whom it expects",
		Unit:    field.LocalTime,
		Queries: []query.Query{
			f.Table(`SELECT first("result_code") AS "code" FROM "dns_anycast"
				WHERE {unexpected} AND {chosen} AND $timeFilter
				GROUP BY "host", {address}, "instance"`),
			f.Table(`SELECT last("result_code") AS "code" FROM "dns_anycast"
				WHERE {unexpected} AND {chosen} AND $timeFilter
				GROUP BY "host", {address}, "instance"`),
		},
		GroupBy: panel.Spans("instance", "host", "cloud", "server", "address", "family"),
	},
		panel.Col("instance", "Who", field.Text(), field.Dash()),
		panel.Col("host", "Vantage point",
			field.Text(), board.OpensTarget("Vantage point", "Cloud", "Server", "Family")),
		panel.Col(panel.FirstTime, "First seen"),
		panel.Col(panel.LastTime, "Last seen"),
		panel.Col("cloud", "Cloud", field.Text(), field.Dash()),
		panel.Col("server", "Server", field.Text()),
		panel.Col("address", "Address", field.Text()),
		panel.Col("family", "Family", field.Text()),
	).MinWidth(100).SortBy(panel.Descending("Last seen"))
}

func instanceTimeline(f query.Filter) panel.Panel {
	return panel.TargetTimeline(panel.Question{
		ID:    8,
		Title: "Which instance answered each target?",
		Text: `One line for each server, address, transport and vantage point; the text is the
			whole name that the instance gave. A gap: nobody answered, or the answer named
			nobody (see below: what fails). A target that nobody named itself for in the time
			range has no line here, but one there. The tooltip tells how long a state lasted. A
			colour stands for a name, the same in all lines; two names may share one. Zoom in:
			where a pixel is longer than a round, the last name in it is shown. The first 200 are
			here: choose a server.`,
		NoValue: "Nobody named itself",
		Unit:    "string",
		Queries: []query.Query{
			first200(f, `SELECT last("hostname") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`),
		},
	}, field.OfNames()...).
		ColorScheme(field.ByThresholds()).Thresholds(field.Steps(field.Plain)).PerPage(16)
}
