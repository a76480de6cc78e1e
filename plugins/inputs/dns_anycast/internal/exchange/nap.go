package exchange

import (
	"context"
	"time"
)

// Rest lets the answers to a group be until they are due, where the kernel stamps them: many are
// read at a time, and this process is woken up seldom. The zero Rest reads each answer as it comes.
type Rest struct {
	Keeper *Keeper // nil: there is no nap
	Idle   func()  // called before each wait, once all that came is read; nil: nobody wants to know
}

func (r Rest) idle() {
	if r.Idle != nil {
		r.Idle()
	}
}

const (
	// moment is how far apart the moments are at which this process wakes up.
	moment = 10 * time.Millisecond
	// lookEvery is how far apart those are at which answers are looked for: to be sent in time is
	// worth more than to be read soon.
	lookEvery = 2 * moment
	// napMost bounds what may pile up in a receive buffer while answers are due.
	napMost = 100 * time.Millisecond
	// crowd is more than comes to a group that nobody means harm: two datagrams for each query.
	crowd = 2 * GroupSize
)

// Moment returns the first moment that is not before t. Who wakes up at moments alone wakes up
// together with others, which costs no more than one does.
func (k *Keeper) Moment(t time.Time) time.Time { return k.next(t, moment) }

// next returns the first time from t on that is a multiple of step after the keeper's beginning.
func (k *Keeper) next(t time.Time, step time.Duration) time.Time {
	if k == nil {
		return t
	}
	return t.Add((step - t.Sub(k.began)%step) % step)
}

// nap leaves the group alone until answers are due, then reads what has come. It reports false
// where that would show in a time, or lose an answer.
func (g *group) nap(ctx context.Context) bool {
	now := time.Now()
	if !g.mayNap(now) {
		return false
	}
	timer := time.NewTimer(g.nextLook(now).Sub(now))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-g.clockSet:
	case <-timer.C:
	}
	g.rested = true
	g.drain()
	g.rested = false
	if ctx.Err() == nil {
		g.expire(time.Now())
	}
	return true
}

// mayNap reports whether nothing has to be read in time. The kernel must have stamped what left, and
// what came from there before; and it must be known at once when the clock is set, in which it
// stamps.
func (g *group) mayNap(now time.Time) bool {
	if g.clockSet == nil || g.crowded || g.clock.stepped(now) {
		return false
	}
	select {
	case <-g.clockSet:
		return false
	default:
	}
	if g.anyOpen((*flight).unstamped) {
		g.readEvents()
	}
	return !g.anyOpen(func(f *flight) bool { return f.unstamped() || f.Usual == 0 })
}

func (g *group) anyOpen(is func(*flight) bool) bool {
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
	return earlier(g.rest.Keeper.next(due, lookEvery), g.deadline.from(first))
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
