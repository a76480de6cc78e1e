package dns_anycast

import (
	"slices"
	"time"
)

// seen is what a round keeps of a query for what is judged when it has ended.
type seen struct {
	target *target
	result result
	sent   time.Time
	rtt    time.Duration // zero without an answer
	who    who
	nsid   string // printable form, where the target is asked for zones

	overflow bool // its name is beyond max_instances
}

// heard returns the answer as moves.go judges it; false where it names no place.
func (s *seen) heard() (heard, bool) {
	h := heard{sent: s.sent, place: s.who.site, instance: s.who.hostname, source: s.who.source}
	if s.target.server.cloud.site != nil {
		h.source = ""
	} else {
		h.place = h.instance
	}
	return h, h.place != ""
}

// tally is what the targets of a cloud said in one round, by family: IPv4, IPv6.
type tally struct {
	answered  map[*target]bool // of those asked
	instances map[string]bool
	sites     map[string]bool
	agreeing  [2]map[string]bool // sites, but for targets that are split
	min, max  time.Duration
}

func newTally() *tally {
	return &tally{
		answered: map[*target]bool{}, instances: map[string]bool{}, sites: map[string]bool{},
		agreeing: [2]map[string]bool{{}, {}},
	}
}

func (y *tally) add(s *seen) {
	answered, asked := s.result.answered()
	if !asked {
		return
	}
	y.answered[s.target] = y.answered[s.target] || answered == 1
	if answered == 0 {
		return
	}
	if y.min == 0 || s.rtt < y.min {
		y.min = s.rtt
	}
	y.max = max(y.max, s.rtt)
	if s.who.hostname != "" {
		y.instances[s.who.hostname] = true
	}
	if s.who.site == "" {
		return
	}
	y.sites[s.who.site] = true
	if !s.target.track.now.Split {
		y.agreeing[index(s.target.addr.Addr())][s.who.site] = true
	}
}

// count returns how many targets of a family were asked, and how many of them answered.
func (y *tally) count(family int) (asked, answered int64) {
	for t, yes := range y.answered {
		if index(t.addr.Addr()) != family {
			continue
		}
		asked++
		if yes {
			answered++
		}
	}
	return asked, answered
}

// familiesAgree reports whether the sites seen over one family are all among those seen over the other; known is false
// unless both families named one.
func (y *tally) familiesAgree() (agree, known bool) {
	a, b := y.agreeing[0], y.agreeing[1]
	if len(a) == 0 || len(b) == 0 {
		return false, false
	}
	return contains(a, b) || contains(b, a), true
}

func contains(all, some map[string]bool) bool {
	for s := range some {
		if !all[s] {
			return false
		}
	}
	return true
}

// judge makes of a round's queries what they say together: the moves of each target, in the order sent, then each
// cloud's sum, unless the round was cut short.
func (d *DNSAnycast) judge(all []seen, began time.Time, whole bool, emit emitFunc) {
	slices.SortStableFunc(all, func(a, b seen) int { return a.sent.Compare(b.sent) })
	tallies := map[*cloud]*tally{}
	for _, c := range d.clouds {
		tallies[c] = newTally()
	}
	for i := range all {
		d.judgeMoves(&all[i], emit)
	}
	if !whole {
		return
	}
	for i := range all {
		tallies[all[i].target.server.cloud].add(&all[i])
	}
	for _, c := range d.clouds {
		if c.name != "" {
			emit(tallies[c].metric(c, began))
		}
	}
}

func (d *DNSAnycast) judgeMoves(s *seen, emit emitFunc) {
	h, named := s.heard()
	if !named {
		return
	}
	for _, m := range s.target.track.take(h, d.Confirm) {
		emit(m.metric(s.target))
		d.adviseRule(s.target, m)
	}
}

// adviseRule says once a cloud why its targets may read split for ever.
func (d *DNSAnycast) adviseRule(t *target, m move) {
	c := t.server.cloud
	if !m.to.Split || c.site != nil || c.advised {
		return
	}
	c.advised = true
	d.infof("%s%s answers as several instances in turn, which reads split: if they stand at one site, a site rule tells sites apart",
		c.prefix(), t.server.text)
}
