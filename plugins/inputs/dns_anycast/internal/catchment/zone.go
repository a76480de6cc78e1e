package catchment

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// Zone is what the votes say of a zone. An answer of somebody else says nothing of it.
type Zone struct {
	Serials       int           // different ones; zero: none was answered
	Newest        uint32        // of them (RFC 1982, section 3.2)
	Dated         int           // probes with a lag: whose clock is right; zero: none
	Behind        int           // that answered a serial after a newer one was first seen anywhere
	LagP50        time.Duration // since then; zero for those that are not behind
	LagMax        time.Duration
	TopBehindSite string // with most of those behind; empty: none of them names one
}

// serial is what a result says of the zone.
func serial(r *Result, a answer) (n uint32, said bool) {
	if a != named && a != anonymous || r.Result != observation.Success || !r.Reply.SOA {
		return 0, false
	}
	return r.Reply.Serial, true
}

// heard is a serial at a site.
type heard struct {
	site   string
	serial uint32
}

// hearSerials adds the serials of a window to those of the zone.
func (c *count) hearSerials() {
	if c.Subject.Zone == "" {
		return
	}
	first := map[heard]time.Time{}
	for i := range c.votes {
		for _, r := range c.votes[i].all {
			c.hear(first, r)
		}
	}
	for i := range c.Earliest {
		c.hear(first, &c.Earliest[i])
	}
	zone := c.memory.zoneOf(c.Subject.Zone)
	for _, h := range olderFirst(first) {
		zone.Hear(first[h], h.serial, c.Cloud, h.site)
	}
	zone.Review()
}

// hear takes in the serial of a result, if it has one.
func (c *count) hear(first map[heard]time.Time, r *Result) {
	a, name := c.names.of(r.Observation)
	n, said := serial(r, a)
	if !said {
		return
	}
	h, at := heard{serial: n}, r.Sent
	if r.Unsynced {
		at = c.To
	}
	if name != nil {
		h.site = c.subject.sites.known(name.site)
	}
	if known, again := first[h]; !again || at.Before(known) {
		first[h] = at
	}
}

// olderFirst lists serials in their order, which is one as long as they are less than half the
// numbers apart, and equals by site.
func olderFirst(first map[heard]time.Time) []heard {
	var all []heard
	serials := map[uint32]time.Time{}
	for h, at := range first {
		all = append(all, h)
		serials[h.serial] = at
	}
	top := newest(serials)
	slices.SortFunc(all, func(a, b heard) int {
		return cmp.Or(cmp.Compare(top-b.serial, top-a.serial), cmp.Compare(a.site, b.site))
	})
	return all
}

func (m *Memory) zoneOf(name string) *judge.Serials {
	if m.zones[name] == nil {
		m.zones[name] = &judge.Serials{}
	}
	return m.zones[name]
}

// zone sums up what the votes say of the zone, once all windows have been heard.
func (c *count) zone() *Zone {
	known := c.memory.zoneOf(c.Subject.Zone)
	z, newer := &Zone{}, map[uint32]time.Time{}
	behind := map[string]int{}
	var lags []time.Duration
	for i := range c.votes {
		v := &c.votes[i]
		n, said := serial(v.Result, v.answer)
		if !said {
			continue
		}
		since, again := newer[n]
		if !again {
			since = known.NewerSince(n)
			newer[n] = since
		}
		if v.Unsynced {
			continue
		}
		lag := time.Duration(0)
		if !since.IsZero() {
			lag = max(0, v.Sent.Sub(since))
		}
		lags = append(lags, lag)
		if lag > 0 {
			z.Behind++
			if v.site != nil && v.site.name != None {
				behind[v.site.name]++
			}
		}
	}
	slices.Sort(lags)
	z.Serials, z.Newest, z.Dated = len(newer), newest(newer), len(lags)
	z.LagP50, z.LagMax, z.TopBehindSite = rank(lags, 50), rank(lags, 100), most(behind)
	return z
}

// newest is the serial than which none is newer, if there is one.
func newest(serials map[uint32]time.Time) (best uint32) {
	for i, n := range slices.Sorted(maps.Keys(serials)) {
		if i == 0 || judge.NewerSerial(n, best) {
			best = n
		}
	}
	return best
}
