package alerts

import (
	"slices"
	"time"
)

// The dashboards that alerts link to, by uid.
const (
	overview = "dns-anycast"
	cloud    = "dns-anycast-cloud"
	target   = "dns-anycast-target"
	zones    = "dns-anycast-zones"
	fleet    = "dns-anycast-fleet"
)

// rare are the rules that look back for hours: nothing is lost where they are asked less often.
var rare = []string{"still", "backwards", "site-gone", "families", "silent", "overrun"}

func groups() []ruleGroup {
	all := slices.Concat(addressRules(), strangerRules(), zoneRules(), siteRules(), fleetRules(), itself())
	now := ruleGroup{name: "dns_anycast", interval: time.Minute}
	back := ruleGroup{name: "dns_anycast_slow", interval: 5 * time.Minute}
	for _, r := range all {
		if slices.Contains(rare, r.uid) {
			back.rules = append(back.rules, r)
		} else {
			now.rules = append(now.rules, r)
		}
	}
	return []ruleGroup{now, back}
}
