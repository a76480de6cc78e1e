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

// launch starts the exchanges of targets over a time.
func (r *round) launch(targets []*Target, over time.Duration) {
	var spaced [2][]*Target // by spacing
	spaced[fixed] = make([]*Target, 0, len(targets))
	streams := 0
	for _, t := range inOrder(targets) {
		like := &spaced[r.spacing(t)]
		*like = append(*like, t)
		if t.transport == observation.TCP {
			streams++
		}
	}
	batches := make([]batch, 0, streams)
	for spacing, ts := range spaced {
		grouped(ts, batchSize(len(targets), over), func(g []*Target) {
			batches = append(batches, batch{g, r.options.Queries, spacing, r.identities})
		})
	}
	r.start(batches, over)
	r.launchCookies(targets, over)
	r.launchZones(targets, over)
}

// spacing is that of the queries to a target. Only where there is more than one does it matter
// whether the target's cookie is known, and sent.
func (r *round) spacing(t *Target) int {
	if r.options.Queries > 1 && t.serverCookie.Load() != nil && !t.tolerance.bare() {
		return afterReply
	}
	return fixed
}

// identities asks targets that share a socket which instances they are.
func (r *round) identities(ts []*Target, deadline exchange.Deadline, over func()) {
	r.converse(ts, deadline, over, func(c *conversation, t *Target) { c.begin(t, r.options.EDNS, r.spares) })
}

// once is a batch that is run once.
func once(ts []*Target, run run) batch { return batch{ts, 1, fixed, run} }

// launchZones asks for zones, once a round. A target has one query at a time in a batch, by whose
// address and port its replies are known.
func (r *round) launchZones(targets []*Target, over time.Duration) {
	most := 0
	for _, t := range targets {
		most = max(most, len(t.server.Zones))
	}
	var batches []batch
	for n := range most {
		asked := make([]*Target, 0, len(targets))
		for _, t := range targets {
			if n < len(t.server.Zones) {
				asked = append(asked, t)
			}
		}
		run := func(ts []*Target, deadline exchange.Deadline, over func()) { r.zones(ts, n, deadline, over) }
		grouped(asked, batchSize(len(asked), over), func(g []*Target) {
			batches = append(batches, once(g, run))
		})
	}
	r.start(batches, over)
}

// zones asks targets that share a socket each for the n-th of its zones.
func (r *round) zones(ts []*Target, n int, deadline exchange.Deadline, over func()) {
	r.converse(ts, deadline, over, func(c *conversation, t *Target) {
		c.beginZone(t, &t.server.Zones[n], r.options.EDNS, r.spares)
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
	grouped(silent, batchSize(len(silent), over), func(g []*Target) {
		batches = append(batches, once(g, r.cookies))
	})
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

// grouped cuts targets into those that share a socket, and calls with for each: streams come first,
// one by one, then datagrams, at most most of one family, and no two at one address and port, by which
// replies are known.
func grouped(targets []*Target, most int, with func([]*Target)) {
	for i, t := range targets {
		if t.transport == observation.TCP {
			with(targets[i : i+1])
		}
	}
	var families [2][]*Target
	for _, t := range targets {
		if t.transport == observation.TCP {
			continue
		}
		g := &families[t.family()]
		if slices.ContainsFunc(*g, func(other *Target) bool { return other.addr == t.addr }) {
			with(*g)
			*g = nil
		}
		if *g == nil {
			*g = make([]*Target, 0, most)
		}
		if *g = append(*g, t); len(*g) == most {
			with(*g)
			*g = nil
		}
	}
	for _, g := range families {
		if len(g) > 0 {
			with(g)
		}
	}
}

// converse begins conversations with targets that share a socket.
func (r *round) converse(ts []*Target, deadline exchange.Deadline, over func(), begin func(*conversation, *Target)) {
	if ts[0].transport == observation.TCP {
		c := &conversation{}
		begin(c, ts[0])
		r.stream(c, deadline, over)
		return
	}
	p := r.spares.party(len(ts))
	for i, t := range ts {
		c := &p.conversations[i]
		begin(c, t)
		p.datagrams[i] = exchange.Datagram{Query: c.next(), To: t.addr, Usual: t.usual.duration()}
	}
	r.datagrams(p, deadline, over)
}

func (r *round) datagrams(p *party, deadline exchange.Deadline, over func()) {
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
