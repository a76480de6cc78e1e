package agenda

import (
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// Entry is a target in an agenda. The zero value but for its target has not been traced.
type Entry struct {
	Target int // the prober's number

	state   state
	reason  observation.Reason // of the trace that it waits for, or that runs
	changed bool               // since its last trace began
	queued  bool               // among those that wait in line, or did
	began   time.Time          // the last trace; zero: none has
	due     time.Time          // for one by the clock; zero: it has not been asked
}

type state uint8

const (
	idle state = iota
	waiting
	running
)

// Reason is why the trace under way was begun.
func (e *Entry) Reason() observation.Reason { return e.reason }

// rested reports whether it has not been traced for Spacing.
func (e *Entry) rested(now time.Time) bool {
	return e.began.IsZero() || now.Sub(e.began) >= Spacing
}

func (e *Entry) begin(now time.Time) {
	e.state, e.began, e.changed = running, now, false
}
