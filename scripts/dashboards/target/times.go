package target

import (
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func typicalTimes(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    12,
		Title: "How long does the typical answer of each instance take?",
		Text: `The median (p50) of query_time_ms, a line for each instance and vantage point. One
			line steps up: that instance, or the way to it, became slower. One line ends and a
			higher one begins: another instance answers, farther away. 10 ms are at most 1,000
			km. A line without an instance: answers that named nobody. Over TCP, connecting is
			not in it. Families and transports are taken together: choose one to part them.`,
		NoValue: "No answer",
		Unit:    "ms",
		Queries: []query.Query{
			f.PerInstance(`SELECT percentile("query_time_ms", 50) FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`),
		},
	}).Min(0)
}

func slowTimes(f query.Filter) panel.Panel {
	return panel.Lines(panel.Question{
		ID:    13,
		Title: "How long do the slow answers of each instance take?",
		Text: `The 95th percentile (p95) of query_time_ms, a line for each instance and vantage
			point: one answer in twenty takes longer. High while the median beside it is low: a
			queue or loss on the way. Of each five minutes at least: of few queries it would be
			no more than their slowest.`,
		NoValue: "No answer",
		Unit:    "ms",
		Queries: []query.Query{
			f.PerInstance(`SELECT percentile("query_time_ms", 95) FROM "dns_anycast"
				WHERE {chosen} AND $timeFilter`),
		},
		MinInterval: "5m",
	}).Min(0)
}
