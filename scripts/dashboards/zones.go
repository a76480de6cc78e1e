package main

// zonesBoard is the zones that the clouds serve.
func zonesBoard() board {
	f := withZone
	return shared(board{
		uid: zonesUID, title: "DNS anycast: zones",
		text: `Where a zone is not served, which serial each instance has, and how late it is.`,
		sections: []section{
			{lines: []line{
				across(4, of(8, unservedCount(f)), of(8, worstLag(f)), of(8, zoneLoss(f))),
				across(9, of(24, whereUnserved(f))),
				across(9, of(24, serialTable(f))),
				across(8, of(24, zoneFailuresTable(f))),
			}},
			under(1, "Which serial was served, and when?", across(9, of(24, serials(f)))),
			folded(28, "Since when is a zone late, or not served?",
				across(10, of(24, serialLag(f))),
				across(9, of(24, zoneFailuresOverTime(f))),
			),
		},
	})
}
