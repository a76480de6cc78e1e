package judge

import (
	"math"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

const (
	warmUp          = 10             // answers before there is a usual time
	usualStep       = 200            // the part of the usual time by which an answer moves it at most
	baselineRenewed = 24 * time.Hour // of nothing but slow answers, after which the usual time starts anew
	baselinesKept   = 32             // instances of a target
)

// Baseline is how long one instance usually takes to answer a target's queries. There is one for
// each target at least: hence the small numbers.
type Baseline struct {
	Instance string
	Usual    time.Duration // a running median; zero: not known yet
	First    *FirstTimes   // of the answers so far, while that is so; nil: none
	Heard    int64         // when the last answer was asked for, in ms since 1970
	Since    int64         // when the answers above the usual began, in ms since 1970; zero: the last was none
	Run      int16         // answers running that say otherwise than Slow
	Slow     bool
	Verdict  Verdict // of the answer before
}

// FirstTimes are of the answers before there is a usual time.
type FirstTimes struct {
	count int8
	ticks [warmUp - 1]tick
}

// tick is 16 ns: so many of them as a number of 32 bits tells are longer than any answer takes.
type tick uint32

const tickTime = 16 * time.Nanosecond

// ticksOf rounds up; zero is no time, and neither is what they cannot tell.
func ticksOf(d time.Duration) tick {
	return tick(max(0, min((d+tickTime-1)/tickTime, math.MaxUint32)))
}

func (t tick) time() time.Duration { return time.Duration(t) * tickTime }

// NewFirstTimes keeps times, nil where there are none. More than there is room for are not Valid in
// a Baseline.
func NewFirstTimes(times []time.Duration) *FirstTimes {
	if len(times) == 0 {
		return nil
	}
	f := &FirstTimes{}
	for _, t := range times {
		if !f.add(t) {
			f.count = warmUp
			break
		}
	}
	return f
}

// Times are they, in the order heard.
func (f *FirstTimes) Times() (times []time.Duration) {
	if f == nil {
		return nil
	}
	for _, t := range f.ticks[:f.count] {
		times = append(times, t.time())
	}
	return times
}

// add adds one; false: there is no room.
func (f *FirstTimes) add(rtt time.Duration) bool {
	if int(f.count) == len(f.ticks) {
		return false
	}
	f.ticks[f.count] = ticksOf(rtt)
	f.count++
	return true
}

// median is that of as many as there is room for and one more.
func (f *FirstTimes) median(last time.Duration) time.Duration {
	all := [warmUp]tick{warmUp - 1: ticksOf(last)}
	copy(all[:], f.ticks[:])
	slices.Sort(all[:])
	return (all[(warmUp-1)/2].time() + all[warmUp/2].time()) / 2
}

func (f *FirstTimes) valid(longest time.Duration) bool {
	none := func(t tick) bool { return t == 0 || t.time() > longest }
	return f == nil || int(f.count) <= len(f.ticks) && !slices.ContainsFunc(f.ticks[:f.count], none)
}

// Baselines are those of one target.
type Baselines []Baseline

// of returns the baseline of an instance, which takes the place of the one silent longest where
// there is no room.
func (bs *Baselines) of(instance string, at time.Time) *Baseline {
	i := slices.IndexFunc(*bs, func(b Baseline) bool { return b.Instance == instance })
	if i < 0 {
		fresh := Baseline{Instance: instance, Verdict: NoVerdict}
		if i = len(*bs); i < baselinesKept {
			*bs = append(*bs, fresh)
		} else {
			i = bs.silentLongest()
			(*bs)[i] = fresh
		}
	}
	b := &(*bs)[i]
	b.Instance, b.Heard = instance, at.UnixMilli() // in the text that all answers share
	return b
}

// silentLongest is the index of the first of those that were heard before all others.
func (bs *Baselines) silentLongest() (oldest int) {
	for i := range *bs {
		if (*bs)[i].Heard < (*bs)[oldest].Heard {
			oldest = i
		}
	}
	return oldest
}

// judge takes in an answer of the instance and returns its verdict. at is when it was asked for.
func (b *Baseline) judge(rtt time.Duration, at time.Time, d Distance, t *Thresholds) Verdict {
	aboveUsual := b.Usual > 0 && rtt > b.limit(t)
	if !aboveUsual {
		b.Since = 0
	} else if b.Since == 0 {
		b.Since = at.UnixMilli()
	}
	b.update(rtt, at, aboveUsual)
	b.Verdict = b.verdict(rtt, aboveUsual, d, t)
	return b.Verdict
}

// verdict is judge without what it says of the usual time.
func (b *Baseline) verdict(rtt time.Duration, aboveUsual bool, d Distance, t *Thresholds) Verdict {
	aboveFloor := d.Known && !d.nearerSite(t) && rtt > scaled(d.floor(), t.FloorFactor)+t.FloorOver
	above := aboveUsual || aboveFloor
	b.count(above, t.SlowAfter)
	switch {
	case d.Impossible(rtt):
		return Impossible
	case b.Slow:
		return Slow
	case above: // not slow yet: as before
		return b.Verdict
	case d.far(t):
		return Far
	case d.Known:
		return Near
	}
	return NoVerdict
}

// limit is the time beyond which an answer is above the usual.
func (b *Baseline) limit(t *Thresholds) time.Duration {
	return max(scaled(b.Usual, t.SlowFactor), b.Usual+t.SlowOver)
}

// count turns Slow over once enough answers running say so.
func (b *Baseline) count(above bool, after int) {
	if above == b.Slow {
		b.Run = 0
		return
	}
	if b.Run++; int(b.Run) >= after {
		b.Slow, b.Run = above, 0
	}
}

// update moves the usual time, which is a running median: up and down by the same step.
func (b *Baseline) update(rtt time.Duration, at time.Time, aboveUsual bool) {
	switch {
	case aboveUsual && at.UnixMilli()-b.Since >= baselineRenewed.Milliseconds():
		b.Usual, b.First, b.Since = 0, NewFirstTimes([]time.Duration{rtt}), 0
	case aboveUsual:
	case b.Usual > 0:
		step := b.Usual / usualStep
		b.Usual += max(-step, min(step, rtt-b.Usual))
	default:
		if b.First == nil {
			b.First = &FirstTimes{}
		}
		if !b.First.add(rtt) {
			b.Usual, b.First = b.First.median(rtt), nil
		}
	}
}

func scaled(d time.Duration, factor float64) time.Duration { return time.Duration(factor * float64(d)) }

// Valid reports whether these may be what judging has made, of answers that took longest at most.
func (bs Baselines) Valid(longest time.Duration) bool {
	return len(bs) <= baselinesKept &&
		!slices.ContainsFunc(bs, func(b Baseline) bool { return !b.valid(longest) })
}

func (b *Baseline) valid(longest time.Duration) bool {
	return b.Instance != "" && observation.IsPrintable(b.Instance) &&
		b.Usual >= 0 && b.Usual <= longest && b.Verdict.valid() && b.Run >= 0 && b.First.valid(longest)
}
