package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

const addressTags = `"cloud", "server", "address", "family"`

// openTarget makes a cell of a table of addresses a link to who answers there.
func openTarget() look {
	return opens("Who answers there, from each vantage point", targetUID,
		choice{"cloud", "Cloud"}, choice{"server", "Server"}, choice{"family", "Family"})
}

func darkAddresses(f filter) panel {
	return asFigure(question{
		id:    2002,
		title: "How many addresses are dark for most vantage points?",
		text: `Addresses that got no answer over one of their transports from the most of the
			vantage points that asked them, in the last two minutes of the time range. 0: all
			that was asked is reached by most. Which they are stands below.`,
		empty: "Not measured",
		unit:  "none",
		queries: []query{
			f.series("dark", `SELECT sum("n") AS "dark" FROM (
				SELECT count("dark") AS "n" FROM (`+darkCheap+`) WHERE "dark" > `+majority+`
			), (
				SELECT count("answered") * 0 AS "n" FROM "dns_anycast" WHERE {now} AND {chosen}
			)`),
		},
	}).ColorScheme(byThresholds()).Thresholds(someSteps())
}

// addressless are the points of now about a name without an address. That one family alone of a name
// could not be looked up is none, as in the alert.
const addressless = `"address" = '' AND "family" = '' AND {now} AND {chosen}`

// cannot are the queries of now that did not leave a vantage point.
const cannot = `("address" != '' OR "family" = '') AND ` +
	`("result" = 'local' OR "result" = 'unresolved') AND {now} AND {chosen}`

func unmeasured(f filter) panel {
	const by = `"cloud", "server", "address"`
	return asFigure(question{
		id:    2015,
		title: "How many addresses could nobody measure?",
		text: `Addresses of the last hour, and names without an address, that nobody measured in the
			last two minutes of the time range: whoever would have asked them had no route or no
			socket, the name has no address, or no longer that one, or nobody was there to ask. They
			are neither dark nor well. Which they are stands below.`,
		empty: "Not measured",
		unit:  "none",
		queries: []query{
			f.series("unmeasured", `SELECT sum("n") AS "unmeasured" FROM (
				SELECT count("votes") AS "n" FROM (
					SELECT sum("votes") AS "votes" FROM (
						SELECT last("result_code") * 0 AS "votes" FROM "dns_anycast"
						WHERE "address" != '' AND {hour} AND {chosen} GROUP BY `+by+`
					), (
						SELECT last("result_code") * 0 AS "votes" FROM "dns_anycast"
						WHERE `+addressless+` GROUP BY `+by+`
					), (
						SELECT count("answered") AS "votes" FROM "dns_anycast"
						WHERE {now} AND {chosen} GROUP BY `+by+`
					) GROUP BY `+by+`
				) WHERE "votes" = 0
			), (
				SELECT count("answered") * 0 AS "n" FROM "dns_anycast" WHERE {now} AND {chosen}
			)`),
		},
	}).ColorScheme(byThresholds()).Thresholds(steps(green, step{1, orange}))
}

func strangers(f filter) panel {
	return asFigure(question{
		id:    2016,
		title: "How many addresses does somebody else answer?",
		text: `Addresses at which, in the last two minutes of the time range, somebody answered a
			vantage point whose name the option expect of the cloud does not know, or who was
			quicker than light. Clouds without the option are judged by their places alone. Who
			it is stands on the dashboard of the target. Not measured: no cloud that answers has
			the option expect, or a known place.`,
		empty: "Not measured: no cloud says whom it expects, and no place is known: set expect or places",
		unit:  "none",
		queries: []query{
			f.series("strangers", `SELECT sum("n") AS "strangers" FROM (
				SELECT count("seen") AS "n" FROM (
					SELECT count("result_code") AS "seen" FROM "dns_anycast"
					WHERE ("expected" = 0 OR "verdict_code" = 3) AND {now} AND {chosen}
					GROUP BY "cloud", "server", "address"
				)
			), (
				SELECT count("expected") * 0 AS "n" FROM "dns_anycast" WHERE {now} AND {chosen}
			), (
				SELECT count("verdict_code") * 0 AS "n" FROM "dns_anycast" WHERE {now} AND {chosen}
			)`),
		},
	}).ColorScheme(byThresholds()).Thresholds(someSteps())
}

func darkTable(f filter) panel {
	return asTable(question{
		id:    2003,
		title: "Which addresses are dark, and for which share of the vantage points?",
		text: `Every address of the last hour, as it was in the last two minutes of the time range,
			the darkest first. Dark: of the vantage points that could ask it, the share that got no answer
			over one of its transports. One that is dark for all is down; for some, a site or the
			way to it is. Could not ask: queries that did not leave a vantage point; not measured:
			none left one, or nobody was there to ask. Why they could not ask stands on the
			dashboard of the fleet.`,
		empty: "Not measured: nobody asked in the last hour",
		unit:  "string",
		queries: []query{
			f.table(orUnknown("dark", dark+`), (
				SELECT last("result_code") * 0.0 - 1 AS "dark" FROM "dns_anycast"
				WHERE `+addressless+` GROUP BY `+addressTags,
				"dns_anycast", `"address" != '' AND {hour} AND`, addressTags)).hiding("Time"),
			f.table(`SELECT count("result_code") AS "local" FROM "dns_anycast"
				WHERE ` + cannot + ` GROUP BY ` + addressTags).hiding("Time"),
		},
		worst: []string{"dark"},
	},
		col("dark", "Dark", shareLooks(darkSteps())...),
		col("address", "Address", openTarget(), dash()),
		col("cloud", "Cloud", dash()),
		col("server", "Server"),
		col("family", "Family", dash()),
		col("local", "Could not ask", unit("none"), dash()),
	).MinWidth(70)
}

func darkMatrix(f filter) panel {
	return asTargetTimeline(question{
		id:    2004,
		title: "When was each address without an answer, and for how many?",
		text: `A line for each address: the share of the queries of all vantage points, over all its
			transports together, that got no answer. Yellow from 5 % on, red where most are lost:
			dark for most vantage points, or most answers lost to all. An address that is dark over
			one of two transports loses half. Grey: nobody asked it, or nobody could.`,
		empty: "Not measured: nobody asked",
		unit:  "percentunit",
		queries: []query{
			f.overTime("$tag_server $tag_address $tag_family of $tag_cloud",
				`SELECT 1 - mean("answered") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`, "cloud", "server", "address", "family"),
		},
	}).
		ColorScheme(byThresholds()).Thresholds(steps(green, step{0.05, yellow}, step{0.509, red})).Decimals(2).
		Mappings([]dashboard.ValueMapping{notMeasured()}).
		ShowValue(common.VisibilityModeNever).MaxDataPoints(60)
}

func lossByAddress(f filter) panel {
	return asTable(question{
		id:    2005,
		title: "Which addresses lose answers?",
		text: `Loss of every address in the last ten minutes of the time range, the greatest first:
			the share of the queries of all vantage points that no authentic reply came to. A
			reply that hides its name, or says REFUSED, is no loss. Some loss everywhere is the
			network; at one address, an overloaded server or rate limiting.`,
		empty: "Not measured: nobody asked in the last ten minutes",
		unit:  "string",
		queries: []query{
			f.table(`SELECT 1 - mean("answered") AS "loss" FROM "dns_anycast"
				WHERE {lately} AND {chosen} GROUP BY ` + addressTags).hiding("Time"),
		},
	},
		col("loss", "Loss", shareLooks(lossSteps())...),
		col("address", "Address", openTarget(), dash()),
		col("cloud", "Cloud", dash()),
		col("server", "Server"),
		col("family", "Family", dash()),
	).MinWidth(70).SortBy(descending("Loss"))
}
