package alerts

import (
	"time"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// fleetSize is how many vantage points report. The points about clouds are few: they cost InfluxDB
// next to nothing.
const fleetSize = `
	SELECT count("asked") AS "reporting" FROM (
		SELECT last("ipv4_asked") AS "asked" FROM "dns_anycast_cloud" WHERE {short} GROUP BY "host"
	)`

const (
	fleetShare = 0.1      // of the vantage points, silent
	month      = 30 * day // after which a vantage point that is silent is forgotten
)

var silentPanel = panel{board.FleetUID, "Which vantage points report, and which are silent?"}

func fleetRules() []rule {
	return []rule{
		nobodyRule(),
		fleetSilentRule(),
		silentRule(),
		unableRule(),
		unresolvedRule(),
		overrunRule(),
	}
}

func nobodyRule() rule {
	return rule{
		uid: "nobody", title: "Nobody reports", severity: page,
		wait: 2 * time.Minute, window: shortly, noData: "Alerting",
		query: fill(`SELECT max("result_code") * 0 AS "silence" FROM "dns_anycast"
			WHERE $timeFilter`),
		over: 0.5, panel: silentPanel,
		promql:  metrics(`max(absent_over_time(dns_anycast_result_code{{vantage}}[5m]))`),
		summary: `No vantage point reports`,
		means: `Nothing is known about any server. Telegraf, the plugin, or the way to InfluxDB is
			down everywhere, or nothing was ever written.`,
		runbook: `Look at InfluxDB, its certificate, the message bus and the way to them first,
			then at one of the vantage points: does its Telegraf run, and what does it log?`,
	}
}

// fleetSilentRule: the share of the vantage points of the last day that is silent, where that is
// more than one, and not all: a single one makes a ticket.
func fleetSilentRule() rule {
	return rule{
		uid: "fleet-silent", title: "Much of the fleet is silent", severity: page,
		wait: 2 * time.Minute, window: day, noData: "OK",
		query: fill(fleetSize),
		others: []string{fill(`SELECT count("asked") AS "known" FROM (
			SELECT last("ipv4_asked") AS "asked" FROM "dns_anycast_cloud"
			WHERE $timeFilter GROUP BY "host"
		)`)},
		math: "($B - $A > 1) * (1 - $A / $B)", over: fleetShare - nearly, panel: silentPanel,
		promql: metrics(`1 - {reporting} / {known} > {share} and {known} - {reporting} > 1`,
			"{reporting}", "count(group by (host) ("+reportsMetric+"))",
			"{known}", "count(group by (host) (count_over_time("+reportsRecorded+"[1d])))",
			"{share}", query.Number(fleetShare-nearly)),
		summary: `{{ humanizePercentage .Values.M.Value }} of the vantage points are silent`,
		means: `Nothing is known about the servers from there. Telegraf, the plugin, or the way to
			InfluxDB is down at several places at once.`,
		runbook: `What do they have in common? Look at InfluxDB, its certificate, the message bus
			and the way to them first, then at one of the vantage points: does its Telegraf run,
			and what does it log?`,
	}
}

// silentSince asks for 1 for each vantage point of the rule's window of which no point came until now,
// and by the list as well where that is given.
func silentSince(until, list string) string {
	return fill(`SELECT 1 - "points" AS "silent" FROM (SELECT sum("points") AS "points" FROM (
		SELECT last("ipv4_asked") * 0 + 1 AS "points" FROM "dns_anycast_cloud"
		WHERE {until} GROUP BY "host"
	), (
		SELECT last("ipv4_asked") * 0 AS "points" FROM "dns_anycast_cloud"
		WHERE $timeFilter GROUP BY "host"
	){list} GROUP BY "host") WHERE "points" < 1 GROUP BY "host"`, "{until}", until, "{list}", list)
}

// listed is the list of scripts/vantage: who is expected there and was never heard is silent, and who
// was removed there is not.
const listed = `, (
		SELECT 1 - last("expected") AS "points" FROM "changes"."dns_anycast_cloud"
		WHERE time <= now() GROUP BY "host"
	)`

func silentRule() rule {
	return rule{
		uid: "silent", title: "A vantage point is silent", severity: ticket,
		wait: 5 * time.Minute, window: month, noData: "OK", missing: 2,
		query: silentSince(since(shortly), listed),
		over:  0.5, labels: []string{"host"}, panel: silentPanel,
		promql: metrics(`group by (host) (
				count_over_time({reports}[30d]) or last_over_time({expected}[5m]) == 1
			) unless group by (host) (last_over_time(dns_anycast_cloud_ipv4_asked[5m]))
			unless on (host) last_over_time({expected}[5m]) == 0`,
			"{reports}", reportsRecorded, "{expected}", expectedRecorded),
		summary: `Nothing comes from {{ .Labels.host }}`,
		means: `Telegraf, the plugin, or the way to InfluxDB is down there: nothing is known about
			the servers from there. It alerts until a month after its last report, and for as long
			as it is expected to report.`,
		runbook: `Does Telegraf run there, and what does it log? If the vantage point was taken
			away: scripts/vantage remove, with its name.`,
	}
}

func unableRule() rule {
	return rule{
		uid: "unable", title: "A vantage point cannot ask", severity: ticket,
		wait: 5 * time.Minute, window: lately, noData: "OK", missing: 2,
		query: fill(`SELECT count("result_code") AS "queries" FROM "dns_anycast"
			WHERE "result" = 'local' AND $timeFilter GROUP BY "host", "family"`),
		over: 0.5, labels: []string{"host", "family"},
		panel: panel{board.FleetUID, "Which vantage points cannot ask, and why?"},
		promql: metrics(`sum by (host, family) (
			count_over_time(dns_anycast_result_code{{vantage}, result="local"}[2m])
		) > 0.5`),
		summary: `{{ .Labels.host }} cannot ask over {{ .Labels.family }}`,
		means: `No route, no socket, a firewall, or a source address that this host does not have.
			It says nothing about the servers. A family that this host never had belongs out of the
			option families, which may be auto.`,
		runbook: `The dashboard shows the cause as the host's own system gave it.`,
	}
}

func unresolvedRule() rule {
	return rule{
		uid: "unresolved", title: "A server name has no address", severity: ticket,
		wait: 5 * time.Minute, window: lately, noData: "OK", missing: 2,
		query: fill(`SELECT count("queries") AS "hosts" FROM (
			SELECT count("result_code") AS "queries" FROM "dns_anycast"
			WHERE "result" = 'unresolved' AND "family" = '' AND $timeFilter
			GROUP BY "host", "cloud", "server"
		) GROUP BY "cloud", "server"`),
		over: 0.5, labels: []string{"cloud", "server"},
		panel: panel{board.TargetUID, "What failed, why, how often, and when last?"},
		promql: metrics(`count by (cloud, server) (count by (host, cloud, server) (count_over_time(
			dns_anycast_result_code{{vantage}, result="unresolved", family=""}[2m]
		))) > 0.5`),
		summary: `{{ .Labels.server }} of cloud {{ .Labels.cloud }} has no address for
			{{ printf "%.0f" .Values.B.Value }} vantage points`,
		means: `The name does not exist, has no address, or its look-up fails: the dashboard says
			which. Such points have no family: they are shown while the variable family is All. A
			name of which one family alone cannot be looked up is asked over the other, and does
			not alert: a resolver that drops AAAA queries does that to names that have no such
			record.`,
		runbook: `Look the name up from a vantage point, and at the resolver in its resolv.conf.`,
	}
}

// overrunRule: stretches of five minutes, of an hour, in which rounds were left out: one hiccup
// leaves out many at once, and is no reason to alert, nor are two.
func overrunRule() rule {
	return rule{
		uid: "overrun", title: "The monitor cannot keep up", severity: ticket,
		window: time.Hour, noData: "OK",
		query: fill(`SELECT "stretches" FROM (SELECT count("left_out") AS "stretches" FROM (
			SELECT sum("rounds_coalesced") AS "left_out" FROM "dns_anycast_internal"
			WHERE "rounds_coalesced" > 0 AND $timeFilter
			GROUP BY time(5m), "host", "config" fill(none)
		) GROUP BY "host", "config") WHERE "stretches" > 2 GROUP BY "host", "config"`),
		over: 2, labels: []string{"host", "config"},
		panel:  panel{board.FleetUID, "Which monitors do not keep up?"},
		promql: "sum_over_time(" + leftOutRecorded + "[59m]) > 2", // twelve times five minutes
		summary: `{{ .Labels.host }} cannot keep up with {{ .Labels.config }}: rounds are left out
			again and again`,
		means: `Rounds take longer than the interval of Telegraf, so that everything is asked less
			often than it should be; nothing measured is wrong.`,
		runbook: `A longer interval, fewer targets in this file (the others in one of their own,
			with an execd block of its own), a shorter timeout, fewer queries, or a higher limit
			for descriptors.`,
	}
}
