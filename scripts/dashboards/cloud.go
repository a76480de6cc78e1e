package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// cloudBoard is one cloud, or several, over the whole fleet.
func cloudBoard() board {
	f := everywhere
	return shared(board{
		uid: cloudUID, title: "DNS anycast: cloud",
		text: `Which addresses and sites of an anycast cloud answer, for which share of the vantage
			points, and what moved.`,
		annotations: []cog.Builder[dashboard.AnnotationQuery]{changes(f)},
		sections: []section{
			{lines: []line{
				across(9, of(14, addressesNow(f)), of(10, siteShares(f))),
				across(9, of(14, moves(f)), of(10, familiesShare(f))),
				across(12, of(14, siteMap(f)), of(10, familiesTimeline(f))),
			}},
			folded(7, "Which sites answered, and since when?",
				across(10, of(12, sitesOverIPv4(f)), of(12, sitesOverIPv6(f))),
				across(9, of(8, movesOverTime(f)), of(8, sitesSeen(f)), of(8, sitesByCloud(f))),
			),
			folded(11, "Which instances answer, and which are slow?",
				across(10, of(12, instancesSeen(f)), of(12, timesTable(f))),
			),
			folded(34, "Is it far, or is it slow?",
				across(10, of(12, timeOverDistance(f)), of(12, timesBeyondDistance(f))),
			),
			folded(20, "How much is lost?",
				across(9, of(12, lossOverTime(f)), of(12, lossTable(f))),
			),
		},
	})
}
