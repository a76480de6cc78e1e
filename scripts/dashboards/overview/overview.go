// Package overview is the dashboard of what needs action: all clouds, addresses and zones, seen
// from all vantage points together.
//
// Reading order: overview.go (where panels stand), then a file for what each is about.
package overview

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Board is the dashboard, for stores that are asked in a language.
func Board(language query.Language) board.Board {
	f := board.Everywhere.In(language)
	return board.Board{
		UID: board.OverviewUID, Title: "DNS anycast: overview",
		Text: `What of the anycast clouds needs action, as telegraf-dns-anycast sees it from all
			vantage points together.`,
		From:   "now-1h", // the matrix of addresses reads all of it
		Filter: f,
		Sections: []board.Section{
			board.Top(
				board.Across(6,
					board.Of(8, firing()),
					board.Of(4, darkAddresses(f), unmeasured(f)),
					board.Of(4, lossNow(f), strangers(f)),
					board.Of(4, badZones(f)),
					board.Of(4, reporting(f)),
				),
				board.Across(7, board.Of(13, cloudsTable(f)), board.Of(11, movedAddresses(f))),
				board.Across(10, board.Of(11, darkTable(f)), board.Of(13, darkMatrix(f))),
				board.Across(7, board.Of(12, lossByAddress(f)), board.Of(12, zonesTable(f))),
			),
			board.Folded(1, "Since when?", board.Across(9, board.Of(24, lossByCloud(f)))),
		},
	}
}

func firing() panel.Panel {
	return panel.AlertList{
		ID:    2001,
		Title: "What fires?",
		Text: `The alerts of dns_anycast that fire, or will if it lasts; each leads to the panel
			that shows it. The watchdog, which always fires, is not here. Nothing here while the
			panels beside it are grey says nothing: then nobody measures.`,
		Labels: `{service="dns_anycast", severity!="none"}`,
	}
}
