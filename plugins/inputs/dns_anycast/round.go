package dns_anycast

import (
	"context"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/asn"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/prober"
)

// monitor is what a configuration makes: what asks, what judges, and what is remembered of both.
type monitor struct {
	prober       prober.Prober
	queries      int  // to each target in a round
	zoneQueries  int  // in a round, where each name has one address
	maxInstances int  // of a cloud
	internal     bool // there is a point about the plugin itself
	log          prober.Log
	describe     func(*point.Self) // says what is known of the plugin but for the round
	vantage      judge.Vantage
	clouds       []*cloud
	servers      []server // in the prober's order, by whose numbers observations have them
	paths        []*path  // by the prober's number of the target; nil: not heard of yet
	zones        judge.Zones
	state        state
	traceHops    int                     // most of a path
	numbers      *asn.Database           // of AS; nil: none
	tracer       *tracer                 // nil: nothing is traced beside rounds
	atlas        *atlas                  // nil: no cloud has measurements of RIPE Atlas
	watched      map[watchedKey]*watched // probes of RIPE Atlas
	arrived      chan struct{}           // holds one once something was found beside rounds

	rounds uint32 // begun so far
	whole  bool   // the last one was not cut short
}

// report makes points of a round's observations as they come, and in the end of what they say
// together.
type report struct {
	m        *monitor
	emit     func(*point.Point)
	point    point.Point
	judged   judge.Round
	zones    judge.ZoneRound
	holder   observation.Holder
	waiting  [][]observation.Held       // by target, until there is one of each query
	room     [][]observation.Held       // that nothing waits in
	released []observation.Observation  // that have waited, of the target that is judged
	all      []*observation.Observation // of that target
	counted  point.Self
}

func newReport(m *monitor, began time.Time, emit func(*point.Point)) *report {
	return &report{
		m: m, emit: emit,
		judged: judge.Round{Began: began}, zones: judge.NewZoneRound(began, m.zoneQueries),
		holder: observation.NewHolder(),
	}
}

// round asks every target and emits its points.
func (m *monitor) round(ctx context.Context, emit func(*point.Point)) {
	m.state.load(m.servers)
	m.rounds++
	began := m.prober.Begin(ctx)
	r := newReport(m, began, emit)
	m.prober.Round(ctx, began, r.add)
	m.whole = ctx.Err() == nil
	r.end()
	m.state.save(time.Now(), m.known)
}

// known lists the targets that have been heard of, and whether each is asked now.
func (m *monitor) known(yield func(p *path, asked bool) bool) {
	for _, p := range m.paths {
		if p != nil && !yield(p, !m.whole || p.asked == m.rounds) {
			return
		}
	}
}

// add adds an observation. Those of one target are judged together.
func (r *report) add(o *observation.Observation) {
	switch {
	case o.Zone != "":
		r.addZone(o)
	case o.Target == observation.NoTarget:
		r.flushUnresolved(o)
	default:
		p := r.m.path(o)
		if len(r.held(o.Target))+1 < r.m.queries {
			r.hold(o)
		} else {
			r.flush(p, o.Target, o)
		}
	}
}

// held are the observations of a target that wait.
func (r *report) held(target int32) []observation.Held {
	if int(target) < len(r.waiting) {
		return r.waiting[target]
	}
	return nil
}

// hold lets an observation wait for the others of its target.
func (r *report) hold(o *observation.Observation) {
	for len(r.waiting) <= int(o.Target) {
		r.waiting = append(r.waiting, nil)
	}
	before := r.waiting[o.Target]
	if last := len(r.room) - 1; before == nil && last >= 0 {
		before, r.room = r.room[last], r.room[:last]
	} else if before == nil {
		before = make([]observation.Held, 0, r.m.queries-1)
	}
	r.waiting[o.Target] = append(before, r.holder.Hold(o))
}

// release returns the observations of a target that wait, without its numbers. They are valid until the
// next call.
func (r *report) release(p *path, target int32) []*observation.Observation {
	r.released, r.all = r.released[:0], r.all[:0]
	if before := r.held(target); before != nil {
		for i := range before {
			r.released = append(r.released, before[i].Observation())
			r.released[i].Addr = p.addr
		}
		clear(before)
		r.room, r.waiting[target] = append(r.room, before[:0]), nil
	}
	for i := range r.released {
		r.all = append(r.all, &r.released[i])
	}
	return r.all
}

// path returns what is known of an observation's target. A number may have been another target's
// before.
func (m *monitor) path(o *observation.Observation) *path {
	for len(m.paths) <= int(o.Target) {
		m.paths = append(m.paths, nil)
	}
	p, s := m.paths[o.Target], &m.servers[o.Server]
	if p == nil || p.server != s || p.addr != o.Addr || p.transport != o.Transport {
		p = m.state.path(s, o.Addr, o.Transport)
		m.paths[o.Target] = p
	}
	p.asked = m.rounds
	return p
}

// flush judges all queries of the round to one target, of which the last need not have waited, and
// emits their points and those of the changes they make.
func (r *report) flush(p *path, target int32, last ...*observation.Observation) {
	labels, all := p.labels(), append(r.release(p, target), last...)
	r.m.state.mu.Lock()
	judged, changes := r.judged.Judge(&p.Path, all)
	r.m.state.mu.Unlock()
	for i := range judged {
		r.m.warnOfNames(p.server.cloud, judged[i].FirstFull)
		r.emit(r.point.Query(labels, &judged[i]))
	}
	for _, c := range changes {
		r.emit(r.point.Change(labels, c))
		r.adviseRule(p.server, c)
		r.m.traceChange(p, int(target))
	}
	count(&r.counted, judged)
	p.server.summary.Add(&p.Path, judged)
	if len(p.server.asked.Zones) > 0 {
		r.zones.Pair(&p.Path, judged)
	}
}

// flushUnresolved emits the point of a name, or of one family of it, that has no address.
func (r *report) flushUnresolved(o *observation.Observation) {
	judged := judge.Unjudged(o)
	r.emit(r.point.Query(r.labels(o), &judged))
	count(&r.counted, []judge.Judged{judged})
}

// labels are those of an observation that may have no target.
func (r *report) labels(o *observation.Observation) point.Labels {
	if o.Target != observation.NoTarget {
		return r.m.paths[o.Target].labels()
	}
	s := &r.m.servers[o.Server]
	return point.Labels{Cloud: s.tags, Server: s.text, Family: o.Family, Transport: o.Transport}
}

// addZone adds a query for a zone, which is judged in the end.
func (r *report) addZone(o *observation.Observation) {
	countPackets(&r.counted, o)
	if o.Target == observation.NoTarget {
		r.zones.Add(nil, o)
	} else {
		r.zones.Add(&r.m.path(o).Path, o)
	}
}

// end flushes what is left, and unless the round was cut short, tells of the plugin itself and of
// each cloud.
func (r *report) end() {
	for i := range r.waiting {
		if target := int32(i); r.waiting[i] != nil {
			r.flush(r.m.paths[i], target)
		}
	}
	r.flushZones()
	r.traceAsked()
	if r.m.whole && r.m.internal {
		r.counted.Took = time.Since(r.judged.Began)
		r.counted.Vantage = r.m.vantage
		r.m.describe(&r.counted)
		r.m.countFamilies(&r.counted)
		r.emit(r.point.Self(&r.counted, r.judged.Began))
	}
	for _, c := range r.m.clouds {
		if r.m.whole && c.name != "" {
			r.emit(r.point.Cloud(c.tags, &c.Cloud, &c.summary, r.judged.Began))
		}
		c.summary.Reset()
	}
	r.m.tellArrived(r.emit)
}

// traceAsked hands over what the round has asked, to be traced.
func (r *report) traceAsked() {
	if t := r.m.tracer; t != nil {
		r.counted.Tracing = true
		r.counted.Untraced = t.asked(r.m.traceable(), time.Now())
	}
}

// flushZones emits the points of queries for zones, which need what all of them and the identity
// queries said.
func (r *report) flushZones() {
	for _, z := range r.zones.Learn(r.m.zones) {
		r.m.log.Warnf("zone %s: serial %d was set back: all who answered it are at older ones, "+
			"which count as the newest again", z.Zone, z.Serial)
	}
	for z := range r.zones.Judge(r.m.zones) {
		r.m.warnOfNames(r.m.servers[z.Server].cloud, z.FirstFull)
		labels := r.labels(z.Observation)
		r.emit(r.point.Zone(labels, z))
		for _, u := range z.Updates {
			r.emit(r.point.Serial(labels, z, u))
		}
	}
}

// warnOfNames says that a cloud has more names than there is room for.
func (m *monitor) warnOfNames(c *cloud, firstFull bool) {
	if firstFull {
		m.log.Warnf("cloud %q: more than max_instances = %d names: further ones are tagged instance=%s",
			c.name, m.maxInstances, judge.Overflow)
	}
}

// adviseRule says once a cloud why its targets may read split for ever.
func (r *report) adviseRule(s *server, c judge.Change) {
	if !c.To.Split || s.Site != nil || s.advised {
		return
	}
	s.advised = true
	r.m.log.Infof("%s%s answers as several instances in turn, which reads split: "+
		"if they stand at one site, a site rule tells sites apart",
		s.prefix(), s.text)
}
