package exchange

import (
	"net"
	"net/netip"
	"syscall"
)

// Routed reports whether this host has a route to an address, by the word of its route table: a UDP
// connect, which sends nothing. What else keeps it from asking, such as too few descriptors, is no
// lack of a route.
func Routed(to netip.AddrPort) bool {
	network := "udp4"
	if to.Addr().Is6() {
		network = "udp6"
	}
	c, err := net.DialUDP(network, nil, net.UDPAddrFromAddrPort(to))
	if err != nil {
		return !is(err, eNetUnreach, eHostUnreach, eAddrNotAvail, eAFNoSupport) && !rejected(err)
	}
	c.Close()
	return true
}

// rejected reports whether a connect met a route that is there to refuse: Linux says EACCES of type
// prohibit, EINVAL of blackhole, and EHOSTUNREACH of unreachable (ip-route(8)).
func rejected(err error) bool {
	return of(err, "connect") && is(err, syscall.EACCES, syscall.EINVAL)
}
