package exchange

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"time"
)

// GroupSize is how many datagrams one socket serves at most: their departure stamps and their
// answers must fit the default receive buffer (some 256 small packets on Linux) even if nobody
// reads in time.
const GroupSize = 32

// group is one socket and the datagrams it serves: one goroutine, one function after the other.
// Since the kernel stamps, nothing has to be read in time.
type group struct {
	sock     *socket
	flights  []flight
	open     int
	deadline Deadline
	clock    clock
	rest     Rest
	ended    Ended
	last     int             // flight whose departure was reported last; the kernel reports in the order sent
	clockSet <-chan struct{} // closed when the wall clock is set; nil: nobody would tell
	rested   bool            // what is being read came during a nap
	strays   int             // datagrams that answered nothing
	crowded  bool            // more of them than come by chance, or than there was room for
	armed    time.Time       // read deadline in force; zero: nothing was waited for yet
	release  func() bool     // of the watch on the context; nil: there is none yet
	refused  bool            // some flight may be refused
}

// UDP sends all of ds, which must be of one family, from one fresh socket and calls ended for each
// as it ends. When ctx is done it returns at once and what has not ended never does.
func UDP(ctx context.Context, source netip.Addr, deadline Deadline, rest Rest, ds []Datagram, ended Ended) {
	if len(ds) == 0 {
		return
	}
	sock, err := openSocket(route{source, ds[0].To})
	if err != nil {
		for i := range ds {
			ended(i, Outcome{Sent: wall(time.Now()), Err: localFailure(err, route{source, ds[i].To})})
		}
		return
	}
	defer sock.close()
	g := newGroup(sock, deadline, rest, len(ds), ended)
	for i, d := range ds {
		g.send(i, d)
	}
	g.readEvents()
	g.receive(ctx)
}

func newGroup(sock *socket, deadline Deadline, rest Rest, size int, ended Ended) *group {
	return &group{
		sock: sock, flights: make([]flight, size), deadline: deadline, clock: newClock(),
		rest: rest, clockSet: rest.Keeper.whenSet(), ended: ended,
	}
}

// send puts one datagram on its way. A send that fails ends it: this host could not ask.
func (g *group) send(i int, d Datagram) {
	now := time.Now()
	g.flights[i] = flight{Datagram: d, open: true, sent: now}
	g.open++
	if f := (route{g.sock.source, d.To}).noInterface(); f != nil {
		g.end(i, Outcome{Err: f})
		return
	}
	// The socket hands out the ICMP errors of other flights as errors of this send: read them and
	// try again. Once even where there is nothing to read, as it may have been read before the
	// socket knew of the error.
	var err error
	for try := range 4 {
		if err = g.sock.send(d.Data, d.To, 0); err == nil || !g.readEvents() && try > 0 {
			break
		}
		g.flights[i].sent = time.Now()
	}
	if err != nil && g.flights[i].open {
		g.end(i, Outcome{Err: localFailure(err, route{g.sock.source, d.To})})
	}
}

// receive reads until every flight has ended: after a nap what has come by then, or each datagram as
// it comes.
func (g *group) receive(ctx context.Context) {
	defer g.leave()
	failures := 0
	for g.settle(); g.open > 0; g.settle() {
		if ctx.Err() != nil {
			g.drain()
			return
		}
		g.rest.idle()
		if g.nap(ctx) {
			continue
		}
		b, from, rx, err := g.await(ctx)
		switch {
		case err == nil:
			g.arrived(b, from, rx)
			failures = 0
		case errors.Is(err, os.ErrDeadlineExceeded):
			g.drain()
			if ctx.Err() == nil {
				g.expire(time.Now())
			}
		case g.readEvents():
			failures = 0
		default:
			if failures++; failures > 100 {
				g.abandon(err)
				return
			}
		}
	}
}

// await waits for a datagram, until the deadline of the first flight or until ctx is done.
func (g *group) await(ctx context.Context) (b []byte, from netip.AddrPort, rx int64, err error) {
	if first := g.firstDeadline(); !first.Equal(g.armed) {
		if err := g.sock.attend(first); err != nil {
			return nil, from, 0, err
		}
		g.armed = first
	}
	if g.release == nil {
		g.release = context.AfterFunc(ctx, g.sock.wake)
	}
	if ctx.Err() != nil { // its own deadline may have been overwritten
		return nil, from, 0, os.ErrDeadlineExceeded
	}
	return g.sock.read()
}

// leave ends the watch on the context: nobody waits any more.
func (g *group) leave() {
	if g.release != nil {
		g.release()
	}
}

// readEvents reads the error queue until it is empty and reports whether there was anything.
func (g *group) readEvents() (any bool) {
	for range drainMost {
		e, ok := g.sock.event()
		switch {
		case !ok:
			return any
		case e.tx != 0:
			g.last = recordDeparture(g.flights, g.last, e)
		case e.icmp.Kind.Heeded() && recordICMP(g.flights, e):
			g.refused = true
		}
		any = true
	}
	return any
}

// drain reads what the kernel holds already, but no longer than that: answers that came in time and
// have not been read yet are no timeouts. An ICMP error is handed out in a datagram's place, once,
// and is in the error queue all the same.
func (g *group) drain() {
	g.readEvents()
	for range drainMost {
		b, from, rx, err := g.sock.readNow()
		if err == errNothing {
			return
		}
		if err == nil {
			g.arrived(b, from, rx)
		} else {
			g.readEvents()
		}
	}
}

// settle ends the refused flights. An authentic reply that came before the refusal stands.
func (g *group) settle() {
	if !g.refused {
		return
	}
	g.refused = false
	g.drain()
	for i := range g.flights {
		if f := &g.flights[i]; f.open && f.evidence != nil && f.evidence.refused != nil {
			g.end(i, Outcome{Err: f.evidence.refused})
		}
	}
}

// firstDeadline is that of the open flight which was sent first.
func (g *group) firstDeadline() time.Time {
	var first time.Time
	for i := range g.flights {
		if f := &g.flights[i]; f.open && (first.IsZero() || f.sent.Before(first)) {
			first = f.sent
		}
	}
	return g.deadline.from(first)
}

// arrived takes a datagram. What is not the answer is skipped and the wait goes on (RFC 5452,
// section 9.1): one forged packet must not hide the true answer. An answer to another query says
// nothing against the one that it is not for.
func (g *group) arrived(b []byte, from netip.AddrPort, rx int64) {
	now := time.Now()
	for i := range g.flights {
		if f := &g.flights[i]; f.open && f.To == from && f.Match(b) == nil {
			g.answered(i, rx, now)
			return
		}
	}
	if g.strays++; g.strays > crowd {
		g.crowded = true
	}
	asked := g.misdirected(b, from)
	for i := range g.flights {
		f := &g.flights[i]
		if !f.open || f.To != from {
			continue
		}
		f.note().discarded++
		if asked != nil {
			f.note().forOther = asked.To
		} else {
			f.note().mismatch = f.Match(b)
		}
	}
}

// misdirected tells the flights whose query b answers that it came from elsewhere, and returns one
// of them, also if it has ended; nil: there is none.
func (g *group) misdirected(b []byte, from netip.AddrPort) (asked *flight) {
	for i := range g.flights {
		f := &g.flights[i]
		if f.Match(b) != nil {
			continue
		}
		asked = f
		if f.open && f.To != from {
			f.note().fromElsewhere = from
		}
	}
	return asked
}

func (g *group) answered(i int, rx int64, now time.Time) {
	f := &g.flights[i]
	if f.tx == 0 {
		g.readEvents()
	}
	stepped := g.clock.stepped(now)
	// A nap ends as soon as the clock is set: what was read then came before, but for what came
	// that very moment.
	rtt, kernel := roundTrip(f.sent, now, f.tx, rx, stepped && !g.rested)
	kernel = kernel && !stepped
	if rtt > g.deadline.Timeout {
		return // came late, though not too late to be read
	}
	g.end(i, Outcome{RTT: rtt, Kernel: kernel})
}

// expire ends the flights whose time is over, with the best cause known.
func (g *group) expire(now time.Time) {
	if g.open == 0 || g.firstDeadline().After(now) {
		return
	}
	overflown := g.sock.dropped() > 0
	g.crowded = g.crowded || overflown
	for i := range g.flights {
		if f := &g.flights[i]; f.open && !g.deadline.from(f.sent).After(now) {
			g.end(i, Outcome{Err: f.evidence.failure(f.To, overflown)})
		}
	}
}

// end closes flight i, tells the caller, and sends what it asks for next.
func (g *group) end(i int, o Outcome) {
	f := &g.flights[i]
	f.open = false
	g.open--
	o.Sent, o.Discarded, o.Crowded = wall(f.sent), f.discarded(), g.crowded
	if next := g.ended(i, o); next != nil {
		g.send(i, Datagram{*next, f.To, f.Usual})
	}
}

// abandon ends all that is open: the socket cannot be read.
func (g *group) abandon(err error) {
	for i := range g.flights {
		if f := &g.flights[i]; f.open {
			f.open = false
			g.ended(i, Outcome{Sent: wall(f.sent), Discarded: f.discarded(), Err: localFailure(err, route{g.sock.source, f.To})})
		}
	}
}

// wall drops the monotonic reading, which means nothing outside this process.
func wall(t time.Time) time.Time { return t.Round(0) }
