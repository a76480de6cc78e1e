package ripeatlas

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// Window is what the probes were answered from From on, before To.
type Window struct {
	Measurement *Measurement // nil: of a file, which may hold several
	From, To    time.Time
	Results     []Result // the last of each probe at an address, by probe and address
	Earliest    []Result // of a zone: of each serial and name at an address the first
	Told        []Result // of a file: what tells of a probe beside its vote
	Watched     []Result // all of the probes that are watched, in the order of their times
	Total       int      // results, each once
	Late        int      // results of the window before that came after it was fetched; -1: not known
	Tally                // of all results
	Tallies     map[At]Tally
	Undecodable int  // lines that are none
	Cut         bool // of a file: it ends in the midst of something
	Crowded     bool // of a file: it tells more than is kept

	targets map[int]*target // of a file, by measurement
	dated   bool            // of a file: a clock that is right has been read
}

// Tally counts results that are not as they should be.
type Tally struct {
	Duplicates int // times that a result came again
	Unsynced   int // results of probes whose clocks are not to be trusted
}

// At is where queries of a measurement went.
type At struct {
	Measurement int
	Addr        netip.AddrPort // invalid: it could not even be asked
	Transport   observation.Transport
}

// ballot is where a probe has one vote.
type ballot struct {
	At
	probe int
}

func atOf(r *Result) At { return At{r.Measurement, r.Addr, r.Transport} }

func ballotOf(r *Result) ballot { return ballot{atOf(r), r.Probe} }

// votes finds the last result of each probe at an address, in whatever order results come.
type votes struct {
	Window
	last  map[ballot]Result
	heard map[heard]Result   // the first of each
	told  map[telling]Result // nil: this is no file
	taken int                // results of a file, and how often they came
	watch []int              // probes
	came  recent             // results
	torn  recent             // lines that are none
}

func (v *votes) ofFile() bool { return v.told != nil }

// heard is who answered which serial.
type heard struct {
	At
	zone     string
	serial   uint32
	name     string // of the instance
	unsynced bool   // whose time says little
}

func newVotes(watch ...int) *votes {
	v := &votes{last: map[ballot]Result{}, heard: map[heard]Result{}, watch: watch}
	v.Tallies = map[At]Tally{}
	return v
}

// add takes a result, and reports whether it was new.
func (v *votes) add(r Result) bool {
	switch came := v.came.add(r.Key); {
	case came == again || came == overlapping && v.ofFile():
		v.tally(&r, Tally{Duplicates: 1})
		return false
	case came == overlapping:
		return false
	}
	v.Total++
	if r.Unsynced {
		v.tally(&r, Tally{Unsynced: 1})
	}
	if slices.Contains(v.watch, r.Probe) {
		v.Watched = append(v.Watched, r)
	}
	v.vote(r)
	return true
}

// vote keeps r if it is the last one. Of two within a second the order is not known: one of them
// counts, whichever comes first.
func (v *votes) vote(r Result) {
	at := ballotOf(&r)
	before, voted := v.last[at]
	beside := r
	if !voted || r.Sent.After(before.Sent) || r.Sent.Equal(before.Sent) && r.Key > before.Key {
		v.last[at], beside = r, before
	}
	if voted && v.ofFile() {
		v.tell(at, beside)
	}
}

func (v *votes) tally(r *Result, more Tally) {
	v.Tally = v.Tally.plus(more)
	v.Tallies[atOf(r)] = v.Tallies[atOf(r)].plus(more)
}

func (t Tally) plus(more Tally) Tally {
	return Tally{t.Duplicates + more.Duplicates, t.Unsynced + more.Unsynced}
}

// hear keeps the first result of each serial: a vote is the last one of its probe, which in a long
// window comes long after a new serial was first answered.
func (v *votes) hear(r Result) {
	if r.Result != observation.Success || r.Reply == nil || !r.Reply.SOA {
		return
	}
	h := heard{atOf(&r), r.Zone, r.Reply.Serial, r.Reply.Identity.Name, r.Unsynced}
	switch known, again := v.heard[h]; {
	case again && !r.Sent.Before(known.Sent):
	case again || len(v.heard) < mostHeard:
		v.heard[h] = r
	}
}

// tooMany says that there are more than are kept in memory; nil: there are not.
func (v *votes) tooMany() error {
	switch {
	case len(v.last) > mostVotes:
		return &Fault{Kind: kindLong, Text: fmt.Sprintf("has results of more than %d probes", mostVotes)}
	case len(v.Watched) > mostWatched:
		return &Fault{Kind: kindLong, Text: fmt.Sprintf("has more than %d results of probes that are watched", mostWatched)}
	}
	return nil
}

// spoilt takes a line that is no result.
func (v *votes) spoilt(line []byte) {
	if v.ofFile() || v.torn.add(hashOf(line)) != overlapping {
		v.Undecodable++
	}
}

// turn tells that what comes from now on is another answer of the API, which may overlap with the
// one before.
func (v *votes) turn() {
	v.came.turn()
	v.torn.turn()
}

// window ends the window.
func (v *votes) window() *Window {
	w := v.Window
	w.Results = make([]Result, 0, len(v.last))
	for _, r := range v.last {
		w.Results = append(w.Results, r)
	}
	slices.SortFunc(w.Results, byProbe)
	for _, r := range v.heard {
		w.Earliest = append(w.Earliest, r)
	}
	slices.SortStableFunc(w.Watched, func(a, b Result) int {
		return cmp.Or(a.Sent.Compare(b.Sent), cmp.Compare(a.Probe, b.Probe))
	})
	return &w
}

// byProbe orders by probe and address, and what is of one by its time.
func byProbe(a, b Result) int {
	return cmp.Or(
		cmp.Compare(a.Measurement, b.Measurement), cmp.Compare(a.Probe, b.Probe),
		a.Addr.Compare(b.Addr), cmp.Compare(a.Transport, b.Transport),
		a.Sent.Compare(b.Sent), cmp.Compare(a.Key, b.Key),
	)
}

// recent knows what came in this answer and in the one before.
type recent struct{ now, before map[uint64]struct{} }

// arrival is how something came.
type arrival int

const (
	first       arrival = iota // for the first time
	again                      // a second time in one answer
	overlapping                // again in the next answer
)

func (c *recent) add(key uint64) arrival {
	if _, twice := c.now[key]; twice {
		if _, old := c.before[key]; old {
			return overlapping // how often it came was counted then
		}
		return again
	}
	if c.now == nil {
		c.now = map[uint64]struct{}{}
	}
	c.now[key] = struct{}{}
	if _, old := c.before[key]; old {
		return overlapping
	}
	return first
}

func (c *recent) turn() { c.before, c.now = c.now, nil }
