package dns_anycast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// usualLimits are the defaults.
var usualLimits = limits{slowFactor: 1.5, slowOver: 10, slowAfter: 3, floorFactor: 3, floorOver: 25, farOver: 20, farFloor: 30}

// away is a way to a place whose floor is that long, in a cloud without a list of sites.
func away(floor float64) way {
	return way{known: true, distance: floor * lightInFibre / 2, nearest: -1}
}

// judged returns the verdicts of answers that come each ten seconds.
func judged(u *usual, w way, ms ...float64) (all []verdict) {
	for i, t := range ms {
		all = append(all, u.judge(t, roundStart(i), w, usualLimits))
	}
	return all
}

func times(n int, ms float64) []float64 { return slices.Repeat([]float64{ms}, n) }

func newUsual() *usual { return &usual{Verdict: verdictNone} }

// TestVerdictByDistance: one answer is enough for what the distance alone says.
func TestVerdictByDistance(t *testing.T) {
	for _, c := range []struct {
		name string
		way  way
		ms   float64
		want verdict
	}{
		{"nothing is known", way{}, 5, verdictNone},
		{"next door", away(0), 0.2, verdictNear},
		{"near", away(5), 12, verdictNear},
		{"floor at the limit, no list", away(30), 60, verdictNear},
		{"floor above it", away(30.1), 60, verdictFar},
		{"a nearer site by 20 ms", way{known: true, distance: 5000, nearest: 30}, 80, verdictNear},
		{"by more", way{known: true, distance: 5000, nearest: 29.9}, 80, verdictFar},
		{"all are far away", way{known: true, distance: 15000, nearest: 140}, 200, verdictNear},
		{"light itself takes longer", way{known: true, distance: 17000, nearest: -1}, 5, verdictImpossible},
		{"light needs 200 ms", way{known: true, distance: 29980, nearest: -1}, 198.9, verdictImpossible},
		{"a millisecond is granted", way{known: true, distance: 29980, nearest: -1}, 199.1, verdictFar},
		{"above the floor's limit, once", away(5), 40.1, verdictNone},
		{"at the floor's limit", away(5), 40, verdictNear},
	} {
		if got := newUsual().judge(c.ms, dayStart, c.way, usualLimits); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

// TestVerdictSlow: three answers above a limit make slow, three below end it; in between it reads as before.
func TestVerdictSlow(t *testing.T) {
	const n, s, none = verdictNear, verdictSlow, verdictNone
	for _, c := range []struct {
		name   string
		way    way
		before []float64
		ms     []float64
		want   []verdict
	}{
		{"an incident", away(5), times(20, 12), []float64{60, 60, 60, 60, 12, 12, 12, 12}, []verdict{n, n, s, s, s, s, n, n}},
		{"below the limit", away(5), times(20, 12), times(5, 22), []verdict{n, n, n, n, n}},
		{"above it", away(5), times(20, 12), times(4, 22.1), []verdict{n, n, s, s}},
		{"the factor counts where it is more", away(20), times(20, 40), append(times(3, 60), times(3, 61)...), []verdict{n, n, n, n, n, s}},
		{"two in a row are not three", away(5), times(20, 12), []float64{60, 60, 12, 60, 60, 12}, []verdict{n, n, n, n, n, n}},
		{"two good ones do not end it", away(5), times(20, 12), []float64{60, 60, 60, 12, 12, 60, 12, 12, 12}, []verdict{n, n, s, s, s, s, s, s, n}},
		{"always slow, however usual", away(1), nil, times(15, 90), append([]verdict{none, none}, slices.Repeat([]verdict{s}, 13)...)},
		{"nothing but the usual time is known", way{}, times(20, 12), []float64{60, 60, 60, 60}, []verdict{none, none, s, s}},
		{"nine answers are not usual yet", way{}, times(9, 12), times(3, 60), []verdict{none, none, none}},
	} {
		u := newUsual()
		judged(u, c.way, c.before...)
		if got := judged(u, c.way, c.ms...); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

// TestVerdictSlowWinsOverFar: but where a nearer site should have answered, the floor's limit says nothing.
func TestVerdictSlowWinsOverFar(t *testing.T) {
	u := newUsual()
	distant := way{known: true, distance: 8000, nearest: 0} // a floor of 80 ms, and a site next door
	if got := judged(u, distant, times(20, 300)...); slices.Contains(got, verdictSlow) {
		t.Errorf("far, and above three times the floor: %d", got)
	}
	if got := judged(newUsual(), away(80), times(4, 300)...); got[3] != verdictSlow {
		t.Errorf("no list, and above three times the floor: %d", got)
	}
	if got := judged(u, distant, times(3, 500)...); !slices.Equal(got, []verdict{verdictFar, verdictFar, verdictSlow}) {
		t.Errorf("far, and slower than usual: %d", got)
	}
}

// logNormal makes times with that median and 99th percentile.
func logNormal(seed uint64, median, p99 float64) func() float64 {
	random, sigma := rand.New(rand.NewPCG(seed, 3)), math.Log(p99/median)/2.326
	return func() float64 { return median * math.Exp(sigma*random.NormFloat64()) }
}

// TestVerdictOfNormalDays: jitter alone is hardly ever slow.
func TestVerdictOfNormalDays(t *testing.T) {
	for _, c := range []struct{ median, p99, floor float64 }{{12, 20, 5}, {80, 110, 50}, {250, 300, 100}} {
		most := 0
		for seed := range uint64(50) {
			u, next, became := newUsual(), logNormal(seed, c.median, c.p99), 0
			before := verdictNone
			for i := range dayRounds {
				v := u.judge(next(), roundStart(i), away(c.floor), usualLimits)
				if v == verdictSlow && before != verdictSlow {
					became++
				}
				before = v
			}
			most = max(most, became)
			if u.MS < c.median*0.88 || u.MS > c.median*1.12 {
				t.Errorf("%v/%v: usual %v", c.median, c.p99, u.MS)
			}
		}
		if most >= 3 {
			t.Errorf("median %v, 99th percentile %v: slow %d times in a day", c.median, c.p99, most)
		}
	}
}

// TestVerdictOfIncidents: from 12 to 60 ms, for an hour and for twenty, reads slow from the third answer to the end,
// and so it does two hours later.
func TestVerdictOfIncidents(t *testing.T) {
	for _, length := range []int{360, 20 * 360} {
		u, fast, slower := newUsual(), logNormal(1, 12, 20), logNormal(2, 60, 80)
		i := 0
		judge := func() verdict {
			i++
			return u.judge(map[bool]func() float64{false: fast, true: slower}[i%(length+720) > 720](), roundStart(i), away(5), usualLimits)
		}
		for range 3 { // two hours, then the incident
			for range 720 {
				judge()
			}
			for n := range length {
				if v := judge(); (v == verdictSlow) != (n >= 2) {
					t.Fatalf("%d rounds: answer %d of the incident: %d, usual %v", length, n+1, v, u.MS)
				}
			}
		}
	}
}

// TestUsualStartsAnew: after a day of nothing but slow answers the new time is the usual one.
func TestUsualStartsAnew(t *testing.T) {
	u := newUsual()
	for i := range 20 {
		u.judge(12, roundStart(i), way{}, usualLimits)
	}
	for i := 20; i < 20+dayRounds; i++ {
		if v := u.judge(60, roundStart(i), way{}, usualLimits); i > 30 && v != verdictSlow {
			t.Fatalf("answer %d: %d", i, v)
		}
	}
	for i := 20 + dayRounds; i < 40+dayRounds; i++ {
		u.judge(60, roundStart(i), way{}, usualLimits)
	}
	if u.MS != 60 || u.Slow {
		t.Errorf("usual %v, slow %v", u.MS, u.Slow)
	}
}

// TestUsualsAreBounded: the instance silent longest makes room.
func TestUsualsAreBounded(t *testing.T) {
	var us usuals
	for i := range 100 {
		us.of(fmt.Sprint(i%50), roundStart(i))
	}
	if len(us) != usualsKept {
		t.Errorf("%d are kept", len(us))
	}
	for i := 50 - usualsKept; i < 50; i++ {
		if !slices.ContainsFunc(us, func(u usual) bool { return u.Instance == fmt.Sprint(i) }) {
			t.Errorf("%d is not kept", i)
		}
	}
}

// TestVerdictOfLongPaths: round-trip times that are usual between cities are far or near, never slow.
func TestVerdictOfLongPaths(t *testing.T) {
	for _, c := range []struct {
		from, to string
		ms       float64
	}{
		{"LON", "NYC", 74},
		{"LON", "SIN", 172},
		{"LON", "TYO", 232},
		{"LON", "SYD", 272},
		{"NYC", "LAX", 64},
		{"SFO", "TYO", 108},
		{"LAX", "SYD", 152},
		{"FRA", "SIN", 162},
		{"LON", "JNB", 162},
		{"MIA", "SAO", 112},
		{"PAR", "BOM", 118},
		{"AMS", "HKG", 192},
		{"ARN", "LON", 30},
		{"FRA", "AMS", 8},
		{"PAR", "NRT", 238},
		{"NYC", "JNB", 225},
	} {
		h, err := readLocation(c.from)
		if err != nil {
			t.Fatal(err)
		}
		s, err := readPlaces(&Cloud{Places: "iata"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		a := newLocations(s, h)
		w := a.way(a.place(c.to))
		want := verdictNear
		if w.floor() > 30 {
			want = verdictFar
		}
		u, jitter := newUsual(), logNormal(1, c.ms, c.ms*1.3)
		for i := range 1000 {
			if v := u.judge(max(c.ms, jitter()), roundStart(i), w, usualLimits); v != want {
				t.Errorf("%s to %s, %.0f km, %v ms: answer %d reads %s", c.from, c.to, w.distance, c.ms, i, v)
				break
			}
		}
	}
}

// TestUsualIsSmall: there are as many as targets, at least.
func TestUsualIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(usual{}); size > 80 {
		t.Errorf("%d bytes", size)
	}
}

func BenchmarkJudgeTime(b *testing.B) {
	d := New()
	d.Location, d.Clouds = "LON", []Cloud{{Name: "c", Servers: []string{"192.0.2.1"}, Site: "^([a-z]{3})", Places: "iata", Sites: []string{"LHR", "SYD"}}}
	if err := d.Init(); err != nil {
		b.Fatal(err)
	}
	s := seen{target: d.servers[0].targets[0], sent: dayStart, rtt: 12e6, who: who{name: "lhr1", hostname: "lhr1", site: "LHR"}}
	for b.Loop() {
		s.judgeTime()
	}
}
