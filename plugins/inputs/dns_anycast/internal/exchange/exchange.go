// Package exchange sends queries and says when they left, when their answers came, and why none
// did. It knows sockets and clocks, and of DNS nothing but the two-byte length on a stream: what an
// answer is, the caller's match function says.
//
// Reading order: exchange.go (what goes in and comes out), udp.go (a group of datagrams from one
// socket), flight.go (one of them), nap.go (answers that are let be), moments.go (what is done when)
// and keeper_linux.go with its portable twin keeper_others.go, icmp.go (what routers say of one) and
// clock.go, flow.go (queries that end on the way), socket_linux.go, message_linux.go and
// control_linux.go with their portable twin socket_others.go, and socket.go (what both have in
// common), stream.go (a conversation over TCP), timed_linux.go (its connection) with its twin
// timed_others.go, local.go (what this host is at fault for) and routed.go, rlimit_unix.go and
// rlimit_others.go (how many sockets and look-ups there may be).
package exchange

import (
	"net/netip"
	"time"
)

// Query is one message to be answered. It stays as it is until Ended has returned the next one.
type Query interface {
	// Append appends the message as it goes on the wire, without a stream's length.
	Append(b []byte) []byte
	// Match returns nil where b is the answer. b is valid during the call alone.
	Match(b []byte) error
	// Stray reports, on a stream, whether b, which Match refuses, answers another query and is passed
	// over.
	Stray(b []byte) bool
}

// Datagram is a query and where it goes. Its packet is made when it is needed: there may be thousands
// on their way. What becomes of it on its way stands there too, and is UDP's.
type Datagram struct {
	Query
	To netip.AddrPort // IPv4 is not mapped into IPv6; a link-local address has its zone
	// Usual is how long the last answer from there took, by the kernel's stamps. Zero: that is not
	// known, and what comes from there is read as it comes.
	Usual time.Duration

	flight
}

// Outcome is what became of one query.
type Outcome struct {
	Err       error         // nil: answered; an *ICMP where a datagram met one; else a *Failure
	Sent      time.Time     // when the query left; without a monotonic reading
	RTT       time.Duration // from departure to arrival; above zero when answered, else zero
	Kernel    bool          // the kernel stamped both ends of RTT; else it is user-space time
	Connect   time.Duration // streams: how long connecting took; zero when it never succeeded
	Discarded int           // datagrams from the address and port asked that were not the answer
	Crowded   bool          // datagrams: more came at a time than there was to come
}

// Ended takes the outcome of a query and may return another for the same address, which leaves at
// once, from the same socket, unless the server has closed that; nil: there is none. Within one call
// of UDP or TCP it is never called twice at a time.
type Ended func(i int, o Outcome) (next Query)

// Deadline bounds the time that an exchange takes.
type Deadline struct {
	Timeout time.Duration // the whole of one query, connecting included
	End     time.Time     // no query is waited for any longer than this
}

func (d Deadline) from(start time.Time) time.Time {
	if end := start.Add(d.Timeout); end.Before(d.End) {
		return end
	}
	return d.End
}

// mostLookups is as many as a resolver may be expected to answer at once.
const mostLookups = 1000

// Kind says which way a query failed.
type Kind int

const (
	Timeout     Kind = iota // nothing came in time
	Unreachable             // a packet came back that said no
	Invalid                 // only data that did not match came
	Local                   // this host could not ask
)

// Failure is why a query has no answer.
type Failure struct {
	Kind  Kind   // which way
	Cause string // short, for people; empty where the kind says it all
}

func (f *Failure) Error() string {
	if f.Cause == "" {
		return "no answer in time"
	}
	return f.Cause
}
