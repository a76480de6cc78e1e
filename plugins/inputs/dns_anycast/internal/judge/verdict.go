package judge

import "time"

// clockError is by how much a clock may be wrong before an answer is impossible.
const clockError = time.Millisecond

// Verdict is the one word for the time of an answer. The numbers are verdict_code's and never
// change.
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
	SlowFactor  float64       // an answer of this many times the usual time is above it,
	SlowOver    time.Duration // and longer than that by this at least
	SlowAfter   int           // answers running above make slow, and as many below end it
	FloorFactor float64       // where the floor is known: this many times the floor
	FloorOver   time.Duration // and this more is above it
	FarOver     time.Duration // a place whose floor is lower by this makes far
	FarFloor    time.Duration // without a list of sites a floor above this does
}
