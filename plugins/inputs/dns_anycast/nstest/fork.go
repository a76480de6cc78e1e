//go:build linux

package nstest

import (
	"fmt"
	"net/netip"
	"os"
	"testing"
)

// Fork is a chain whose second host, a router, spreads flows over two branches: the rest of the
// chain, and other hosts. Each branch ends at a host with the same addresses.
type Fork struct {
	Chain
	Other []int // hosts of the other branch, beginning behind the router
}

// Anycast is the address at which both branches end.
func (Fork) Anycast(ipv6 bool) netip.Addr {
	if ipv6 {
		return netip.MustParseAddr("2001:db8:53::53")
	}
	return netip.MustParseAddr("203.0.113.53")
}

// NewFork makes a fork whose branches have so many hosts, and moves the calling goroutine to the
// first host.
func NewFork(t testing.TB, hosts, other int) (f Fork) {
	t.Helper()
	f.Chain = NewChain(t, 2+hosts)
	for i := range other {
		f.Other = append(f.Other, newHost(t))
		f.join(t, i)
	}
	f.atEnd(t, f.Chain[1+hosts])
	f.atEnd(t, f.Other[other-1])
	f.At(1, func() { f.spread(t); f.routeOn(t, -1) })
	for i, end := range f.Other {
		f.in(end, func() { f.routeOther(t, i) })
	}
	f.in(f.Other[other-1], func() {
		AwaitWay(t, f.Left(0, false).String(), f.Left(0, true).String())
	})
	return f
}

// join connects a host of the other branch to the one before it.
func (f Fork) join(t testing.TB, i int) {
	t.Helper()
	left := f.Chain[1]
	if i > 0 {
		left = f.Other[i-1]
	}
	f.in(left, func() {
		IP(t, fmt.Sprintf("link add veth2 type veth peer name veth1 netns /proc/%d/fd/%d", os.Getpid(),
			f.Other[i]), "link set veth2 up")
		address(t, f.OtherLeft, i, "veth2")
	})
	f.in(f.Other[i], func() {
		IP(t, "link set veth1 up")
		address(t, f.OtherRight, i, "veth1")
	})
}

// OtherLeft is the left address of the cable to a host of the other branch.
func (Fork) OtherLeft(i int, ipv6 bool) netip.Addr { return otherEnd(i, 1, ipv6) }

// OtherRight is that host's own, as Right.
func (Fork) OtherRight(i int, ipv6 bool) netip.Addr { return otherEnd(i, 2, ipv6) }

func otherEnd(i, end int, ipv6 bool) netip.Addr {
	if ipv6 {
		return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 5: 1, 7: byte(1 + i), 15: byte(end)})
	}
	return netip.AddrFrom4([4]byte{198, 51, 100, byte(4*i + end)})
}

func (f Fork) atEnd(t testing.TB, host int) {
	t.Helper()
	f.in(host, func() {
		IP(t, fmt.Sprintf("addr add %v/32 dev lo", f.Anycast(false)),
			fmt.Sprintf("addr add %v/128 dev lo nodad", f.Anycast(true)))
	})
}

// spread has the router choose by addresses, protocol and ports. By them alone: policy 1 would trust
// a hash that over veth is the sending socket's own.
func (f Fork) spread(t testing.TB) {
	t.Helper()
	for _, family := range []string{"ipv4", "ipv6"} {
		Sysctl(t, family+"/fib_multipath_hash_fields", "0x37")
		Sysctl(t, family+"/fib_multipath_hash_policy", "3")
	}
	for _, ipv6 := range []bool{false, true} {
		IP(t, fmt.Sprintf("route add %v nexthop via %v nexthop via %v", f.Anycast(ipv6), f.Right(1, ipv6),
			f.OtherRight(0, ipv6)))
	}
}

// routeOther sends a host's packets on to the end, and all else back.
func (f Fork) routeOther(t testing.TB, i int) {
	t.Helper()
	for _, ipv6 := range []bool{false, true} {
		IP(t, fmt.Sprintf("route add default via %v", f.OtherLeft(i, ipv6)))
		if i < len(f.Other)-1 {
			IP(t, fmt.Sprintf("route add %v via %v", f.Anycast(ipv6), f.OtherRight(i+1, ipv6)))
		}
	}
	f.routeOn(t, i)
}

// routeOn sends what is for the cables of the other branch behind the next one there; -1 is the router
// that has both.
func (f Fork) routeOn(t testing.TB, i int) {
	t.Helper()
	for k := i + 2; k < len(f.Other); k++ {
		for _, ipv6 := range []bool{false, true} {
			IP(t, fmt.Sprintf("route add %v via %v", network(f.OtherLeft(k, ipv6)), f.OtherRight(i+1, ipv6)))
		}
	}
}

// Branch is the addresses by which the routers of a branch name themselves, its own first.
func (f Fork) Branch(other, ipv6 bool) (routers []netip.Addr) {
	if other {
		for i := range len(f.Other) - 1 {
			routers = append(routers, f.OtherRight(i, ipv6))
		}
		return routers
	}
	for cable := 1; cable < len(f.Chain)-2; cable++ {
		routers = append(routers, f.Right(cable, ipv6))
	}
	return routers
}

// Choose has the router spread nothing any more: all that is of a family takes one branch.
func (f Fork) Choose(t testing.TB, other, ipv6 bool) {
	t.Helper()
	via := f.Right(1, ipv6)
	if other {
		via = f.OtherRight(0, ipv6)
	}
	f.At(1, func() { IP(t, fmt.Sprintf("route replace %v via %v", f.Anycast(ipv6), via)) })
}

// AtEnd calls f on the last host of a branch, and returns to the first of all.
func (f Fork) AtEnd(other bool, do func()) {
	if other {
		f.in(f.Other[len(f.Other)-1], do)
	} else {
		f.At(len(f.Chain)-1, do)
	}
}
