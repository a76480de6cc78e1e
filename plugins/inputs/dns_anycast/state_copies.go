package dns_anycast

import (
	"iter"
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

// zoneMemory is what is known of zones, and of the copies that targets have of them.
type zoneMemory struct {
	zones   judge.Zones
	waiting map[copyKey][]*judge.Copy // read from the file, of targets that have not been heard of yet
}

func (p *path) copyKey() copyKey {
	return copyKey{p.server.name, p.server.written(), p.addr.String(), p.transport.String()}
}

// resume goes on from what the file holds of targets whose servers are asked now, and of their
// zones.
func (m *zoneMemory) resume(all []storedZone, asked func(cloud, server string) bool, now time.Time) {
	m.waiting = map[copyKey][]*judge.Copy{}
	for i := range all {
		z := &all[i]
		var copies []*judge.Copy
		for n := range z.Targets {
			if t := &z.Targets[n]; asked(t.Cloud, t.Server) {
				c := t.copy(z.Zone)
				copies = append(copies, c)
				m.waiting[t.copyKey] = append(m.waiting[t.copyKey], c)
			}
		}
		var sights []judge.Sight
		for n := range z.Serials {
			sights = append(sights, z.Serials[n].sight())
		}
		if len(copies) > 0 {
			m.zones.Resume(z.Zone, sights, copies, now)
		}
	}
}

// restore gives a path what was known of its copies in an earlier run.
func (m *zoneMemory) restore(p *path) {
	if len(m.waiting) == 0 {
		return
	}
	k := p.copyKey()
	for _, c := range m.waiting[k] {
		p.Copies.Add(*c)
	}
	if delete(m.waiting, k); len(m.waiting) == 0 {
		m.waiting = nil // an empty map is as large as it ever was
	}
}

// stored lists the zones that a target was asked for within a week, and what is known of them.
func (m *zoneMemory) stored(now time.Time, known iter.Seq2[*path, bool]) (all []storedZone) {
	targets := map[string][]storedCopy{}
	count := 0
	add := func(k copyKey, c judge.Copy) {
		if count < copiesStored && !c.Asked.IsZero() && now.Sub(c.Asked) < stateKept {
			targets[c.Zone] = append(targets[c.Zone], storeCopy(k, c))
			count++
		}
	}
	for p := range known {
		for _, c := range p.Copies.All() {
			add(p.copyKey(), c)
		}
	}
	for k, copies := range m.waiting {
		for _, c := range copies {
			add(k, *c)
		}
	}
	most := max(zoneSerialsMin, min(zoneSerialsMost, serialsStored/max(1, len(targets))))
	for _, zone := range slices.Sorted(maps.Keys(targets)) {
		z := storedZone{Zone: zone, Targets: targets[zone]}
		for _, s := range m.zones.Sights(zone, most) {
			z.Serials = append(z.Serials, storeSight(s))
		}
		all = append(all, z)
	}
	return all
}
