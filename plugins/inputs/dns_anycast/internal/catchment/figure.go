package catchment

import (
	"cmp"
	"slices"
	"time"
)

// Times are percentiles of round trips. Zero: no time was measured.
type Times struct{ P10, P50, P90, P95 time.Duration }

// Distances are figures of the probes whose distance is known.
type Distances struct {
	Known   int // probes; zero: the rest says nothing
	Nearest int // of them, those that have no nearer site
	Far     int // of them, those whose inflation is above the threshold FarOver

	Km           float64 // to the site reached; the median
	InflationP50 time.Duration
	InflationP90 time.Duration
}

// rank is the percentile of sorted values by the nearest rank; the zero value: there is none.
func rank[T cmp.Ordered](sorted []T, percent int) (value T) {
	if len(sorted) == 0 {
		return value
	}
	return sorted[max(0, (len(sorted)*percent+99)/100-1)]
}

// timesOf are those of votes whose time counts.
func timesOf(votes []*vote) Times {
	var all []time.Duration
	for _, v := range votes {
		if v.timed() {
			all = append(all, v.RTT)
		}
	}
	slices.Sort(all)
	return Times{rank(all, 10), rank(all, 50), rank(all, 90), rank(all, 95)}
}

func distancesOf(votes []*vote, farOver time.Duration) (d Distances) {
	var km []float64
	var inflation []time.Duration
	for _, v := range votes {
		if !v.located {
			continue
		}
		d.Known++
		d.Nearest += oneIf(v.nearest)
		d.Far += oneIf(v.inflation > farOver)
		km, inflation = append(km, v.km), append(inflation, v.inflation)
	}
	slices.Sort(km)
	slices.Sort(inflation)
	d.Km, d.InflationP50, d.InflationP90 = rank(km, 50), rank(inflation, 50), rank(inflation, 90)
	return d
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
