package alerts

import (
	"time"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// dark is the share of the vantage points that asked an address and got no answer over one of its
// transports. A reply that hides its name, or says REFUSED, is an answer; what could not be asked
// is no vote.
const dark = `
	SELECT 1 - mean("up") AS "dark" FROM (
		SELECT min("up") AS "up" FROM (
			SELECT max("answered") AS "up" FROM "dns_anycast" WHERE $timeFilter
			GROUP BY "host", {address}, "transport"
		) GROUP BY "host", {address}
	) GROUP BY {address}`

// blind is the share of the vantage points that got no answer from any server over a family and
// one of its transports: their uplink, not the servers. It is 1 where everything is dark. For IPv6
// it is negative: that tells it from IPv4 where labels do not, beside targets.
var blind = `
	SELECT sum("blind") AS "blind" FROM (
		SELECT 1 - mean("up") AS "blind" FROM (` + upOver("ipv4") + `) GROUP BY "family"), (
		SELECT mean("up") - 1 AS "blind" FROM (` + upOver("ipv6") + `) GROUP BY "family"
	) GROUP BY "family"`

// upOver is 1 for a vantage point that got answers over a family by each of its transports, and 0
// for one that did not.
func upOver(family string) string {
	return fill(`SELECT min("up") AS "up" FROM (
		SELECT max("answered") AS "up" FROM "dns_anycast" WHERE "family" = '{only}' AND {recent}
		GROUP BY "host", "family", "transport"
	) GROUP BY "host", "family"`, "{only}", family)
}

// targets is how many targets of a family a vantage point has at most: where it is one, a vantage
// point that is blind for all is one for which that target is dark.
const targets = `
	SELECT max("asked") AS "targets" FROM (
		SELECT sum("asked") AS "asked" FROM (
			SELECT max("{family}_asked") AS "asked" FROM "dns_anycast_cloud" WHERE {short}
			GROUP BY "host", "cloud"
		) GROUP BY "host"
	)`

// lossByHost is the share of the queries of a vantage point over a family that were lost.
const lossByHost = `
	SELECT 1 - mean("answered") AS "loss" FROM "dns_anycast" WHERE $timeFilter
	GROUP BY "host", "family"`

const (
	lossOver        = 0.05 // of the queries to an address
	vantageLossOver = 0.25 // of the queries of a vantage point, beyond the median of all
)

var darkPanel = panel{
	board.OverviewUID,
	"Which addresses are dark, and for which share of the vantage points?",
}

func addressRules() []rule {
	return []rule{darkRule(), partlyDarkRule(), lossRule(), vantageLossRule()}
}

func darkRule() rule {
	return rule{
		uid: "address-dark", title: "An address does not answer", severity: page,
		wait: 2 * time.Minute, window: lately, query: fill(dark), over: query.Majority,
		labels: addressLabels, panel: darkPanel, missing: witnessGone,
		promql: remembered(darkRecorded) + " > " + query.Number(query.Majority),
		summary: `{{ .Labels.server }} ({{ .Labels.address }}, {{ .Labels.family }}) of cloud
			{{ .Labels.cloud }} is dark for {{ humanizePercentage .Values.B.Value }} of the vantage
			points`,
		means: `Most vantage points that ask this address get no answer over one of its transports.
			With a single vantage point its uplink may be the cause.`,
		runbook: `Open the address: do the other family, transport and the other addresses of the
			cloud answer? If so, look at the announcement and the host behind this one; if not, at
			the cloud's routing.`,
	}
}

func partlyDarkRule() rule {
	return rule{
		uid: "address-partly-dark", title: "An address is dark for some vantage points",
		severity: ticket, wait: 15 * time.Minute, window: lately,
		query: fill(`SELECT "dark" FROM (` + dark + `)
			WHERE "dark" > 0 AND "dark" < {majority} GROUP BY {address}`),
		others: []string{
			fill(blind),
			fill(targets, "{family}", "ipv4"), fill(targets, "{family}", "ipv6"),
		},
		math: "$A - $B * ($B > 0) * ($C > 1) + $B * (0 > $B) * ($D > 1)",
		over: nearly, noData: "OK", labels: addressLabels, panel: darkPanel,
		promql: metrics(`({dark} > 0 < {majority}) and on ({address}) (
			{dark} - on (family) group_left () ({blind} * ({targets} > bool 1)) > {nearly}
		)`, "{dark}", "("+ofAll(query.DarkMetric)+")", "{blind}", blindMetric, "{targets}", targetsMetric,
			"{nearly}", query.Number(nearly)),
		summary: `{{ .Labels.server }} ({{ .Labels.address }}, {{ .Labels.family }}) of cloud
			{{ .Labels.cloud }} is dark for {{ humanizePercentage .Values.RA.Value }} of the
			vantage points`,
		means: `A minority that reaches other addresses gets no answer from this one: a site that
			drops its queries, or a route that leads nowhere. Vantage points that reach nothing at
			all are not counted.`,
		runbook: `Open the address and see which vantage points are concerned, and which site
			answered them last: one site in common is the culprit, one network in common is the way
			there.`,
	}
}

func lossRule() rule {
	return rule{
		uid: "loss", title: "An address loses answers", severity: ticket,
		wait: 10 * time.Minute, window: shortly,
		query: fill(`SELECT "loss" FROM (
			SELECT mean("loss") AS "loss" FROM (
				SELECT 1 - mean("answered") AS "loss" FROM "dns_anycast" WHERE $timeFilter
				GROUP BY "host", {address}
			) WHERE "loss" < 1 GROUP BY {address}
		) WHERE "loss" > {least} GROUP BY {address}`, "{least}", query.Number(lossOver)),
		over: lossOver, noData: "OK", labels: addressLabels,
		panel: panel{board.OverviewUID, "Which addresses lose answers?"},
		promql: metrics(`avg by ({address}) (1 - sum by (host, {address}) (
			sum_over_time(dns_anycast_answered{{vantage}}[5m])
		) / sum by (host, {address}) (
			count_over_time(dns_anycast_answered{{vantage}}[5m])
		) < 1) > {over}`, "{over}", query.Number(lossOver)),
		summary: `{{ .Labels.server }} ({{ .Labels.address }}, {{ .Labels.family }}) of cloud
			{{ .Labels.cloud }} loses {{ humanizePercentage .Values.B.Value }} of the queries of
			those who get answers`,
		means: `Answers are missing, but come: an overloaded server or link, or rate limiting.
			Vantage points without any answer are left out: they make the alerts about dark
			addresses.`,
		runbook: `Open the address: is the loss at all vantage points, or at those of one site?
			Compare with the other addresses of the cloud, and with the server's own counters of
			queries and drops.`,
	}
}

func vantageLossRule() rule {
	return rule{
		uid: "vantage-loss", title: "A vantage point loses answers", severity: ticket,
		wait: 30 * time.Minute, window: shortly,
		query: fill(`SELECT "loss" FROM (`+lossByHost+`)
			WHERE "loss" > {least} GROUP BY "host", "family"`,
			"{least}", query.Number(vantageLossOver)),
		others: []string{
			fill(`SELECT median("loss") AS "loss" FROM (` + lossByHost + `) GROUP BY "family"`),
		},
		math: "$A - $B", over: vantageLossOver, noData: "OK",
		labels: []string{"host", "family"},
		panel:  panel{board.FleetUID, "Which vantage points lose answers everywhere?"},
		promql: metrics(`{loss} and on (host, family) (
			{loss} - on (family) group_left () quantile by (family) (0.5, {loss}) > {over}
		)`, "{loss}", lossByHostMetric, "{over}", query.Number(vantageLossOver)),
		summary: `{{ .Labels.host }} loses {{ humanizePercentage .Values.RA.Value }} of its queries
			over {{ .Labels.family }}, and most others do not`,
		means: `Its uplink, or the network around it; or the one site that it reaches of a cloud
			that makes up much of what it asks.`,
		runbook: `Does it lose answers of all clouds? Then look at its own link, firewall and
			provider before you look at any name server.`,
	}
}
