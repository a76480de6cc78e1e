package levels

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// hours are the minutes of the full hours of the time range. Of an hour nothing is kept before it
// has ended.
const hours = `(({to} + 1 - ({to} + 1) % 3600000 - {from}) / 60000.0)`

func vantagePoints(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    3006,
		Title: "How complete is what each vantage point measured?",
		Text: `Tested: minutes with a test, of whatever address. Complete: their share of the minutes
			of all full hours of the time range. A vantage point that joined late, or fell silent,
			is less complete, and its minutes count for the others alone. One that tested nothing
			in the time range is not here.`,
		NoValue: "Not measured: no full hour of this time range is kept in retention policy slo",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT sum("minutes") / ` + hours + ` AS "complete",
				sum("minutes") AS "minutes", sum("tests") AS "tests"
				FROM "slo"."dns_anycast_vantage"
				WHERE {chosen} AND $timeFilter GROUP BY "host"`).Hiding("Time"),
		},
	},
		panel.Col("host", "Vantage point", board.OpensAt(board.Lately, "Who answers it",
			board.TargetUID, "Vantage point"), field.MinWidth(110)),
		panel.Col("complete", "Complete", field.ShareCell(field.ReachedSteps())...),
		panel.Col("minutes", "Tested", field.Unit("none"), field.Dash()),
		panel.Col("tests", "Tests", field.Unit("none"), field.Dash()),
	).MinWidth(60).SortBy(panel.Ascending("Complete"))
}
