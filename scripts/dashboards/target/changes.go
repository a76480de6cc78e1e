package target

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// siteChanges are the changes one by one.
func siteChanges(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    24,
		Title: "Which vantage point moved, when, and from where to where?",
		Text: `Changes of the site that answers, newest first; of the instance, in clouds without a
			site rule. One row for each target, an address of a server asked over one transport,
			and for each vantage point. A row counts from its first answer, and comes when as
			many as the option confirm asks for named the new site. Held: from the first to the
			last answer of the old one. split: several sites answer in turn. The marks in the
			graphs are the same changes: the old site above the new one.`,
		NoValue: "Nothing moved, or nobody named a site",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT "cloud", "server", "address", "family", "transport", "host", "from",
				"to", "held_s" FROM "dns_anycast_change" WHERE {chosen} AND $timeFilter`),
		},
	},
		panel.Col("Time", "Since", field.Moment()...),
		panel.Col("host", "Vantage point",
			board.OpensTarget("Vantage point", "Cloud", "Server", "Family")),
		panel.Col("from", "From"),
		panel.Col("to", "To"),
		panel.Col("held_s", "Held", field.Unit("s"), field.Decimals(1)),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("server", "Server", field.MinWidth(120)),
		panel.Col("address", "Address", field.MinWidth(120)),
		panel.Col("family", "Family"),
		panel.Col("transport", "Transport"),
	).MinWidth(70).SortBy(panel.Descending("Since"))
}
