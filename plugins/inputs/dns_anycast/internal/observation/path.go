package observation

import (
	"net/netip"
	"time"
)

// Path is the way that a target's query took, traced.
type Path struct {
	Reason  Reason         // why it was traced
	Server  int32          // as an Observation has it
	Target  int32          // likewise
	Addr    netip.AddrPort // of the target
	Sent    time.Time      // when tracing began; without a monotonic reading
	Hops    []Hop          // the first router first; silence at the end is left out
	Reached bool           // the last hop is the server, by its own answer
	Reply   *Reply         // that answer; nil: none
	Cause   string         // why the path ends before the server, short; mostly empty
	Local   bool           // this host could not send on: the path is no whole one
}

// Answer is the hop of the server, by its own answer; nil: it did not answer.
func (p *Path) Answer() *Hop {
	if !p.Reached {
		return nil
	}
	return &p.Hops[len(p.Hops)-1]
}

// Hop is a router, or the server. The zero value but for its TTL is silence.
type Hop struct {
	TTL     int           // from 1 on; zero: the server, or who spoke in its place, behind silence
	Addr    netip.Addr    // invalid: silent
	RTT     time.Duration // zero: silent
	Stamped bool          // the kernel stamped both ends of RTT
	Said    string        // by ICMP; empty: time exceeded, an answer, or nothing
}

// Silent reports whether it said nothing.
func (h *Hop) Silent() bool { return !h.Addr.IsValid() }

// Reason is why a path was traced.
type Reason uint8

const (
	Start   Reason = iota // the target had not been traced before
	Regular               // it was time again
	Change                // the target's site had changed
	Hand                  // somebody asked for it
)

func (r Reason) String() string { return [...]string{"start", "regular", "change", "hand"}[r] }
