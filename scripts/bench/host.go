//go:build linux

package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

const (
	touchPages = 1024
	touchIdle  = 2 * time.Second // less than between two rounds of a real interval
	touchTurns = 3
	touchCold  = time.Microsecond // a page, beyond which memory is cold
)

// firstTouch is what the first touch of a page of memory takes on this host after touchIdle without any, in the median.
func firstTouch() time.Duration {
	size := os.Getpagesize()
	memory := make([]byte, touchPages*size)
	touch := func() time.Duration {
		start := time.Now()
		for i := 0; i < len(memory); i += size {
			memory[i]++
		}
		return time.Since(start) / touchPages
	}
	touch()
	var took []time.Duration
	for range touchTurns {
		time.Sleep(touchIdle)
		took = append(took, touch())
	}
	slices.Sort(took)
	return took[touchTurns/2]
}

// writeHost says how dear memory is that lay idle, and reports whether that spoils small rounds.
func writeHost(w io.Writer, touch time.Duration) (cold bool) {
	fmt.Fprintf(w, "After %v of idling, the first touch of a page of memory takes %v here.", touchIdle, touch)
	if cold = touch > touchCold; cold {
		fmt.Fprint(w, " It is cold then, and a small\nround of any program costs what its memory does.")
	}
	fmt.Fprintln(w)
	return cold
}
