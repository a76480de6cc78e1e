//go:build linux

package main

import (
	"fmt"
	"time"
)

// sample is what the process takes between two rounds.
type sample struct {
	round                int
	at                   time.Duration // since the first round
	memory               int64         // bytes: heap and stacks (RssAnon), not the pages of the binary
	rss                  int64         // bytes: all of it
	descriptors, threads int64         // of descriptors those that are held
	state                int64         // bytes of the state file
}

const sampleHeader = "   round    time   memory      rss  descriptors  threads    state    points    faults\n"

// line is a row of the table, with the points taken and the faults found so far.
func (s sample) line(taken, faults int) string {
	return fmt.Sprintf("%8d %6.1fs %5d KB %5d KB %12d %8d %5d KB %9d %9d\n", s.round, s.at.Seconds(), s.memory>>10, s.rss>>10,
		s.descriptors, s.threads, s.state>>10, taken, faults)
}
