package overview

import (
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func darkAddresses(f query.Filter) panel.Panel {
	return panel.Figure(panel.Question{
		ID:    2002,
		Title: "How many addresses are dark for most vantage points?",
		Text: `Addresses that got no answer over one of their transports from the most of the
			vantage points that asked them, in the last two minutes of the time range. 0: all
			that was asked is reached by most. Which they are stands below.`,
		NoValue: "Not measured",
		Unit:    "none",
		Queries: []query.Query{
			f.Series("dark", `SELECT sum("n") AS "dark" FROM (
				SELECT count("dark") AS "n" FROM (`+query.DarkCheap+`) WHERE "dark" > {majority}
			), (
				SELECT count("answered") * 0 AS "n" FROM "dns_anycast" WHERE {now} AND {chosen}
			)`).PromQL(nil, query.Value("dark",
				"count("+query.DarkMetric+" > {majority}) or "+noneAnswered)),
		},
	}, field.FaultSteps())
}

// noneAnswered is 0 where anything was asked now.
const noneAnswered = "0 * count(count_over_time(dns_anycast_answered{{chosen}}{now}))"

// addressless are the points of now about a name without an address. A name of which one family
// alone could not be looked up has none, as in the alert.
const addressless = `"address" = '' AND "family" = '' AND {now} AND {chosen}`

// known are the addresses of the last hour, and names without an address, in PromQL.
var known = query.There(`dns_anycast_result_code{{chosen}, address!=""}`, "{hour}") + " or " + nameless

var nameless = query.There(`dns_anycast_result_code{{chosen}, address="", family=""}`, "{now}")

// cannot are the queries of now that did not leave a vantage point.
const cannot = `("address" != '' OR "family" = '') AND ` +
	`("result" = 'local' OR "result" = 'unresolved') AND {now} AND {chosen}`

const cannotMetric = `sum by ({by}) (
	count_over_time(dns_anycast_result_code{{chosen}, {cannot}, address!=""}{now})
	or count_over_time(dns_anycast_result_code{{chosen}, {cannot}, address="", family=""}{now}))`

func unmeasured(f query.Filter) panel.Panel {
	const by = `"cloud", "server", "address"`
	return panel.Figure(panel.Question{
		ID:    2015,
		Title: "How many addresses could nobody measure?",
		Text: `Addresses of the last hour, and names without an address, that nobody measured in the
			last two minutes of the time range: whoever would have asked them had no route or no
			socket, the name has no address, or no longer that one, or nobody was there to ask. They
			are neither dark nor well. Which they are stands below.`,
		NoValue: "Not measured",
		Unit:    "none",
		Queries: []query.Query{
			f.Series("unmeasured", `SELECT sum("n") AS "unmeasured" FROM (
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
			)`).PromQL([]string{"cloud", "server", "address"}, query.Value("unmeasured",
				"count(("+known+") unless "+query.There("dns_anycast_answered{{chosen}}", "{now}")+
					") or "+noneAnswered)),
		},
	}, field.DoubtSteps())
}

func strangers(f query.Filter) panel.Panel {
	return panel.Figure(panel.Question{
		ID:    2016,
		Title: "How many addresses does somebody else answer?",
		Text: `Addresses at which, in the last two minutes of the time range, somebody answered a
			vantage point whose name the option expect of the cloud does not know, or who was
			quicker than light. Clouds without the option are judged by their places alone. ` +
			f.InInfluxQL(`Who it is stands on the dashboard of the target. `) + `Not measured: no cloud that answers has
			the option expect, or a known place.`,
		NoValue: "Not measured: no cloud says whom it expects, and no place is known: " +
			"set expect or places",
		Unit: "none",
		Queries: []query.Query{
			f.Series("strangers", `SELECT sum("n") AS "strangers" FROM (
				SELECT count("seen") AS "n" FROM (
					SELECT count("result_code") AS "seen" FROM "dns_anycast"
					WHERE {unexpected} AND {now} AND {chosen}
					GROUP BY "cloud", "server", "address"
				)
			), (
				SELECT count("expected") * 0 AS "n" FROM "dns_anycast" WHERE {now} AND {chosen}
			), (
				SELECT count("verdict_code") * 0 AS "n" FROM "dns_anycast" WHERE {now} AND {chosen}
			)`).PromQL([]string{"cloud", "server", "address"}, query.Value("strangers",
				"count("+query.OddMetric("{now}")+`) or 0 * count(
					count_over_time(dns_anycast_expected{{chosen}}{now})
					or count_over_time(dns_anycast_verdict_code{{chosen}}{now}))`)),
		},
	}, field.FaultSteps())
}

func darkTable(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    2003,
		Title: "Which addresses are dark, and for which share of the vantage points?",
		Text: `Every address of the last hour, as it was in the last two minutes of the time range,
			the darkest first. Dark: of the vantage points that could ask it, the share that got no
			answer over one of its transports. One that is dark for all is down; for some, a site
			or the way to it is. Could not ask: queries that did not leave a vantage point; not
			measured: none left one, or nobody was there to ask.` +
			f.InInfluxQL(` Why they could not ask stands on the dashboard of the fleet.`),
		NoValue: "Not measured: nobody asked in the last hour",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(query.Now{
				Column: "dark",
				Select: query.Dark + `), (
					SELECT last("result_code") * 0.0 - 1 AS "dark" FROM "dns_anycast"
					WHERE ` + addressless + ` GROUP BY {address}`,
				From: "dns_anycast", Where: `"address" != '' AND {hour}`, By: `{address}`,
			}.OrUnknown()).Hiding("Time").PromQL(query.Address,
				query.Value("dark", query.ElseUnknown(query.DarkMetric, "("+known+")"))),
			f.Table(`SELECT count("result_code") AS "local" FROM "dns_anycast"
				WHERE `+cannot+` GROUP BY {address}`).Hiding("Time").
				PromQL(query.Address, query.Value("local", cannotMetric)),
		},
		WorstFirst: []string{"dark"},
	},
		panel.Col("dark", "Dark", field.ShareCell(field.DarkSteps())...),
		panel.Col("address", "Address", opensTarget(), field.Dash()),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("server", "Server"),
		panel.Col("family", "Family", field.Dash()),
		panel.Col("local", "Could not ask", field.Unit("none"), field.Dash()),
	).MinWidth(70)
}

func darkMatrix(f query.Filter) panel.Panel {
	return panel.Shades(panel.Question{
		ID:    2004,
		Title: "When was each address without an answer, and for how many?",
		Text: `A line for each address: the share of the queries of all vantage points, over all its
			transports together, that got no answer. Yellow from 5 % on, red where most are lost:
			dark for most vantage points, or most answers lost to all. An address that is dark over
			one of two transports loses half. Grey: nobody asked it, or nobody could.`,
		NoValue: "Not measured: nobody asked",
		Unit:    "percentunit",
		Queries: []query.Query{
			f.OverTime("$tag_server $tag_address $tag_family of $tag_cloud",
				`SELECT 1 - mean("answered") FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`, "cloud", "server", "address", "family").
				PromQL(query.Address, query.Value("lost", query.LossMetric("{interval}"))),
		},
	}, lostSteps()).Decimals(2).MaxDataPoints(60)
}

// lostSteps judge the share of the queries to an address, of all vantage points, that were lost.
func lostSteps() field.Thresholds {
	return field.Steps(field.Green,
		field.From(0.05, field.Yellow), field.From(query.Majority, field.Red))
}

func lossByAddress(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    2005,
		Title: "Which addresses lose answers?",
		Text: `Loss of every address in the last ten minutes of the time range, the greatest first:
			the share of the queries of all vantage points that no authentic reply came to. A
			reply that hides its name, or says REFUSED, is no loss. Some loss everywhere is the
			network; at one address, an overloaded server or rate limiting.`,
		NoValue: "Not measured: nobody asked in the last ten minutes",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(`SELECT 1 - mean("answered") AS "loss" FROM "dns_anycast"
				WHERE {lately} AND {chosen} GROUP BY {address}`).Hiding("Time").
				PromQL(query.Address, query.Value("loss", query.LossMetric("{lately}"))),
		},
	},
		panel.Col("loss", "Loss", field.ShareCell(field.LossSteps())...),
		panel.Col("address", "Address", opensTarget(), field.Dash()),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("server", "Server"),
		panel.Col("family", "Family", field.Dash()),
	).MinWidth(70).SortBy(panel.Descending("Loss"))
}
