package dns_anycast

import (
	"slices"
	"strings"
	"time"
)

// machine is what an identity query said about who has an NSID.
type machine struct {
	who who
	at  time.Time
}

// learn remembers who answers with an NSID, so that one machine has one name. There is room for as many as there are
// for instances, and for a day.
func (c *cloud) learn(nsid string, w who, now time.Time) {
	if nsid == "" || w.name == "" {
		return
	}
	if _, known := c.machines[nsid]; !known && len(c.machines) >= c.instances.max {
		for n, m := range c.machines {
			if now.Sub(m.at) >= instanceKept {
				delete(c.machines, n)
			}
		}
		if len(c.machines) >= c.instances.max {
			return
		}
	}
	if c.machines == nil {
		c.machines = map[string]machine{}
	}
	c.machines[nsid] = machine{w, now}
}

// pairing is who answered the identity queries to a target in one round.
type pairing struct {
	who   who
	clash bool // not the same one each time
}

// zoneStory is what the queries for zones said in a round, and the identity queries to the targets asked for zones.
type zoneStory struct {
	queries []*probe
	pairs   map[*target]pairing
}

// hear takes in the identity queries to one target.
func (z *zoneStory) hear(all []seen, now time.Time) {
	if z.pairs == nil {
		z.pairs = map[*target]pairing{}
	}
	for i := range all {
		s := &all[i]
		if s.who.name == "" {
			continue
		}
		s.target.server.cloud.learn(printable(s.probe.told.NSID, fieldSize), s.who, now)
		p, known := z.pairs[s.target]
		if !known {
			p.who = s.who
			p.who.source = "paired"
		}
		p.clash = p.clash || p.who.name != s.who.name
		z.pairs[s.target] = p
	}
}

// zoneWho is who answered a query for a zone: the one with its NSID; without one, whoever answered the round's identity
// queries to the same target.
func (p *probe) zoneWho(pairs map[*target]pairing, now time.Time) who {
	if p.told == nil {
		return who{}
	}
	c := p.target.server.cloud
	if nsid := printable(p.told.NSID, fieldSize); nsid != "" {
		if m, known := c.machines[nsid]; known && now.Sub(m.at) < instanceKept {
			return m.who
		}
		return whoIs(p.told.NSID, "nsid", c.site)
	}
	if p := pairs[p.target]; !p.clash {
		return p.who
	}
	return who{}
}

// judgeZones emits the points of a round's zone queries, which need what all of them and the identity queries said.
func (y *story) judgeZones() {
	zoned, d := y.zones.queries, y.d
	if len(zoned) == 0 {
		return
	}
	slices.SortStableFunc(zoned, func(a, b *probe) int { return a.outcome().Sent.Compare(b.outcome().Sent) })
	names := make([]naming, len(zoned))
	for i, p := range zoned {
		names[i].who = p.zoneWho(y.zones.pairs, y.began)
		names[i].instance = d.instance(p.target.server.cloud, names[i].who, y.began)
		if r, _ := p.result(); r == success {
			d.serials(p.zone).hear(p.outcome().Sent, p.told.Serial, p.speaker(names[i].instance))
		}
	}
	d.reviewZones(y.began)
	lags := d.lags(zoned)
	for i, p := range zoned {
		y.emit(p.zoneQuery(&y.point, names[i], lags[i]))
	}
}

// naming is who answered, and what the tag instance calls it.
type naming struct {
	who      who
	instance string
}

func (d *DNSAnycast) serials(zone string) *serials {
	if d.zones == nil {
		d.zones = map[string]*serials{}
	}
	if d.zones[zone] == nil {
		d.zones[zone] = &serials{}
	}
	return d.zones[zone]
}

// speaker is who stands by a serial: the instance, or the target where none is named or not every one can be.
func (p *probe) speaker(instance string) string {
	t := p.target
	if c := t.server.cloud; instance != "" && instance != other && !c.reference {
		return c.name + "\x00" + instance
	}
	k := t.stateKey()
	return strings.Join([]string{k.Cloud, k.Server, k.Address, k.Transport}, "\x00")
}

func (d *DNSAnycast) reviewZones(now time.Time) {
	for zone, z := range d.zones {
		forgotten := z.review()
		if len(forgotten) == 0 || now.Sub(z.warned) < setBackEvery {
			continue
		}
		z.warned = now
		d.warnf("zone %s: serial %d was set back: all who answered it are at older ones, which count as the newest again", zone, forgotten[len(forgotten)-1])
	}
}

// lags returns how late each answer's serial was; below zero where that says nothing.
func (d *DNSAnycast) lags(zoned []*probe) []time.Duration {
	type key struct {
		zone   string
		serial uint32
	}
	since := map[key]time.Time{}
	lags := make([]time.Duration, len(zoned))
	for i, p := range zoned {
		lags[i] = -1
		if r, _ := p.result(); r != success {
			continue
		}
		k := key{p.zone, p.told.Serial}
		at, known := since[k]
		if !known {
			at = d.serials(p.zone).outdated(p.told.Serial)
			since[k] = at
		}
		if lags[i] = 0; !at.IsZero() {
			lags[i] = max(0, p.told.Sent.Sub(at))
		}
	}
	return lags
}
