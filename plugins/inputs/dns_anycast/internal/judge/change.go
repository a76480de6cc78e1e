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
		observation.IsPrintable(p.Source) && hasNanos(p.First) && hasNanos(p.Last) && !p.Last.Before(p.First)
}

// nanos is a time in ns since 1970; zero: none. A time.Time takes three times as much memory.
type nanos int64

// hasNanos reports whether a time can be told in them.
func hasNanos(t time.Time) bool { return !t.IsZero() && nanosOf(t).time().Equal(t) }

func nanosOf(t time.Time) nanos {
	if t.IsZero() {
		return 0
	}
	return nanos(t.UnixNano())
}

// time is the time as others have it.
func (n nanos) time() time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(n))
}

// period is a Period as a Tracker remembers it, but for its Split. There is one for each target:
// hence the small numbers.
type period struct {
	place, instance, source string
	first, last             nanos
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
	now     period
	next    *period   // the place of the last answers, where that is not now's; while split, any; nil: none
	pending *[]sample // names running from another source than now's; nil: none
	changes int32
	flips   uint16 // between the last answers, the newest in the lowest bit: 1 where the place became another
	run     int8   // answers running for next
	split   bool   // now is, and has no place
}

// Resume is a Tracker that goes on from a period of an earlier run.
func Resume(p Period) Tracker {
	return Tracker{split: p.Split, now: period{
		place: p.Place, instance: p.Instance, source: p.Source,
		first: nanosOf(p.First), last: nanosOf(p.Last),
	}}
}

// Now is the period that lasts; the zero value before the first answer.
func (t *Tracker) Now() Period {
	return Period{
		Place: t.now.place, Split: t.split, Instance: t.now.instance, Source: t.now.source,
		First: t.now.first.time(), Last: t.now.last.time(),
	}
}

// Add judges an answer and returns the changes that it completes: one at most, but for names of
// another source, whose first ten are judged at once. confirm is how many answers running make a
// change.
func (t *Tracker) Add(s sample, confirm int) (changes []Change) {
	if t.now.first == 0 || s.source == t.now.source {
		t.pending = nil
		return t.judge(s, confirm)
	}
	if t.pending == nil || (*t.pending)[0].source != s.source {
		t.pending = &[]sample{}
	}
	if *t.pending = append(*t.pending, s); len(*t.pending) < sourceAfter {
		return nil
	}
	late := *t.pending
	t.pending, t.now.source = nil, s.source
	for _, s := range late {
		changes = append(changes, t.judge(s, confirm)...)
	}
	return changes
}

// judge is Add for an answer that counts.
func (t *Tracker) judge(s sample, confirm int) (changes []Change) {
	t.flip(s)
	switch {
	case t.now.first == 0:
		t.now = begin(s)
	case t.split:
		changes = t.endSplit(s)
	case bits.OnesCount16(t.flips) >= flipsSplit:
		if s.place == t.now.place {
			t.now.last = nanosOf(s.sent)
		}
		at := nanosOf(s.sent)
		changes = t.change(period{source: s.source, first: at, last: at}, true, s.sent)
		t.count(s)
	case s.place == t.now.place: // another node of the same site is no change
		first := t.now.first
		t.now = begin(s) // in the texts that all answers share
		t.now.first = first
		t.next, t.run = nil, 0
	default:
		if t.count(s); int(t.run) >= confirm {
			changes = t.change(*t.next, false, t.next.first.time())
		}
	}
	return changes
}

// place is that of the last answer; empty: there was none.
func (t *Tracker) place() string {
	if t.next != nil {
		return t.next.place
	}
	return t.now.place
}

// flip notes whether the answer is of another place than the one before.
func (t *Tracker) flip(s sample) {
	t.flips = t.flips << 1 & (1<<flipsKept - 1)
	if before := t.place(); before != "" && before != s.place {
		t.flips |= 1
	}
}

// count adds the answer to those running for its place.
func (t *Tracker) count(s sample) {
	if t.next == nil || s.place != t.next.place {
		p := begin(s)
		t.next, t.run = &p, 0
	}
	t.run++
	t.next.last = nanosOf(s.sent)
}

// endSplit ends a split once enough answers running come from one place. The split lasted until the
// answer before them.
func (t *Tracker) endSplit(s sample) []Change {
	if t.next != nil && s.place != t.next.place {
		t.now.last = t.next.last
	}
	if t.count(s); t.run < settleAfter {
		return nil
	}
	return t.change(*t.next, false, s.sent)
}

func (t *Tracker) change(to period, split bool, at time.Time) []Change {
	t.changes++
	c := Change{At: at, From: t.Now(), Changes: int(t.changes)}
	t.now, t.split, t.next, t.run = to, split, nil, 0
	c.To = t.Now()
	return []Change{c}
}

func begin(s sample) period {
	at := nanosOf(s.sent)
	return period{place: s.place, instance: s.instance, source: s.source, first: at, last: at}
}
