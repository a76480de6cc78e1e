package alerts

import (
	"time"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// odd counts, for each vantage point and address, the rounds with an answer that is not expected,
// or quicker than light. Ten seconds stand for a round, so that several queries of one are one; a
// window holds five rounds of a minute.
const odd = `
	SELECT count("answers") AS "odd" FROM (
		SELECT count("result_code") AS "answers" FROM "dns_anycast"
		WHERE "rcode" != '' AND {unexpected} AND $timeFilter
		GROUP BY time(10s), "host", {address} fill(none)
	) GROUP BY "host", {address}`

var strangerPanel = panel{
	board.TargetUID, "Who answers that is not expected, where, and since when?",
}

func strangerRules() []rule {
	return []rule{strangerRule(), strangerOnceRule()}
}

// strangerRule: a vantage point weighs 1, and 0.01 more for each round. Alone it gets 0.97 more,
// so that three rounds make 2; beside others half of that at most, so that it takes two. (InfluxDB
// runs a subquery once for each aggregate over it: hence one sum.)
func strangerRule() rule {
	return rule{
		uid: "unexpected", title: "Somebody else answers", severity: page,
		window: shortly,
		query: fill(`SELECT sum("weight") AS "weight" FROM (
			SELECT 1 + "odd" * 0.01 AS "weight" FROM (` + odd + `)
		) GROUP BY {address}`),
		others: []string{fill(askers)}, math: "$A + 0.97 / $B", over: 1.995, noData: "OK",
		labels: addressLabels, panel: strangerPanel,
		promql: metrics(`sum by ({address}) (1 + 0.01 * count_over_time(({odd})[5m:10s]))
			+ on (cloud) group_left () 0.97 / {askers} > 1.995`,
			"{odd}", ofAll(query.OddMetric("[9999ms] offset -9999ms"), "host", "{address}")),
		summary: `Somebody who is not expected, or answers quicker than light, answers for
			{{ .Labels.server }} ({{ .Labels.address }}, {{ .Labels.family }}) of cloud
			{{ .Labels.cloud }}, seen from several vantage points or again and again from the only
			one`,
		means: `Interception, a hijack, a forgotten test node, or a new one that the option expect
			does not know yet. Quicker than light: somebody nearer answers in the name of an
			instance, or its place is wrong.`,
		runbook: `Open the address: which name answers, and where? Compare its time with the
			others', look up who announces the prefix there, and ask the operator of the node
			before you change expect.`,
	}
}

func strangerOnceRule() rule {
	return rule{
		uid: "unexpected-once", title: "Somebody else answers now and then", severity: ticket,
		wait: 15 * time.Minute, window: lately,
		query: fill(`SELECT count("answers") AS "hosts" FROM (
			SELECT count("result_code") AS "answers" FROM "dns_anycast"
			WHERE "rcode" != '' AND {unexpected} AND $timeFilter
			GROUP BY "host", "cloud"
		) GROUP BY "cloud"`),
		// 0 for the only vantage point, which makes the alert of strangerRule.
		others: []string{fill(askers)}, math: "$A - 1 / $B", over: 0.4,
		noData: "OK", labels: []string{"cloud"}, panel: strangerPanel,
		promql: metrics(`count by (cloud) ({odd}) - on (cloud) 1 / {askers} > 0.4`,
			"{odd}", ofAll(query.OddMetric("{now}"), "host", "cloud")),
		summary: `Somebody who is not expected, or answers quicker than light, goes on answering
			for cloud {{ .Labels.cloud }} at one vantage point or more`,
		means: `A box in the network of a vantage point answers in the name of the servers, it
			reaches an instance that nobody else reaches, or its option location is wrong. What it
			measures there says nothing about the cloud.`,
		runbook: `See which vantage point it is, and ask its provider about DNS interception; if
			the name is an instance of yours, add it to the option expect.`,
	}
}
