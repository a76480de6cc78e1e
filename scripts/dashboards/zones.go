package main

// zonesBoard is the zones that the clouds serve.
func zonesBoard() board {
	f := withZone
	return shared(board{
		uid: zonesUID, title: "DNS anycast: zones",
		text: `Where a zone is not served, which serial each instance has, and how late it is.`,
		sections: []section{
			under(28, "Does it serve the zone?",
				across(9, of(12, serialTable(f)), of(12, serialLag(f))),
				across(9, of(12, serials(f)), of(12, zoneFailuresOverTime(f))),
				across(8, of(24, zoneFailuresTable(f))),
			),
		},
	})
}
