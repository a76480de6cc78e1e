package judge

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
	"unsafe"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

// defaults are the thresholds of sample.conf.
var defaults = Thresholds{
	SlowFactor: 1.5, SlowOver: milliseconds(10), SlowAfter: 3, FloorFactor: 3, FloorOver: milliseconds(25),
	FarOver: milliseconds(20), FarFloor: milliseconds(30),
}

// away is the distance to a place whose floor is so many ms, in a cloud without a list of sites.
func away(floor float64) Distance {
	return Distance{Known: true, Km: floor * lightInFibre / 2, nearest: unlisted}
}

// judged returns the verdicts of answers that come each ten seconds.
func judged(b *Baseline, d Distance, ms ...float64) (all []Verdict) {
	for i, t := range ms {
		all = append(all, b.judge(milliseconds(t), roundStart(i), d, &defaults))
	}
	return all
}

func inMS(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func times(n int, ms float64) []float64 { return slices.Repeat([]float64{ms}, n) }

func newBaseline() *Baseline { return &Baseline{Verdict: NoVerdict} }

// TestVerdictByDistance: one answer is enough for what the distance alone says.
func TestVerdictByDistance(t *testing.T) {
	for _, c := range []struct {
		name     string
		distance Distance
		ms       float64
		want     Verdict
	}{
		{"nothing is known", Distance{}, 5, NoVerdict},
		{"next door", away(0), 0.2, Near},
		{"near", away(5), 12, Near},
		{"floor at the limit, no list", away(30), 60, Near},
		{"floor above it", away(30.1), 60, Far},
		{"a nearer site by 20 ms", Distance{Known: true, Km: 5000, nearest: milliseconds(30)}, 80, Near},
		{"by more", Distance{Known: true, Km: 5000, nearest: milliseconds(29.9)}, 80, Far},
		{"all are far away", Distance{Known: true, Km: 15000, nearest: milliseconds(140)}, 200, Near},
		{"light itself takes longer", Distance{Known: true, Km: 17000, nearest: unlisted}, 5, Impossible},
		{"light needs 200 ms", Distance{Known: true, Km: 29980, nearest: unlisted}, 198.9, Impossible},
		{"a millisecond is granted", Distance{Known: true, Km: 29980, nearest: unlisted}, 199.1, Far},
		{"above the floor's limit, once", away(5), 40.1, NoVerdict},
		{"at the floor's limit", away(5), 40, Near},
	} {
		if got := newBaseline().judge(milliseconds(c.ms), dayStart, c.distance, &defaults); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

// TestVerdictSlow: three answers above a limit make slow, three below end it; in between it reads
// as before.
func TestVerdictSlow(t *testing.T) {
	const n, s, none = Near, Slow, NoVerdict
	for _, c := range []struct {
		name     string
		distance Distance
		before   []float64
		ms       []float64
		want     []Verdict
	}{
		{"an incident", away(5), times(20, 12), []float64{60, 60, 60, 60, 12, 12, 12, 12}, []Verdict{n, n, s, s, s, s, n, n}},
		{"below the limit", away(5), times(20, 12), times(5, 22), []Verdict{n, n, n, n, n}},
		{"above it", away(5), times(20, 12), times(4, 22.1), []Verdict{n, n, s, s}},
		{"the factor counts where it is more", away(20), times(20, 40), append(times(3, 60), times(3, 61)...), []Verdict{n, n, n, n, n, s}},
		{"two in a row are not three", away(5), times(20, 12), []float64{60, 60, 12, 60, 60, 12}, []Verdict{n, n, n, n, n, n}},
		{"two good ones do not end it", away(5), times(20, 12), []float64{60, 60, 60, 12, 12, 60, 12, 12, 12}, []Verdict{n, n, s, s, s, s, s, s, n}},
		{"always slow, however usual", away(1), nil, times(15, 90), append([]Verdict{none, none}, slices.Repeat([]Verdict{s}, 13)...)},
		{"nothing but the usual time is known", Distance{}, times(20, 12), []float64{60, 60, 60, 60}, []Verdict{none, none, s, s}},
		{"nine answers are not usual yet", Distance{}, times(9, 12), times(3, 60), []Verdict{none, none, none}},
	} {
		u := newBaseline()
		judged(u, c.distance, c.before...)
		if got := judged(u, c.distance, c.ms...); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

// TestVerdictSlowWinsOverFar: but where a nearer site should have answered, the floor's limit says
// nothing.
func TestVerdictSlowWinsOverFar(t *testing.T) {
	u := newBaseline()
	distant := Distance{Known: true, Km: 8000, nearest: milliseconds(0)} // a floor of 80 ms, and a site next door
	if got := judged(u, distant, times(20, 300)...); slices.Contains(got, Slow) {
		t.Errorf("far, and above three times the floor: %d", got)
	}
	if got := judged(newBaseline(), away(80), times(4, 300)...); got[3] != Slow {
		t.Errorf("no list, and above three times the floor: %d", got)
	}
	if got := judged(u, distant, times(3, 500)...); !slices.Equal(got, []Verdict{Far, Far, Slow}) {
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
			u, next, became := newBaseline(), logNormal(seed, c.median, c.p99), 0
			before := NoVerdict
			for i := range dayRounds {
				v := u.judge(milliseconds(next()), roundStart(i), away(c.floor), &defaults)
				if v == Slow && before != Slow {
					became++
				}
				before = v
			}
			most = max(most, became)
			if inMS(u.Usual) < c.median*0.88 || inMS(u.Usual) > c.median*1.12 {
				t.Errorf("%v/%v: usual %v", c.median, c.p99, inMS(u.Usual))
			}
		}
		if most >= 3 {
			t.Errorf("median %v, 99th percentile %v: slow %d times in a day", c.median, c.p99, most)
		}
	}
}

// TestVerdictOfIncidents: from 12 to 60 ms, for an hour and for twenty, reads slow from the third
// answer to the end, and so it does two hours later.
func TestVerdictOfIncidents(t *testing.T) {
	for _, length := range []int{360, 20 * 360} {
		u, fast, slower := newBaseline(), logNormal(1, 12, 20), logNormal(2, 60, 80)
		i := 0
		judge := func() Verdict {
			i++
			return u.judge(milliseconds(map[bool]func() float64{false: fast, true: slower}[i%(length+720) > 720]()), roundStart(i), away(5), &defaults)
		}
		for range 3 { // two hours, then the incident
			for range 720 {
				judge()
			}
			for n := range length {
				if v := judge(); (v == Slow) != (n >= 2) {
					t.Fatalf("%d rounds: answer %d of the incident: %d, usual %v", length, n+1, v, inMS(u.Usual))
				}
			}
		}
	}
}

// TestBaselineStartsAnew: after a day of nothing but slow answers the new time is the usual one.
func TestBaselineStartsAnew(t *testing.T) {
	u := newBaseline()
	for i := range 20 {
		u.judge(milliseconds(12), roundStart(i), Distance{}, &defaults)
	}
	for i := 20; i < 20+dayRounds; i++ {
		if v := u.judge(milliseconds(60), roundStart(i), Distance{}, &defaults); i > 30 && v != Slow {
			t.Fatalf("answer %d: %d", i, v)
		}
	}
	for i := 20 + dayRounds; i < 40+dayRounds; i++ {
		u.judge(milliseconds(60), roundStart(i), Distance{}, &defaults)
	}
	if u.Usual != milliseconds(60) || u.Slow {
		t.Errorf("usual %v, slow %v", inMS(u.Usual), u.Slow)
	}
}

// TestBaselinesAreBounded: the instance silent longest makes room.
func TestBaselinesAreBounded(t *testing.T) {
	var bs Baselines
	for i := range 100 {
		bs.of(fmt.Sprint(i%50), roundStart(i))
	}
	if len(bs) != baselinesKept {
		t.Errorf("%d are kept", len(bs))
	}
	for i := 50 - baselinesKept; i < 50; i++ {
		if !slices.ContainsFunc(bs, func(u Baseline) bool { return u.Instance == fmt.Sprint(i) }) {
			t.Errorf("%d is not kept", i)
		}
	}
}

// TestVerdictOfLongPaths: round-trip times that are usual between cities are far or near, never
// slow.
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
		from, _ := places.Lookup(c.from)
		cloud := Cloud{Locations: Locations{IATA: true}}
		d := cloud.From(Vantage{from.Latitude, from.Longitude, true}).distance(cloud.Locations.Place(c.to))
		want := Near
		if d.FloorMS() > 30 {
			want = Far
		}
		u, jitter := newBaseline(), logNormal(1, c.ms, c.ms*1.3)
		for i := range 1000 {
			if v := u.judge(milliseconds(max(c.ms, jitter())), roundStart(i), d, &defaults); v != want {
				t.Errorf("%s to %s, %.0f km, %v ms: answer %d reads %s", c.from, c.to, d.Km, c.ms, i, v)
				break
			}
		}
	}
}

// TestBaselineIsSmall: there are as many as targets, at least.
func TestBaselineIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(Baseline{}); size > 80 {
		t.Errorf("%d bytes", size)
	}
}

func BenchmarkJudge(b *testing.B) {
	p := pathFrom("LON")
	var r Round
	all := []*observation.Observation{answer(0, "lhr1.example", 12)}
	for b.Loop() {
		r.Judge(p, all)
	}
}
