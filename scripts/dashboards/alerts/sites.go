package alerts

import (
	"fmt"
	"time"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// moves counts, for each cloud, the vantage points that moved to another site of late. A path that
// is balanced over several sites says so once, as a change to split, and is no move.
const moves = `
	SELECT count("changes") AS "moved" FROM (
		SELECT last("changes") AS "changes" FROM "dns_anycast_change"
		WHERE "to" != 'split' AND "from" != 'split' AND $timeFilter GROUP BY "host", "cloud"
	) GROUP BY "cloud"`

// settled is the half of an hour before what is judged now.
const settled = "time > now() - 45m AND time <= now() - 15m"

const (
	shiftShare = 0.2 // of the vantage points
	shiftHosts = 3   // moves; fewer make no share: any counts
	shiftAny   = 0.5 // weight of one or two: a fifth of one or two vantage points, not of three
	slowCode   = 2   // the verdict_code
	// Mean of verdict codes (near 0, far 1, slow 2): four fifths of the answers of a near site,
	// three of a far one.
	slowOnTheWhole = 1.6
)

func siteRules() []rule {
	return []rule{
		shiftRule(),
		siteGoneRule(),
		familiesRule(),
		slowRule(),
	}
}

func shiftRule() rule {
	return rule{
		uid: "shift", title: "A catchment shifts", severity: ticket,
		window: moving,
		query: fill(`SELECT max("moved") AS "moved" FROM (
			SELECT "moved" FROM (`+moves+`) WHERE "moved" >= {hosts}
		), (
			SELECT "moved" * 0 + {any} AS "moved" FROM (`+moves+`) WHERE "moved" < {hosts}
		) GROUP BY "cloud"`,
			"{hosts}", fmt.Sprint(shiftHosts), "{any}", query.Number(shiftAny)),
		others: []string{fill(askers)}, math: "$A / $B",
		over: shiftShare - nearly, noData: "OK", labels: []string{"cloud"},
		panel: panel{board.CloudUID, "What moved, and from where to where?"},
		promql: metrics(`({moved} >= {hosts} or {any} + 0 * {moved}) / {askers} > {share}`,
			"{moved}", movedMetric, "{hosts}", fmt.Sprint(shiftHosts),
			"{any}", query.Number(shiftAny), "{share}", query.Number(shiftShare-nearly)),
		summary: `Vantage points reach another site of cloud {{ .Labels.cloud }} than before`,
		means: `A site was withdrawn or came back, or a network chose another way: a single vantage
			point that moves is no shift where there are several.`,
		runbook: `See from where to where: one site in common was withdrawn, or drains; one network
			in common changed its routing. Compare the times before and after.`,
	}
}

func siteGoneRule() rule {
	return rule{
		uid: "site-gone", title: "A site is reached by nobody", severity: ticket,
		// 1 for a site that was reached an hour ago, 1 for a day ago, 4 for now. A path that flaps
		// for minutes is not in those times for as long as the rule waits.
		wait: 10 * time.Minute, window: moving,
		query: fill(`SELECT "seen" FROM (SELECT sum("seen") AS "seen" FROM (
			SELECT last("result_code") * 0 + 1 AS "seen" FROM "dns_anycast"
			WHERE "site" != '' AND {hour} GROUP BY "cloud", "site"
		), (
			SELECT last("result_code") * 0 + 1 AS "seen" FROM "dns_anycast"
			WHERE "site" != '' AND {day} GROUP BY "cloud", "site"
		), (
			SELECT last("result_code") * 0 + 4 AS "seen" FROM "dns_anycast"
			WHERE "site" != '' AND $timeFilter GROUP BY "cloud", "site"
		) GROUP BY "cloud", "site") WHERE "seen" < 4 GROUP BY "cloud", "site"`,
			"{hour}", ago(time.Hour), "{day}", ago(day)),
		// 0 for a cloud that is dark altogether: that has an alert of its own.
		others: []string{
			fill(`SELECT max("answered") AS "up" FROM "dns_anycast" WHERE {short} GROUP BY "cloud"`),
		},
		math: "$A * $B", over: 0.5, noData: "OK", labels: []string{"cloud", "site"},
		panel: panel{
			board.CloudUID, "Which sites answer, and for which share of the vantage points?",
		},
		promql: metrics(`(({hour} or {day}) unless {now}) and on (cloud) (
			max by (cloud) (max_over_time(dns_anycast_answered{{vantage}}[5m])) > 0
		)`, "{hour}", sitesMetric("[5m] offset 1h"), "{day}", sitesMetric("[5m] offset 1d"),
			"{now}", sitesMetric("[15m]")),
		summary: `Site {{ .Labels.site }} of cloud {{ .Labels.cloud }} was reached an hour or a day
			ago, and is reached by nobody now`,
		means: `It was withdrawn, or another site attracts its whole catchment; or the vantage
			points that reached it are silent.`,
		runbook: `Was it withdrawn on purpose? Then silence cloud and site. If not, look at its
			announcement; if one vantage point alone reached it, at that one.`,
	}
}

func familiesRule() rule {
	return rule{
		uid: "families", title: "The families no longer reach the same sites", severity: ticket,
		wait: 5 * time.Minute, window: shortly,
		query: fill(`SELECT "less" FROM (SELECT mean("less") AS "less" FROM (
			SELECT mean("usual") - mean("now") AS "less" FROM (
				SELECT mean("families_agree") AS "usual" FROM "dns_anycast_cloud"
				WHERE {before} GROUP BY "host", "cloud"
			), (
				SELECT max("families_agree") AS "now" FROM "dns_anycast_cloud"
				WHERE $timeFilter GROUP BY "host", "cloud"
			) GROUP BY "host", "cloud"
		) GROUP BY "cloud") WHERE "less" >= {share} GROUP BY "cloud"`,
			"{share}", query.Number(shiftShare), "{before}", settled),
		over: shiftShare - nearly, noData: "OK", labels: []string{"cloud"},
		panel: panel{board.CloudUID, "Do both families reach the same sites?"},
		promql: metrics(`avg by (cloud) (avg by (host, cloud) (
			avg_over_time(dns_anycast_cloud_families_agree[30m] offset 15m)
		) - max by (host, cloud) (
			max_over_time(dns_anycast_cloud_families_agree[5m])
		)) > {share}`, "{share}", query.Number(shiftShare-nearly)),
		summary: `The two families no longer reach the same sites of cloud {{ .Labels.cloud }} at
			many vantage points, and did before`,
		means: `One family was routed elsewhere: a withdrawal, or a filter, that the other did not
			follow. Families that always differ make no alert. It ends when they agree again, or
			have differed for so long that it is how things are.`,
		runbook: `The list of moves says which family, and from where to where.`,
	}
}

func slowRule() rule {
	return rule{
		uid: "slow", title: "A site is slow", severity: ticket,
		wait: 10 * time.Minute, window: shortly,
		query: fill(`SELECT max("slow") AS "slow" FROM (
			SELECT mean("verdict_code") AS "slow" FROM "dns_anycast"
			WHERE {success} AND $timeFilter GROUP BY {address}, "site"
		) WHERE "slow" > {least} GROUP BY "cloud", "site"`,
			"{least}", query.Number(slowOnTheWhole)),
		over: slowOnTheWhole, below: slowCode + nearly, noData: "OK",
		labels: []string{"cloud", "site"},
		panel:  panel{board.TargetUID, "When was each target near, far or slow?"},
		promql: metrics(`max by (cloud, site) (sum by ({address}, site) (
			sum_over_time(dns_anycast_verdict_code{{vantage}, {success}}[5m])
		) / sum by ({address}, site) (
			count_over_time(dns_anycast_verdict_code{{vantage}, {success}}[5m])
		) > {over}) < {below}`, "{over}", query.Number(slowOnTheWhole),
			"{below}", query.Number(slowCode+nearly)),
		summary: `Answers from {{ with .Labels.site }}site {{ . }} of {{ end }}cloud
			{{ .Labels.cloud }} read slow`,
		means: `Most answers of an address from there took longer than is usual, or than the
			distance explains: it is the server, or a queue or a detour on the way, and no change
			of site.`,
		runbook: `Is it one address, or all at that site? One: the server. All: its uplink. From
			one vantage point only: the way there.`,
	}
}
