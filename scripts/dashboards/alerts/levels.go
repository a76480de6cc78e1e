package alerts

import (
	"time"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Service levels are judged by minutes of the whole fleet, which are stored up to ten minutes late.
// A minute counts as soon as one vantage point asked.
const minutesLate = 10 * time.Minute

// Minutes of a month that an address may lose in an hour, and in all, before somebody is told.
const (
	burnedInAnHour  = query.MonthMinutes / 10.0
	burnedInAMonth  = query.MonthMinutes / 2
	longestMonth    = 31 * day
	justMeasured    = 30 * time.Minute // of an address whose minutes still come
	everyFewMinutes = 15 * time.Minute // is soon enough for what a month adds up to
)

// burned are the minutes of an hour in which each address was down, by transport and zone; 0 where it
// was not. Where nobody measures any more there is no row: what burned goes on. A minute in which
// nobody asked is none.
const burned = `
	SELECT "down" - 1000000 AS "down" FROM (
		SELECT sum("down") AS "down" FROM (
			SELECT count("asked") AS "down" FROM "slo"."dns_anycast_minute"
			WHERE {counts} AND {down} AND {hour} GROUP BY {judged}
		), (
			SELECT count("asked") * 0 + 1000000 AS "down" FROM "slo"."dns_anycast_minute"
			WHERE {counts} AND {fresh} GROUP BY {judged}
		) GROUP BY {judged}
	) WHERE "down" >= 1000000 GROUP BY {judged}`

var minutesPanel = panel{
	board.LevelsUID, "How many minutes of its month does each address have left?",
}

func levelRules() []rule { return []rule{burningRule(), halfGoneRule()} }

// burnedLately is burned in the hour up to now, and in the hour before the minutes that may still be
// missing: an outage shows in the first one earlier, and one that comes and goes in the second one.
func burnedLately() string {
	fresh := between(2*minutesLate, 0)
	return fill(burned, "{fresh}", fresh, "{hour}", between(time.Hour, 0)) + "), (" +
		fill(burned, "{fresh}", fresh, "{hour}", between(time.Hour+minutesLate, minutesLate))
}

func burningRule() rule {
	return rule{
		uid: "month-burning", title: "An address burns its month", severity: page,
		window: time.Hour + minutesLate, missing: witnessGone,
		query: fill(`SELECT max("down") AS "down" FROM (` + burnedLately() + `) GROUP BY {address}`),
		over:  burnedInAnHour, labels: addressLabels, panel: minutesPanel,
		promql: remembered(burnedRecorded) + " > " + query.Number(burnedInAnHour),
		summary: `{{ .Labels.server }} ({{ .Labels.address }}, {{ .Labels.family }}) of cloud
			{{ .Labels.cloud }} was down for {{ printf "%.0f" .Values.B.Value }} minutes of the
			last hour, over one of its transports, for one of its zones`,
		means: `More than a tenth of the minutes that it may be down in a month are gone within an
			hour. A minute is down when most of the vantage points that asked, be it one, had no ok
			test; SERVFAIL is not ok, nor is an answer that took too long. A full outage has made
			other alerts already; slow answers, or an outage that comes and goes, may not have.
			Minutes come some minutes late, and a declared maintenance counts too.`,
		runbook: `See the row with the least left. Is it still down? This alert goes on for half an
			hour or so after the end. Ask the address over UDP and over TCP, for its zone. If some
			sites are bad and others can carry the load, withdraw the bad ones. With a single vantage
			point look at its uplink first.`,
	}
}

// halfGoneRule: the minutes since the first of the month, UTC. Nothing that InfluxQL knows begins
// with a month, and Grafana's rules look back for a fixed time: so a mark of a million goes before
// the minutes of that day, and the span from there on is what the month adds up to.
func halfGoneRule() rule {
	return rule{
		uid: "month-half-gone", title: "Half of an address' month is gone", severity: ticket,
		window: longestMonth,
		query: fill(`SELECT max("gone") AS "gone" FROM (
			SELECT sum("gone") AS "gone" FROM (
				SELECT spread("minutes") AS "gone" FROM (
					SELECT cumulative_sum("minutes") AS "minutes" FROM (
						SELECT "minutes" FROM (`+downByDay+`), (`+monthBegan+`) GROUP BY {judged}
					) GROUP BY {judged}
				) WHERE "minutes" >= 1000000 GROUP BY {judged}
			), (
				SELECT "down" * -1000000 AS "gone" FROM (
					SELECT max("down") AS "down" FROM (`+burnedLately()+`) GROUP BY {judged}
				) WHERE "down" > {burning} GROUP BY {judged}
			) GROUP BY {judged}
		) GROUP BY {address}`,
			"{days}", between(longestMonth, 0), "{lately}", between(justMeasured, 0),
			"{burning}", query.Number(burnedInAnHour)),
		over: burnedInAMonth, labels: addressLabels, panel: minutesPanel,
		promql: metrics(`max by ({address}) (
			sum by ({judged}) (
				count_over_time({down}{minimum="1"}[31d])
				and on (month) count_values("month", month())
			) and on ({judged}) count by ({judged}) (count_over_time({asked}[30m]))
			unless on ({judged}) (last_over_time({hour}[2m]) > {burning})
		) > {over}`, "{down}", downAskedRecorded, "{asked}", askedRecorded, "{hour}", hourRecorded,
			"{burning}", query.Number(burnedInAnHour), "{over}", query.Number(burnedInAMonth)),
		summary: `{{ .Labels.server }} ({{ .Labels.address }}, {{ .Labels.family }}) of cloud
			{{ .Labels.cloud }} was down for {{ printf "%.0f" .Values.B.Value }} minutes since the
			first of the month, over one of its transports, for one of its zones`,
		means: `More than half of the minutes are gone that it may be down in this month (UTC), as
			one vantage point or more saw it. While it burns on, the other alert says so, and this
			one waits. A declared maintenance counts too. This alert ends with the month.`,
		runbook: `This can wait until morning. Leave the single panel (Esc) and see "In which hours was
			an address down?" One outage: put off planned work on this address to the next month.
			Many short ones: find the cause, or the rest of the month goes too.`,
	}
}

// downByDay are the minutes of each day that an address was down.
const downByDay = `
	SELECT count("asked") AS "minutes" FROM "slo"."dns_anycast_minute"
	WHERE {counts} AND {down} AND {days} GROUP BY time(1d), {judged} fill(none)`

// monthBegan is a mark one millisecond before the first day of the newest month.
//
// An aggregate without intervals has the time at which its time range begins: that makes a row of
// the last of February 2000, and elapsed() counts the days from there. Four years have 1461 days, of
// which the last is a 29th of February; of the others, in years that begin with March, day n is the
// first of a month where (5n + 2) mod 153 is less than 5. That holds until 2100.
const monthBegan = `
	SELECT last("minutes") AS "minutes" FROM (
		SELECT "day" / "day" * 1000000 AS "minutes" FROM (
			SELECT cumulative_sum("days") AS "day" FROM (
				SELECT elapsed("none", 1d) AS "days" FROM (
					SELECT "none" FROM (
						SELECT sum("none") AS "none" FROM (` + present + `)
						WHERE time >= '2000-02-29T23:59:59.999Z' GROUP BY {judged}
					), (
						SELECT sum("none") AS "none" FROM (` + present + `)
						WHERE {days} GROUP BY time(1d, -1ms), {judged} fill(0)
					) GROUP BY {judged}
				) GROUP BY {judged}
			) GROUP BY {judged}
		) WHERE "day" % 1461 < 1460 AND ("day" % 1461 % 365 * 5 + 2) % 153 < 5 GROUP BY {judged}
	) GROUP BY {judged}`

// present is 0 for each minute of what is still measured: only that has an alert that can end.
const present = `
	SELECT "asked" * 0 AS "none" FROM "slo"."dns_anycast_minute"
	WHERE {counts} AND {lately} GROUP BY {judged}`
