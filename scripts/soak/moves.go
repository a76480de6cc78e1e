//go:build linux

package main

import "time"

// What MEANING.md says of changes, said once more.
const (
	splitTurns = 4 // among the last ten answers
	splitOver  = 9
)

// mover says of one target when a change is due. None of these servers lets a split settle.
type mover struct {
	now, next string
	since     time.Time // of the first answer of next
	run       int
	split     bool
	last      string
	turns     []bool // between the last answers
	changes   int64
}

// change is one that is due.
type change struct {
	of       key
	from, to string
	at       int64 // ns since 1970
	changes  int64
}

// hear takes an answer that named a place.
func (m *mover) hear(place string, at time.Time) (due *change) {
	if m.last != "" {
		m.turns = append(m.turns, place != m.last)
		m.turns = m.turns[max(0, len(m.turns)-splitOver):]
	}
	m.last = place
	switch {
	case m.split:
		return nil
	case m.now == "":
		m.now = place
		return nil
	case m.moved() >= splitTurns:
		m.split = true
		return m.enter("split", at)
	case place == m.now:
		m.next = ""
		return nil
	case place != m.next:
		m.next, m.since, m.run = place, at, 0
	}
	if m.run++; m.run < confirm {
		return nil
	}
	m.next = ""
	return m.enter(place, m.since)
}

func (m *mover) moved() (n int) {
	for _, turn := range m.turns {
		if turn {
			n++
		}
	}
	return n
}

func (m *mover) enter(to string, at time.Time) *change {
	m.changes++
	c := &change{from: m.now, to: to, at: at.UnixNano(), changes: m.changes}
	m.now = to
	return c
}
