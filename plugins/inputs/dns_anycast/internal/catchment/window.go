package catchment

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// Subject is what probes are asked about: one address of a cloud, by one measurement.
type Subject struct {
	Cloud       *judge.Cloud // its rules; one pointer is one cloud
	Measurement int          // RIPE Atlas' number
	Server      string       // what the measurement calls its target
	Addr        netip.Addr   // invalid: not known
	Transport   observation.Transport
	Zone        string // whose SOA record is asked for; empty: the identity
}

// Family is that of the address.
func (s *Subject) Family() observation.Family {
	if !s.Addr.IsValid() {
		return observation.NoFamily
	}
	return observation.FamilyOf(s.Addr)
}

// Result is what one probe heard once.
type Result struct {
	Probe    int  // its ID
	Unsynced bool // its clock may be wrong: the time sent says little
	*observation.Observation
}

// Window is what was collected about a subject of a time.
type Window struct {
	Subject
	From, To time.Time
	Results  []Result // in any order, some of one probe
	Beside   []Result // more of them, in any order, which are no votes: what else tells of probes that voted
	Earliest []Result // more of them, in any order, which no vote hangs on: when each serial was first answered
	Counts
}

// Counts are results that were not as they should be.
type Counts struct {
	Late        int // came too late for the window before; -1: not known
	Duplicates  int // came more than once
	Unsynced    int // of probes whose clock may be wrong
	Undecodable int // -1: not known
}

// remembers reports whether what was at a time still holds: all that is in the window, however
// long, and a day around it, since windows of other subjects may be ahead.
func (w *Window) remembers(at uint32) bool {
	return at != 0 && at >= seconds(w.From.Add(-remembered)) && at <= seconds(w.To.Add(remembered))
}

// inOrder are the results by probe, and of each in the order of time; of those of one second as
// they came, a vote behind what is beside it.
func (w *Window) inOrder() []*Result {
	all := make([]*Result, 0, len(w.Beside)+len(w.Results))
	for _, some := range [][]Result{w.Beside, w.Results} {
		for i := range some {
			all = append(all, &some[i])
		}
	}
	slices.SortStableFunc(all, func(a, b *Result) int {
		return cmp.Or(cmp.Compare(a.Probe, b.Probe), a.Sent.Compare(b.Sent))
	})
	return all
}

// seconds are those since 1970, until 2106; one at least, since zero is never.
func seconds(t time.Time) uint32 { return uint32(min(max(t.Unix(), 1), 1<<32-1)) }
