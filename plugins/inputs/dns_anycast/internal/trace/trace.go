// Package trace finds the path that queries take to a name server, by the server's own query: sent
// with a growing TTL it ends at one router after the other, each of which says so, or does not. It
// needs no privilege, and a system that hands out ICMP errors.
//
// Reading order: trace.go (what goes in and comes out), walk.go (one hop after the other).
package trace

import (
	"net/netip"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

// FullTTL is a hop's TTL where it spoke only to the TTL, or hop limit, that this system gives every
// query.
const FullTTL = 0

// Supported is whether paths can be traced on this system.
const Supported = exchange.ICMPErrors

// ErrUnsupported is Path's error where they cannot.
var ErrUnsupported = exchange.ErrNoICMP

// Trace is the query to follow.
type Trace struct {
	Source netip.Addr     // to send from; invalid: the system chooses
	To     netip.AddrPort // the server
	Hops   int            // most; 1 to 255
	// Timeout is how long FullTTL is waited for at least: nothing but the server's answer is to come,
	// and that takes as long as it does to any query.
	Timeout time.Duration
	// Ask makes the next query, with an ID of its own, by which replies are told apart.
	Ask func() exchange.Query
}

// Path is what came of it. Silence at its end is left out.
type Path struct {
	Start   time.Time // when it began; without a monotonic reading
	Hops    []Hop     // that of TTL 1 first; the one of FullTTL, if there is one, last
	Reached bool      // the last hop is the server, by its own answer
}

// Hop is a router, the server, or silence.
type Hop struct {
	TTL    int            // from 1 on; FullTTL
	Addr   netip.Addr     // invalid: silent
	Time   time.Duration  // from the query's departure; zero: silent
	Kernel bool           // the kernel stamped both ends of Time
	ICMP   *exchange.ICMP // what it said; nil: the server's answer, or silent
}

// Silent reports whether it said nothing.
func (h *Hop) Silent() bool { return !h.Addr.IsValid() }
