//go:build linux

package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What memory may grow by between the first and the last quarter: pages that the heap takes and
// gives back, and what is meant to be kept, such as serials for a week. A kilobyte a round shows:
// over 3,000 rounds these medians are 2 MB apart.
const (
	memoryShare = 0.05
	memorySlack = 768 << 10
	// The runtime keeps as many threads as system calls once took long at the same time: 12 become
	// 30 when the machine gets busy, and stay. A thread that never comes back holds a goroutine,
	// and these are counted.
	threadSlack = 32
	// Rounds until names are full, usual times known and the heap has its size.
	warmUp = 60
)

// drift compares the first quarter after the warm-up with the last. Too few samples are a fault:
// nothing is proven.
func drift(all []sample) (faults []string) {
	settled := slices.DeleteFunc(slices.Clone(all), func(s sample) bool { return s.round <= warmUp })
	quarter := len(settled) / 4
	if quarter < 5 {
		return []string{fmt.Sprintf("%d samples after the first %d rounds are too few to judge", len(settled), warmUp)}
	}
	first, last := settled[:quarter], settled[len(settled)-quarter:]
	compare := func(what string, of func(sample) int64, allowed func(was int64) int64) {
		was, is := median(first, of), median(last, of)
		if is > was+allowed(was) {
			faults = append(faults, fmt.Sprintf("%s rose from %d to %d (medians of the first and the last quarter), %d more may be", what, was, is, allowed(was)))
		}
	}
	compare("memory", func(s sample) int64 { return s.memory }, func(was int64) int64 { return int64(memoryShare*float64(was)) + memorySlack })
	compare("descriptors", func(s sample) int64 { return s.descriptors }, func(int64) int64 { return 0 })
	compare("threads", func(s sample) int64 { return s.threads }, func(int64) int64 { return threadSlack })
	return faults
}

func median(all []sample, of func(sample) int64) int64 {
	var values []int64
	for _, s := range all {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// compareGoroutines names those that one process has more of than another. Each is the function it
// began with.
func compareGoroutines(fresh, old []string) (faults []string) {
	count := func(all []string) map[string]int {
		n := map[string]int{}
		for _, g := range all {
			n[g]++
		}
		return n
	}
	before, after := count(untraced(fresh)), count(untraced(old))
	if len(old) == 0 {
		return []string{"no goroutines could be counted"}
	}
	for _, g := range slices.Sorted(maps.Keys(after)) {
		if after[g] > before[g] {
			faults = append(faults, fmt.Sprintf("%d goroutines of %s, %d in a fresh process", after[g], g, before[g]))
		}
	}
	return faults
}

// tracing is a goroutine that traces a path.
const tracing = "a trace"

// goroutines reads what the runtime writes at SIGQUIT: of each the function that it runs.
func goroutines(dump string) (all []string) {
	for block := range strings.SplitSeq(dump, "\n\n") {
		head, rest, _ := strings.Cut(strings.TrimLeft(block, "\n"), "\n")
		if !strings.HasPrefix(head, "goroutine ") || strings.HasPrefix(head, "goroutine 0 ") {
			continue
		}
		if strings.Contains(rest, "(*tracer).run(") {
			all = append(all, tracing)
			continue
		}
		began := "main"
		for line := range strings.Lines(rest) {
			if by, ok := strings.CutPrefix(line, "created by "); ok {
				began, _, _ = strings.Cut(strings.TrimSpace(by), " in goroutine")
			}
		}
		all = append(all, began)
	}
	return all
}
