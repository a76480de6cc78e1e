// Package fleet is the dashboard of the vantage points and of the plugin itself: which vantage
// points report, whether they keep up, and what they could not ask.
//
// Reading order: fleet.go (where panels stand), then a file for what each is about.
package fleet

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
)

// Board is the dashboard.
func Board() board.Board {
	f := board.Everywhere
	return board.Board{
		UID: board.FleetUID, Title: "DNS anycast: fleet and monitor",
		Text:   `Which vantage points report, whether they keep up, and what they could not ask.`,
		Filter: f,
		Sections: []board.Section{
			board.Top(
				board.Across(11, board.Of(15, reportsTable(f)), board.Of(9, lossByHost(f))),
				board.Across(7, board.Of(24, cannotAsk(f))),
				board.Across(7, board.Of(24, monitorTable(f))),
				board.Across(7, board.Of(12, clocks(f)), board.Of(12, thrownAway(f))),
			),
			board.Folded(1, "Since when?",
				board.Across(12,
					board.Of(14, reportsTimeline(f)), board.Of(10, reportsOverTime(f)),
				),
			),
			board.Folded(39, "Do the rounds keep up?",
				board.Across(9, board.Of(12, roundTimes(f)), board.Of(12, roundsLeftOut(f))),
			),
			board.Folded(44, "What was dropped?",
				board.Across(9, board.Of(15, monitorCounts(f)), board.Of(9, tracesLeftOut(f))),
			),
		},
	}
}
