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

// group is one socket and the datagrams it serves: one function after the other. Since the kernel
// stamps, nothing has to be read in time.
type group struct {
	ctx      context.Context
	sock     *socket
	flights  []Datagram // those that were sent
	open     int
	deadline Deadline
	clock    clock
	rest     Rest
	ended    Ended
	over     func()
	held     int             // flights that wait for room in the send buffer
	packet   packet          // the one that was made last
	last     int             // flight whose departure was reported last; the kernel reports in the order sent
	clockSet <-chan struct{} // closed when the wall clock is set; nil: nobody would tell
	rested   bool            // what is being read came during a nap
	strays   int             // datagrams that answered nothing
	crowded  bool            // more of them than come by chance, or than there was room for
	armed    time.Time       // read deadline in force; zero: nothing was waited for yet
	release  func() bool     // of the watch on the context; nil: there is none yet
	refused  bool            // some flight may be refused
}

// UDP sends all of ds, which must be of one family, from one fresh socket, and calls ended for each
// as it ends, then over; until then ds is its own. When ctx is done over is called at once, and what
// has not ended never does. It waits for nothing itself: what it calls may be called later, by the
// goroutine of the moments or by one of its own.
func UDP(ctx context.Context, source netip.Addr, deadline Deadline, rest Rest, ds []Datagram, ended Ended, over func()) {
	if len(ds) == 0 {
		over()
		return
	}
	sock, err := openSocket(route{source, ds[0].To})
	if err != nil {
		failure := localFailure(err, route{source, ds[0].To}) // to look through many addresses takes long
		for i := range ds {
			ended(i, Outcome{Sent: wall(time.Now()), Err: failure})
		}
		over()
		return
	}
	g := newGroup(ctx, sock, deadline, rest, ds, ended, over)
	for i := range ds {
		g.send(i)
	}
	g.readEvents()
	g.goOn()
}

func newGroup(ctx context.Context, sock *socket, deadline Deadline, rest Rest, ds []Datagram, ended Ended, over func()) *group {
	return &group{
		ctx: ctx, sock: sock, flights: ds[:0], deadline: deadline, clock: newClock(),
		rest: rest, clockSet: rest.Moments.clockSet(), ended: ended, over: over,
	}
}

// send puts datagram i on its way, which is the next one or has ended. A send that fails ends it:
// this host could not ask.
func (g *group) send(i int) {
	g.flights = g.flights[:max(i+1, len(g.flights))]
	f := &g.flights[i]
	f.flight = flight{open: true, sent: time.Now()}
	g.open++
	if failure := (route{g.sock.source, f.To}).noInterface(); failure != nil {
		g.end(i, Outcome{Err: failure})
		return
	}
	g.leave(i)
}

// leave sends a flight, or holds it until the send buffer has room.
func (g *group) leave(i int) {
	f := &g.flights[i]
	switch err := g.transmit(i); {
	case err == errFull:
		f.held = true
		g.held++
	case err != nil:
		g.refuse(i, err)
	}
}

// sendHeld waits for room in the send buffer and sends what there was none for. Where none comes all
// of it ends.
func (g *group) sendHeld() {
	room := g.sock.awaitRoom()
	for i := range g.flights {
		f := &g.flights[i]
		if !f.held {
			continue
		}
		f.held, f.sent = false, time.Now()
		g.held--
		if room {
			g.leave(i)
		} else {
			g.refuse(i, errFull)
		}
	}
}

// transmit hands a datagram to the socket. That hands out the ICMP errors of other flights as errors
// of this send: they are read, and it is tried again. Once even where there is nothing to read, as
// it may have been read before the socket knew of the error.
func (g *group) transmit(i int) (err error) {
	f := &g.flights[i]
	for try := range 4 {
		if err = g.sock.send(g.packet.of(f.Query), f.To, 0); err == nil || err == errFull || !g.readEvents() && try > 0 {
			break
		}
		f.sent = time.Now()
	}
	return err
}

// refuse ends a flight that could not be sent.
func (g *group) refuse(i int, err error) {
	if f := &g.flights[i]; f.open {
		g.end(i, Outcome{Err: localFailure(err, route{g.sock.source, f.To})})
	}
}

// goOn lets the group be until its answers are due, where that is possible; else they are waited
// for.
func (g *group) goOn() {
	g.settle()
	if g.open > 0 && g.ctx.Err() != nil {
		g.drain()
	}
	if g.open == 0 || g.ctx.Err() != nil {
		g.finish()
		return
	}
	g.rest.idle()
	if now := time.Now(); g.mayNap(now) {
		g.rest.Moments.look(g.nextLook(now), g.look)
	} else {
		go g.receive()
	}
}

// receive reads each datagram as it comes, as long as that is necessary.
func (g *group) receive() {
	failures := 0
	for ; g.open > 0 && g.ctx.Err() == nil && !g.mayNap(time.Now()); g.settle() {
		g.rest.idle()
		if g.held > 0 { // no answer need come before there is room
			g.sendHeld()
			continue
		}
		b, from, rx, err := g.await()
		switch {
		case err == nil:
			g.arrived(b, from, rx)
			failures = 0
		case errors.Is(err, os.ErrDeadlineExceeded):
			g.drain()
			if g.ctx.Err() == nil {
				g.expire(time.Now())
			}
		case g.readEvents():
			failures = 0
		default:
			if failures++; failures > 100 {
				g.abandon(err)
			}
		}
	}
	g.goOn()
}

// finish is the end: nobody waits any more.
func (g *group) finish() {
	if g.release != nil {
		g.release()
	}
	g.sock.close()
	g.over()
}

// await waits for a datagram, until the deadline of the first flight or until the context is done.
func (g *group) await() (b []byte, from netip.AddrPort, rx int64, err error) {
	if first := g.firstDeadline(); !first.Equal(g.armed) {
		if err := g.sock.attend(first); err != nil {
			return nil, from, 0, err
		}
		g.armed = first
	}
	if g.release == nil {
		g.release = context.AfterFunc(g.ctx, g.sock.wake)
	}
	if g.ctx.Err() != nil { // its own deadline may have been overwritten
		return nil, from, 0, os.ErrDeadlineExceeded
	}
	return g.sock.read()
}

// readEvents reads the error queue until it is empty and reports whether there was anything.
func (g *group) readEvents() (any bool) {
	for range drainMost {
		e, ok := g.sock.event()
		switch {
		case !ok:
			return any
		case e.tx != 0:
			g.last = recordDeparture(g.flights, g.last, &g.packet, e)
		case e.icmp.Kind.Heeded() && recordICMP(g.flights, &g.packet, e):
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
func (g *group) misdirected(b []byte, from netip.AddrPort) (asked *Datagram) {
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
	stepped := g.stepped(now)
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
		f.Query = next
		g.send(i)
	}
}

// abandon ends all that is open: the socket cannot be read.
func (g *group) abandon(err error) {
	for i := range g.flights {
		if f := &g.flights[i]; f.open {
			f.open = false
			g.open--
			g.ended(i, Outcome{Sent: wall(f.sent), Discarded: f.discarded(), Err: localFailure(err, route{g.sock.source, f.To})})
		}
	}
}

// wall drops the monotonic reading, which means nothing outside this process.
func wall(t time.Time) time.Time { return t.Round(0) }
