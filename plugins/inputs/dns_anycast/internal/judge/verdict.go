package judge

import (
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

// clockError is by how much a clock may be wrong before an answer is impossible.
const clockError = time.Millisecond

// Verdict is the one word for the time of an answer. The numbers are verdict_code's and never change.
type Verdict int8

const (
	NoVerdict  Verdict = -1
	Near       Verdict = 0
	Far        Verdict = 1
	Slow       Verdict = 2
	Impossible Verdict = 3
)

var verdictNames = [...]string{"near", "far", "slow", "impossible"}

// String is the verdict as the field has it; empty for NoVerdict.
func (v Verdict) String() string {
	if v == NoVerdict {
		return ""
	}
	return verdictNames[v]
}

func (v Verdict) valid() bool { return v >= NoVerdict && v <= Impossible }

// Thresholds decide between the verdicts.
type Thresholds struct {
	SlowFactor  float64       // an answer that takes so many times the usual time is above it,
	SlowOver    time.Duration // and at least so much longer
	SlowAfter   int           // answers running above make slow, and as many below end it
	FloorFactor float64       // where the floor is known: so many times the floor
	FloorOver   time.Duration // and so much more is above it
	FarOver     time.Duration // a place whose floor is so much lower makes far
	FarFloor    time.Duration // without a list of sites a floor above this does
}

// Timing is what is said of the time of one answer; of a query without one, nothing.
type Timing struct {
	Place    places.Place  // of the site that answered; without a code: not known
	Distance Distance      // from the vantage point to there
	Usual    time.Duration // zero: not known
	Verdict  Verdict
}

// judgeTimes judges the answers to one target in a round: for each instance the fastest, which the others follow
// unless they are impossible themselves.
func (p *Path) judgeTimes(all []Judged) {
	for i := range all {
		if fastest(all, i) == i {
			all[i].Timing = p.timing(&all[i])
		}
	}
	for i := range all {
		j := &all[i]
		best := fastest(all, i)
		if best < 0 {
			j.Timing = Timing{Verdict: NoVerdict}
		}
		if best < 0 || best == i {
			continue
		}
		j.Timing = all[best].Timing
		v := verdictOf(j.RTT, j.Timing.Distance, &p.Cloud.Thresholds)
		if v == Impossible || all[best].Timing.Verdict == Impossible {
			j.Timing.Verdict = v
		}
	}
}

// fastest returns which answer of the instance that gave this one came fastest, the first of equals; below zero
// where this is none, or names no instance.
func fastest(all []Judged, i int) int {
	best := -1
	for k := range all {
		if all[i].timed() && all[k].timed() && all[k].Name.Text == all[i].Name.Text &&
			(best < 0 || all[k].RTT < all[best].RTT) {
			best = k
		}
	}
	return best
}

func (j *Judged) timed() bool { return j.RTT > 0 && j.Name.Name != "" }

// timing judges one answer. An instance without a name of its own has no usual time.
func (p *Path) timing(j *Judged) Timing {
	c := p.Cloud
	t := Timing{Place: c.Locations.Place(j.Name.Site)}
	t.Distance = p.View.distance(t.Place)
	if j.Name.Instance == Overflow {
		t.Verdict = verdictOf(j.RTT, t.Distance, &c.Thresholds)
		return t
	}
	b := p.Baselines.of(j.Name.Text, j.Sent)
	t.Verdict = b.judge(j.RTT, j.Sent, t.Distance, &c.Thresholds)
	t.Usual = b.Usual
	return t
}

// verdictOf is the verdict on an answer of which nothing but the distance is known.
func verdictOf(rtt time.Duration, d Distance, t *Thresholds) Verdict {
	b := Baseline{Verdict: NoVerdict}
	return b.judge(rtt, time.Time{}, d, t)
}
