package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// targetBoard is one server or address, vantage point by vantage point.
func targetBoard() board {
	f := everywhere
	return shared(board{
		uid: targetUID, title: "DNS anycast: target",
		text: `Who answers at one server or address, how far and how slow it is, and what fails,
			vantage point by vantage point. Choose a server first.`,
		annotations: []cog.Builder[dashboard.AnnotationQuery]{changes(f)},
		sections: []section{
			{lines: []line{
				across(8, of(24, vantagePointsNow(f))),
				across(6, of(24, unexpected(f))),
				across(10, of(24, instanceTimeline(f))),
				across(8, of(24, failuresTable(f))),
			}},
			under(34, "Is it far, or is it slow?", across(10, of(24, verdictTimeline(f)))),
			folded(11, "How long does an answer take?",
				across(10, of(24, timesHeat(f))),
				across(9, of(12, typicalTimes(f)), of(12, slowTimes(f))),
			),
			folded(7, "Which vantage points moved?", across(9, of(24, siteChanges(f)))),
			folded(15, "When did it fail, and how?",
				across(10, of(24, failureTimeline(f))),
				across(9, of(12, failuresOverTime(f)), of(6, results(f)), of(6, rcodes(f))),
			),
		},
	})
}
