package trace

import (
	"context"
	"math"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

const (
	// silentMost is how many hops running may be silent before FullTTL is tried.
	silentMost = 5
	// waitLeast is how long a silent hop is waited for at least: routers answer when they have time.
	waitLeast = 500 * time.Millisecond
	// againMost is how long who has spoken before is heard out: a network that doubles packets sends
	// them close together, and the hop that was asked may yet speak.
	againMost = 100 * time.Millisecond
	// candidatesMost bounds what is heard of a hop that is asked again: more is a flood.
	candidatesMost = 8
)

// Path sends up to the server's answer, an ICMP error other than time exceeded, five silent hops
// running (then one with FullTTL), or the last hop. One query is on its way at a time. The error is
// ErrUnsupported, ctx's, or a *exchange.Failure of kind Local; the path is as far as it came.
func (t Trace) Path(ctx context.Context) (Path, error) {
	start := time.Now().Round(0)
	flow, err := exchange.OpenFlow(t.Source, t.To)
	if err != nil {
		return Path{Start: start}, err
	}
	defer flow.Close()
	w := &walk{Trace: t, flow: flow}
	err = w.all(ctx)
	p := w.path()
	p.Start = start
	return p, err
}

// walk is a trace under way.
type walk struct {
	Trace
	flow    *exchange.Flow
	sent    []int         // TTL of each query
	hops    []Hop         // the hop of TTL 1 first
	full    *Hop          // of FullTTL; nil: silent, or not tried
	longest time.Duration // of all hops that spoke
	over    bool          // by an answer, or an ICMP error other than time exceeded
	reached bool
}

func (w *walk) all(ctx context.Context) error {
	if err := w.askAll(ctx); err != nil {
		return err
	}
	w.settle(ctx)
	return nil
}

func (w *walk) askAll(ctx context.Context) error {
	for ttl := 1; ttl <= w.Hops; ttl++ {
		if err := w.ask(ctx, ttl); err != nil || w.over {
			return err
		}
		if ttl-w.spoken() >= silentMost {
			return w.ask(ctx, FullTTL)
		}
	}
	return nil
}

// spoken is the TTL of the last hop that spoke, zero where none did.
func (w *walk) spoken() (ttl int) {
	for i := range w.hops {
		if !w.hops[i].Silent() {
			ttl = i + 1
		}
	}
	return ttl
}

// ask asks one hop.
func (w *walk) ask(ctx context.Context, ttl int) error {
	if ttl != FullTTL {
		w.hops = append(w.hops, Hop{TTL: ttl})
	}
	if err := w.send(ttl); err != nil {
		return err
	}
	if s, ok := w.await(ctx, ttl); ok {
		return w.askAgain(ctx, ttl, s)
	}
	return ctx.Err()
}

func (w *walk) send(ttl int) error {
	number, err := w.flow.Send(w.Ask(), ttl)
	for len(w.sent) <= number {
		w.sent = append(w.sent, ttl)
	}
	return err
}

// await waits until a hop has spoken, the trace is over, or it has been waited for long enough.
// What other hops say late is theirs. It returns at once with a sign of which it is not known whose
// it is; where that may be a duplicate, only if nothing better follows.
func (w *walk) await(ctx context.Context, ttl int) (unknown exchange.Sign, ok bool) {
	asked, patience := time.Now(), time.Duration(math.MaxInt64)
	for {
		until := asked.Add(min(w.wait(ttl), patience))
		s, came := w.flow.Await(ctx, until)
		switch {
		case !came, ok && time.Now().After(until):
			return unknown, ok && ctx.Err() == nil
		case s.Again && !ok:
			unknown, ok, patience = s, true, time.Since(asked)+againMost
		case s.Again:
		case s.Query < 0:
			return s, true
		default:
			if w.record(w.sent[s.Query], s); w.over || w.spoke(ttl) {
				w.settle(ctx)
				return exchange.Sign{}, false
			}
		}
	}
}

// wait is how long a hop is waited for.
func (w *walk) wait(ttl int) time.Duration {
	wait := max(waitLeast, 2*w.longest)
	if ttl == FullTTL {
		wait = max(wait, w.Timeout)
	}
	return wait
}

// settle takes the server's answer where it has come already when a trace ends without it. It looks
// no further than through what a flow holds.
func (w *walk) settle(ctx context.Context) {
	for looked := 0; !w.reached && looked <= exchange.SignsMost; looked++ {
		s, ok := w.flow.Await(ctx, time.Now())
		if !ok {
			return
		}
		if s.ICMP == nil && w.sent[s.Query] <= len(w.hops) {
			w.record(w.sent[s.Query], s)
		}
	}
}

// askAgain finds out whether it was this hop that spoke, or one before it, late or doubled. Who
// speaks more often than any of those was asked is this hop; nobody is where nobody does.
func (w *walk) askAgain(ctx context.Context, ttl int, first exchange.Sign) error {
	most, asked := w.unheard(ttl), 1
	for said := []exchange.Sign{first}; len(said) < candidatesMost; {
		if asked <= most {
			if err := w.send(ttl); err != nil {
				return err
			}
			asked++
		}
		s, ok := w.await(ctx, ttl)
		if !ok {
			return ctx.Err()
		}
		if said = append(said, s); times(said, s.ICMP) > most {
			w.record(ttl, s)
			w.exclude(ttl, s.ICMP)
			return nil
		}
	}
	return nil
}

// unheard is how often one of the hops before has been asked that may yet speak: mostly once, and
// again where another one had spoken in its time.
func (w *walk) unheard(ttl int) (most int) {
	asked := map[int]int{}
	for number, of := range w.sent {
		if of != ttl && w.flow.Late(number) {
			asked[of]++
		}
	}
	for _, n := range asked {
		most = max(most, n)
	}
	return max(most, 1) // who has been heard may be heard again
}

// times is how often the same has been said by the same one.
func times(said []exchange.Sign, what *exchange.ICMP) (n int) {
	for _, s := range said {
		if s.ICMP.From == what.From && s.ICMP.Kind == what.Kind {
			n++
		}
	}
	return n
}

// exclude says that all that a hop was asked has been answered.
func (w *walk) exclude(ttl int, said *exchange.ICMP) {
	for number, of := range w.sent {
		if of == ttl {
			w.flow.Exclude(number, said)
		}
	}
}

func (w *walk) spoke(ttl int) bool {
	if ttl == FullTTL {
		return w.full != nil
	}
	return !w.hops[ttl-1].Silent()
}

// record takes what a hop said. What it said first counts, but for the server's answer, which
// stands above ICMP errors: they can be forged.
func (w *walk) record(ttl int, s exchange.Sign) {
	w.longest = max(w.longest, s.RTT)
	if s.ICMP != nil && (w.spoke(ttl) || !s.ICMP.From.IsValid()) {
		return
	}
	h := Hop{TTL: ttl, Addr: w.To.Addr(), Time: s.RTT, Kernel: s.Kernel, ICMP: s.ICMP}
	if s.ICMP != nil {
		h.Addr = s.ICMP.From
	}
	if ttl == FullTTL {
		w.full = &h
	} else {
		w.hops[ttl-1] = h
	}
	w.reached = s.ICMP == nil
	if w.over = w.reached || s.ICMP.Kind != exchange.TimeExceeded; w.over && ttl != FullTTL {
		w.hops, w.full = w.hops[:ttl], nil // nothing lies behind it
	}
}

func (w *walk) path() Path {
	hops := w.hops[:w.spoken()]
	if w.full != nil {
		hops = append(hops, *w.full)
	}
	return Path{Hops: hops, Reached: w.reached}
}
