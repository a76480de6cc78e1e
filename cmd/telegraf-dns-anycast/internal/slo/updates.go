package slo

import (
	"math"
)

// updateKey is what a row of updates is about: a zone, in RSSAC047 of one cloud.
type updateKey struct{ zone, cloud string }

// updates are the votes of a row.
type updates struct {
	clouds    map[string]bool
	votes     int
	unknown   int // without a vote: a newer serial that was so when it was first seen
	within    int
	latencies []float64 // s, in levels.RSSAC047; +Inf: it never came
}

// arrival is what points say of one serial at one target.
type arrival struct {
	latency float64 // s; negative: not known
	missing bool    // it was not there an hour after it was known elsewhere
}

func (a arrival) publication() float64 {
	if a.latency < 0 {
		return math.Inf(1)
	}
	return a.latency
}
