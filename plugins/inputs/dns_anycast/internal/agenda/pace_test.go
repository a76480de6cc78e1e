package agenda

import (
	"testing"
	"time"
)

// TestPace: a number at once, then one in each interval; a pause fills up no more than that number.
func TestPace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		every   time.Duration
		targets int
		want    time.Duration // between two
	}{
		{"as routers allow", time.Hour, 300, routersAllow},
		{"never by the clock", 0, 300, routersAllow},
		{"all within their time", time.Minute, 300, time.Minute / 300},
	} {
		d := newDay(c.every, c.targets)
		const step = 10 * time.Millisecond
		for part, all := range [][]begun{
			d.live(int(10*c.want/step), step, 0, nothing),
		} {
			checkPace(t, c.name, all, c.want)
			if want := burst + 9; len(all) < want || len(all) > want+1 {
				t.Errorf("%s, part %d: %d traces in ten intervals, want %d", c.name, part, len(all), want)
			}
		}
		d.now = d.now.Add(50 * time.Second) // the queue waits
		if all := d.live(1, step, 0, nothing); len(all) > burst {
			t.Errorf("%s: %d traces at once after a pause", c.name, len(all))
		}
	}
}

// checkPace: in no time are there more than its intervals and the burst.
func checkPace(t *testing.T, name string, all []begun, interval time.Duration) {
	t.Helper()
	for i := range all {
		for j := i + burst; j < len(all); j++ {
			if least := time.Duration(j-i-burst+1) * interval; all[j].at-all[i].at < least {
				t.Fatalf("%s: traces %d to %d within %v, want %v at least", name, i, j, all[j].at-all[i].at, least)
			}
		}
	}
}
