package alerts

import (
	"slices"
	"time"
)

// ruleGroup is rules that Grafana evaluates one after the other, at an interval.
type ruleGroup struct {
	name     string
	interval time.Duration
	recorded []recording // in PromQL, before the rules
	rules    []rule
}

// rare are the rules that look back for hours: nothing is lost where they are asked less often.
var rare = []string{
	"still", "backwards", "site-gone", "families", "silent", "overrun",
	"dropped", "family-lost",
	"probes-gone", "probes-shift", "probes-foreign", "probes-muted", "probes-silent",
}

func groups() []ruleGroup {
	now := ruleGroup{name: "dns_anycast", interval: time.Minute, recorded: eachMinute()}
	back := ruleGroup{name: "dns_anycast_slow", interval: 5 * time.Minute, recorded: eachFewMinutes()}
	month := ruleGroup{name: "dns_anycast_month", interval: everyFewMinutes}
	clock := ruleGroup{name: "dns_anycast_clock", interval: time.Minute}
	for _, r := range slices.Concat(
		addressRules(), strangerRules(), zoneRules(), siteRules(), fleetRules(), hostRules(),
		levelRules(), catchmentRules(), itselfRules(),
	) {
		switch {
		case r.uid == "month-half-gone": // reads a month
			month.rules = append(month.rules, r)
		case r.uid == "clock-ahead": // what comes while others are evaluated is not of the future
			clock.rules = append(clock.rules, r)
		case slices.Contains(rare, r.uid):
			back.rules = append(back.rules, r)
		default:
			now.rules = append(now.rules, r)
		}
	}
	return []ruleGroup{now, back, month, clock}
}
