package exchange

import (
	"fmt"
	"net/netip"
	"time"
)

// ICMPKind says what an ICMP error is about, where that matters here.
type ICMPKind uint8

const (
	OtherICMP              ICMPKind = iota // says nothing about a query, such as a redirect
	PacketTooBig                           // fragmentation needed, too
	TimeExceeded                           // TTL, or hop limit, used up on the way
	ParameterProblem                       // the packet's header is not understood
	PortUnreachable                        // nobody listens there
	ProtocolUnreachable                    // no UDP there; IPv4 alone
	NetworkUnreachable                     // IPv4's no route
	HostUnreachable                        // IPv4's: the last router cannot reach it
	NoRoute                                // IPv6's
	BeyondScope                            // IPv6 alone: of the source address
	AddressUnreachable                     // IPv6's: the last router cannot reach it
	RouteRejected                          // IPv6 alone
	Prohibited                             // by administration: a filter, also of the source address
	DestinationUnreachable                 // with another code
)

// String is for people; empty for what has no word in a cause.
func (k ICMPKind) String() string {
	return [...]string{
		TimeExceeded: "time exceeded", ParameterProblem: "parameter problem",
		PortUnreachable: "port unreachable", ProtocolUnreachable: "protocol unreachable",
		NetworkUnreachable: "network unreachable", HostUnreachable: "host unreachable",
		NoRoute: "no route", BeyondScope: "beyond scope", AddressUnreachable: "address unreachable",
		RouteRejected: "route rejected", Prohibited: "administratively prohibited",
		DestinationUnreachable: "destination unreachable",
	}[k]
}

// Heeded reports whether it says that a query did not arrive. Packet too big does not: the kernel
// sends the next one smaller.
func (k ICMPKind) Heeded() bool { return k > PacketTooBig }

// ICMP is what a router or a host said of a query: it, or whoever forged that. As an error it is
// why the query has no answer.
type ICMP struct {
	Kind       ICMPKind
	Type, Code uint8      // RFC 792, of an IPv4 sender; RFC 4443, of an IPv6 one
	From       netip.Addr // the sender, with its zone; invalid where the kernel does not tell
	At         time.Time  // arrival, stamped by the kernel; zero: no stamp
}

// Text is for people: what was said, without the sender.
func (m *ICMP) Text() string {
	if m.Kind == DestinationUnreachable {
		return fmt.Sprintf("%v (code %d)", m.Kind, m.Code)
	}
	return m.Kind.String()
}

func (m *ICMP) Error() string { return m.Text() + " from " + m.From.String() }

// icmp4 is the kind of an ICMP error (RFC 792; RFC 1812, section 5.2.7.1).
func icmp4(kind, code uint8) ICMPKind {
	switch kind {
	case 3:
		switch code {
		case 0, 6, 11:
			return NetworkUnreachable
		case 1, 7, 8, 12:
			return HostUnreachable
		case 2:
			return ProtocolUnreachable
		case 3:
			return PortUnreachable
		case 4:
			return PacketTooBig
		case 9, 10, 13:
			return Prohibited
		}
		return DestinationUnreachable
	case 11:
		return TimeExceeded
	case 12:
		return ParameterProblem
	}
	return OtherICMP
}

// icmp6 is the kind of an ICMPv6 error (RFC 4443, section 3).
func icmp6(kind, code uint8) ICMPKind {
	switch kind {
	case 1:
		switch code {
		case 0:
			return NoRoute
		case 1, 5:
			return Prohibited
		case 2:
			return BeyondScope
		case 3:
			return AddressUnreachable
		case 4:
			return PortUnreachable
		case 6:
			return RouteRejected
		}
		return DestinationUnreachable
	case 2:
		return PacketTooBig
	case 3:
		return TimeExceeded
	case 4:
		return ParameterProblem
	}
	return OtherICMP
}
