// Package catchments is the dashboard of what the probes of RIPE Atlas say: who reaches which site,
// whether a nearer one would do, who moved, and who is answered by somebody else.
//
// Reading order: catchments.go (where panels stand), then a file for what each is about.
package catchments

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
)

// noWindow stands where there is no point of a window.
const noWindow = "Not measured: no window of RIPE Atlas. The option atlas of a cloud, in plugin.conf, " +
	"names measurements; where it does, see the log of Telegraf"

// newest is what all tables and maps read of a measurement and address.
const newest = `Of the newest window of each measurement, begun within two days before the end of the
	time range; what had too few probes in it is as it was when it last had enough.`

// Board is the dashboard.
func Board() board.Board {
	f := board.OfCatchments
	return board.Board{
		UID: board.CatchmentsUID, Title: "DNS anycast: catchments",
		Text: `Which site of an anycast cloud the probes of RIPE Atlas reach, whether a nearer one
			would do, who moved, and who is answered by somebody else.`,
		Catchments: true,
		Filter:     f,
		Sections: []board.Section{
			board.Top(
				board.Across(6, board.Of(24, standing(f))),
				board.Across(9, board.Of(12, sharesOverIPv4(f)), board.Of(12, sharesOverIPv6(f))),
				board.Across(10, board.Of(14, sites(f)), board.Of(10, worldMap(f))),
				board.Across(7,
					board.Of(10, moves(f)), board.Of(7, foreignOverTime(f)),
					board.Of(7, unansweredOverTime(f)),
				),
			),
			board.Folded(1, "Who goes too far, and since when?",
				board.Across(10, board.Of(12, countries(f)), board.Of(12, ases(f))),
				board.Across(9,
					board.Of(8, farOverTime(f)), board.Of(8, excessOverTime(f)),
					board.Of(8, timesOverTime(f)),
				),
			),
			board.Folded(2, "Who is answered by somebody else?",
				board.Across(9, board.Of(12, foreignCountries(f)), board.Of(12, foreignASes(f))),
				board.Across(9, board.Of(24, foreignCountriesOverTime(f))),
			),
			board.Folded(3, "Which sites have many networks, and not only many probes?",
				board.Across(9, board.Of(12, votesOverIPv4(f)), board.Of(12, votesOverIPv6(f))),
			),
			board.Folded(4, "Which serials do probes get?",
				board.Across(9, board.Of(24, serials(f))),
				board.Across(9, board.Of(12, behindOverTime(f)), board.Of(12, lagOverTime(f))),
			),
			board.Folded(5, "How many probes had a vote, were left out, or moved?",
				board.Across(9,
					board.Of(8, probesOverTime(f)), board.Of(8, leftOutOverTime(f)),
					board.Of(8, movedOverTime(f)),
				),
			),
		},
	}
}

// measured are the columns of a table with a line for each measurement and address, and more of them:
// first what is its own, then what was measured, and when.
func measured(own ...panel.Column) []panel.Column {
	return append(own,
		panel.Col("family", "Family", field.Text()),
		panel.Col("Time", "Window", field.Moment()...),
		panel.Col("server", "Server", field.Text(), field.MinWidth(120)),
		panel.Col("address", "Address", field.Text(), field.MinWidth(120)),
		panel.Col("transport", "Transport", field.Text()),
		panel.Col("measurement_id", "Measurement", field.Text(), field.Dash()),
	)
}

// byMeasured are the tags of what a measurement says of an address, each for a line in a table.
const byMeasured = `GROUP BY {measured}`
