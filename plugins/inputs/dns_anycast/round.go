package dns_anycast

import (
	"context"
	"net/netip"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// cloud is what its servers share.
type cloud struct {
	judge.Cloud
	name    string         // empty for servers given on the command line
	tags    []telegraf.Tag // its name and its own, sorted by key
	view    *judge.View    // nil of references
	summary judge.Summary  // of the round under way
	advised bool           // that a site rule might help
}

// server is one entry of a cloud's list.
type server struct {
	*cloud
	text  string // as written
	zoned bool   // it is asked for zones as well
}

// path is what is known of one target: an address and transport of a server.
type path struct {
	judge.Path
	server    *server
	addr      netip.AddrPort
	transport observation.Transport
	address   string                     // without its port
	asked     int                        // the last round that asked it
	waiting   []*observation.Observation // of the round under way, until there is one of each query
}

func (p *path) labels() point.Labels {
	return point.Labels{
		Cloud: p.server.tags, Server: p.server.text, Address: p.address,
		Family: observation.FamilyOf(p.addr.Addr()), Transport: p.transport,
	}
}

// report makes points of a round's observations as they come, and in the end of what they say together.
type report struct {
	d       *DNSAnycast
	emit    func(*point.Point)
	point   point.Point
	judged  judge.Round
	one     [1]*observation.Observation
	counted point.Self
}

func newReport(d *DNSAnycast, began time.Time, emit func(*point.Point)) *report {
	return &report{d: d, emit: emit, judged: judge.Round{Began: began}}
}

// Round asks every target and emits, from the calling goroutine, a point for each query once those to its target have
// ended, with the changes that they make, then the points of zones and of clouds. It returns when all queries have
// ended, within the spread, twice the timeout, and 350 ms for each query to a target beyond the first, as long as
// there are descriptors for all sockets at once; when ctx is done it returns at once, and the queries that have no
// result by then emit nothing. Rounds of one plugin must not overlap.
func (d *DNSAnycast) Round(ctx context.Context, emit func(telegraf.Metric)) {
	d.round(ctx, func(p *point.Point) { emit(p.Metric()) })
}

// RoundLines is Round in line protocol, at half the cost: write takes one line, with its newline, and must not keep it.
func (d *DNSAnycast) RoundLines(ctx context.Context, write func(line []byte)) {
	var line []byte
	d.round(ctx, func(p *point.Point) {
		line = p.AppendLine(line[:0])
		write(line)
	})
}

func (d *DNSAnycast) round(ctx context.Context, emit func(*point.Point)) {
	d.loadState()
	d.rounds++
	d.prober.Patient = d.Patient
	began := d.prober.Begin(ctx)
	r := newReport(d, began, emit)
	d.prober.Round(ctx, began, r.add)
	d.whole = ctx.Err() == nil
	r.end()
	d.saveState(time.Now())
}

// add adds an observation. Those of one target are judged together.
func (r *report) add(o *observation.Observation) {
	switch {
	case o.Zone != "":
		r.addZone(o)
	case o.Target == observation.NoTarget:
		r.flushUnresolved(o)
	default:
		p := r.d.path(o)
		if r.d.settings.queries == 1 {
			r.one[0] = o
			r.flush(p, r.one[:])
			return
		}
		if p.waiting = append(p.waiting, o); len(p.waiting) == r.d.settings.queries {
			r.flush(p, p.waiting)
		}
	}
}

// path returns what is known of an observation's target. A number may have been another target's before.
func (d *DNSAnycast) path(o *observation.Observation) *path {
	for len(d.paths) <= o.Target {
		d.paths = append(d.paths, nil)
	}
	p, s := d.paths[o.Target], d.servers[o.Server]
	if p == nil || p.server != s || p.addr != o.Addr || p.transport != o.Transport {
		p = newPath(s, o.Addr, o.Transport)
		d.state.restore(p)
		d.paths[o.Target] = p
	}
	p.asked = d.rounds
	return p
}

func newPath(s *server, addr netip.AddrPort, transport observation.Transport) *path {
	p := &path{Path: judge.Path{Cloud: &s.cloud.Cloud, View: s.view}, server: s, addr: addr, transport: transport}
	if p.address = addr.Addr().String(); p.address == s.text {
		p.address = s.text // one text in memory
	}
	return p
}

// flush judges all queries of the round to one target, and emits their points and those of the changes they make.
func (r *report) flush(p *path, all []*observation.Observation) {
	labels := p.labels()
	judged, changes := r.judged.Judge(&p.Path, all)
	for i := range judged {
		r.warnOfNames(p.server.cloud, judged[i].FirstFull)
		r.emit(r.point.Query(labels, &judged[i]))
	}
	for _, c := range changes {
		r.emit(r.point.Change(labels, c))
		r.adviseRule(p.server, c)
	}
	r.count(judged)
	p.server.summary.Add(&p.Path, judged)
	if p.server.zoned {
		r.judged.Pair(&p.Path, judged)
	}
	p.waiting = nil
}

// flushUnresolved emits the point of a name, or of one family of it, that has no address.
func (r *report) flushUnresolved(o *observation.Observation) {
	judged := judge.Unjudged(o)
	r.emit(r.point.Query(r.labels(o), &judged))
	r.count([]judge.Judged{judged})
}

// labels are those of an observation that may have no target.
func (r *report) labels(o *observation.Observation) point.Labels {
	s := r.d.servers[o.Server]
	l := point.Labels{Cloud: s.tags, Server: s.text, Family: o.Family, Transport: o.Transport}
	if o.Addr.IsValid() {
		l.Address = o.Addr.Addr().String()
	}
	return l
}

// addZone adds a query for a zone, which is judged in the end.
func (r *report) addZone(o *observation.Observation) {
	r.countPackets(o)
	if o.Target == observation.NoTarget {
		r.judged.AddZone(nil, o)
	} else {
		r.judged.AddZone(&r.d.path(o).Path, o)
	}
}

// end flushes what is left, and unless the round was cut short, tells of the plugin itself and of each cloud.
func (r *report) end() {
	for _, p := range r.d.paths {
		if p != nil && len(p.waiting) > 0 {
			r.flush(p, p.waiting)
		}
	}
	r.flushZones()
	if r.d.whole && r.d.settings.internal {
		r.emit(r.d.selfPoint(&r.point, &r.counted, r.judged.Began))
	}
	for _, c := range r.d.clouds {
		if r.d.whole && c.name != "" {
			r.emit(r.point.Cloud(c.tags, &c.Cloud, &c.summary, r.judged.Began))
		}
		c.summary.Reset()
	}
}

// flushZones emits the points of queries for zones, which need what all of them and the identity queries said.
func (r *report) flushZones() {
	zones, setBack := r.judged.JudgeZones(r.d.zones)
	for _, z := range setBack {
		r.d.warnf("zone %s: serial %d was set back: all who answered it are at older ones, which count as the newest again", z.Zone, z.Serial)
	}
	for i := range zones {
		z := &zones[i]
		r.warnOfNames(r.d.servers[z.Server].cloud, z.FirstFull)
		r.emit(r.point.Zone(r.labels(z.Observation), z))
	}
}

// warnOfNames says that a cloud has more names than there is room for.
func (r *report) warnOfNames(c *cloud, firstFull bool) {
	if firstFull {
		r.d.warnf("cloud %q: more than max_instances = %d names: further ones are tagged instance=%s",
			c.name, r.d.settings.maxInstances, judge.Overflow)
	}
}

// adviseRule says once a cloud why its targets may read split for ever.
func (r *report) adviseRule(s *server, c judge.Change) {
	if !c.To.Split || s.Site != nil || s.advised {
		return
	}
	s.advised = true
	r.d.infof("%s%s answers as several instances in turn, which reads split: if they stand at one site, a site rule tells sites apart",
		s.prefix(), s.text)
}
