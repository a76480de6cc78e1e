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
			vantage point by vantage point.`,
		annotations: []cog.Builder[dashboard.AnnotationQuery]{changes(f)},
		sections: []section{
			under(1, "Who is answering, and is it near?",
				across(14, of(24, instanceTimeline(f))),
				across(10, of(14, verdictTimeline(f)), of(10, unexpected(f))),
			),
			folded(15, "What fails, and how?",
				across(10, of(24, failureTimeline(f))),
				across(9, of(12, failuresOverTime(f)), of(6, results(f)), of(6, rcodes(f))),
				across(9, of(24, failuresTable(f))),
			),
		},
	})
}
