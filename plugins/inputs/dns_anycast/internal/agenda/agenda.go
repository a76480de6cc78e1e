// Package agenda says which target's path is traced when. It has no clock and traces nothing: who
// does, asks for the next one, and says when one is over.
//
// Reading order: agenda.go (what is to be done), entry.go (one target in it), pace.go (how soon
// after the last).
package agenda

import (
	"math/rand/v2"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

const (
	// AtOnce is how many targets are traced at a time.
	AtOnce = 4
	// Spacing is the least time between the starts of two traces of one target.
	Spacing = time.Minute
	// changesMost is how many changes may wait. A trace that begins long after the change does not
	// show what made it.
	changesMost = 100
)

// Agenda is what is to be traced. The zero value but for Every is ready.
type Agenda struct {
	Every time.Duration // between two traces of a target by the clock; zero: one, to begin with

	changes []*Entry // that have changed and not been traced since, the first first
	others  []*Entry // waiting for a trace by the clock, or by hand; may hold what waits no more
	running int
	known   int // entries that have been asked
	skipped int64
	pace    pace
}

// Asked says that a target was asked in a round: its first time, and again when it is due, it is
// put in line.
func (a *Agenda) Asked(e *Entry, now time.Time) {
	switch {
	case e.due.IsZero():
		a.known++
		e.due = now.Add(a.first())
		if e.state == idle && !e.changed {
			a.Add(e, observation.Start)
		}
	case a.Every == 0 || now.Before(e.due) || e.state == running:
	case e.state == waiting: // since it was due before
		a.skipped++
		e.due = now.Add(a.Every)
	case e.rested(now):
		a.Add(e, observation.Regular)
		e.due = now.Add(a.Every)
	}
}

// first is the time from a target's first trace to the next one. Each has another, so that they
// stay spread out.
func (a *Agenda) first() time.Duration {
	return max(Spacing, a.Every/2+time.Duration(rand.Float64()*float64(a.Every)/2))
}

// Add puts a target that does not wait in line.
func (a *Agenda) Add(e *Entry, why observation.Reason) {
	e.state, e.reason = waiting, why
	if !e.queued { // else it keeps the place of a wait that a change has ended
		e.queued = true
		a.others = append(a.others, e)
	}
}

// Changed says that a target's site has changed. It comes before all that have not, once it has not
// been traced for Spacing. A change that finds too many waiting is left out.
func (a *Agenda) Changed(e *Entry) {
	switch {
	case e.changed: // one trace serves for both
	case len(a.changes) < changesMost:
		e.changed = true
		a.changes = append(a.changes, e)
	case e.state != waiting:
		a.skipped++
	}
}

// Skipped is how many traces have been left out since it was asked last.
func (a *Agenda) Skipped() int64 {
	n := a.skipped
	a.skipped = 0
	return n
}

// Next begins the next trace. Without one it says when there may be one; the zero time: not before
// another call says so.
func (a *Agenda) Next(now time.Time) (e *Entry, again time.Time) {
	if a.running >= AtOnce {
		return nil, time.Time{}
	}
	if e, again = a.nextChange(now); e == nil {
		var other time.Time
		if e, other = a.nextOther(now); e == nil {
			return nil, soonest(again, other)
		}
	}
	a.pace.spend(now, a.interval())
	a.running++
	e.begin(now)
	return e, time.Time{}
}

// nextChange takes the first change that may be traced, or says when one may be.
func (a *Agenda) nextChange(now time.Time) (*Entry, time.Time) {
	var again time.Time
	for i, e := range a.changes {
		switch {
		case e.state == running: // when it is over Next is called anyway
		case e.rested(now):
			a.changes = slices.Delete(a.changes, i, i+1)
			e.reason = observation.Change
			return e, time.Time{}
		default:
			again = soonest(again, e.began.Add(Spacing))
		}
	}
	return nil, again
}

// nextOther takes the first that waits in line, in its time.
func (a *Agenda) nextOther(now time.Time) (*Entry, time.Time) {
	for len(a.others) > 0 {
		e := a.others[0]
		waits := e.state == waiting && !e.changed
		if ready := a.pace.ready(a.interval()); waits && ready.After(now) {
			return nil, ready
		}
		a.others, e.queued = a.others[1:], false
		if waits {
			return e, time.Time{}
		}
	}
	return nil, time.Time{}
}

// Done says that a trace is over.
func (a *Agenda) Done(e *Entry) {
	a.running--
	e.state = idle
}

// Idle reports whether nothing runs, waits in line, or has changed.
func (a *Agenda) Idle() bool { return a.running+len(a.changes)+len(a.others) == 0 }

// interval is the time between two traces by the clock, where many are due: as soon as routers
// allow, or sooner where all would not be traced within Every.
func (a *Agenda) interval() time.Duration {
	if a.Every == 0 || a.known == 0 {
		return routersAllow
	}
	return min(routersAllow, a.Every/time.Duration(a.known))
}

// soonest is the earlier of two times, of which zero ones are none.
func soonest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
