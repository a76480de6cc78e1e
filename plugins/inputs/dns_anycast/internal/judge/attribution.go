package judge

import (
	"slices"
	"time"
)

const answersKept = 10 // of each source

// attribution is what one source of serials has answered.
type attribution struct {
	last    time.Time
	answers [answersKept]uint32 // the last ones, in no order
	count   int                 // of all
}

func (a *attribution) note(at time.Time, serial uint32) {
	a.answers[a.count%answersKept] = serial
	a.count++
	a.last = at
}

// olderThan reports whether the last ten answers were all older than a serial.
func (a *attribution) olderThan(serial uint32) bool {
	return a.count >= answersKept &&
		!slices.ContainsFunc(a.answers[:], func(n uint32) bool { return !NewerSerial(serial, n) })
}

// witness is a target of an earlier run, which stands by the serials that it may have answered then.
type witness struct {
	*attribution        // of this run
	serial       uint32 // the newest that it answered
}

// NewerSerial reports whether serial a comes after b (RFC 1982, section 3.2). Of two that are half
// the numbers apart neither does.
func NewerSerial(a, b uint32) bool { return int32(a-b) > 0 }
