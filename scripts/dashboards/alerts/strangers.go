package alerts

import "time"

// odd counts, for each vantage point and address, the rounds in which somebody answered who is not expected, or
// quicker than light. Ten seconds stand for a round, so that several queries of one are one; a round of a minute has
// five of them in the window.
const odd = `
	SELECT count("answers") AS "odd" FROM (
		SELECT count("result_code") AS "answers" FROM "dns_anycast"
		WHERE ("expected" = 0 OR "verdict_code" = {impossible}) AND $timeFilter
		GROUP BY time(10s), "host", {address} fill(none)
	) GROUP BY "host", {address}`

const rounds = 3 // in which one vantage point alone must have seen it

func strangerRules() []rule {
	return []rule{
		// Two vantage points, or the only one that there is, in several rounds: $A is their number, and 1 / $B is 1 where
		// there is one alone.
		{
			uid: "unexpected", title: "Somebody else answers", severity: page,
			window: shortly,
			query: fill(`SELECT "hosts" FROM (
				SELECT count("odd") AS "hosts", sum("odd") AS "rounds" FROM (`+odd+`) GROUP BY {address}
				) WHERE "hosts" > 1 OR "rounds" >= {rounds} GROUP BY {address}`, "rounds", rounds),
			other: fill(`SELECT count("code") AS "fleet" FROM (
				SELECT last("result_code") AS "code" FROM "dns_anycast" WHERE {short} GROUP BY "host")`),
			math: "$A + 1 / $B", over: 2 - nearly, noData: "OK",
			labels: addressLabels,
			panel:  panel{target, "Who answers that is not expected, where, and since when?"},
			summary: `Somebody who is not expected, or answers quicker than light, answers for {{ .Labels.server }}
				({{ .Labels.address }}, {{ .Labels.family }}) of cloud {{ .Labels.cloud }}, seen by
				{{ printf "%.0f" .Values.RA.Value }} vantage points`,
			means: `Interception, a hijack, a forgotten test node, or a new one that the option expect does not know yet.
				Quicker than light: somebody nearer answers in the name of an instance, or its place is wrong.`,
			runbook: `Open the address: which name answers, and where? Compare its time with the others', look up who
				announces the prefix there, and ask the operator of the node before you change expect.`,
		},
		{
			uid: "unexpected-once", title: "Somebody else answers one vantage point", severity: ticket,
			wait: 15 * time.Minute, window: shortly,
			query: fill(`SELECT "odd" FROM (
				SELECT count("least") - sum("least") AS "odd", count("least") AS "hosts" FROM (
				SELECT min("expected") AS "least" FROM "dns_anycast" WHERE $timeFilter GROUP BY "host", "cloud"
				) GROUP BY "cloud") WHERE "odd" = 1 AND "hosts" > 1 GROUP BY "cloud"`),
			over: 0.5, noData: "OK", labels: []string{"cloud"},
			panel:   panel{target, "Who answers that is not expected, where, and since when?"},
			summary: `Somebody who is not expected answers for cloud {{ .Labels.cloud }}, seen from one vantage point`,
			means: `A box in the network of this vantage point answers in the name of the servers, or it reaches an
				instance that nobody else reaches. What it measures there says nothing about the cloud.`,
			runbook: `See which vantage point it is, and ask its provider about DNS interception; if the name is an
				instance of yours, add it to the option expect.`,
		},
	}
}
