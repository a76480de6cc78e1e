package exchange

import (
	"net/netip"
	"syscall"
)

// Routed reports whether this host has a route to an address, by the word of its route table. What else
// keeps it from asking, such as too few descriptors, is no lack of a route.
func Routed(to netip.AddrPort) bool {
	err := route{to: to}.check()
	return !is(err, eNetUnreach, eHostUnreach, eAddrNotAvail, eAFNoSupport) && !rejected(err)
}

// rejected reports whether a connect met a route that is there to refuse: Linux says EACCES of type
// prohibit, EINVAL of blackhole, and EHOSTUNREACH of unreachable (ip-route(8)).
func rejected(err error) bool {
	return of(err, "connect") && is(err, syscall.EACCES, syscall.EINVAL)
}
