package exchange

import (
	"net"
	"net/netip"
)

// Routed reports whether this host has a route to an address, by the word of its route table: a UDP
// connect, which sends nothing. What else keeps it from asking, such as a blackhole or too few
// descriptors, is no lack of a route.
func Routed(to netip.AddrPort) bool {
	network := "udp4"
	if to.Addr().Is6() {
		network = "udp6"
	}
	c, err := net.DialUDP(network, nil, net.UDPAddrFromAddrPort(to))
	if err != nil {
		return !is(err, eNetUnreach, eHostUnreach, eAddrNotAvail, eAFNoSupport)
	}
	c.Close()
	return true
}
