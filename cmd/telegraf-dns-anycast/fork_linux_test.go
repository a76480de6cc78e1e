//go:build !portable

package main

import (
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// forkedV4 and forkedV6 are addresses of both servers behind a fork.
var forkedV4, forkedV6 = nstest.Fork{}.Anycast(false).String(), nstest.Fork{}.Anycast(true).String()

// newFork moves the calling goroutine to the first host before a fork. IPv4 goes to LHR1, three hops
// away; IPv6 goes to YYZ1, four hops away.
func newFork(t *testing.T) nstest.Fork {
	t.Helper()
	f := nstest.NewFork(t, 2, 3)
	for _, other := range []bool{false, true} {
		f.AtEnd(other, func() {
			h := named(map[bool]string{false: "LHR1", true: "YYZ1"}[other])
			dnstest.Serve(t, h, h, forkedV4+":53", "["+forkedV6+"]:53")
		})
	}
	f.Choose(t, false, false)
	f.Choose(t, true, true)
	nstest.AwaitWay(t, forkedV4, forkedV6)
	return f
}
