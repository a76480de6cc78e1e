package judge

import (
	"math/bits"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

const (
	flipsKept   = 9   // between the last ten answers
	flipsSplit  = 4   // as many of them make a split
	settleAfter = 100 // answers running from one place end a split
	sourceAfter = 10  // names running from another identity source count from then on
)

// sample is an answer that names a place: the site where its cloud has a site rule, else the
// instance.
type sample struct {
	sent     time.Time
	place    string
	instance string // printable form
	source   string // what gave the name; empty with a site rule, where it does not matter
}

// Period is what a target's answers agree on for a time: one place, or that several answer in turn.
// The state file holds it.
type Period struct {
	Place    string    `json:"place,omitempty"` // empty while split, and before the first answer
	Split    bool      `json:"split,omitempty"`
	Instance string    `json:"instance,omitempty"` // the last one seen
	Source   string    `json:"source,omitempty"`
	First    time.Time `json:"first"` // the first answer
	Last     time.Time `json:"last"`  // the last so far
}

// Valid reports whether a period is one that a Tracker may have made: its text goes into fields.
func (p Period) Valid() bool {
	if p == (Period{}) {
		return true
	}
	named := p.Place != "" && p.Instance != ""
	return named != p.Split && observation.IsPrintable(p.Place) && observation.IsPrintable(p.Instance) &&
		observation.IsPrintable(p.Source) && !p.First.IsZero() && !p.Last.Before(p.First)
}

// Change is one from a period to another.
type Change struct {
	At       time.Time
	From, To Period
	Changes  int // of its target since the start, this one included
}

// Tracker judges the answers of one target, in the order sent. It has no clock. The zero Tracker
// has heard nothing.
type Tracker struct {
	now      Period
	next     *Period // the place of the last answers, where that is not now's; while split, any; nil: none
	run      int16   // answers running for next
	flips    uint16  // between the last answers, the newest in the lowest bit: 1 where the place became another
	changes  int32
	place    string    // of the answer before
	lastSent time.Time // when that was asked for
	pending  []sample  // names running from another source than now's
}

// Resume is a Tracker that goes on from a period of an earlier run.
func Resume(p Period) Tracker { return Tracker{now: p, place: p.Place, lastSent: p.Last} }

// Now is the period that lasts; the zero value before the first answer.
func (t *Tracker) Now() Period { return t.now }

// Add judges an answer and returns the changes that it completes: one at most, but for names of
// another source, whose first ten are judged at once. confirm is how many answers running make a
// change.
func (t *Tracker) Add(s sample, confirm int) (changes []Change) {
	if t.now.First.IsZero() || s.source == t.now.Source {
		t.pending = nil
		return t.judge(s, confirm)
	}
	if len(t.pending) > 0 && t.pending[0].source != s.source {
		t.pending = nil
	}
	if t.pending = append(t.pending, s); len(t.pending) < sourceAfter {
		return nil
	}
	late := t.pending
	t.pending, t.now.Source = nil, s.source
	for _, s := range late {
		changes = append(changes, t.judge(s, confirm)...)
	}
	return changes
}

// judge is Add for an answer that counts.
func (t *Tracker) judge(s sample, confirm int) (changes []Change) {
	t.flip(s)
	switch {
	case t.now.First.IsZero():
		t.now = begin(s)
	case t.now.Split:
		changes = t.endSplit(s)
	case bits.OnesCount16(t.flips) >= flipsSplit:
		if s.place == t.now.Place {
			t.now.Last = s.sent
		}
		split := Period{Split: true, Source: s.source, First: s.sent, Last: s.sent}
		changes = t.change(split, s.sent)
		t.count(s)
	case s.place == t.now.Place:
		t.now.Instance, t.now.Last = s.instance, s.sent // another node of the same site is no change
		t.next, t.run = nil, 0
	default:
		if t.count(s); int(t.run) >= confirm {
			changes = t.change(*t.next, t.next.First)
		}
	}
	t.place, t.lastSent = s.place, s.sent
	return changes
}

// flip notes whether the answer is of another place than the one before.
func (t *Tracker) flip(s sample) {
	t.flips = t.flips << 1 & (1<<flipsKept - 1)
	if t.place != "" && s.place != t.place {
		t.flips |= 1
	}
}

// count adds the answer to those running for its place.
func (t *Tracker) count(s sample) {
	if t.next == nil || s.place != t.next.Place {
		p := begin(s)
		t.next, t.run = &p, 0
	}
	t.run++
	t.next.Last = s.sent
}

// endSplit ends a split once enough answers running come from one place. The split lasted until the
// answer before them.
func (t *Tracker) endSplit(s sample) []Change {
	if t.next != nil && s.place != t.next.Place {
		t.now.Last = t.lastSent
	}
	if t.count(s); t.run < settleAfter {
		return nil
	}
	return t.change(*t.next, s.sent)
}

func (t *Tracker) change(to Period, at time.Time) []Change {
	t.changes++
	c := Change{At: at, From: t.now, To: to, Changes: int(t.changes)}
	t.now, t.next, t.run = to, nil, 0
	return []Change{c}
}

func begin(s sample) Period {
	return Period{Place: s.place, Instance: s.instance, Source: s.source, First: s.sent, Last: s.sent}
}
