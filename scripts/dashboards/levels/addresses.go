package levels

import (
	"fmt"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func addresses(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    3001,
		Title: "How many minutes of its month does each address have left?",
		Text: `A row for each transport of an address, and each zone that it is asked for; a dash: it
			is judged by its identity. Left: of 432 minutes in which it may be down, from the first
			day of the month; orange from half on, red below 0: the level is missed. Down: minutes
			in which 51 % of the vantage points or more had no ok test. Counted: minutes in
			which as many asked as the variable says; where none counts nothing is known. In time:
			of all tests, those answered within 500 ms (UDP) or 1,500 ms (TCP, connecting
			included); 95 % are wanted. The next columns, the same of other limits, stand for
			percentiles, which cannot be added up over hours: the median is within the first that
			reaches 50 %.` + f.InInfluxQL(` Shares come an hour later than minutes.`),
		NoValue: "Not measured: no minute of this time range is " +
			kept(f),
		Unit: "string",
		Queries: []query.Query{
			f.Table(query.Minutes("dns_anycast_minute", "{judged}")).Hiding("Time").
				PromQL(query.Judged, query.CountedMetric("minute"), query.DownMetric("minute"),
					query.LeftMetric("minute")),
			inTime(f, "udp", 500), inTime(f, "tcp", 1500),
			f.Table(`SELECT sum("tests") AS "tests",
				sum("within_50") / sum("tests") AS "within_50",
				sum("within_100") / sum("tests") AS "within_100",
				sum("within_250") / sum("tests") AS "within_250",
				sum("within_500") / sum("tests") AS "within_500",
				sum("within_1500") / sum("tests") AS "within_1500",
				sum("within_2500") / sum("tests") AS "within_2500"
				FROM "slo"."dns_anycast_hour"
				WHERE "tests" > 0 AND {chosen} AND $timeFilter GROUP BY {judged} fill(0)`,
			).Hiding("Time").PromQL(query.Judged,
				query.Value("tests", tested("")),
				query.Values(`sum by ({by}, column) (label_replace(
					sum_over_time(dns_anycast:minute_within{{chosen}}{tests}),
					"column", "within_$1", "le", "(.+)"
				)) / on ({by}) group_left () `+tested(""))),
		},
		// Where a zone is asked for, hours hold its identity too, which no minute does.
		OnlyWith: "counted",
	},
		panel.Col("address", "Address", opensHere(), field.MinWidth(110)),
		panel.Col("left", "Left", field.MinutesLeft()...),
		panel.Col("down", "Down", field.Counted()...),
		panel.Col("counted", "Counted", field.Unit("none"), field.Dash()),
		panel.Col("in_time", "In time", field.InTime()...),
		panel.Col("within_50", "50 ms", field.Share()...),
		panel.Col("within_100", "100 ms", field.Share()...),
		panel.Col("within_250", "250 ms", field.Share()...),
		panel.Col("within_500", "500 ms", field.Share()...),
		panel.Col("within_1500", "1,500 ms", field.Share()...),
		panel.Col("within_2500", "2,500 ms", field.Share()...),
		panel.Col("tests", "Tests", field.Unit("none"), field.Dash()),
		panel.Col("transport", "Transport"),
		panel.Col("zone", "Zone", field.Dash()),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("server", "Server", opensTarget(board.Lately)),
		panel.Col("family", "Family", field.Dash()),
	).MinWidth(60).SortBy(panel.Ascending("Left"))
}

// inTime is the share of the tests over a transport that were answered within its level.
func inTime(f query.Filter, transport string, ms int) query.Query {
	return f.Table(fmt.Sprintf(`SELECT sum("within_%[1]d") / sum("tests") AS "in_time"
		FROM "slo"."dns_anycast_hour"
		WHERE "transport" = '%[2]s' AND "tests" > 0 AND {chosen} AND $timeFilter
		GROUP BY {judged} fill(0)`, ms, transport)).Hiding("Time").
		PromQL(query.Judged, query.Value("in_time", fmt.Sprintf(`sum by ({by}) (
			sum_over_time(dns_anycast:minute_within{{chosen}, transport="%s", le="%d"}{tests})
		) / `, transport, ms)+tested(fmt.Sprintf(", transport=%q", transport))))
}

// tested are the tests in PromQL: as many vantage points as asked in each minute, made so many.
func tested(more string) string {
	return "sum by ({by}) (sum_over_time(dns_anycast:minute_asked{{chosen}" + more + "}{tests}))"
}

func burnDown(f query.Filter) panel.Panel {
	return panel.Steps(panel.Question{
		ID:    3002,
		Title: "When did each address use its minutes up?",
		Text: `Of 432 minutes, those that were left: a line for each row of the table above that was
			down in the time range, and none for others. A line that falls all at once was an
			outage, a slope is a fault that comes and goes. Below 0 the level is missed. Where
			nothing was measured a line goes on: see how complete it is.`,
		NoValue:     "No minute that counts was down, or none was measured: see the table",
		Unit:        "none",
		MinInterval: "1h",
		Queries: []query.Query{
			f.Series("$tag_address $tag_transport $tag_zone of $tag_server, $tag_cloud",
				fmt.Sprintf(`SELECT %d - cumulative_sum(count("asked"))
					FROM "slo"."dns_anycast_minute"
					WHERE {counts} AND {down} AND {chosen} AND $timeFilter
					GROUP BY time($__interval), {judged} fill(0)`, query.MonthMinutes)).
				PromQL(query.Judged, query.Value("left", fmt.Sprintf(`%d - (
					sum by ({by}) (
						count_over_time(dns_anycast:minute_down_asked{{chosen}, {counts}}{untilNow})
						and on (month) count_values("month", month())
					) or 0 * group by ({by}) (
						count_over_time(dns_anycast:minute_down_asked{{chosen}, {counts}}{minutes} @ end())
					)
				)`, query.MonthMinutes))),
		},
	}).Decimals(0).AxisSoftMax(query.MonthMinutes).AxisSoftMin(0)
}

func hoursDown(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    3003,
		Title: "In which hours was an address down?",
		Text: `Hours with minutes that count and were down, the newest first; failed: the share of the
			vantage points that asked in these minutes and had no ok test.` + f.InInfluxQL(` The hour opens
			the target from an hour before to an hour after, while the queries of then are still
			kept.`),
		NoValue: "No minute that counts was down, or none was measured: see the table",
		Unit:    "string",
		Queries: []query.Query{
			f.Table(query.DownByHour).PromQL(query.Judged,
				query.Value("down", `sum by ({by}) (count_over_time(
					dns_anycast:minute_down_asked{{chosen}, {counts}}{next}))`),
				query.Value("failed", `sum by ({by}) (sum_over_time(
					dns_anycast:minute_down_failed{{chosen}, {counts}}{next}
				)) / sum by ({by}) (sum_over_time(
					dns_anycast:minute_down_asked{{chosen}, {counts}}{next}))`)),
		},
		MinInterval: "1h",
	},
		panel.Col("Time", "Hour", append(field.Moment(), opensTarget(board.Around("Hour")))...),
		panel.Col("down", "Minutes", field.Unit("none")),
		panel.Col("failed", "Failed", field.Share()...),
		panel.Col("address", "Address", opensHere(), field.MinWidth(110)),
		panel.Col("transport", "Transport"),
		panel.Col("zone", "Zone", field.Dash()),
		panel.Col("cloud", "Cloud", field.Dash()),
		panel.Col("server", "Server"),
		panel.Col("family", "Family", field.Dash()),
	).MinWidth(60).MaxDataPoints(hoursAtOnce).SortBy(panel.Descending("Hour"))
}

// hoursAtOnce are more than a year has: with fewer Grafana would make several hours one. Stores take
// about as many.
const hoursAtOnce = 10000

// opensHere leaves the address of a row.
func opensHere() field.Option {
	return board.Opens("Only this address", board.LevelsUID,
		"Cloud", "Server", "Family", "Transport")
}

// opensTarget shows the queries themselves, at a time that is short enough to read them.
func opensTarget(when string) field.Option {
	return board.OpensAt(when, "Vantage point by vantage point", board.TargetUID,
		"Cloud", "Server", "Family", "Transport")
}
