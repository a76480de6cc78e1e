package dns_anycast

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

// round is every target asked once. Its goroutines are the only ones but for the look-ups.
type round struct {
	d      *DNSAnycast
	ctx    context.Context
	limits exchange.Limits
	done   chan *probe
	wg     sync.WaitGroup
}

// Round asks every target once and emits one point each, from the calling goroutine, as they end. It returns when
// all have ended, within twice the timeout; when ctx is done it returns at once, and the targets that have no result
// by then emit nothing. Rounds of one plugin must not overlap.
func (d *DNSAnycast) Round(ctx context.Context, emit func(telegraf.Metric)) {
	d.keepStamping()
	now := time.Now()
	known, unknown := d.ready(ctx, now)
	r := &round{
		d: d, ctx: ctx,
		limits: exchange.Limits{Timeout: time.Duration(d.Timeout), End: now.Add(2 * time.Duration(d.Timeout))},
		done:   make(chan *probe, len(known)+len(unknown)),
	}
	r.launch(known)
	r.wg.Go(func() { r.resolve(unknown) })
	go func() {
		r.wg.Wait()
		close(r.done)
	}()
	for p := range r.done {
		emit(d.metric(p, now))
	}
}

// keepStamping holds the kernel's receive stamping on between rounds. Where that fails, so will the round's sockets,
// which say why.
func (d *DNSAnycast) keepStamping() {
	if d.keeper == nil {
		d.keeper, _ = exchange.Keep()
	}
}

// ready takes in what look-ups brought and returns the targets that can be asked now, and the servers whose names
// have no address.
func (d *DNSAnycast) ready(ctx context.Context, now time.Time) (known []*target, unknown []*server) {
	for _, s := range d.servers {
		if s.host != nil {
			s.host.refresh(ctx, d, now)
			if !s.host.resolved() {
				unknown = append(unknown, s)
				continue
			}
			s.build()
		}
		known = append(known, s.targets...)
	}
	return known, unknown
}

// resolve waits for the first addresses of names, for one timeout in all, and asks them or says that there are none.
func (r *round) resolve(servers []*server) {
	if len(servers) == 0 {
		return
	}
	// A channel that is closed, unlike a timer's, ends every wait that follows as well.
	deadline, cancel := context.WithTimeout(r.ctx, r.limits.Timeout)
	defer cancel()
	for _, s := range servers {
		s.host.await(deadline, r.d)
		if r.ctx.Err() != nil {
			return
		}
		s.build()
		if s.host.resolved() {
			r.launch(s.targets)
			continue
		}
		for _, transport := range s.transports {
			r.done <- unresolvedProbe(s, transport, s.host.reason(), time.Now())
		}
	}
}

// launch starts the exchanges of targets: datagrams in groups of one family that share a socket, streams one by one.
func (r *round) launch(targets []*target) {
	var groups [2][]*probe
	for _, t := range targets {
		p := newProbe(t, r.d.EDNS)
		if t.tcp {
			r.wg.Go(func() { r.stream(p) })
			continue
		}
		g := &groups[index(t.addr.Addr())]
		if *g = append(*g, p); len(*g) == exchange.GroupSize {
			r.group(*g)
			*g = nil
		}
	}
	r.group(groups[0])
	r.group(groups[1])
}

func (r *round) group(ps []*probe) {
	if len(ps) > 0 {
		r.wg.Go(func() { r.datagrams(ps) })
	}
}

func (r *round) datagrams(ps []*probe) {
	ds := make([]exchange.Datagram, len(ps))
	for i, p := range ps {
		ds[i] = exchange.Datagram{Query: p.ask(), To: p.target.addr}
	}
	exchange.UDP(r.ctx, r.source(ps[0]), r.limits, ds, func(i int, o exchange.Outcome) *exchange.Query {
		return r.ended(ps[i], o)
	})
}

func (r *round) stream(p *probe) {
	exchange.TCP(r.ctx, r.source(p), r.limits, p.target.addr, p.ask(), func(_ int, o exchange.Outcome) *exchange.Query {
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

func (r *round) source(p *probe) netip.Addr { return r.d.sources[index(p.target.addr.Addr())] }

// index is 0 for IPv4 and 1 for IPv6.
func index(a netip.Addr) int {
	if a.Is6() {
		return 1
	}
	return 0
}
