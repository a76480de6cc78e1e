package exchange

import "time"

// stepLimit is how far the wall clock may move against the monotonic one before stamps are not
// trusted: adjusting the clock's speed moves both alike, so that what remains is a step.
const stepLimit = 100 * time.Microsecond

// clock tells whether the wall clock, in which the kernel stamps, was set since start.
type clock struct {
	start time.Time
	base  time.Duration
}

func newClock() clock {
	c := clock{start: time.Now()}
	c.base = c.offset()
	return c
}

// offset is wall time minus monotonic time. A preemption between time.Now's two readings can only
// make it smaller, hence the largest of three.
func (c clock) offset() time.Duration {
	most := c.between(time.Now())
	for range 2 {
		most = max(most, c.between(time.Now()))
	}
	return most
}

func (c clock) between(t time.Time) time.Duration {
	return time.Duration(t.UnixNano()-c.start.UnixNano()) - t.Sub(c.start)
}

// stepped reports whether the clock was set between start and now.
func (c clock) stepped(now time.Time) bool {
	if (c.between(now) - c.base).Abs() <= stepLimit {
		return false
	}
	return (c.offset() - c.base).Abs() > stepLimit
}

// roundTrip is the time from departure to arrival. tx and rx are the kernel's stamps, in
// nanoseconds of the wall clock, 0 when missing; sent and read are this program's own. Where the
// stamps are missing or cannot be trusted the program's times serve, and kernel is false.
func roundTrip(sent, read time.Time, tx, rx int64, stepped bool) (rtt time.Duration, kernel bool) {
	if between := time.Duration(rx - tx); tx != 0 && between > 0 && between <= read.Sub(sent)+stepLimit && !stepped {
		return between, true
	}
	// A coarse clock may not have moved at all; the answer took some time all the same.
	return max(read.Sub(sent), 1), false
}
