package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// anycast is the dashboard of everything.
func anycast() board {
	f := filter{"host", "cloud", "server", "family", "transport", "zone"}
	return board{
		uid: "dns-anycast", title: "DNS anycast",
		text: `Which instance of an anycast cloud answers, how long it takes, and what fails, as
			telegraf-dns-anycast sees it.`,
		tags: []string{"dns", "anycast"},
		variables: []variable{
			dataSource(), vantagePoint(), cloud(), server(), family(), transport(), zone(), round(),
		},
		annotations: []cog.Builder[dashboard.AnnotationQuery]{changes(f)},
		sections: []section{
			under(1, "Is every cloud answering, on both families?",
				across(8,
					of(10, answeredByCloud(f)),
					of(5, answeredShare(f), instancesCount(f)),
					of(9, notAsked(f), lastReports(f)),
				),
			),
			under(7, "Who is answering, and since when?",
				across(14, of(24, instanceTimeline(f))),
				across(9, of(14, siteChanges(f)), of(10, unexpected(f))),
				across(9, of(12, sitesAnswering(f)), of(12, instancesSeen(f))),
				across(9, of(12, familiesTimeline(f)), of(12, sitesByCloud(f))),
			),
			under(11, "How long does an answer take, by instance?",
				across(9, of(12, typicalTimes(f)), of(12, slowTimes(f))),
				across(8, of(24, timesTable(f))),
			),
			under(34, "Is it far, or is it slow?",
				across(12, of(12, siteMap(f)), of(12, timeOverDistance(f))),
				across(10, of(24, verdictTimeline(f))),
				across(9, of(24, timesBeyondDistance(f))),
			),
			under(28, "Does it serve the zone?",
				across(9, of(12, serialTable(f)), of(12, serialLag(f))),
				across(9, of(12, serials(f)), of(12, zoneFailuresOverTime(f))),
				across(8, of(24, zoneFailuresTable(f))),
			),
			under(15, "What fails, and how?",
				across(10, of(24, failureTimeline(f))),
				across(9, of(12, failuresOverTime(f)), of(6, results(f)), of(6, rcodes(f))),
				across(9, of(24, failuresTable(f))),
			),
			under(20, "How much is lost?",
				across(9, of(14, lossOverTime(f)), of(10, lossTable(f))),
			),
			under(39, "Does the monitor keep up?",
				across(9, of(12, roundTimes(f)), of(12, roundsLeftOut(f))),
				across(9, of(12, monitorCounts(f)), of(12, monitorTable(f))),
			),
		},
	}
}
