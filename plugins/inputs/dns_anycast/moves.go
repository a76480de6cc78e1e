package dns_anycast

import (
	"math/bits"
	"time"
)

const (
	turnsKept   = 9   // between the last ten answers
	turnsSplit  = 4   // so many of them make a split
	settleAfter = 100 // answers running from one place end a split
	sourceAfter = 10  // names running from another identity source count from then on
)

// heard is an answer that names a place: the site where its cloud has a site rule, else the instance.
type heard struct {
	sent     time.Time
	place    string
	instance string // printable form, as the field hostname
	source   string // what gave the name; empty with a site rule, where it does not matter
}

// stay is what a target's answers agree on for a time: one place, or that several answer in turn. The state file holds
// it.
type stay struct {
	Place    string    `json:"place,omitempty"` // empty while split, and before the first answer
	Split    bool      `json:"split,omitempty"`
	Instance string    `json:"instance,omitempty"` // the last one seen
	Source   string    `json:"source,omitempty"`
	First    time.Time `json:"first"` // the first answer
	Last     time.Time `json:"last"`  // the last so far
}

// move is a change from one stay to another.
type move struct {
	at       time.Time
	from, to stay
	changes  int // of its target since the start, this one included
}

// track judges the answers of one target, in the order sent. It has no clock. The zero track has heard nothing.
type track struct {
	now     stay
	next    *stay  // the place of the last answers, where that is not now's; while split, wherever it is; nil: none
	run     int16  // answers running for next
	turns   uint16 // between the last answers, the newest in the lowest bit: 1 where the place became another
	changes int32
	place   string    // of the answer before
	heard   time.Time // when that was asked for
	strange []heard   // names running from another source than now's
}

// remembered is a track that goes on from a stay of an earlier run.
func remembered(s stay) track {
	return track{now: s, place: s.Place, heard: s.Last}
}

// take judges an answer and returns the moves that it completes: one at most, but for names of another source, whose
// first ten are judged at once. confirm is how many answers running make a move.
func (t *track) take(h heard, confirm int) (moves []move) {
	if t.now.First.IsZero() || h.source == t.now.Source {
		t.strange = nil
		return t.judge(h, confirm)
	}
	if len(t.strange) > 0 && t.strange[0].source != h.source {
		t.strange = nil
	}
	if t.strange = append(t.strange, h); len(t.strange) < sourceAfter {
		return nil
	}
	late := t.strange
	t.strange, t.now.Source = nil, h.source
	for _, h := range late {
		moves = append(moves, t.judge(h, confirm)...)
	}
	return moves
}

// judge is take for an answer that counts.
func (t *track) judge(h heard, confirm int) (moves []move) {
	t.turn(h)
	switch {
	case t.now.First.IsZero():
		t.now = begin(h)
	case t.now.Split:
		moves = t.settle(h)
	case bits.OnesCount16(t.turns) >= turnsSplit:
		if h.place == t.now.Place {
			t.now.Last = h.sent
		}
		moves = t.enter(stay{Split: true, Source: h.source, First: h.sent, Last: h.sent}, h.sent)
		t.count(h)
	case h.place == t.now.Place:
		t.now.Instance, t.now.Last = h.instance, h.sent // another node of the same site is no move
		t.next, t.run = nil, 0
	default:
		if t.count(h); int(t.run) >= confirm {
			moves = t.enter(*t.next, t.next.First)
		}
	}
	t.place, t.heard = h.place, h.sent
	return moves
}

// turn notes whether the answer is of another place than the one before.
func (t *track) turn(h heard) {
	t.turns = t.turns << 1 & (1<<turnsKept - 1)
	if t.place != "" && h.place != t.place {
		t.turns |= 1
	}
}

// count adds the answer to those running for its place.
func (t *track) count(h heard) {
	if t.next == nil || h.place != t.next.Place {
		s := begin(h)
		t.next, t.run = &s, 0
	}
	t.run++
	t.next.Last = h.sent
}

// settle ends a split once enough answers running come from one place. The split lasted until the answer before them.
func (t *track) settle(h heard) []move {
	if t.next != nil && h.place != t.next.Place {
		t.now.Last = t.heard
	}
	if t.count(h); t.run < settleAfter {
		return nil
	}
	return t.enter(*t.next, h.sent)
}

func (t *track) enter(to stay, at time.Time) []move {
	m := move{at: at, from: t.now, to: to}
	t.changes++
	m.changes = int(t.changes)
	t.now, t.next, t.run = to, nil, 0
	return []move{m}
}

func begin(h heard) stay {
	return stay{Place: h.place, Instance: h.instance, Source: h.source, First: h.sent, Last: h.sent}
}
