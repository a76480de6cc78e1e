package dns_anycast

import (
	"maps"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
)

// What a state file may hold of zones, since one that is too large is not read: 35 MB in all.
const (
	copiesStored    = 100_000 // of all targets and zones
	serialsStored   = 1 << 16 // of all zones, but for the least of each
	zoneSerialsMost = 1 << 10
	zoneSerialsMin  = 1 << 4
)

// storedZones lists the zones that targets were asked for within a week, and what is known of them.
func storedZones(zones judge.Zones, now time.Time, paths []knownPath) (all []storedZone) {
	targets := map[string][]storedCopy{}
	count := 0
	for _, p := range paths {
		for _, c := range p.Copies.All() {
			if count < copiesStored && !c.Asked.IsZero() && now.Sub(c.Asked) < stateKept {
				targets[c.Zone] = append(targets[c.Zone], storeCopy(p.copyKey(), c))
				count++
			}
		}
	}
	most := max(zoneSerialsMin, min(zoneSerialsMost, serialsStored/max(1, len(targets))))
	for _, zone := range slices.Sorted(maps.Keys(targets)) {
		z := storedZone{Zone: zone, Targets: targets[zone]}
		for _, s := range zones.Sights(zone, most) {
			z.Serials = append(z.Serials, storeSight(s))
		}
		all = append(all, z)
	}
	return all
}
