package main

// fleetBoard is the vantage points, and the monitor itself.
func fleetBoard() board {
	f := everywhere
	return shared(board{
		uid: fleetUID, title: "DNS anycast: fleet and monitor",
		text: `Which vantage points report, whether they keep up, and what they could not ask.`,
		sections: []section{
			under(1, "Who reports?", across(9, of(24, lastReports(f)))),
			under(39, "Does the monitor keep up?",
				across(9, of(12, roundTimes(f)), of(12, roundsLeftOut(f))),
				across(9, of(12, monitorCounts(f)), of(12, monitorTable(f))),
			),
		},
	})
}
