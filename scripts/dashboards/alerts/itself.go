package alerts

import "time"

// itselfRules are those about the alerting itself.
func itselfRules() []rule {
	return []rule{databaseRule(), watchdogRule()}
}

func databaseRule() rule {
	return rule{
		uid: "database", title: "The database does not answer", severity: page,
		wait: 3 * time.Minute, window: lately, noData: "OK", onError: "Alerting",
		query: fill(`SELECT last("targets") * 0 AS "trouble" FROM "dns_anycast_internal"
			WHERE $timeFilter`),
		over: 0.5, panel: silentPanel,
		summary: `InfluxDB refuses Grafana's queries, or does not answer`,
		means: `All other rules keep the state that they had: nothing new is known, and nothing is
			resolved. Telegraf keeps its points meanwhile.`,
		runbook: `Does InfluxDB run, has it memory and room on its disk, and are Grafana's user and
			password right?`,
	}
}

func watchdogRule() rule {
	return rule{
		uid: "watchdog", title: "Alerting works", severity: alive, panel: silentPanel,
		math: "1", over: 0.5, missing: 1,
		promql:  "vector(1)",
		summary: `This alert always fires`,
		means: `It goes to a receiver outside, which raises the alarm when it no longer comes: then
			Grafana, its notifications or the way to you is down.`,
		runbook: `Nothing to do while it fires. Where it is missing, look at Grafana.`,
	}
}
