package cloud

import (
	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// ofInstance are the labels of an instance.
var ofInstance = []string{"cloud", "instance"}

// In PromQL the queries that a named instance answered, and what answers took.
const (
	answered = `dns_anycast_result_code{{chosen}, instance!=""}`
	times    = "dns_anycast_query_time_ms{{chosen}}"
)

func instancesSeen(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    10,
		Title: "When was each instance seen first and last?",
		Text: `The first and the last answer of each instance within the time range: an instance
			that answers all the time was first seen at its beginning` +
			f.InPromQL(`, or up to five minutes later`) + `.`,
		NoValue: "Nobody named itself",
		Unit:    field.LocalTime,
		Queries: []query.Query{
			f.Table(`SELECT first("result_code") AS "code" FROM "dns_anycast"
				WHERE "instance" != '' AND {chosen} AND $timeFilter
				GROUP BY "cloud", "instance"`).
				PromQL(ofInstance, query.Value(panel.FirstTime,
					query.FirstMetric(answered))),
			f.Table(`SELECT last("result_code") AS "code" FROM "dns_anycast"
				WHERE "instance" != '' AND {chosen} AND $timeFilter
				GROUP BY "cloud", "instance"`).
				PromQL(ofInstance, query.Value(panel.LastTime,
					query.NewestMetric(answered))),
		},
		GroupBy: panel.Spans("cloud", "instance"),
	},
		panel.Col("instance", "Instance", field.Text(), board.OpensTarget("Cloud")),
		panel.Col("cloud", "Cloud", field.Text(), field.Dash()),
		panel.Col(panel.FirstTime, "First seen"),
		panel.Col(panel.LastTime, "Last seen"),
	).SortBy(panel.Descending("Last seen"))
}

func timesTable(f query.Filter) panel.Panel {
	return panel.Table(panel.Question{
		ID:    14,
		Title: "Which instances are far, and which are slow?",
		Text: `Median (p50) and 95th percentile (p95) of query_time_ms over the whole time range,
			and how many answers they stand for, from all selected vantage points together: what
			is far from one may be near to another, so choose one. Both high: far away. p95
			alone high: slow at times. No instance: answers that named nobody.` +
			f.InPromQL(` p50 is the median of those of each vantage point, address and transport, p95
			the highest of theirs: one that is slow shows.`),
		NoValue: "No answer",
		Unit:    "ms",
		Queries: []query.Query{
			f.Table(`SELECT percentile("query_time_ms", 50) AS "p50",
				percentile("query_time_ms", 95) AS "p95", count("query_time_ms") AS "answers"
				FROM "dns_anycast" WHERE {chosen} AND $timeFilter
				GROUP BY "cloud", "instance"`).Hiding("Time").
				PromQL(ofInstance,
					query.Value("p50", query.MedianMetric(times, "{range}")),
					query.Value("p95", query.WorstMetric(times, "{range}")),
					query.Value("answers", query.Counted(times, "{range}"))),
		},
	},
		panel.Col("instance", "Instance", field.Text(), field.Dash(), board.OpensTarget("Cloud")),
		panel.Col("cloud", "Cloud", field.Text(), field.Dash()),
		panel.Col("p50", "p50"),
		panel.Col("p95", "p95"),
		panel.Col("answers", "Answers", field.Unit("none")),
	).SortBy(panel.Descending("p50"))
}
