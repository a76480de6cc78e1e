package exchange

import "time"

// Rest lets the answers to a group be until they are due, where the kernel stamps them: many are
// read at a time, and this process is woken up seldom. The zero Rest reads each answer as it comes.
type Rest struct {
	Moments *Moments // nil: there is no nap
	Idle    func()   // called before each wait, once all that came is read; nil: nobody wants to know
}

func (r Rest) idle() {
	if r.Idle != nil {
		r.Idle()
	}
}

const (
	// napMost bounds what may pile up in a receive buffer while answers are due.
	napMost = 100 * time.Millisecond
	// crowd is more than comes to a group that nobody means harm: two datagrams for each query.
	crowd = 2 * GroupSize
)

// look reads what has come during a nap.
func (g *group) look() {
	g.rested = true
	g.drain()
	g.rested = false
	if g.ctx.Err() == nil {
		g.expire(time.Now())
	}
	g.goOn()
}

// mayNap reports whether nothing has to be read in time. The kernel must have stamped what left, and
// what came from there before; and it must be known at once when the clock is set, in which it
// stamps.
func (g *group) mayNap(now time.Time) bool {
	if g.clockSet == nil || g.crowded || g.stepped(now) {
		return false
	}
	if g.anyOpen((*Datagram).unstamped) {
		g.readEvents()
	}
	return !g.anyOpen(func(f *Datagram) bool { return f.unstamped() || f.Usual == 0 })
}

// stepped reports whether the clock was set since the group began, be it forth and back.
func (g *group) stepped(now time.Time) bool {
	select {
	case <-g.clockSet:
		return true
	default:
		return g.clock.stepped(now)
	}
}

func (g *group) anyOpen(is func(*Datagram) bool) bool {
	for i := range g.flights {
		if f := &g.flights[i]; f.open && is(f) {
			return true
		}
	}
	return false
}

// nextLook is when the answers that are due come in all, and never later than the first deadline.
// Those that are late are looked for less and less often.
func (g *group) nextLook(now time.Time) time.Time {
	var due, first time.Time
	for i := range g.flights {
		f := &g.flights[i]
		if !f.open {
			continue
		}
		if at := f.sent.Add(f.Usual + f.Usual/8 + time.Millisecond); at.After(due) {
			due = at
		}
		if first.IsZero() || f.sent.Before(first) {
			first = f.sent
		}
	}
	if due.After(now) {
		due = earlier(due, now.Add(napMost))
	} else {
		due = now.Add(now.Sub(first) / 4)
	}
	return earlier(g.rest.Moments.next(due, lookEvery), g.deadline.from(first))
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
