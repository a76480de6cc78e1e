package exchange

import (
	"testing"
	"time"
	"unsafe"
)

func TestRoundTrip(t *testing.T) {
	const us, ms = time.Microsecond, time.Millisecond
	sent := time.Now()
	read := sent.Add(9 * ms)
	at := func(d time.Duration) int64 { return sent.Add(d).UnixNano() }
	for _, c := range []struct {
		name    string
		read    time.Time
		tx, rx  int64
		stepped bool
		want    time.Duration
		kernel  bool
	}{
		{"both stamps", read, at(5 * us), at(305 * us), false, 300 * us, true},
		{"both stamps, read long after", sent.Add(time.Minute), at(5 * us), at(305 * us), false, 300 * us, true},
		{"a nanosecond", read, at(5), at(6), false, 1, true},
		{"no departure stamp", read, 0, at(305 * us), false, 9 * ms, false},
		{"no arrival stamp", read, at(5 * us), 0, false, 9 * ms, false},
		{"no stamp", read, 0, 0, false, 9 * ms, false},
		{"arrival at departure", read, at(5 * us), at(5 * us), false, 9 * ms, false},
		{"arrival before departure", read, at(305 * us), at(5 * us), false, 9 * ms, false},
		{"more between them than has passed", read, at(5 * us), at(10 * ms), false, 9 * ms, false},
		{"clock set forward", read, at(5 * us), at(time.Hour), true, 9 * ms, false},
		{"clock set back by less than the trip", read, at(5 * us), at(100 * us), true, 9 * ms, false},
		{"a clock too coarse", sent, 0, 0, false, 1, false},
		{"stepped and too coarse", sent, at(5 * us), at(6 * us), true, 1, false},
		{"no monotonic clock, set back", sent.Round(0).Add(-time.Hour), 0, 0, false, 1, false},
	} {
		got, kernel := roundTrip(sent, c.read, c.tx, c.rx, c.stepped)
		if got != c.want || kernel != c.kernel {
			t.Errorf("%s: got %v, kernel %v, want %v, kernel %v", c.name, got, kernel, c.want, c.kernel)
		}
	}
}

// TestClockStepped sets the clock as seen from the start of the exchange: a base that is too small
// is a step forward.
func TestClockStepped(t *testing.T) {
	for _, c := range []struct {
		name      string
		step      time.Duration
		preempted time.Duration // between now's two readings
		want      bool
	}{
		{"still", 0, 0, false},
		{"adjusted by less than the limit", stepLimit / 2, 0, false},
		{"adjusted back by less than the limit", -stepLimit / 2, 0, false},
		{"forward", time.Millisecond, 0, true},
		{"back", -time.Millisecond, 0, true},
		{"forward by an hour", time.Hour, 0, true},
		{"back by an hour", -time.Hour, 0, true},
		{"preempted", 0, 20 * time.Millisecond, false},
		{"forward, and preempted", 50 * time.Millisecond, 20 * time.Millisecond, true},
		{"back, and preempted", -50 * time.Millisecond, 20 * time.Millisecond, true},
	} {
		clk := newClock()
		clk.base -= c.step
		if got := clk.stepped(preempted(t, time.Now(), c.preempted)); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// preempted is now as time.Now gives it when the program loses its processor for d after the
// reading of the wall clock. No function of package time sets one reading alone: its second word
// holds the monotonic one.
func preempted(t *testing.T, now time.Time, d time.Duration) time.Time {
	t.Helper()
	before := now
	(*[2]int64)(unsafe.Pointer(&now))[1] += int64(d)
	if now.Sub(before) != d || now.UnixNano() != before.UnixNano() {
		t.Fatal("package time keeps the monotonic reading elsewhere")
	}
	return now
}
