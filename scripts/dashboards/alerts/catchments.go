package alerts

import (
	"fmt"
	"time"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Rules about what probes of RIPE Atlas say read the newest window of each measurement, whichever
// host it comes from, and take those of an address together. What they compare it with is a share,
// or stands on as many probes as have a vote now: whatever RIPE Atlas loses is no change. Sites are
// many: only those in question leave the database.
const (
	windows = 3 * time.Hour // holds one of an hour, with all that it comes later than it begins
	week    = 7 * day

	lostProbes  = 5   // that a site has at least, to be missed: few stay away by chance
	mutedProbes = 5   // without an answer
	movedProbes = 10  // more or fewer at a site
	movedShare  = 0.2 // of what it had
	foreigners  = 10  // probes that somebody else answers
	mutedShare  = 0.02
	timesUsual  = 3

	hourly = 20 // windows of a day, at least, of those that are an hour long or shorter
)

var siteLabels = append(append([]string{}, addressLabels...), "site")

func catchmentRules() []rule {
	return []rule{
		probesGoneRule(), probesShiftRule(), probesForeignRule(), probesMutedRule(),
		probesSilentRule(),
	}
}

// ofWindow is what a number of probes at an address was in a time, of all measurements of it; how is
// what becomes of several windows.
func ofWindow(how, field, when string) string {
	return fill(`SELECT sum("probes") AS "probes" FROM (
		SELECT {how} AS "probes" FROM "dns_anycast_catchment"
		WHERE {when} GROUP BY {address}, "measurement_id"
	) GROUP BY {address}`, "{how}", fmt.Sprintf(how, field), "{when}", when)
}

const (
	newestOf = `last("%s")`
	medianOf = `median("%s")`
)

// unreached is 0 for a site that no probe reaches, also where no row tells of it any longer: a plugin
// that was started anew has forgotten it.
const unreached = `SELECT "probes" FROM (SELECT sum("probes") AS "probes" FROM (
	SELECT last("probes") AS "probes" FROM "dns_anycast_catchment_site"
	WHERE {real} AND $timeFilter GROUP BY {address}, "measurement_id", "site"
), (
	SELECT last("probes") * 0 AS "probes" FROM "dns_anycast_catchment_site"
	WHERE {real} AND {then} GROUP BY {address}, "site"
) GROUP BY {address}, "site") WHERE "probes" < 1 GROUP BY {address}, "site"`

func probesGoneRule() rule {
	then := between(day+90*time.Minute, day)
	const realSites = `"site" != 'none' AND "site" != 'other'`
	return rule{
		uid: "probes-gone", title: "No probe reaches a site", severity: ticket,
		wait: 15 * time.Minute, window: windows,
		query: fill(unreached, "{real}", realSites, "{then}", then),
		others: []string{
			fill(`SELECT mean("share") AS "share" FROM "dns_anycast_catchment_site"
				WHERE {real} AND {then} GROUP BY {address}, "site"`,
				"{real}", realSites, "{then}", then),
			namedNow(),
		},
		math: fmt.Sprintf("($A == 0) * ($B * $C >= %s)", query.Number(lostProbes-nearly)),
		over: 0.5, noData: "OK", labels: siteLabels,
		panel: panel{
			board.CatchmentsUID,
			"Which site do probes reach, how many, and how long does it take them?",
		},
		promql: metrics(`{then} and (
			sum by ({address}, site) ({now}) or 0 * {known}
		) < 1 and {then} * on ({address}) group_left () {named} >= {lost}`,
			"{then}", yesterdayMetric,
			"{now}", `max by ({address}, measurement_id, site) (last_over_time(
				dns_anycast_catchment_site_probes{{real}}[3h]))`,
			"{known}", `max by ({address}, site) (last_over_time(
				dns_anycast_catchment_site_probes{{real}}[90m] offset 1d))`,
			"{real}", `site!~"none|other"`, "{named}", namedMetric,
			"{lost}", query.Number(lostProbes-nearly)),
		summary: `No probe of RIPE Atlas reaches site {{ .Labels.site }} of cloud
			{{ .Labels.cloud }} at {{ .Labels.server }} ({{ .Labels.address }},
			{{ .Labels.family }}), which {{ humanizePercentage .Values.RB.Value }} of them did at
			this hour yesterday`,
		means: `It was withdrawn, or is down, or another site attracts its whole catchment. An
			address that no probe reaches at all makes another alert. It ends when somebody reaches
			the site, or after a day.`,
		runbook: `Was it withdrawn on purpose? Then silence cloud and site. If not, look at its
			announcement, and in the list of moves where its probes went.`,
	}
}

// changed is by how much the share of a site is another than it was, where that is much of what it
// was. A site without probes is not there.
const changed = `SELECT "more" FROM (
	SELECT mean("now") - mean("then") AS "more", mean("now") / mean("then") AS "times" FROM (
		SELECT last("share") AS "now" FROM "dns_anycast_catchment_site"
		WHERE "probes" > 0 AND $timeFilter GROUP BY {address}, "measurement_id", "site"
	), (
		SELECT mean("share") AS "then" FROM "dns_anycast_catchment_site"
		WHERE {then} GROUP BY {address}, "measurement_id", "site"
	) GROUP BY {address}, "site"
) WHERE ("times" >= {above} OR "times" <= {below}) GROUP BY {address}, "site"`

func probesShiftRule() rule {
	return rule{
		uid: "probes-shift", title: "A site's share of the probes is another than a week ago",
		severity: ticket,
		wait:     15 * time.Minute, window: windows,
		query: fill(changed, "{then}", between(week+90*time.Minute, week),
			"{above}", query.Number(1+movedShare-nearly),
			"{below}", query.Number(1-movedShare+nearly)),
		others: []string{namedNow()},
		math:   fmt.Sprintf("abs($A * $B) >= %s", query.Number(movedProbes-nearly)),
		over:   0.5, noData: "OK", labels: siteLabels,
		panel: panel{
			board.CatchmentsUID,
			"Which site do probes reach, how many, and how long does it take them?",
		},
		promql: metrics(`({now} - {then}) and (
			{now} / {then} >= {above} or {now} / {then} <= {below}
		) and abs(({now} - {then}) * on ({address}) group_left () {named}) >= {moved}`,
			"{now}", sharesMetric, "{then}", `avg by ({address}, site) (
				avg by ({address}, measurement_id, site) (
					avg_over_time(dns_anycast_catchment_site_share[90m] offset 7d)
				))`,
			"{named}", namedMetric, "{above}", query.Number(1+movedShare-nearly),
			"{below}", query.Number(1-movedShare+nearly), "{moved}", query.Number(movedProbes-nearly)),
		summary: `Site {{ .Labels.site }} of cloud {{ .Labels.cloud }} at {{ .Labels.server }}
			({{ .Labels.address }}, {{ .Labels.family }}) has
			{{ humanizePercentage .Values.RA.Value }} of the probes of RIPE Atlas more than it had at
			this hour a week ago, or less where that is negative`,
		means: `Routing has changed, here or in a large network: sites shift in pairs, what one
			loses another gains. It ends when the share is as it was, or after a week.`,
		runbook: `See in the list of moves from where to where, and in which networks; one AS in
			common changed its routing, several mean an announcement of yours. Is the time longer
			than before? Then ask for it back.`,
	}
}

// namedNow is how many probes the cloud's own answer at an address, as the measurement with most of
// them says.
func namedNow() string {
	return fill(`SELECT max("probes") AS "probes" FROM (
		SELECT last("named") AS "probes" FROM "dns_anycast_catchment"
		WHERE $timeFilter GROUP BY {address}, "measurement_id"
	) GROUP BY {address}`)
}

func probesForeignRule() rule {
	return rule{
		uid: "probes-foreign", title: "Somebody else answers more probes than usual",
		severity: ticket,
		wait:     10 * time.Minute, window: windows,
		query: ofWindow(newestOf, "foreign", "$timeFilter"),
		others: []string{
			ofWindow(medianOf, "foreign", since(week)),
			ofWindow(newestOf, "answered", "$timeFilter"), ofWindow(medianOf, "answered", since(week)),
		},
		math: fmt.Sprintf("($A >= %d) * ($A >= %d * $B * $C / $D)", foreigners, timesUsual),
		over: 0.5, noData: "OK", labels: addressLabels,
		panel: panel{board.CatchmentsUID, "Which share of the answers is somebody else's?"},
		promql: metrics(`{foreign} >= {least} and {foreign} >= {times} * {usual} * {answered} / {usually}`,
			"{foreign}", newestMetricOf("foreign"), "{usual}", medianMetricOf("foreign"),
			"{answered}", newestMetricOf("answered"), "{usually}", medianMetricOf("answered"),
			"{least}", fmt.Sprint(foreigners), "{times}", fmt.Sprint(timesUsual)),
		told: `Somebody else answers {{ printf "%.0f" .Value }} probes of RIPE Atlas for
			{{ .Labels.server }} ({{ .Labels.address }}, {{ .Labels.family }}) of cloud
			{{ .Labels.cloud }}, more than usual`,
		summary: `Somebody else answers {{ printf "%.0f of %.0f" .Values.RA.Value .Values.RC.Value }}
			probes of RIPE Atlas that are answered for
			{{ .Labels.server }} ({{ .Labels.address }}, {{ .Labels.family }}) of cloud
			{{ .Labels.cloud }}; usual are {{ printf "%.0f" .Values.RB.Value }}`,
		means: `A prefix was hijacked, or leaks; a network or a country has begun to intercept DNS;
			or a new instance has a name that the option expect does not know.`,
		runbook: `In which countries and networks? One address alone: look up who announces its
			prefix there. All addresses: interception. Who is it? telegraf-dns-anycast
			--once --config with plugin.conf and --atlas with the id of the measurement says it. See
			that before you change expect.`,
	}
}

// mutedNow is how many probes get no answer.
func mutedNow() string {
	return fill(`SELECT sum("probes") AS "probes" FROM (
		SELECT last("timeout") + last("unreachable") + last("invalid") AS "probes" FROM "dns_anycast_catchment"
		WHERE $timeFilter GROUP BY {address}, "measurement_id"
	) GROUP BY {address}`)
}

// mutedUsually is how many do, in the median of the windows of a week.
func mutedUsually() string {
	return fill(`SELECT sum("probes") AS "probes" FROM (
		SELECT median("probes") AS "probes" FROM (
			SELECT "timeout" + "unreachable" + "invalid" AS "probes" FROM "dns_anycast_catchment"
			WHERE {week} GROUP BY {address}, "measurement_id"
		) GROUP BY {address}, "measurement_id"
	) GROUP BY {address}`, "{week}", since(week))
}

func probesMutedRule() rule {
	return rule{
		uid: "probes-muted", title: "More probes than usual get no answer", severity: ticket,
		wait: 10 * time.Minute, window: windows,
		query: mutedNow(),
		others: []string{
			mutedUsually(),
			ofWindow(newestOf, "asked", "$timeFilter"), ofWindow(medianOf, "asked", since(week)),
		},
		math: fmt.Sprintf("($A >= %d) * ($A > %s * $C) * ($A >= %d * $B * $C / $D)", mutedProbes,
			query.Number(mutedShare), timesUsual),
		over: 0.5, noData: "OK", labels: addressLabels,
		panel: panel{board.CatchmentsUID, "Which share of the probes gets no answer?"},
		promql: metrics(`{muted} >= {least} and {muted} > {share} * {asked}
			and {muted} >= {times} * {usual} * {asked} / {usually}`,
			"{muted}", mutedMetric, "{usual}", mutedUsuallyMetric,
			"{asked}", newestMetricOf("asked"), "{usually}", medianMetricOf("asked"),
			"{least}", fmt.Sprint(mutedProbes), "{share}", query.Number(mutedShare),
			"{times}", fmt.Sprint(timesUsual)),
		told: `{{ printf "%.0f" .Value }} probes of RIPE Atlas get no answer that can be read from
			{{ .Labels.server }} ({{ .Labels.address }}, {{ .Labels.family }}) of cloud
			{{ .Labels.cloud }}, more than usual`,
		summary: `{{ printf "%.0f of %.0f" .Values.RA.Value .Values.RC.Value }} probes of RIPE Atlas get
			no answer that can be read from {{ .Labels.server }} ({{ .Labels.address }}, {{ .Labels.family }}) of
			cloud {{ .Labels.cloud }}; usual are {{ printf "%.0f" .Values.RB.Value }}`,
		means: `A site answers no longer and is announced all the same, or a route leads nowhere, for
			a part of the world that vantage points may not stand in. Probes wait longer than they
			do.`,
		runbook: `Which site has lost probes without others gaining them? That one. In which
			countries are fewer answered? Compare the other family and the other addresses of the
			cloud.`,
	}
}

// probesSilentRule knows by the day before how long windows are: of those of some hours there may be
// none in the last three.
func probesSilentRule() rule {
	before := between(day+windows, windows)
	return rule{
		uid: "probes-silent", title: "Windows of RIPE Atlas no longer come", severity: ticket,
		wait: 10 * time.Minute, window: windows,
		query: fill(`SELECT sum("windows") AS "windows" FROM (
			SELECT count("probes") AS "windows" FROM "dns_anycast_catchment"
			WHERE $timeFilter GROUP BY {address}
		), (
			SELECT last("probes") * 0 AS "windows" FROM "dns_anycast_catchment"
			WHERE {before} GROUP BY {address}
		) GROUP BY {address}`, "{before}", before),
		others: []string{
			fill(`SELECT max("windows") AS "windows" FROM (
				SELECT count("probes") AS "windows" FROM "dns_anycast_catchment"
				WHERE {before} GROUP BY "host", {address}, "measurement_id"
			) GROUP BY {address}`, "{before}", before),
		},
		math: fmt.Sprintf("($A == 0) * ($B >= %d)", hourly),
		over: 0.5, noData: "OK", labels: addressLabels,
		panel: panel{
			board.CatchmentsUID, "What do the figures of each measurement stand on?",
		},
		promql: metrics(`max by ({address}) (
			count_over_time(dns_anycast_catchment_probes[1d] offset 3h)
		) >= {hourly} unless count by ({address}) (count_over_time(dns_anycast_catchment_probes[3h]))`,
			"{hourly}", fmt.Sprint(hourly)),
		summary: `Nothing has come for hours of what probes of RIPE Atlas say of
			{{ .Labels.server }} ({{ .Labels.address }}, {{ .Labels.family }}) of cloud
			{{ .Labels.cloud }}`,
		means: `All other rules about probes are silent for this address. The vantage point that reads
			RIPE Atlas is down, cannot reach it, or is refused; or the measurement was stopped. What
			was missed comes later, if it is less than a day old. It ends a day after the last
			window.`,
		runbook: `What does the plugin log there? It says once what is wrong, and that it is over. If
			the measurement was stopped, take it out of the option atlas.`,
	}
}
