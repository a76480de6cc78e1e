package main

// fleetBoard is the vantage points, and the monitor itself.
func fleetBoard() board {
	f := everywhere
	return shared(board{
		uid: fleetUID, title: "DNS anycast: fleet and monitor",
		text: `Which vantage points report, whether they keep up, and what they could not ask.`,
		sections: []section{
			{lines: []line{
				across(11, of(15, reportsTable(f)), of(9, lossByHost(f))),
				across(8, of(24, cannotAsk(f))),
				across(8, of(24, monitorTable(f))),
			}},
			folded(1, "Since when?",
				across(12, of(14, reportsTimeline(f)), of(10, reportsOverTime(f))),
			),
			folded(39, "Do the rounds keep up?",
				across(9, of(12, roundTimes(f)), of(12, roundsLeftOut(f))),
			),
			folded(44, "What was dropped?", across(9, of(24, monitorCounts(f)))),
		},
	})
}
