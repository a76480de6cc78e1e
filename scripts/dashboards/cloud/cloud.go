// Package cloud is the dashboard of one anycast cloud, or several: which addresses and sites
// answer, for which share of the vantage points, and what moved.
//
// Reading order: cloud.go (where panels stand), then a file for what each is about.
package cloud

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Board is the dashboard, for stores that are asked in a language.
func Board(language query.Language) board.Board {
	f := board.Everywhere.In(language)
	return board.Board{
		UID: board.CloudUID, Title: "DNS anycast: cloud",
		Text: `Which addresses and sites of an anycast cloud answer, for which share of the vantage
			points, and what moved.`,
		Filter:   f,
		Changes:  true,
		Sections: sections(f),
	}
}

// sections are those of which the store has points: paths are texts, which a metric cannot hold.
func sections(f query.Filter) (all []board.Section) {
	all = append(all,
		board.Top(
			board.Across(9, board.Of(14, addressesNow(f)), board.Of(10, siteShares(f))),
			board.Across(9, board.Of(14, moves(f)), board.Of(10, familiesShare(f))),
			board.Across(12, board.Of(14, siteMap(f)), board.Of(10, familiesTimeline(f))),
		),
		board.Folded(7, "Which sites answered, and since when?",
			board.Across(10, board.Of(12, sitesOverIPv4(f)), board.Of(12, sitesOverIPv6(f))),
			board.Across(9,
				board.Of(8, movesOverTime(f)), board.Of(8, sitesSeen(f)),
				board.Of(8, sitesByCloud(f)),
			),
		),
	)
	if f.Language == query.InfluxQL {
		all = append(all, board.Folded(90, "Where do paths turn?",
			board.Across(9,
				board.Of(8, turnedBehind(f)), board.Of(8, turnedFrom(f)), board.Of(8, turnedTo(f)),
			),
			board.Across(10, board.Of(16, turnsOfMoves(f)), board.Of(8, turnsOverTime(f))),
		))
	}
	return append(all,
		board.Folded(11, "Which instances answer, and which are slow?",
			board.Across(10, board.Of(12, instancesSeen(f)), board.Of(12, timesTable(f))),
		),
		board.Folded(34, "Is it far, or is it slow?",
			board.Across(10,
				board.Of(12, timeOverDistance(f)), board.Of(12, timesBeyondDistance(f)),
			),
		),
		board.Folded(20, "How much is lost?",
			board.Across(9, board.Of(12, lossOverTime(f)), board.Of(12, lossTable(f))),
		),
	)
}
