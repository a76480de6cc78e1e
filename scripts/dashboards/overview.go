package main

// overviewBoard is what needs action.
func overviewBoard() board {
	f := everywhere
	return shared(board{
		uid: overviewUID, title: "DNS anycast: overview",
		text: `What of the anycast clouds needs action, as telegraf-dns-anycast sees it from all
			vantage points together.`,
		from: "now-1h", // the matrix of addresses reads all of it
		sections: []section{
			{lines: []line{
				across(6,
					of(8, firing()), of(4, darkAddresses(f), unmeasured(f)),
					of(4, lossNow(f), strangers(f)), of(4, badZones(f)), of(4, fleetFigure(f)),
				),
				across(7, of(13, cloudsTable(f)), of(11, movedAddresses(f))),
				across(10, of(11, darkTable(f)), of(13, darkMatrix(f))),
				across(7, of(12, lossByAddress(f)), of(12, zonesTable(f))),
			}},
			folded(1, "Since when?", across(9, of(24, lossByCloud(f)))),
		},
	})
}
