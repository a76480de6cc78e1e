package query

import (
	"fmt"
	"strings"
	"time"
)

// The levels of a month, as ICANN's registry agreement has them (Specification 10).
const (
	MonthMinutes = 432  // for which an address may be down
	InTime       = 0.95 // of the tests within their level, and of the updates
	UpdateWithin = 3600 // seconds until a new serial is served
)

var (
	// Minimums are the numbers of vantage points that a reader may want to have asked in a minute for
	// it to count. For each of them it is recorded for PromQL whether a minute is down.
	Minimums = []int{1, 2, 3, 5, 10, 20}

	// Limits are those in milliseconds within which tests are counted: the levels, and what stands for
	// percentiles.
	Limits = []int{50, 100, 250, 500, 1500, 2500}
)

// What is recorded in PromQL has the time at which it is. That is so long after the midst of its
// minute.
const (
	TestsAge  = 150 * time.Second // who asked, how many failed, how long it took
	DownAge   = 210 * time.Second // whether the minute is down, which is made of that
	UpdateAge = 90 * time.Second  // an update that came late
)

// NoneLeft is what a column of minutes left holds where no minute counts: no month is as long.
const NoneLeft = -1_000_000

// Minutes are three columns, by tags, of a measurement of retention policy slo: counted, the minutes
// in which as many vantage points asked as count; down, those of them that were down, and Unknown
// where none counts; left, those that may yet be, and NoneLeft where none counts.
//
// InfluxDB runs a subquery once for each aggregate over it, and a month is long: so there is one, of
// both counts in one number. In InfluxQL 0/0 is 0.
func Minutes(measurement, by string) string {
	read := `FROM "slo"."` + measurement + `"`
	return strings.NewReplacer(
		"{read}", read, "{by}", by,
		"{all}", fmt.Sprint(MonthMinutes-NoneLeft), "{none}", fmt.Sprint(-NoneLeft),
	).Replace(`SELECT "counted", "down" + "counted" / "counted" - 1 AS "down",
		({all} - "down") * ("counted" / "counted") - {none} AS "left" FROM (
			SELECT "both" % 1000000 AS "counted", ("both" - "both" % 1000000) / 1000000 AS "down"
			FROM (
				SELECT sum("both") AS "both" FROM (
					SELECT count("asked") AS "both" {read}
					WHERE {counts} AND {chosen} AND $timeFilter GROUP BY {by}
				), (
					SELECT count("asked") * 1000000 AS "both" {read}
					WHERE {counts} AND {down} AND {chosen} AND $timeFilter GROUP BY {by}
				), (
					SELECT last("asked") * 0 AS "both" {read}
					WHERE {chosen} AND $timeFilter GROUP BY {by}
				) GROUP BY {by}
			) GROUP BY {by}
		) GROUP BY {by}`)
}

// CountedMetric, DownMetric and LeftMetric are the columns of Minutes in PromQL, of minutes or services.
func CountedMetric(of string) Measured {
	return Value("counted", minutesOf(`{counted} or 0 * {asked}`, of))
}

func DownMetric(of string) Measured {
	return Value("down", minutesOf(ElseUnknown("{down}", "{asked}"), of))
}

func LeftMetric(of string) Measured {
	return Value("left", minutesOf(fmt.Sprintf("%d - {down} or 0 * {asked} - %d", MonthMinutes, -NoneLeft), of))
}

// minutesOf fills in what is recorded of minutes or services.
func minutesOf(expression, of string) string {
	return strings.NewReplacer(
		"{counted}", Counted("dns_anycast:"+of+"_down{{chosen}, {counts}}", "{minutes}"),
		"{down}", "sum by ({by}) (sum_over_time(dns_anycast:"+of+"_down{{chosen}, {counts}}{minutes}))",
		"{asked}", There("dns_anycast:"+of+"_asked{{chosen}}", "{tests}"),
	).Replace(expression)
}

// DownByHour are two columns for each hour with minutes that count and were down: down, how many;
// failed, the share of the vantage points that asked in them and failed. As in Minutes there is one
// aggregate, here of three counts: none reaches a million in an hour.
const DownByHour = `SELECT ("all" - "all" % 1000000000000) / 1000000000000 AS "down",
	("all" % 1000000000000 - "all" % 1000000) / 1000000 / ("all" % 1000000) AS "failed" FROM (
		SELECT sum("all") AS "all" FROM (
			SELECT 1000000000000 + "failed" * 1000000 + "asked" AS "all"
			FROM "slo"."dns_anycast_minute"
			WHERE {counts} AND {down} AND {chosen} AND $timeFilter GROUP BY {judged}
		) GROUP BY time(1h), {judged} fill(none)
	) GROUP BY {judged}`
