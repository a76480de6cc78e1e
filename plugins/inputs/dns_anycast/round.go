package dns_anycast

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

// passSpacing is the time between the queries to a target whose cookie is not known: BIND answers three CHAOS queries
// a second and drops the rest, over all addresses of a machine together.
const passSpacing = 350 * time.Millisecond

// round is every target asked once, or d.Queries times. Its goroutines are the only ones but for the look-ups.
type round struct {
	d     *DNSAnycast
	ctx   context.Context
	began time.Time
	done  chan *probe
	wg    sync.WaitGroup
}

// Round asks every target and emits, from the calling goroutine, a point for each query once those to its target have
// ended, with the changes that they make, then the points of zones and of clouds. It returns when all queries have ended,
// within the spread, twice the timeout, and 350 ms for each query to a target beyond the first, as long as there are
// descriptors for all sockets at once; when ctx is done it returns at once, and the queries that have no result by then
// emit nothing. Rounds of one plugin must not overlap.
func (d *DNSAnycast) Round(ctx context.Context, emit func(telegraf.Metric)) {
	d.round(ctx, func(p *point) { emit(p.metric()) })
}

// Lines is Round in line protocol, at half the cost: write takes one line, with its newline, and must not keep it.
func (d *DNSAnycast) Lines(ctx context.Context, write func(line []byte)) {
	var line []byte
	d.round(ctx, func(p *point) {
		line = p.appendLine(line[:0])
		write(line)
	})
}

func (d *DNSAnycast) round(ctx context.Context, emit emitFunc) {
	d.keepStamping()
	d.recall()
	pause(ctx, nil, time.Until(d.ended.Add(quickSpacing)))
	now := time.Now()
	known, open := d.ready(ctx, now)
	r := &round{d: d, ctx: ctx, began: now, done: make(chan *probe, (len(known)+len(open))*d.Queries)}
	over := d.spread(len(known))
	r.wg.Go(func() {
		r.launch(known, over)
		r.launchReferences(over)
	})
	r.wg.Go(func() { r.resolve(open) })
	go func() {
		r.wg.Wait()
		close(r.done)
	}()
	y := &story{d: d, began: now, emit: emit}
	for p := range r.done {
		y.take(p)
	}
	d.ended = time.Now()
	y.end(ctx.Err() == nil)
	d.remember(d.ended)
}

// keepStamping holds the kernel's receive stamping on between rounds. Where that fails, so will the round's sockets,
// which say why.
func (d *DNSAnycast) keepStamping() {
	if d.keeper == nil {
		d.keeper, _ = exchange.Keep()
	}
}

// ready takes in what look-ups brought and returns the targets that can be asked now, and the servers of whose names more
// is to be told than that.
func (d *DNSAnycast) ready(ctx context.Context, now time.Time) (known []*target, open []*server) {
	known = make([]*target, 0, len(d.servers)*len(d.Transports))
	for _, s := range d.servers {
		if s.host != nil {
			s.host.refresh(ctx, d, now)
			s.build()
			d.state.restore(s.targets)
			if !s.host.complete() {
				open = append(open, s)
			}
		}
		known = append(known, s.targets...)
	}
	return known, open
}

// launch starts the exchanges of targets over a time: datagrams in groups of one family that share a socket, streams one
// by one. Only where there is more than one pass does it matter whether a target's cookie is known, and sent.
func (r *round) launch(targets []*target, over time.Duration) {
	var datagrams [2][]*target // by pace
	var units []unit
	for _, t := range byTurn(targets) {
		pace := paced
		if r.d.Queries > 1 && t.serverCookie.Load() != nil && !t.tolerance.bare() {
			pace = quick
		}
		if t.tcp {
			units = append(units, unit{1, r.d.Queries, pace, func(l exchange.Limits) { r.stream(newProbe(t, r.d.EDNS), l) }})
		} else {
			datagrams[pace] = append(datagrams[pace], t)
		}
	}
	for pace, ts := range datagrams {
		for _, g := range grouped(ts, together(len(targets), over), (*target).at) {
			units = append(units, r.group(pace, g))
		}
	}
	r.start(units, over)
	r.launchCookies(targets, over)
	r.launchZones(targets, over)
}

func (r *round) group(pace int, ts []*target) unit {
	return unit{len(ts), r.d.Queries, pace, func(l exchange.Limits) { r.datagrams(newProbes(ts, r.d.EDNS), l) }}
}

func newProbes(ts []*target, edns bool) []*probe {
	all, ps := make([]probe, len(ts)), make([]*probe, len(ts))
	for i, t := range ts {
		all[i] = *newProbe(t, edns)
		ps[i] = &all[i]
	}
	return ps
}

func (r *round) launchReferences(over time.Duration) {
	var targets []*target
	for _, s := range r.d.references {
		targets = append(targets, s.targets...)
	}
	r.launchZones(byTurn(targets), over)
}

// launchZones asks for zones, once a round. A target has one query at a time in a group, by whose address and port its
// replies are known.
func (r *round) launchZones(targets []*target, over time.Duration) {
	most := 0
	for _, t := range targets {
		most = max(most, len(t.server.zones))
	}
	var units []unit
	for n := range most {
		var datagrams []*probe
		for _, t := range targets {
			if n >= len(t.server.zones) {
				continue
			}
			p := newZoneProbe(t, t.server.zones[n], r.d.EDNS)
			if t.tcp {
				units = append(units, unit{1, 1, paced, func(l exchange.Limits) { r.stream(p, l) }})
			} else {
				datagrams = append(datagrams, p)
			}
		}
		for _, g := range grouped(datagrams, together(len(datagrams), over), (*probe).at) {
			units = append(units, unit{len(g), 1, paced, func(l exchange.Limits) { r.datagrams(g, l) }})
		}
	}
	r.start(units, over)
}

// grouped cuts what is sent into what shares a socket: so many of one family at most, and no two to one address and port, by
// which replies are known.
func grouped[T any](all []T, most int, at func(T) netip.AddrPort) (groups [][]T) {
	var families [2][]T
	for _, x := range all {
		g := &families[index(at(x).Addr())]
		if slices.ContainsFunc(*g, func(y T) bool { return at(y) == at(x) }) {
			groups, *g = append(groups, *g), nil
		}
		if *g = append(*g, x); len(*g) == most {
			groups, *g = append(groups, *g), nil
		}
	}
	for _, g := range families {
		if len(g) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

func (r *round) datagrams(ps []*probe, limits exchange.Limits) {
	ds := make([]exchange.Datagram, len(ps))
	for i, p := range ps {
		ds[i] = exchange.Datagram{Query: p.ask(), To: p.target.addr}
	}
	exchange.UDP(r.ctx, r.source(ps[0].target), limits, ds, func(i int, o exchange.Outcome) *exchange.Query {
		return r.ended(ps[i], o)
	})
}

func (r *round) stream(p *probe, limits exchange.Limits) {
	exchange.TCP(r.ctx, r.source(p.target), limits, p.target.addr, p.ask(), func(_ int, o exchange.Outcome) *exchange.Query {
		return r.ended(p, o)
	})
}

func (r *round) ended(p *probe, o exchange.Outcome) *exchange.Query {
	next := p.ended(o)
	if next == nil {
		r.done <- p
	}
	return next
}

func (r *round) source(t *target) netip.Addr { return r.d.sources[index(t.addr.Addr())] }

// index is 0 for IPv4 and 1 for IPv6.
func index(a netip.Addr) int {
	if a.Is6() {
		return 1
	}
	return 0
}
