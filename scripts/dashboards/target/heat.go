package target

import (
	"fmt"

	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// bounds part the times of a heatmap, in milliseconds: each is some two times the one before. Light
// goes 1,000 km and back in 10 ms, at most.
var bounds = []int{1, 2, 5, 10, 20, 50, 100, 200, 500}

// timesHeat counts the answers of each class of times where they are, in InfluxDB: the times
// themselves would be one for each query.
func timesHeat(f query.Filter) panel.Panel {
	q := panel.Question{
		ID:    67,
		Title: "How are the times spread, and when did that change?",
		Text: `Answers by query_time_ms: each row is a class of times, each column an interval, and
			the darker a cell, the more answers of that interval took so long. InfluxDB counts
			them by class, so that no single answer is drawn, but none is left out either; all
			vantage points, families and transports that are chosen count together. A class that
			no answer fell into has no row. One band: one path. Two bands: two sites, families or
			groups of vantage points. A band that ends while another begins: somebody else answers.
			A band that grows upwards: a queue. Nothing: no answer. Choose a server: this reads
			every point of the time range once for each row.`,
		NoValue: "No answer",
		Unit:    "none",
	}
	for i := range len(bounds) + 1 {
		name, within := class(i)
		q.Queries = append(q.Queries, f.Series(name, `SELECT count("query_time_ms")
			FROM "dns_anycast" WHERE `+within+` AND {chosen} AND $timeFilter
			GROUP BY time($__interval) fill(null)`))
	}
	return panel.Heatmap(q, "answers")
}

// class is the name of the class of times at i, and the condition that holds for them.
func class(i int) (name, condition string) {
	const ms = `"query_time_ms"`
	switch {
	case i == 0:
		return fmt.Sprintf("below %d ms", bounds[0]), fmt.Sprintf("%s < %d", ms, bounds[0])
	case i == len(bounds):
		last := bounds[i-1]
		return fmt.Sprintf("%d ms and more", last), fmt.Sprintf("%s >= %d", ms, last)
	}
	from, to := bounds[i-1], bounds[i]
	return fmt.Sprintf("%d to %d ms", from, to),
		fmt.Sprintf("%s >= %d AND %s < %d", ms, from, ms, to)
}
