//go:build linux

package main

import (
	"fmt"
	"io"
)

// goal is what the plugin must reach, most often as a ratio to dns_query in the same run. Each is stated here and
// nowhere else.
type goal struct {
	text string
	most float64
	by   spoiler
	got  func(results) (float64, bool)
}

// spoiler is what can spoil a figure.
type spoiler int

const (
	nothing    spoiler = iota
	busy               // a busy machine
	coldMemory         // that, and a host whose memory is cold: in a small round
)

var goals = []goal{
	{"answers missed, all scenarios and options", 0, nothing, results.missed},
	{"times reported that are not on the wire", 0, nothing, results.invented},
	{"error p50, 1,000 targets, µs", 1, nothing, errorAt(idle1000, plugin, 0.5)},
	{"error p99, 1,000 targets, µs", 5, nothing, errorAt(idle1000, plugin, 0.99)},
	{"error max, 1,000 targets, µs", 1000, busy, errorAt(idle1000, plugin, 1)},
	{"error p50, 1,000 targets, busy, µs", 1, nothing, errorAt(busy1000, plugin, 0.5)},
	{"error p99, 1,000 targets, busy, µs", 5, nothing, errorAt(busy1000, plugin, 0.99)},
	{"error max, 1,000 targets, busy, µs", 1000, busy, errorAt(busy1000, plugin, 1)},
	{"error p50, 1,000 targets, spread out, busy, µs", 1, nothing, errorAt(busy1000, spreadOut, 0.5)},
	{"error p99, 1,000 targets, spread out, busy, µs", 5, nothing, errorAt(busy1000, spreadOut, 0.99)},
	{"CPU of dns_query's, 10 targets, spread out", 0.4, coldMemory, ratio(idle10, spreadOut, dnsQuery, (*row).cpuEach)},
	{"CPU of dns_query's, 100 targets, spread out", 1. / 3, coldMemory, ratio(idle100, spreadOut, dnsQuery, (*row).cpuEach)},
	{"CPU of dns_query's, 1,000 at 20 ms, spread out", 0.3, busy, ratio(same1000, spreadOut, dnsQuery, (*row).cpuEach)},
	{"CPU of dns_query's, 10,000 at 20 ms, spread out", 0.32, busy, ratio(same10000, spreadOut, dnsQuery, (*row).cpuEach)},
	{"CPU of dns_query's, 1,000 targets at 20 ms", 0.26, busy, ratio(same1000, plugin, dnsQuery, (*row).cpuEach)},
	{"CPU of dns_query's, 10,000 targets at 20 ms", 0.24, busy, ratio(same10000, plugin, dnsQuery, (*row).cpuEach)},
	{"CPU of dns_query's, 1,000 targets, TCP", 0.85, busy, ratio(tcp1000, pluginTCP, dnsQueryTCP, (*row).cpuEach)},
	{"sweep of dns_query's, 10,000 targets at 20 ms", 0.37, busy, ratio(same10000, plugin, dnsQuery, (*row).sweepMS)},
	{"peak memory of dns_query's, 10,000 targets", 1. / 5, busy, ratio(idle10000, plugin, dnsQuery, peak)},
	{"peak memory, 10,000 targets, MB", 24, busy, peakAt(idle10000, plugin)},
	{"peak memory, 10,000 targets, spread out, MB", 23, busy, peakAt(idle10000, spreadOut)},
	{"peak memory, 10,000 targets, any option, MB", 28, busy, highestPeak(options10000)},
	{"targets without an answer, 1,024 descriptors", 0, nothing, results.unanswered},
}

func (rs results) missed() (n float64, ok bool) {
	return rs.sum(func(r row) int { return r.missed })
}

func (rs results) invented() (n float64, ok bool) {
	return rs.sum(func(r row) int { return r.invented })
}

// sum is over the plugin's rows.
func (rs results) sum(count func(row) int) (n float64, ok bool) {
	for _, r := range rs {
		if r.ofPlugin() && r.probes > 0 {
			n += float64(count(r))
			ok = true
		}
	}
	return n, ok
}

func (rs results) unanswered() (n float64, ok bool) {
	r := rs.find(limited, pluginName)
	if r == nil || r.probes == 0 {
		return 0, false
	}
	return float64(r.probes - len(r.errors)), true
}

func errorAt(scenario string, of contestant, q float64) func(results) (float64, bool) {
	return func(rs results) (float64, bool) {
		r := rs.find(scenario, of.name)
		if r == nil {
			return 0, false
		}
		return r.quantile(q)
	}
}

func (r *row) ofPlugin() bool { return contestant{name: r.program}.isPlugin() }

func peak(r *row) (float64, bool) { return r.peakMB(), r.peak > 0 }

func peakAt(scenario string, of contestant) func(results) (float64, bool) {
	return func(rs results) (float64, bool) {
		r := rs.find(scenario, of.name)
		if r == nil {
			return 0, false
		}
		return peak(r)
	}
}

// highestPeak is over the plugin's rows of a scenario.
func highestPeak(scenario string) func(results) (float64, bool) {
	return func(rs results) (most float64, ok bool) {
		for i := range rs {
			if mb, measured := peak(&rs[i]); measured && rs[i].scenario == scenario && rs[i].ofPlugin() {
				most, ok = max(most, mb), true
			}
		}
		return most, ok
	}
}

// ratio is a contestant's share of what another takes.
func ratio(scenario string, c, other contestant, of func(*row) (float64, bool)) func(results) (float64, bool) {
	return func(rs results) (float64, bool) {
		ours, theirs := rs.find(scenario, c.name), rs.find(scenario, other.name)
		if ours == nil || theirs == nil {
			return 0, false
		}
		a, ok := of(ours)
		b, also := of(theirs)
		return a / b, ok && also && b > 0
	}
}

// writeReach prints each goal with what was reached, and returns whether all that count were. Part of a run need not
// reach what it did not measure, nor what a busy machine can spoil; small rounds count where memory is not cold.
func writeReach(w io.Writer, rs results, part, cold bool) bool {
	const line = "%-48s %8s %8s  %s\n"
	good := true
	fmt.Fprintf(w, "%-48s %8s %8s\n", "goal", "at most", "got")
	for _, g := range goals {
		got, ok := g.got(rs)
		verdict := "reached"
		switch {
		case !ok && part:
			verdict = "not measured"
		case ok && got <= g.most:
		case ok && part && g.by != nothing:
			verdict = "NOT REACHED, which only the full form counts"
		case ok && cold && g.by == coldMemory:
			verdict = "NOT REACHED, where memory is cold"
		default:
			verdict = "NOT REACHED"
			good = false
		}
		fmt.Fprintf(w, line, g.text, figure(g.most, true), figure(got, ok), verdict)
	}
	return good
}
