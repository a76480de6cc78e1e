// Package zones is the dashboard of the zones that the clouds serve: where one is not served,
// which serial each instance has, and how late it is.
//
// Reading order: zones.go (where panels stand), then a file for what each is about.
package zones

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
)

// Board is the dashboard.
func Board() board.Board {
	f := board.WithZone
	return board.Board{
		UID: board.ZonesUID, Title: "DNS anycast: zones",
		Text:   `Where a zone is not served, which serial each instance has, and how late it is.`,
		Filter: f,
		Sections: []board.Section{
			board.Top(
				board.Across(4,
					board.Of(8, unservedCount(f)), board.Of(8, worstLag(f)), board.Of(8, loss(f)),
				),
				board.Across(9, board.Of(24, whereUnserved(f))),
				board.Across(9, board.Of(24, serialTable(f))),
				board.Across(8, board.Of(24, failuresTable(f))),
			),
			board.Under(1, "Which serial was served, and when?",
				board.Across(9, board.Of(24, serials(f))),
			),
			board.Folded(28, "Since when is a zone late, or not served?",
				board.Across(10, board.Of(24, serialLag(f))),
				board.Across(9, board.Of(24, failuresOverTime(f))),
			),
		},
	}
}
