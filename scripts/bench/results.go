//go:build linux

package main

import "time"

// row is what became of one program in a scenario.
type row struct {
	scenario, program string
	verdict
	cpu   time.Duration   // all of it, in the rounds of cost
	asked int             // queries in these
	sweep []time.Duration // each of these
	peak  int             // bytes
}

func (r *row) quantile(q float64) (us float64, ok bool) {
	d, ok := quantile(r.errors, q)
	return float64(d) / float64(time.Microsecond), ok
}

// cpuEach is in µs.
func (r *row) cpuEach() (us float64, ok bool) {
	if r.asked == 0 {
		return 0, false
	}
	return float64(r.cpu) / float64(time.Microsecond) / float64(r.asked), true
}

// sweepMS is the median.
func (r *row) sweepMS() (ms float64, ok bool) {
	d, ok := quantile(r.sweep, 0.5)
	return float64(d) / float64(time.Millisecond), ok
}

func (r *row) peakMB() float64 { return float64(r.peak) / 1e6 }

// results are the rows of a run.
type results []row

func (rs results) find(scenario, program string) *row {
	for i, r := range rs {
		if r.scenario == scenario && r.program == program {
			return &rs[i]
		}
	}
	return nil
}
