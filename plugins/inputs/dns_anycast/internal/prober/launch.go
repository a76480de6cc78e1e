package prober

import (
	"net/netip"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// Options are how servers are asked.
type Options struct {
	EDNS    bool          // NSID, cookie, size 1232; else the bare packet
	Timeout time.Duration // the whole of one query
	Queries int           // to each target in a round
	Spread  time.Duration // over which a round's queries start; below zero: it grows with the targets
	Patient bool          // a round waits until look-ups end, not for one timeout
	Sources [2]netip.Addr // to query from, by family; invalid where the system chooses
	Routed  bool          // families that this host has no route for are not asked
}

// spread is the time over which a round of a number of targets starts its queries.
func (o *Options) spread(targets int) time.Duration {
	if o.Spread >= 0 {
		return o.Spread
	}
	return spreadOver(targets)
}

// round is every target asked once, or Queries times.
type round struct {
	schedule
	options *Options
	roster  *roster
	routed  *routed
	log     Log
	done    *delivery
	spares  *spares
}

// launch starts the exchanges of targets over a time: datagrams in groups of one family that share
// a socket, streams one by one. Only where there is more than one query to each does it matter
// whether a target's cookie is known, and sent.
func (r *round) launch(targets []*Target, over time.Duration) {
	var datagrams [2][]*Target // by spacing
	datagrams[fixed] = make([]*Target, 0, len(targets))
	var batches []batch
	for _, t := range inOrder(targets) {
		spacing := fixed
		if r.options.Queries > 1 && t.serverCookie.Load() != nil && !t.tolerance.bare() {
			spacing = afterReply
		}
		if t.transport == observation.TCP {
			batches = append(batches, r.streamBatch(t, spacing))
		} else {
			datagrams[spacing] = append(datagrams[spacing], t)
		}
	}
	for spacing, ts := range datagrams {
		for _, g := range grouped(ts, batchSize(len(targets), over)) {
			batches = append(batches, r.datagramBatch(g, spacing))
		}
	}
	r.start(batches, over)
	r.launchCookies(targets, over)
	r.launchZones(targets, over)
}

func (r *round) streamBatch(t *Target, spacing int) batch {
	return batch{1, r.options.Queries, spacing, func(d exchange.Deadline, over func()) {
		r.stream(newConversation(t, r.options.EDNS, r.spares), d, over)
	}}
}

func (r *round) datagramBatch(ts []*Target, spacing int) batch {
	return batch{len(ts), r.options.Queries, spacing, func(d exchange.Deadline, over func()) {
		r.datagrams(r.party(ts, func(c *conversation, t *Target) { c.begin(t, r.options.EDNS, r.spares) }), d, over)
	}}
}

// once is a batch that is run once.
func once(targets int, run run) batch { return batch{targets, 1, fixed, run} }

// launchZones asks for zones, once a round. A target has one query at a time in a batch, by whose
// address and port its replies are known.
func (r *round) launchZones(targets []*Target, over time.Duration) {
	most := 0
	for _, t := range targets {
		most = max(most, len(t.server.Zones))
	}
	var batches []batch
	for n := range most {
		datagrams := make([]*Target, 0, len(targets))
		for _, t := range targets {
			switch {
			case n >= len(t.server.Zones):
			case t.transport == observation.TCP:
				batches = append(batches, r.zoneStreamBatch(t, n))
			default:
				datagrams = append(datagrams, t)
			}
		}
		for _, g := range grouped(datagrams, batchSize(len(datagrams), over)) {
			batches = append(batches, r.zoneBatch(g, n))
		}
	}
	r.start(batches, over)
}

// zoneStreamBatch asks for the n-th of a target's zones.
func (r *round) zoneStreamBatch(t *Target, n int) batch {
	return once(1, func(d exchange.Deadline, over func()) {
		r.stream(newZoneConversation(t, &t.server.Zones[n], r.options.EDNS, r.spares), d, over)
	})
}

// zoneBatch asks each target for the n-th of its zones.
func (r *round) zoneBatch(ts []*Target, n int) batch {
	return once(len(ts), func(d exchange.Deadline, over func()) {
		begin := func(c *conversation, t *Target) { c.beginZone(t, &t.server.Zones[n], r.options.EDNS, r.spares) }
		r.datagrams(r.party(ts, begin), d, over)
	})
}

// launchCookies asks targets that stay silent for a cookie alone (RFC 7873, section 5.4), beside
// their query. BIND drops CHAOS queries beyond three a second, over all addresses of a machine, and
// counts what it drops: where more than that are asked in each round without a cookie, none of them
// ever gets one. To ask for a cookie is not limited.
func (r *round) launchCookies(targets []*Target, over time.Duration) {
	if !r.options.EDNS {
		return
	}
	var silent []*Target
	for _, t := range targets {
		rounds := t.silent.Load() / int32(r.options.Queries)
		if t.transport == observation.UDP && !t.tolerance.bare() && wantsCookie(rounds) {
			silent = append(silent, t)
		}
	}
	var batches []batch
	for _, g := range grouped(silent, batchSize(len(silent), over)) {
		batches = append(batches, once(len(g), func(d exchange.Deadline, over func()) { r.cookies(g, d, over) }))
	}
	r.start(batches, over)
}

// cookies asks targets of one family. What comes is for the next query to them.
func (r *round) cookies(targets []*Target, deadline exchange.Deadline, over func()) {
	ds, qs := make([]exchange.Datagram, len(targets)), make([]cookieQuery, len(targets))
	for i, t := range targets {
		qs[i].Query = wire.Query{ID: wire.NewID(), EDNS: true, Cookie: t.cookie}
		ds[i] = exchange.Datagram{Query: &qs[i], To: t.addr, Usual: t.usual.duration()}
	}
	ended := func(i int, o exchange.Outcome) exchange.Query {
		if o.Err == nil {
			targets[i].keepCookie(qs[i].given)
		}
		return nil
	}
	exchange.UDP(r.ctx, r.source(targets[0]), deadline, exchange.Rest{Moments: r.moments}, ds, ended, over)
}

// cookieQuery asks for a cookie alone.
type cookieQuery struct {
	wire.Query
	given string // by what Match has read last
}

func (q *cookieQuery) Match(b []byte) error {
	a, err := q.Read(b)
	q.given = a.ServerCookie
	return err
}

// grouped cuts targets into those that share a socket: at most most of one family, and no two at one
// address and port, by which replies are known.
func grouped(targets []*Target, most int) (groups [][]*Target) {
	var families [2][]*Target
	for _, t := range targets {
		g := &families[t.family()]
		if slices.ContainsFunc(*g, func(other *Target) bool { return other.addr == t.addr }) {
			groups, *g = append(groups, *g), nil
		}
		if *g == nil {
			*g = make([]*Target, 0, most)
		}
		if *g = append(*g, t); len(*g) == most {
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

// party begins conversations with targets that share a socket.
func (r *round) party(ts []*Target, begin func(*conversation, *Target)) *party {
	p := r.spares.party(len(ts))
	for i, t := range ts {
		begin(&p.conversations[i], t)
	}
	return p
}

func (r *round) datagrams(p *party, deadline exchange.Deadline, over func()) {
	for i := range p.conversations {
		c := &p.conversations[i]
		p.datagrams[i] = exchange.Datagram{Query: c.next(), To: c.target.addr, Usual: c.target.usual.duration()}
	}
	ended := func(i int, o exchange.Outcome) exchange.Query {
		c := &p.conversations[i]
		c.target.usual.learn(o)
		return r.ended(c, o)
	}
	rest := exchange.Rest{Moments: r.moments, Idle: r.done.tell}
	exchange.UDP(r.ctx, r.source(p.conversations[0].target), deadline, rest, p.datagrams, ended, func() {
		r.done.add(delivered{party: p})
		r.done.tell()
		over()
	})
}

// ended takes the outcome of a query and returns the next one, nil when the conversation is over.
func (r *round) ended(c *conversation, o exchange.Outcome) exchange.Query {
	next := c.ended(o)
	if next == nil {
		r.done.add(delivered{conversation: c})
	}
	return next
}

func (r *round) stream(c *conversation, deadline exchange.Deadline, over func()) {
	ended := func(_ int, o exchange.Outcome) exchange.Query { return r.ended(c, o) }
	go func() {
		exchange.TCP(r.ctx, r.source(c.target), deadline, c.target.addr, c.next(), ended)
		r.done.tell()
		over()
	}()
}

func (r *round) source(t *Target) netip.Addr { return r.options.Sources[t.family()] }
