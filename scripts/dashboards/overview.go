package main

// overviewBoard is what needs action.
func overviewBoard() board {
	f := everywhere
	return shared(board{
		uid: overviewUID, title: "DNS anycast: overview",
		text: `What of the anycast clouds needs action, as telegraf-dns-anycast sees it from all
			vantage points together.`,
		sections: []section{
			under(1, "Is every cloud answering, on both families?",
				across(8,
					of(10, answeredByCloud(f)),
					of(5, answeredShare(f), instancesCount(f)),
					of(9, notAsked(f)),
				),
			),
		},
	})
}
