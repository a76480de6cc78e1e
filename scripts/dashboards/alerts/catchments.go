package alerts

import (
	"fmt"
	"time"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Rules about what probes of RIPE Atlas say read the newest window of each measurement, whichever
// host it comes from, and add up those of an address. What they compare it with stands on as many
// probes as it would if as many had a vote then as now: whatever RIPE Atlas loses is no change.
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
)

var siteLabels = append(append([]string{}, addressLabels...), "site")

func catchmentRules() []rule {
	return []rule{
		probesGoneRule(), probesShiftRule(), probesForeignRule(), probesMutedRule(),
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

// atSites is ofWindow of each site.
func atSites(how, when string) string {
	return fill(`SELECT sum("probes") AS "probes" FROM (
		SELECT {how} AS "probes" FROM "dns_anycast_catchment_site"
		WHERE {when} GROUP BY {address}, "measurement_id", "site"
	) GROUP BY {address}, "site"`, "{how}", fmt.Sprintf(how, "probes"), "{when}", when)
}

const (
	newestOf = `last("%s")`
	medianOf = `median("%s")`
	meanOf   = `mean("%s")`
	mostlyOf = `percentile("%s", 75)` // reached or passed for a quarter of the time
)

// goneFrom is 0 for a site of the last day that no row tells of any longer: the plugin that would
// write one has forgotten it, as after a restart.
func goneFrom(now, before string) string {
	return fill(`SELECT sum("probes") AS "probes" FROM ({now}), (
		SELECT last("probes") * 0 AS "probes" FROM "dns_anycast_catchment_site"
		WHERE {before} GROUP BY {address}, "site"
	) GROUP BY {address}, "site"`, "{now}", now, "{before}", before)
}

func probesGoneRule() rule {
	const ofSite = `"site" != 'none' AND "site" != 'other' AND `
	return rule{
		uid: "probes-gone", title: "No probe reaches a site", severity: ticket,
		wait: 15 * time.Minute, window: windows,
		query: goneFrom(atSites(newestOf, ofSite+"$timeFilter"), ofSite+since(day)),
		others: []string{
			atSites(mostlyOf, ofSite+since(day)),
			ofWindow(newestOf, "named", "$timeFilter"), ofWindow(medianOf, "named", since(day)),
		},
		math: fmt.Sprintf("($A == 0) * ($B * $C / $D >= %d)", lostProbes),
		over: 0.5, noData: "OK", labels: siteLabels,
		panel: panel{
			board.CatchmentsUID,
			"Which site do probes reach, how many, and how long does it take them?",
		},
		summary: `No probe of RIPE Atlas reaches site {{ .Labels.site }} of cloud
			{{ .Labels.cloud }} at {{ .Labels.server }} ({{ .Labels.address }},
			{{ .Labels.family }}) any longer; {{ printf "%.0f" .Values.RB.Value }} did`,
		means: `It was withdrawn, or is down, or another site attracts its whole catchment. An
			address that no probe reaches at all makes another alert. It ends when somebody reaches
			the site, or when nobody has for most of a day.`,
		runbook: `Was it withdrawn on purpose? Then silence cloud and site. If not, look at its
			announcement, and in the list of moves where its probes went.`,
	}
}

func probesShiftRule() rule {
	then := between(week+90*time.Minute, week)
	const more = "abs($A - $B * $C / $D)"
	return rule{
		uid: "probes-shift", title: "A site's share of the probes is another than a week ago",
		severity: ticket,
		wait:     15 * time.Minute, window: windows,
		query: atSites(newestOf, "$timeFilter"),
		others: []string{
			atSites(meanOf, then),
			ofWindow(newestOf, "named", "$timeFilter"), ofWindow(meanOf, "named", then),
		},
		math: fmt.Sprintf("($A > 0) * (%[1]s >= %[2]s) * (%[1]s >= %[3]s * $B * $C / $D)", more,
			query.Number(movedProbes-nearly), query.Number(movedShare-nearly)),
		over: 0.5, noData: "OK", labels: siteLabels,
		panel: panel{
			board.CatchmentsUID,
			"Which site do probes reach, how many, and how long does it take them?",
		},
		summary: `Site {{ .Labels.site }} of cloud {{ .Labels.cloud }} at {{ .Labels.server }}
			({{ .Labels.address }}, {{ .Labels.family }}) has
			{{ printf "%.0f of %.0f" .Values.RA.Value .Values.RC.Value }} probes of RIPE Atlas, and
			had {{ printf "%.0f of %.0f" .Values.RB.Value .Values.RD.Value }} at this hour a week
			ago`,
		means: `Routing has changed, here or in a large network: sites shift in pairs, what one
			loses another gains. It ends when the share is as it was, or after a week.`,
		runbook: `See in the list of moves from where to where, and in which networks; one AS in
			common changed its routing, several mean an announcement of yours. Is the time longer
			than before? Then ask for it back.`,
	}
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
		summary: `Somebody else answers {{ printf "%.0f" .Values.RA.Value }} probes of RIPE Atlas for
			{{ .Labels.server }} ({{ .Labels.address }}, {{ .Labels.family }}) of cloud
			{{ .Labels.cloud }}; usual are {{ printf "%.0f" .Values.RB.Value }}`,
		means: `A prefix was hijacked, or leaks; a network or a country has begun to intercept DNS;
			or a new instance has a name that the option expect does not know.`,
		runbook: `In which countries and networks? One address alone: look up who announces its
			prefix there. All addresses: interception. Ask a file of results who it is, with
			--once --atlas, before you change expect.`,
	}
}

// muted are the probes without an answer, of one window or as usual.
func mutedNow() string {
	return fill(`SELECT sum("probes") AS "probes" FROM (
		SELECT last("timeout") + last("unreachable") AS "probes" FROM "dns_anycast_catchment"
		WHERE $timeFilter GROUP BY {address}, "measurement_id"
	) GROUP BY {address}`)
}

func mutedUsually() string {
	return fill(`SELECT sum("probes") AS "probes" FROM (
		SELECT median("probes") AS "probes" FROM (
			SELECT "timeout" + "unreachable" AS "probes" FROM "dns_anycast_catchment"
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
		summary: `{{ printf "%.0f of %.0f" .Values.RA.Value .Values.RC.Value }} probes of RIPE Atlas get
			no answer from {{ .Labels.server }} ({{ .Labels.address }}, {{ .Labels.family }}) of
			cloud {{ .Labels.cloud }}; usual are {{ printf "%.0f" .Values.RB.Value }}`,
		means: `A site answers no longer and is announced all the same, or a route leads nowhere, for
			a part of the world that vantage points may not stand in. Probes wait longer than they
			do.`,
		runbook: `Which site has lost probes without others gaining them? That one. In which
			countries are fewer answered? Compare the other family and the other addresses of the
			cloud.`,
	}
}
