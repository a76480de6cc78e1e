//go:build linux

package nstest

import (
	"fmt"
	"net/netip"
	"os"
	"testing"
)

// Fork is a chain whose second host, a router, spreads flows over two branches: the rest of the
// chain, and as many other hosts. Each branch ends at a host with the same addresses.
type Fork struct {
	Chain
	Other []int // hosts of the other branch, beginning behind the router
}

// Anycast is the address at which both branches end.
func (Fork) Anycast(ipv6 bool) netip.Addr {
	if ipv6 {
		return netip.MustParseAddr("2001:db8:53::53")
	}
	return netip.MustParseAddr("198.51.100.53")
}

// NewFork makes a fork of which each branch has so many hosts, and moves the calling goroutine to the
// first host.
func NewFork(t testing.TB, hosts int) (f Fork) {
	t.Helper()
	f.Chain = NewChain(t, 2+hosts)
	for i := range hosts {
		f.Other = append(f.Other, newHost(t))
		f.join(t, i)
	}
	f.atEnd(t, f.Chain[1+hosts])
	f.atEnd(t, f.Other[hosts-1])
	f.At(1, func() { f.spread(t); f.routeOn(t, -1) })
	for i, end := range f.Other {
		f.in(end, func() { f.routeOther(t, i) })
	}
	f.in(f.Other[hosts-1], func() {
		AwaitWay(t, f.Left(0, false).String(), f.Left(0, true).String())
	})
	return f
}

// join connects a host of the other branch to the one before it.
func (f Fork) join(t testing.TB, i int) {
	t.Helper()
	left, cable := f.Chain[1], f.cable(i)
	if i > 0 {
		left = f.Other[i-1]
	}
	f.in(left, func() {
		IP(t, fmt.Sprintf("link add veth2 type veth peer name veth1 netns /proc/%d/fd/%d", os.Getpid(),
			f.Other[i]), "link set veth2 up")
		address(t, f.Left, cable, "veth2")
	})
	f.in(f.Other[i], func() {
		IP(t, "link set veth1 up")
		address(t, f.Right, cable, "veth1")
	})
}

// cable is the number of the cable to a host of the other branch from its left.
func (f Fork) cable(i int) int { return len(f.Chain) - 1 + i }

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
			f.Right(f.cable(0), ipv6)))
	}
}

// routeOther sends a host's packets on to the end, and all else back.
func (f Fork) routeOther(t testing.TB, i int) {
	t.Helper()
	for _, ipv6 := range []bool{false, true} {
		IP(t, fmt.Sprintf("route add default via %v", f.Left(f.cable(i), ipv6)))
		if i < len(f.Other)-1 {
			IP(t, fmt.Sprintf("route add %v via %v", f.Anycast(ipv6), f.Right(f.cable(i+1), ipv6)))
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
			IP(t, fmt.Sprintf("route add %v via %v", f.Network(f.cable(k), ipv6), f.Right(f.cable(i+1), ipv6)))
		}
	}
}

// Branch is the addresses by which the routers of a branch name themselves, its own first.
func (f Fork) Branch(other, ipv6 bool) (routers []netip.Addr) {
	for i := range len(f.Other) - 1 {
		cable := 1 + i
		if other {
			cable = f.cable(i)
		}
		routers = append(routers, f.Right(cable, ipv6))
	}
	return routers
}

// AtEnd calls f on the last host of a branch, and returns to the first of all.
func (f Fork) AtEnd(other bool, do func()) {
	if other {
		f.in(f.Other[len(f.Other)-1], do)
	} else {
		f.At(len(f.Chain)-1, do)
	}
}
