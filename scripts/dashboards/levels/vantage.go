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

// hostTests are the tests of each vantage point, in PromQL.
const hostTests = "dns_anycast:host_tests{{chosen}}"

func vantagePoints(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    3006,
		Title: "How complete is what each vantage point measured?",
		Text: `Tested: minutes with a test, of whatever address. Complete: their share of the minutes
			of ` + f.InInfluxQL("all full hours of ") + `the time range. A vantage point that joined late, or fell silent,
			is less complete, and its minutes count for the others alone. One that tested nothing
			in the time range is not here.`,
		NoValue: "Not measured: no " + f.InInfluxQL("full hour") + f.InPromQL("minute") +
			" of this time range is " + kept(f),
		Unit: "string",
		Queries: []query.Query{
			f.Table(`SELECT sum("minutes") / `+hours+` AS "complete",
				sum("minutes") AS "minutes", sum("tests") AS "tests"
				FROM "slo"."dns_anycast_vantage"
				WHERE {chosen} AND $timeFilter GROUP BY "host"`).Hiding("Time").
				PromQL([]string{"host"},
					query.Value("complete", query.Counted(hostTests, "{tests}")+" / ($__range_s / 60)"),
					query.Value("minutes", query.Counted(hostTests, "{tests}")),
					query.Value("tests", "sum by ({by}) (sum_over_time("+hostTests+"{tests}))")),
		},
	},
		panel.Col("host", "Vantage point", board.OpensAt(board.Lately, "Who answers it",
			board.TargetUID, "Vantage point"), field.MinWidth(110)),
		panel.Col("complete", "Complete", field.ShareCell(field.ReachedSteps())...),
		panel.Col("minutes", "Tested", field.Unit("none"), field.Dash()),
		panel.Col("tests", "Tests", field.Unit("none"), field.Dash()),
	).MinWidth(60).SortBy(panel.Ascending("Complete"))
}
