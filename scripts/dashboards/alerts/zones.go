package alerts

import (
	"fmt"
	"time"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// unserved is 1 for a vantage point that got no SOA record with authority, whatever came instead,
// and 0 otherwise: the code of success is 0, and 0 / 0 is 0 in InfluxQL.
const unserved = `
	SELECT "code" / "code" AS "unserved" FROM (
		SELECT min("result_code") AS "code" FROM "dns_anycast_soa"
		WHERE {asked} AND {own} AND $timeFilter GROUP BY "host", {zone}, "transport"
	)`

// measured is a row that is never an alert: where it is missing no vantage point reports, and what
// fired goes on.
const measured = `(
	SELECT last("ipv4_asked") * 0 AS "{value}" FROM "dns_anycast_cloud" WHERE $timeFilter)`

// newest is the highest serial of each zone in a time.
const newest = `
	SELECT max("serial") AS "serial" FROM "dns_anycast_soa"
	WHERE {success} AND {when} GROUP BY "zone"`

var (
	unservedPanel = panel{board.ZonesUID, "Where is a zone not served?"}
	serialPanel   = panel{board.ZonesUID, "Does any serial fall?"}
)

func zoneRules() []rule {
	return []rule{
		zoneNotServedRule(),
		zoneDownRule(),
		zoneRefusedRule(),
		referenceRule(),
		lagRule(),
		stillRule(),
		backwardsRule(),
	}
}

func zoneNotServedRule() rule {
	return rule{
		uid: "zone-not-served", title: "A zone is not served at an address", severity: page,
		wait: 2 * time.Minute, window: lately,
		query: fill(`SELECT max("unserved") AS "unserved" FROM (
			SELECT "unserved" FROM (
				SELECT mean("unserved") AS "unserved" FROM (
					SELECT max("unserved") AS "unserved" FROM (`+unserved+`) GROUP BY "host", {zone}
				) GROUP BY {zone}
			) WHERE "unserved" > 0
		), `+measured+` GROUP BY {zone}`, "{value}", "unserved"),
		over: query.Majority, labels: append([]string{"zone"}, addressLabels...),
		panel: unservedPanel,
		promql: metrics(`({lately} or {remembered} unless on () (
			count(last_over_time(dns_anycast_cloud_ipv4_asked[2m]))
		)) > {majority}`,
			"{lately}", "last_over_time("+unservedRecorded+"[5m])",
			"{remembered}", remembered(unservedRecorded)),
		summary: `Zone {{ .Labels.zone }} is not served at {{ .Labels.server }}
			({{ .Labels.address }}, {{ .Labels.family }}) of cloud {{ .Labels.cloud }} for
			{{ humanizePercentage .Values.B.Value }} of the vantage points`,
		means: `No answer, an error, a referral or an answer without the zone: resolvers that reach
			it turn to another server, or get nothing. It may still tell its name.`,
		runbook: `See the result: timeout means the name server behind the load balancer is gone;
			SERVFAIL that the zone has expired; REFUSED that it was never set up; not_authoritative
			that somebody else answers.`,
	}
}

func zoneDownRule() rule {
	return rule{
		uid: "zone-down", title: "A zone is not served anywhere", severity: page,
		wait: 2 * time.Minute, window: lately,
		query: fill(`SELECT mean("unserved") AS "unserved" FROM (
			SELECT "code" / "code" AS "unserved" FROM (
				SELECT min("result_code") AS "code" FROM "dns_anycast_soa"
				WHERE {asked} AND {own} AND $timeFilter GROUP BY "host", "zone"
			)
		) GROUP BY "zone"`),
		over: query.Majority, labels: []string{"zone"}, panel: unservedPanel, missing: witnessGone,
		promql: remembered(downRecorded) + " > " + query.Number(query.Majority),
		summary: `Zone {{ .Labels.zone }} is served by no server for
			{{ humanizePercentage .Values.B.Value }} of the vantage points`,
		means: `Most vantage points find no server at all that serves the zone: it is down for the
			world.`,
		runbook: `Has it expired everywhere, was it removed, or are all servers dark? Begin at the
			primary.`,
	}
}

func zoneRefusedRule() rule {
	return rule{
		uid: "zone-refused", title: "An instance does not have the zone", severity: ticket,
		wait: 10 * time.Minute, window: lately,
		query: fill(`SELECT count("queries") AS "hosts" FROM (
			SELECT count("result_code") AS "queries" FROM "dns_anycast_soa"
			WHERE (
				"result" = 'not_authoritative' OR "result" = 'no_soa' OR "result" = 'rcode_error'
			) AND {own} AND $timeFilter GROUP BY "host", "zone", "cloud", "site"
		) GROUP BY "zone", "cloud", "site"`),
		over: 0.5, noData: "OK", labels: []string{"zone", "cloud", "site"}, panel: unservedPanel,
		promql: metrics(`count by (zone, cloud, site) (
			count by (host, zone, cloud, site) (count_over_time(
				dns_anycast_soa_result_code{result=~"not_authoritative|no_soa|rcode_error", {own}}[2m]
			))
		) > 0.5`),
		summary: `Zone {{ .Labels.zone }} is missing at {{ with .Labels.site }}site
			{{ . }}{{ else }}an instance{{ end }} of cloud {{ .Labels.cloud }}, seen from
			{{ printf "%.0f" .Values.B.Value }} vantage points`,
		means: `It answers, but not for the zone: SERVFAIL is what becomes of a zone that has
			expired, REFUSED of one that was never set up there.`,
		runbook: `Ask that instance for the zone, and look at its log of transfers.`,
	}
}

func referenceRule() rule {
	return rule{
		uid: "reference", title: "A reference does not serve the zone", severity: ticket,
		wait: 10 * time.Minute, window: lately, noData: "OK",
		query: fill(`SELECT mean("unserved") AS "unserved" FROM (
			SELECT "code" / "code" AS "unserved" FROM (
				SELECT min("result_code") AS "code" FROM "dns_anycast_soa"
				WHERE {asked} AND "cloud" = 'reference' AND $timeFilter
				GROUP BY "host", "zone", "server", "address"
			)
		) GROUP BY "zone", "server", "address"`),
		over: query.Majority, labels: []string{"zone", "server", "address"},
		panel: panel{board.ZonesUID, "Who did not serve a zone, how, and when last?"},
		promql: metrics(`avg by (zone, server, address) (min by (host, zone, server, address) (
			min_over_time(dns_anycast_soa_result_code{{asked}, cloud="reference"}[2m])
		) > bool 0) > {majority}`),
		summary: `Reference {{ .Labels.server }} ({{ .Labels.address }}) does not serve zone
			{{ .Labels.zone }} to {{ humanizePercentage .Values.B.Value }} of the vantage points`,
		means: `A hidden primary, or whatever else the option reference names: while it is silent,
			how late the others are is known from each other alone.`,
		runbook: `Does the primary run, and may the vantage points ask it?`,
	}
}

func lagRule() rule {
	return rule{
		uid: "lag", title: "A zone is late at a site", severity: ticket,
		wait: 10 * time.Minute, window: lately,
		query: fill(`SELECT "over" FROM (SELECT sum("over") AS "over" FROM (
			SELECT "lag" AS "over" FROM (
				SELECT max("serial_lag_s") AS "lag" FROM "dns_anycast_soa"
				WHERE {success} AND {own} AND $timeFilter GROUP BY {by}
			) WHERE "lag" > {least} GROUP BY {by}
		), (
			SELECT max("refresh_s") * -1 AS "over" FROM "dns_anycast_soa"
			WHERE {success} AND {own} AND $timeFilter GROUP BY {by}
		) GROUP BY {by}) WHERE "over" > 0 GROUP BY {by}`,
			"{by}", `"zone", "cloud", "site"`, "{least}", fmt.Sprint(query.LateAfter)),
		over: 0, noData: "OK", labels: []string{"zone", "cloud", "site"},
		panel: panel{board.ZonesUID, "Which serial does each instance serve, and how late is it?"},
		promql: metrics(`({lag} > {least}) - ({refresh} or 0 * {lag}) > 0`,
			"{lag}", worstMetric("serial_lag_s"), "{refresh}", worstMetric("refresh_s"),
			"{least}", fmt.Sprint(query.LateAfter)),
		summary: `Zone {{ .Labels.zone }} is late at {{ with .Labels.site }}site
			{{ . }}{{ else }}an instance{{ end }} of cloud {{ .Labels.cloud }},
			{{ humanizeDuration .Values.B.Value }} beyond its own limit`,
		means: `A newer serial is known elsewhere for longer than the zone's own refresh time, and
			an hour at least: by then a secondary has asked by itself. It answers all the same.
			After a restart of the plugin the lag begins anew.`,
		runbook: `Look for failed transfers at that site, and whether it hears notifies from the
			primary.`,
	}
}

func stillRule() rule {
	return rule{
		uid: "still", title: "A zone stands still", severity: ticket,
		wait: time.Hour, window: lately, missing: 1,
		query: fill(newest, "{when}", "$timeFilter"),
		// Of now, a day ago, and the halves of the day before: a zone that was edited once does
		// not stand still.
		others: []string{
			fill(newest, "{when}", ago(day)),
			fill(newest, "{when}", ago(day+day/2)),
			fill(newest, "{when}", ago(2*day)),
		},
		math: "($A == $B) * ($B != $C) * ($C != $D)",
		over: 0.5, noData: "OK", labels: []string{"zone"}, panel: serialPanel,
		promql: metrics(`{now} == {day} and {day} != {half} and {half} != {before}`,
			"{now}", newestMetric("[2m]"), "{day}", newestMetric("[5m] offset 1d"),
			"{half}", newestMetric("[5m] offset 36h"), "{before}", newestMetric("[5m] offset 2d")),
		summary: `Zone {{ .Labels.zone }} has had no new serial for a day, and had several the day
			before`,
		means: `Nothing is published: the primary, the signer, or what feeds it stands still.
			Signatures may expire.`,
		runbook: `Look at the primary: is its own serial newer? Then transfers fail everywhere. If
			not, at what makes the zone.`,
	}
}

// backwardsRule: a serial that is lower by 2^31 or more went round, which is a rise (RFC 1982,
// section 3.2).
func backwardsRule() rule {
	return rule{
		uid: "backwards", title: "The serial of a zone moves backwards", severity: ticket,
		window: awhile,
		query: fill(`SELECT max("fall") AS "fall" FROM (
			SELECT "fall" FROM (
				SELECT difference("serial") * -1 AS "fall" FROM (
					SELECT max("serial") AS "serial" FROM "dns_anycast_soa"
					WHERE {before} AND {success} GROUP BY {by}
				), (
					SELECT max("serial") AS "serial" FROM "dns_anycast_soa"
					WHERE $timeFilter AND {success} GROUP BY {by}
				) GROUP BY {by}
			) WHERE "fall" > 0 AND "fall" < 2147483648
		) GROUP BY "zone", "cloud"`,
			"{by}", `"zone", "cloud", "server", "site", "instance"`, "{before}", ago(time.Hour)),
		over: 0, noData: "OK", labels: []string{"zone", "cloud"}, panel: serialPanel,
		promql: metrics(`max by (zone, cloud) (
			max by ({by}) (max_over_time(dns_anycast_soa_serial{{success}}[5m] offset 1h))
			- max by ({by}) (max_over_time(dns_anycast_soa_serial{{success}}[10m]))
			> 0 < 2147483648
		)`, "{by}", "zone, cloud, server, site, instance"),
		summary: `The serial of zone {{ .Labels.zone }} fell by {{ printf "%.0f" .Values.B.Value }}
			at an instance of cloud {{ .Labels.cloud }}`,
		means: `The zone was set back, as from an old copy: secondaries that have the higher serial
			do not take it over, nor any update, until the serial is higher again.`,
		runbook: `Which instances fell? All: raise the serial at the primary. One: it lost its copy
			of the zone, and took an old one.`,
	}
}
