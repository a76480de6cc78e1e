package prober

import (
	"context"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/trace"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// Trace follows the first query of a conversation with a UDP target, by the number that its
// observations have, over so many hops at most. It may run beside rounds, from any goroutine, and
// leaves no mark on the target. It returns nil where the target is forgotten, is one of streams, or
// ctx is done before the path has ended.
func (p *Prober) Trace(ctx context.Context, number, hops int) *observation.Path {
	t := p.roster.target(number)
	if t == nil || t.transport != observation.UDP {
		return nil
	}
	tr := &tracing{
		conversation: p.firstConversation(t), used: map[uint16]bool{},
		path: observation.Path{Server: t.server.number, Target: int32(number), Addr: t.addr},
	}
	found, err := trace.Trace{
		Source: p.Sources[t.family()], To: t.addr, Hops: hops, Timeout: p.Timeout, Ask: tr.ask,
	}.Path(ctx)
	if ctx.Err() != nil {
		return nil
	}
	tr.record(found, err)
	return &tr.path
}

// firstConversation asks who the target is; where that is not asked, for its first zone.
func (p *Prober) firstConversation(t *Target) *conversation {
	if len(t.server.Names) == 0 {
		return newZoneConversation(t, &t.server.Zones[0], p.EDNS, &spares{})
	}
	return newConversation(t, p.EDNS, &spares{})
}

// tracing is a conversation's first query, sent again and again.
type tracing struct {
	*conversation
	used map[uint16]bool // IDs
	path observation.Path
}

// ask makes the query anew, with an ID that no other one of this path has, by which its reply is
// known even when it comes late.
func (tr *tracing) ask() exchange.Query {
	tr.next()
	q := tr.query()
	for tr.used[q.ID] {
		q.ID = wire.NewID()
	}
	tr.used[q.ID] = true
	return &traced{q, tr}
}

// traced is a query of a path.
type traced struct {
	wire.Query
	tracing *tracing
}

// Match keeps what b says.
func (q *traced) Match(b []byte) error {
	a, err := q.Read(b)
	if err == nil {
		r := observation.NewReply(a, q.tracing.question())
		q.tracing.path.Reply = &r
	}
	return err
}

// record takes what was found. Here what ICMP said becomes text.
func (tr *tracing) record(found trace.Path, err error) {
	p := &tr.path
	p.Sent, p.Reached = found.Start, found.Reached
	for _, h := range found.Hops {
		hop := observation.Hop{TTL: h.TTL, Addr: h.Addr, RTT: h.Time, Stamped: h.Kernel}
		if h.ICMP != nil && h.ICMP.Kind != exchange.TimeExceeded {
			hop.Said = h.ICMP.Text()
			p.Cause = h.ICMP.Error()
		}
		p.Hops = append(p.Hops, hop)
	}
	if err != nil {
		_, p.Cause = failureResult(err)
		p.Local = true
	}
}
