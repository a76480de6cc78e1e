package alerts

import (
	"time"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

const (
	clockOff = 1         // s, by which a clock may be off
	clockWay = 2         // s, by which points of the future are ahead of the database's clock
	behind   = time.Hour // no point that is late is later

	// vmalert asks as of half a minute ago, and of a whole minute of the clock: of up to 90 s ago.
	lateAsked = 2 * time.Minute
)

var (
	clockPanel   = panel{board.FleetUID, "Is the clock of each vantage point right?"}
	droppedPanel = panel{board.FleetUID, "Are points thrown away before they are stored?"}
)

// hostRules are those about the hosts of vantage points: their clocks, their buffers, their routes.
func hostRules() []rule {
	return []rule{
		clockRule(), unwatchedRule(), aheadRule(), behindRule(), droppedRule(), familyLostRule(),
		hiddenRule(),
	}
}

// clockRule: by how much the clock is off at most, as chrony reckons it: what it still corrects, the
// dispersion of what it goes by, and half of the way there and back.
func clockRule() rule {
	about := func(field string) string {
		return fill(`SELECT last("` + field + `") AS "` + field + `" FROM "chrony"
			WHERE $timeFilter GROUP BY "host"`)
	}
	return rule{
		uid: "clock", title: "A clock is off", severity: ticket,
		wait: 15 * time.Minute, window: shortly, noData: "OK", missing: 2,
		query:  about("system_time"),
		others: []string{about("root_dispersion"), about("root_delay")},
		math:   "abs($A) + $B + $C / 2", over: clockOff, labels: []string{"host"}, panel: clockPanel,
		promql: metrics(`max by (host) (abs(last_over_time(chrony_system_time[5m]))
			+ last_over_time(chrony_root_dispersion[5m]) + last_over_time(chrony_root_delay[5m]) / 2
		) > {over}`, "{over}", query.Number(clockOff)),
		summary: `The clock of {{ .Labels.host }} may be off by
			{{ printf "%.4g" .Values.M.Value }} s`,
		means: `Points from there bear a wrong time, and vantage points cannot be compared. Times of
			answers are right all the same: they are differences.`,
		runbook: `chronyc tracking and chronyc sources on that host: does it reach its servers?`,
	}
}

// unwatchedRule: points of chrony's within a day and none lately, from a host that reports.
func unwatchedRule() rule {
	return rule{
		uid: "clock-unwatched", title: "A clock is no longer watched", severity: ticket,
		wait: 15 * time.Minute, window: day, noData: "OK", missing: 2,
		// 1 where there was one, less by 1 where there is one lately.
		query: fill(`SELECT sum("points") AS "points" FROM (
			SELECT last("system_time") * 0 + 1 AS "points" FROM "chrony" WHERE $timeFilter GROUP BY "host"
		), (
			SELECT last("system_time") * 0 - 1 AS "points" FROM "chrony" WHERE {short} GROUP BY "host"
		) GROUP BY "host"`),
		others: []string{fill(`SELECT last("ipv4_asked") * 0 + 1 AS "reports" FROM "dns_anycast_cloud"
			WHERE {short} GROUP BY "host"`)},
		math: "$A * $B", over: 0.5, labels: []string{"host"}, panel: silentPanel,
		promql: metrics(`group by (host) (last_over_time(chrony_system_time[1d]))
			and group by (host) (last_over_time(dns_anycast_cloud_ipv4_asked[5m]))
			unless group by (host) (last_over_time(chrony_system_time[5m]))`),
		summary: `Nothing is known any more of the clock of {{ .Labels.host }}`,
		means: `Its Telegraf had points of chrony within a day, and has none now, while the plugin
			reports: chronyd has ended there, or telegraf.conf reads it no longer. A day after the
			last point it is forgotten.`,
		runbook: `systemctl status chrony (chronyd) on that host, and the log of its Telegraf.`,
	}
}

// aheadRule: points of the future, by the clock of the database. They come some seconds after they
// were made: a clock that is ahead by less than that is not seen.
func aheadRule() rule {
	return rule{
		uid: "clock-ahead", title: "Points come from the future", severity: ticket,
		wait: 5 * time.Minute, window: lately, noData: "OK", missing: 5,
		query: fill(`SELECT count("ipv4_asked") AS "points" FROM "dns_anycast_cloud"
			WHERE time > now() + ` + duration(clockWay*time.Second) + ` AND time < now() + ` +
			duration(day) + ` GROUP BY "host"`),
		over: 0.5, labels: []string{"host"}, panel: silentPanel,
		// VictoriaMetrics alone has the label db.
		promql: metrics(`group by (host) ({now} or {late})`,
			"{now}", future(`db=""`, clockWay*time.Second), "{late}", future(`db!=""`, lateAsked)),
		summary: `Points from {{ .Labels.host }} bear times of the future`,
		means: `The clock there is ahead of that of the database. Dashboards, which end now, do not
			show these points yet. From all vantage points at once: the database's clock is slow.`,
		runbook: `The time on that host and on that of the database, and what sets them: chronyc
			tracking, or timedatectl.`,
	}
}

// future counts points that are ahead by more than a time, and by less than a day.
func future(of string, by time.Duration) string {
	return metrics(`count_over_time(dns_anycast_cloud_ipv4_asked{{of}}[{span}] offset -{day})`,
		"{of}", of, "{span}", duration(day-by), "{day}", duration(day))
}

// behindRule: the newest point is of some minutes ago, and has been for longer than an hour. The one
// of a vantage point that has died is older by then.
func behindRule() rule {
	return rule{
		uid: "clock-behind", title: "Points come late", severity: ticket,
		wait: behind + moving, window: behind, noData: "OK", missing: 2,
		query: silentSince(since(lately), ""),
		over:  0.5, labels: []string{"host"}, panel: silentPanel,
		promql: metrics(`group by (host) (last_over_time(dns_anycast_cloud_ipv4_asked[1h]))
			unless group by (host) (last_over_time(dns_anycast_cloud_ipv4_asked[2m]))`),
		summary: `Points from {{ .Labels.host }} are minutes old when they come`,
		means: `The clock there is slow, or points wait on their way all the time. What holds now is
			not measured from there. If they are later still, it is silent.`,
		runbook: `The time on that host and what sets it: chronyc tracking, or timedatectl. Then the
			flush_interval of its Telegraf, the message bus, and rounds that are a minute apart at
			most.`,
	}
}

// droppedRule: counters of Telegraf that have grown within an hour. One that begins anew is no
// growth. Telegraf counts as written what InfluxDB refuses, but it logs an error: one that is not
// that of a failed write, which is done again.
func droppedRule() rule {
	grown := func(counter string) string {
		return `(SELECT "grown" FROM (SELECT difference("counter") AS "grown" FROM (
			SELECT ` + counter + ` AS "counter" FROM "internal_write" WHERE $timeFilter
			GROUP BY time(5m), "host", "output" fill(none)) GROUP BY "host", "output")
			WHERE "grown" > 0 GROUP BY "host", "output")`
	}
	return rule{
		uid: "dropped", title: "Points are thrown away", severity: ticket,
		window: time.Hour, noData: "OK", missing: 2,
		query: fill(`SELECT sum("grown") AS "grown" FROM ` + grown(`last("metrics_dropped")`) + `, ` +
			grown(`last("metrics_rejected")`) + `, ` + grown(`last("errors") - last("write_errors")`) +
			` GROUP BY "host", "output"`),
		over: 0.5, labels: []string{"host", "output"}, panel: droppedPanel,
		promql: metrics(`sum by (host, output) ({dropped} or {rejected} or {errors}) > 0`,
			"{dropped}", grownMetric("dropped", "internal_write_metrics_dropped"),
			"{rejected}", grownMetric("rejected", "internal_write_metrics_rejected"),
			"{errors}", grownMetric("errors", "internal_write_errors", "internal_write_write_errors")),
		summary: `{{ .Labels.host }} has thrown away points for {{ .Labels.output }}`,
		means: `They are missing for good, from there and of this time. Dropped: the buffer was full,
			while the output was away. Refused: the output did not take them, such as a field of
			another type, or a time beyond what is kept. It is told for an hour. What a wrong
			password cost is told only if that was right again within the hour, and Telegraf was
			not restarted: its counters begin anew. Until then that vantage point is silent.`,
		runbook: `The log of that Telegraf says which. Dropped: a larger metric_buffer_limit for
			longer outages. Refused: what the database says.`,
	}
}

// grownMetric is by how much a counter of Telegraf's has grown within an hour, or what it has beyond
// another one, each five minutes against those before. The label grown tells it from others.
func grownMetric(grown, counter string, less ...string) string {
	now, before := "last_over_time("+counter+"[5m])", "last_over_time("+counter+"[1h] offset 5m)"
	for _, other := range less {
		now += " - last_over_time(" + other + "[5m])"
		before += " - last_over_time(" + other + "[1h] offset 5m)"
	}
	return metrics(`label_replace(
		sum_over_time(clamp_min({now} - ({before}), 0)[1h:5m]), "grown", "{grown}", "", "")`,
		"{now}", now, "{before}", before, "{grown}", grown)
}

// familyLostRule: a family that was asked within a week, and for which a plugin that has begun since
// finds no route. A list of families in plugin.conf has no such field.
func familyLostRule() rule {
	had := func(field string) string {
		return `SELECT max("` + field + `") AS "families" FROM "dns_anycast_internal"
			WHERE $timeFilter GROUP BY "host", "config"`
	}
	lacks := func(field string) string {
		return `SELECT 1 - last("` + field + `") AS "families" FROM "dns_anycast_internal"
			WHERE {short} GROUP BY "host", "config"`
	}
	return rule{
		uid: "family-lost", title: "A vantage point has lost a family", severity: ticket,
		wait: 15 * time.Minute, window: week, noData: "OK", missing: 2,
		// Of each family 1 in all, or 2 where it was asked and is not.
		query: fill(`SELECT sum("families") AS "families" FROM (` + had("ipv4_asked") + `), (` +
			lacks("ipv4_asked") + `), (` + had("ipv6_asked") + `), (` + lacks("ipv6_asked") +
			`) GROUP BY "host", "config"`),
		over: 2.5, labels: []string{"host", "config"},
		panel: panel{board.FleetUID, "Which monitors do not keep up?"},
		promql: metrics(`max by (host, config) (
			max_over_time({asked}[7d]) > on (host, config, family) ({now}))`,
			"{asked}", familyRecorded, "{now}", familyMetric("5m")),
		summary: `{{ .Labels.host }} no longer asks over a family that {{ .Labels.config }} was asked
			over`,
		means: `families is auto, and since the plugin began the host has had no route for it: nothing
			is asked, and nothing told, over that family. The table shows which.`,
		runbook: `The routes of that host. If the family is gone for good, name the other one in
			families: that ends this.`,
	}
}

// familyMetric is 1 for each family that a plugin asked over last, of those that it found by itself,
// and 0 for one that it did not.
func familyMetric(within string) string {
	of := func(family string) string {
		return metrics(`label_replace(max by (host, config) (
			last_over_time(dns_anycast_internal_{family}_asked[{within}])
		), "family", "{family}", "", "")`, "{family}", family, "{within}", within)
	}
	return of("ipv4") + " or " + of("ipv6")
}

// hiddenRule: points with tags that the plugin does not give them: a timeout has no instance (it takes
// one to be seen), no query for an identity has a zone, and what has a probe was not asked by this host,
// which knows what it discarded and how long it took to connect. Points with a probe are counted here
// alone.
func hiddenRule() rule {
	of := func(field, condition string) string {
		return `(SELECT count("` + field + `") AS "points" FROM "dns_anycast"
			WHERE ` + condition + ` AND $timeFilter GROUP BY "host")`
	}
	return rule{
		uid: "tags-hidden", title: "A tag hides what was measured", severity: ticket,
		wait: 5 * time.Minute, window: lately, noData: "OK", missing: 2,
		query: query.Unwrapped(`SELECT sum("points") AS "points" FROM ` + of("result_code",
			`("zone" != '' OR "result" = 'timeout' AND ("instance" != '' OR "site" != ''
				OR "rcode" != '' OR "identity_source" != ''))`) + `, ` +
			of("discarded", `"probe" != ''`) + `, ` + of("connect_time_ms", `"probe" != ''`) +
			` GROUP BY "host"`),
		over: 0.5, labels: []string{"host"}, panel: silentPanel,
		promql: "group by (host) (" + hiddenMetric("instance") + " or " + hiddenMetric("site") +
			" or " + hiddenMetric("rcode") + " or " + hiddenMetric("identity_source") +
			" or " + tagMetric("result_code", `zone!=""`) + " or " + tagMetric("discarded", `probe!=""`) +
			" or " + tagMetric("connect_time_ms", `probe!=""`) + ")",
		summary: `A tag of the Telegraf at {{ .Labels.host }} has a name of the plugin's`,
		means: `Telegraf adds it wherever a point lacks it: timeouts look as if somebody had answered,
			and with probe no point counts. Nothing from there can be trusted.`,
		runbook: `global_tags, and tags of the execd block, in the telegraf.conf there: rename the one
			that is called instance, site, rcode, identity_source, zone or probe; or the tag probe of
			a cloud in plugin.conf.`,
	}
}

func hiddenMetric(tag string) string {
	return tagMetric("result_code", `result="timeout", `+tag+`!=""`)
}

// tagMetric counts values of a field of queries, of points with tags.
func tagMetric(field, tags string) string {
	return metrics(`count_over_time(dns_anycast_{field}{{tags}}[2m])`, "{field}", field, "{tags}", tags)
}
