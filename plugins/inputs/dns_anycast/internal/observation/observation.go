// Package observation is what passes between asking and judging: one query that has ended, wherever
// it was asked.
//
// Reading order: observation.go (the query and how it went), result.go (the one word for that),
// reply.go (what came back), identity.go (the instance that a reply names, and how that is written),
// held.go (an observation that waits to be judged), path.go (the way that a query took), probe.go
// (where RIPE Atlas asks from).
package observation

import (
	"net/netip"
	"time"
)

// Observation is one conversation with a target: the queries for one thing, of which one point
// tells. Its numbers are small, as many are on their way at a time.
type Observation struct {
	Server    int32          // the caller's number of the server
	Target    int32          // the caller's number of the target; NoTarget: there is no address to ask
	Addr      netip.AddrPort // invalid: there is none
	Zone      string         // whose SOA record was asked for; empty: the identity
	Sent      time.Time      // when the query that counts left; without a monotonic reading
	RTT       time.Duration  // from departure to arrival; zero: no answer
	Connect   time.Duration  // of a stream: how long connecting took; zero: it never succeeded
	Cause     string         // of a failure, short; or what is odd about a success; mostly empty
	Reply     *Reply         // the one that counts; nil: none
	Discarded int32          // datagrams from the address and port asked that were not the answer
	Transport Transport
	Family    Family // of the address; without one: of which none is known
	Stamped   bool   // the kernel stamped both ends of RTT
	Result    Result
}

// NoTarget is the number of the target that a name without an address does not have.
const NoTarget = -1

// Family is an address family. It indexes arrays of two.
type Family int8

const (
	IPv4     Family = 0
	IPv6     Family = 1
	NoFamily Family = -1 // of a name that has no address at all
)

// Families are all there are, in the order of arrays.
var Families = [...]Family{IPv4, IPv6}

// FamilyOf returns the family of an address; what is mapped into IPv6 is of IPv6.
func FamilyOf(a netip.Addr) Family {
	if a.Is6() {
		return IPv6
	}
	return IPv4
}

// String is the family as options and tags have it; empty for NoFamily.
func (f Family) String() string {
	switch f {
	case IPv4:
		return "ipv4"
	case IPv6:
		return "ipv6"
	}
	return ""
}

// Text is the family as messages write it.
func (f Family) Text() string {
	if f == IPv6 {
		return "IPv6"
	}
	return "IPv4"
}

// OfOneHost tells addresses of one host from those that mean any host, or many.
func OfOneHost(a netip.Addr) bool {
	return !a.IsUnspecified() && !a.IsMulticast() && a != netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// Transport is what carries a query.
type Transport uint8

const (
	UDP Transport = iota
	TCP
)

// String is the transport as options and tags have it.
func (t Transport) String() string {
	if t == TCP {
		return "tcp"
	}
	return "udp"
}
