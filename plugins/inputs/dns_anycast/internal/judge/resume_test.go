package judge

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// restarted goes on from all that outlives a restart, as of a time.
func (r *serialRounds) restarted(now time.Duration) *serialRounds {
	again := newSerialRounds()
	for zone := range r.zones {
		var copies []*Copy
		for name, p := range r.paths {
			for _, c := range p.Copies.All() {
				fresh := Copy{Zone: c.Zone, Answered: c.Answered, Serial: c.Serial, Asked: c.Asked, Since: c.Since, Told: c.Told}
				again.path(name).Copies.Add(fresh)
				copies = append(copies, &again.path(name).Copies.All()[0])
			}
		}
		again.zones.Resume(zone, r.zones.Sights(zone, 100), copies, dayStart.Add(now))
	}
	return again
}

// TestResume: after a restart serials, lags and latencies go on as if there had been none.
func TestResume(t *testing.T) {
	const m, h = time.Minute, time.Hour
	for _, c := range []struct {
		name   string
		before []said
		at     time.Duration // of the restart
		after  []said
		lag    time.Duration // of serial 5 at the last round
	}{
		{
			"a latency",
			[]said{{0, "a=5 b=5", ""}, {m, "a=6 b=5", "a 6 +0s"}},
			2 * m,
			[]said{{3 * m, "a=6 b=6", "b 6 +2m0s"}},
			2 * m,
		},
		{
			"what came in between",
			[]said{{0, "a=5 b=5", ""}},
			2 * m,
			[]said{{3 * m, "a=6 b=5", "a 6 +0s"}, {4 * m, "a=6 b=6", "b 6 +1m0s"}},
			m,
		},
		{
			"what came in the hours between is not known",
			[]said{{0, "a=5 b=5", ""}},
			2 * m,
			[]said{{3 * h, "a=6 b=5", "a 6 unknown"}, {3*h + m, "a=6 b=6", "b 6 unknown"}},
			m,
		},
		{
			"missing is told once",
			[]said{{0, "a=5 b=5", ""}, {m, "a=6 b=5", "a 6 +0s"}, {2 * h, "a=6 b=5", "b 6 missing"}},
			2*h + m,
			[]said{{2*h + 2*m, "a=6 b=5", ""}, {3 * h, "a=6 b=6", "b 6 +2h59m0s"}},
			3*h - m,
		},
		{
			"missing falls into the time between",
			[]said{{0, "a=5 b=5", ""}, {m, "a=6 b=5", "a 6 +0s"}},
			2 * m,
			[]said{{2 * h, "a=6 b=-", "b 6 missing"}, {2*h + m, "a=6 b=5", ""}},
			2 * h,
		},
		{
			"one that never answered",
			[]said{{0, "b=- a=5", ""}, {m, "b=- a=6", "a 6 +0s"}},
			2 * m,
			[]said{{3 * m, "b=6 a=6", "b 6 +2m0s"}},
			2 * m,
		},
		{
			"it was newer already when first seen",
			[]said{{0, "a=5 b=6", ""}},
			m,
			[]said{{2 * m, "a=6 b=6", "a 6 unknown"}},
			2 * m,
		},
		{
			"the clock was set back",
			[]said{{2 * h, "a=5 b=5", ""}, {3 * h, "a=6 b=5", "a 6 +0s"}},
			0,
			[]said{{m, "a=6 b=6", "b 6 +1m0s"}},
			m,
		},
		{
			"who published is silent",
			[]said{{0, "a=5 b=5", ""}, {m, "a=6 b=5", "a 6 +0s"}},
			2 * m,
			slices.Repeat([]said{{3 * m, "a=- b=5", ""}}, 20), 2 * m,
		},
		{
			"set back meanwhile",
			[]said{{0, "a=5 b=5", ""}, {m, "a=6 b=5", "a 6 +0s"}},
			2 * m,
			append(slices.Repeat([]said{{3 * m, "a=5 b=5", ""}}, 10), said{4 * m, "a=6 b=5", "a 6 +0s"}, said{5 * m, "a=6 b=6", "b 6 +1m0s"}), m,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newSerialRounds()
			last := time.Duration(0)
			for i, rounds := range [][]said{c.before, c.after} {
				if i == 1 {
					r = r.restarted(c.at)
				}
				for _, s := range rounds {
					if got := strings.Join(r.at(s.at, s.says), "; "); got != s.want {
						t.Errorf("%v, %s: got %q, want %q", s.at, s.says, got, s.want)
					}
					last = s.at
				}
			}
			if got := lag(r.zones["example"], dayStart.Add(last), 5).Round(time.Second); got != c.lag {
				t.Errorf("the lag of 5 is %v, want %v", got, c.lag)
			}
		})
	}
}

// TestResumeDropsWitnesses: they are let go with the last serial of the earlier run.
func TestResumeDropsWitnesses(t *testing.T) {
	r := newSerialRounds()
	r.at(0, "a=5 b=5")
	r = r.restarted(time.Minute)
	r.at(2*time.Minute, "a=6 b=6")
	if n := len(r.zones["example"].before); n != 2 {
		t.Errorf("%d witnesses, want 2", n)
	}
	r.at(serialKept+time.Hour, "a=6 b=6")
	if n := len(r.zones["example"].before); n != 0 {
		t.Errorf("%d witnesses are left after a week", n)
	}
}

// TestSightsAreFew: the last half as they are, and some of those before, from the first on.
func TestSightsAreFew(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 1, 100: 100, 101: 76, 150: 100, 1000: 100, 3000: 100} {
		var z Serials
		for i := range n {
			z.add(after(i), uint32(i), source{}, true)
		}
		all := Zones{"": &z}.Sights("", 100)
		if len(all) != want {
			t.Errorf("of %d serials %d are told, want %d", n, len(all), want)
		}
		for i, s := range all {
			if i > 0 && s.First.Before(all[i-1].First) || i >= len(all)-50 && s.Serial != uint32(n-len(all)+i) || i == 0 && s.Serial != 0 {
				t.Errorf("of %d serials number %d is %s", n, i, fmt.Sprint(s))
			}
		}
	}
}
