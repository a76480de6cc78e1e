package dns_anycast

import (
	"slices"
	"time"
)

// story makes points of a round's queries as they end, and in the end of what they say together.
type story struct {
	d       *DNSAnycast
	began   time.Time
	emit    emitFunc
	point   point
	waiting map[*target][]*probe // queries of targets that are asked several times, until the last has ended
	seen    []seen               // of one target
	zones   zoneStory
	counted counters
}

// take takes in a query that has ended.
func (y *story) take(p *probe) {
	if p.zone != "" {
		y.zones.queries = append(y.zones.queries, p)
		y.counted.takeProbe(p)
		return
	}
	if y.d.Queries == 1 {
		y.tell(p)
		return
	}
	if y.waiting == nil {
		y.waiting = map[*target][]*probe{}
	}
	all := append(y.waiting[p.target], p)
	if y.waiting[p.target] = all; len(all) == y.d.Queries {
		delete(y.waiting, p.target)
		y.tell(all...)
	}
}

// end tells what is left, and unless the round was cut short, of the plugin itself and of each cloud.
func (y *story) end(whole bool) {
	for _, all := range y.waiting {
		y.tell(all...)
	}
	y.judgeZones()
	if whole && y.d.Internal {
		y.emit(y.d.internal(&y.point, &y.counted, y.began, time.Since(y.began)))
	}
	for _, c := range y.d.clouds {
		if whole && c.name != "" {
			y.emit(c.sum(&y.point, y.began))
		}
		c.tally.reset()
	}
}

// tell emits the points of all queries of the round to one target, then of the changes they make.
func (y *story) tell(ended ...*probe) {
	y.seen = y.seen[:0]
	for _, p := range ended {
		s := p.seen()
		s.instance = y.d.instance(p.target.server.cloud, s.who, y.began)
		y.seen = append(y.seen, s)
	}
	y.judge(y.seen)
	if c := ended[0].target.server; len(c.zones) > 0 {
		y.zones.hear(y.seen, y.began)
	}
}

// judge is tell for queries that have been read, in any order.
func (y *story) judge(all []seen) {
	slices.SortStableFunc(all, func(a, b seen) int { return a.sent.Compare(b.sent) })
	judgeTimes(all)
	for i := range all {
		y.emit(all[i].query(&y.point))
	}
	for i := range all {
		y.judgeMoves(&all[i])
	}
	y.counted.take(all)
	all[0].target.server.cloud.tally.add(all)
}

func (y *story) judgeMoves(s *seen) {
	h, named := s.heard()
	if !named {
		return
	}
	for _, m := range s.target.track.take(h, y.d.Confirm) {
		y.emit(m.change(&y.point, s.target))
		y.d.adviseRule(s.target, m)
	}
}
