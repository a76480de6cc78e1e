// Package target is the dashboard of one server or address, vantage point by vantage point: what
// answers there, how far and how slow it is, and what fails.
//
// Reading order: target.go (where panels stand), then a file for what each is about.
package target

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
)

// Board is the dashboard.
func Board() board.Board {
	f := board.Everywhere
	return board.Board{
		UID: board.TargetUID, Title: "DNS anycast: target",
		Text: `Who answers at one server or address, how far and how slow it is, and what fails,
			vantage point by vantage point. Choose a server first.`,
		Filter:  f,
		Changes: true,
		Sections: []board.Section{
			board.Top(
				board.Across(8, board.Of(24, vantagePointsNow(f))),
				board.Across(6, board.Of(24, unexpected(f))),
				board.Across(10, board.Of(24, instanceTimeline(f))),
				board.Across(8, board.Of(24, failuresTable(f))),
			),
			board.Under(34, "Is it far, or is it slow?",
				board.Across(10, board.Of(24, verdictTimeline(f))),
			),
			board.Folded(11, "How long does an answer take?",
				board.Across(10, board.Of(24, timesHeat(f))),
				board.Across(9, board.Of(12, typicalTimes(f)), board.Of(12, slowTimes(f))),
			),
			board.Folded(7, "Which vantage points moved?",
				board.Across(9, board.Of(24, siteChanges(f))),
			),
			board.Folded(85, "Which path do queries take, and where did it turn?",
				board.Across(8, board.Of(24, pathsNow(f))),
				board.Across(9, board.Of(24, turns(f))),
				board.Across(12, board.Of(24, hopTimeline(f))),
				board.Across(8, board.Of(24, silentHops(f))),
				board.Across(10, board.Of(24, hopTimes(f))),
			),
			board.Folded(15, "When did it fail, and how?",
				board.Across(10, board.Of(24, failureTimeline(f))),
				board.Across(9,
					board.Of(12, failuresOverTime(f)),
					board.Of(6, results(f)), board.Of(6, rcodes(f)),
				),
			),
		},
	}
}
