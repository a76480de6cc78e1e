// Package prober asks name servers which of their instances answers, and for the SOA records of zones. It knows
// when and how to ask, and nothing of sites, verdicts or points: what comes of it is an observation.
//
// Reading order: prober.go (all targets once), target.go (a server becomes targets), conversation.go (one target
// once: the main path), edns.go (servers that mind EDNS), failure.go (how a query without a reply went),
// cookie.go (targets that stay silent), schedule.go (which query leaves when), hosts.go and lookup.go (names
// become addresses), resolve.go (names that a round waits for).
package prober

import (
	"cmp"
	"context"
	"io"
	"net/netip"
	"slices"
	"sync"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// Prober asks servers in rounds, which must not overlap. Fill its fields, then call Start.
type Prober struct {
	Servers []*Server
	EDNS    bool          // NSID, cookie, size 1232; else the bare packet
	Timeout time.Duration // the whole of one query
	Queries int           // to each target in a round
	Spread  time.Duration // over which a round's queries start; below zero: it grows with the targets
	Patient bool          // a round waits until look-ups end, not for one timeout
	Sources [2]netip.Addr // to query from, by family; invalid where the system chooses
	Seed    string        // makes the order of targets another than that of other hosts
	Lookup  LookupFunc    // nil: the hosts file, then the DNS
	Sockets int           // most at a time; zero: as many as this process may have
	Lookups int           // likewise of each family

	Warnf, Infof func(format string, args ...any)

	sockets semaphore
	lookups [2]semaphore // by family
	keeper  io.Closer
	ended   time.Time // the round before
	numbers numbers
}

// Start makes the targets of addresses. It opens no socket and looks nothing up.
func (p *Prober) Start() {
	if p.Lookup == nil {
		p.Lookup = lookupNetIP
	}
	p.sockets = make(semaphore, cmp.Or(p.Sockets, exchange.MaxSockets()))
	for i := range p.lookups { // a family that is never answered holds up no other
		p.lookups[i] = make(semaphore, cmp.Or(p.Lookups, exchange.MaxLookups()/2, 1))
	}
	for i, s := range p.Servers {
		s.number = i
		if s.Host != "" {
			s.host = &host{name: s.Host, families: s.Families}
		}
		p.reconcile(s)
	}
}

// round is every target asked once, or p.Queries times. Its goroutines are the only ones but for the look-ups.
type round struct {
	p     *Prober
	ctx   context.Context
	began time.Time
	done  chan *observation.Observation
	wg    sync.WaitGroup
}

// Begin waits until a round may begin, and returns when that is.
func (p *Prober) Begin(ctx context.Context) time.Time {
	p.keepStamping()
	pause(ctx, nil, time.Until(p.ended.Add(quickSpacing)))
	return time.Now()
}

// Round asks every target and delivers, from the calling goroutine, each observation as its conversation ends. It
// returns when all have ended, within the spread, twice the timeout, and 350 ms for each query to a target beyond
// the first, as long as there are descriptors for all sockets at once; when ctx is done it returns at once, and the
// queries that have no result by then are not delivered. What is delivered stays valid.
func (p *Prober) Round(ctx context.Context, began time.Time, deliver func(*observation.Observation)) {
	asked, zoneOnly, open := p.ready(ctx, began)
	r := &round{p: p, ctx: ctx, began: began}
	r.done = make(chan *observation.Observation, (len(asked)+len(open))*p.Queries)
	over := p.spread(len(asked))
	r.wg.Go(func() {
		r.launch(asked, over)
		r.launchZones(inOrder(zoneOnly), over)
	})
	r.wg.Go(func() { r.resolve(open) })
	go func() {
		r.wg.Wait()
		close(r.done)
	}()
	for o := range r.done {
		deliver(o)
	}
	p.ended = time.Now()
}

// keepStamping holds the kernel's receive stamping on between rounds. Where that fails, so will the round's sockets,
// which say why.
func (p *Prober) keepStamping() {
	if p.keeper == nil {
		p.keeper, _ = exchange.Keep()
	}
}

// ready takes in what look-ups brought and returns the targets that can be asked now, those that are asked for zones
// alone, and the servers of whose names more is to be told than that.
func (p *Prober) ready(ctx context.Context, now time.Time) (asked, zoneOnly []*Target, open []*Server) {
	asked = make([]*Target, 0, len(p.Servers))
	for _, s := range p.Servers {
		if s.host != nil {
			s.host.refresh(ctx, p, now)
			p.reconcile(s)
			if !s.host.complete() {
				open = append(open, s)
			}
		}
		if len(s.Names) == 0 {
			zoneOnly = append(zoneOnly, s.targets...)
		} else {
			asked = append(asked, s.targets...)
		}
	}
	return asked, zoneOnly, open
}

// launch starts the exchanges of targets over a time: datagrams in groups of one family that share a socket, streams
// one by one. Only where there is more than one query to each does it matter whether a target's cookie is known,
// and sent.
func (r *round) launch(targets []*Target, over time.Duration) {
	var datagrams [2][]*Target // by spacing
	var batches []batch
	for _, t := range inOrder(targets) {
		spacing := fixed
		if r.p.Queries > 1 && t.serverCookie.Load() != nil && !t.tolerance.bare() {
			spacing = afterReply
		}
		if t.transport == observation.TCP {
			batches = append(batches, batch{1, r.p.Queries, spacing, func(d exchange.Limits) { r.stream(newConversation(t, r.p.EDNS), d) }})
		} else {
			datagrams[spacing] = append(datagrams[spacing], t)
		}
	}
	for spacing, ts := range datagrams {
		for _, g := range grouped(ts, batchSize(len(targets), over), (*Target).at) {
			batches = append(batches, r.batch(spacing, g))
		}
	}
	r.start(batches, over)
	r.launchCookies(targets, over)
	r.launchZones(targets, over)
}

func (r *round) batch(spacing int, ts []*Target) batch {
	return batch{len(ts), r.p.Queries, spacing, func(l exchange.Limits) { r.datagrams(newConversations(ts, r.p.EDNS), l) }}
}

// launchZones asks for zones, once a round. A target has one query at a time in a batch, by whose address and port
// its replies are known.
func (r *round) launchZones(targets []*Target, over time.Duration) {
	most := 0
	for _, t := range targets {
		most = max(most, len(t.server.Zones))
	}
	var batches []batch
	for n := range most {
		var datagrams []*conversation
		for _, t := range targets {
			if n >= len(t.server.Zones) {
				continue
			}
			c := newZoneConversation(t, t.server.Zones[n], r.p.EDNS)
			if t.transport == observation.TCP {
				batches = append(batches, batch{1, 1, fixed, func(l exchange.Limits) { r.stream(c, l) }})
			} else {
				datagrams = append(datagrams, c)
			}
		}
		for _, g := range grouped(datagrams, batchSize(len(datagrams), over), (*conversation).at) {
			batches = append(batches, batch{len(g), 1, fixed, func(l exchange.Limits) { r.datagrams(g, l) }})
		}
	}
	r.start(batches, over)
}

// grouped cuts what is sent into what shares a socket: at most most of one family, and no two to one address and
// port, by which replies are known.
func grouped[T any](all []T, most int, at func(T) netip.AddrPort) (groups [][]T) {
	var families [2][]T
	for _, x := range all {
		g := &families[observation.FamilyOf(at(x).Addr())]
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

func (r *round) datagrams(cs []*conversation, limits exchange.Limits) {
	ds := make([]exchange.Datagram, len(cs))
	for i, c := range cs {
		ds[i] = exchange.Datagram{Query: c.ask(), To: c.target.addr}
	}
	exchange.UDP(r.ctx, r.source(cs[0].target), limits, ds, func(i int, o exchange.Outcome) *exchange.Query {
		return r.ended(cs[i], o)
	})
}

func (r *round) stream(c *conversation, limits exchange.Limits) {
	exchange.TCP(r.ctx, r.source(c.target), limits, c.target.addr, c.ask(), func(_ int, o exchange.Outcome) *exchange.Query {
		return r.ended(c, o)
	})
}

func (r *round) ended(c *conversation, o exchange.Outcome) *exchange.Query {
	next := c.ended(o)
	if next == nil {
		r.done <- &c.Observation
	}
	return next
}

func (r *round) source(t *Target) netip.Addr { return r.p.Sources[t.family()] }
