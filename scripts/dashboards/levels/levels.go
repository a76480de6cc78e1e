// Package levels is the dashboard of the service levels of a month: how long each address and the
// service of each zone were down, which share of the tests was in time, and how soon updates were
// served. It reads what is kept of months, retention policies slo and changes, or what a store of
// metrics records of minutes, and no point of a query.
//
// Reading order: levels.go (where panels stand), then a file for what each is about.
package levels

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Board is the dashboard, for stores that are asked in a language.
func Board(language query.Language) board.Board {
	f := board.WithZone.In(language)
	return board.Board{
		UID: board.LevelsUID, Title: "DNS anycast: service levels",
		Text: `How much of its month each address has used up, by what all vantage points together
			saw in each minute (UTC).`,
		Month:  true,
		Filter: f,
		Sections: []board.Section{
			board.Top(
				board.Across(12, board.Of(24, addresses(f))),
				board.Across(9, board.Of(15, burnDown(f)), board.Of(9, services(f))),
				board.Across(8, board.Of(15, hoursDown(f)), board.Of(9, updates(f))),
			),
			board.Under(1, "What is it made of?",
				board.Across(9, board.Of(11, vantagePoints(f)), board.Of(13, method(f))),
			),
		},
	}
}

// kept is where minutes are.
func kept(f query.Filter) string {
	return f.InInfluxQL("kept in retention policy slo") + f.InPromQL("recorded")
}
