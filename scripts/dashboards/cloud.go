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
		text: `Which sites and instances of an anycast cloud answer, from where, and how long it
			takes, over all vantage points that are chosen.`,
		annotations: []cog.Builder[dashboard.AnnotationQuery]{changes(f)},
		sections: []section{
			under(7, "Who is answering, and since when?",
				across(9, of(12, sitesAnswering(f)), of(12, instancesSeen(f))),
				across(9, of(12, familiesTimeline(f)), of(12, sitesByCloud(f))),
				across(9, of(24, siteChanges(f))),
			),
			folded(11, "How long does an answer take, by instance?",
				across(9, of(12, typicalTimes(f)), of(12, slowTimes(f))),
				across(8, of(24, timesTable(f))),
			),
			folded(34, "Is it far, or is it slow?",
				across(12, of(12, siteMap(f)), of(12, timeOverDistance(f))),
				across(9, of(24, timesBeyondDistance(f))),
			),
			folded(20, "How much is lost?",
				across(9, of(14, lossOverTime(f)), of(10, lossTable(f))),
			),
		},
	})
}
