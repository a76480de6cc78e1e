//go:build !portable

package main

import (
	"fmt"
	"net/netip"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// forkedV4 and forkedV6 are addresses of both servers behind a fork.
const forkedV4, forkedV6 = "203.0.113.53", "2001:db8:53::53"

// fork is a router at which two ways part. Each ends at a server of its own, which has both
// addresses: three hops away LHR1, over main, and four hops away YYZ1, over side.
type fork struct {
	main nstest.Chain // this host, the fork, a router, the server
	side nstest.Chain // likewise, with two routers
}

// newFork moves the calling goroutine to this host. IPv4 goes to LHR1, IPv6 to YYZ1.
func newFork(t *testing.T) fork {
	t.Helper()
	f := fork{main: nstest.NewChain(t, 4)}
	f.side = nstest.Chain{f.main[0], f.main[1]}
	for range 3 {
		f.side = append(f.side, newHost(t))
	}
	for i := 1; i < len(f.side)-1; i++ {
		f.cable(t, i)
	}
	for i, end := range []nstest.Chain{f.main[3:], f.side[4:]} {
		f.main.At(0, func() {
			unix.Setns(end[0], unix.CLONE_NEWNET)
			nstest.IP(t, "addr add "+forkedV4+"/32 dev lo", "addr add "+forkedV6+"/128 dev lo nodad")
			nstest.AwaitAddress(t, forkedV6)
			h := named([]string{"LHR1", "YYZ1"}[i])
			dnstest.Serve(t, h, h, forkedV4+":53", "["+forkedV6+"]:53")
		})
	}
	f.main.At(2, func() { nstest.IP(t, "route add "+forkedV4+" via "+f.main.Right(2, false).String()) })
	f.toSide(t, forkedV6)
	nstest.AwaitWay(t, forkedV4, forkedV6)
	return f
}

// newHost makes one beside this one, which stays that of the calling goroutine.
func newHost(t *testing.T) (namespace int) {
	t.Helper()
	home := namespaceHere(t)
	nstest.Enter(t, 0)
	defer unix.Setns(home, unix.CLONE_NEWNET)
	for _, name := range []string{"ipv4/ip_forward", "ipv6/conf/all/forwarding"} {
		nstest.Sysctl(t, name, "1")
	}
	for _, name := range []string{"ipv4/icmp_ratelimit", "ipv6/icmp/ratelimit"} {
		nstest.Sysctl(t, name, "0")
	}
	return namespaceHere(t)
}

func namespaceHere(t *testing.T) int {
	t.Helper()
	fd, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

// sideEnd is an address of the cable from host i of the side to the next one.
func sideEnd(i, end int, ipv6 bool) netip.Addr {
	if ipv6 {
		return netip.MustParseAddr(fmt.Sprintf("2001:db8:1:%d::%d", i, end))
	}
	return netip.MustParseAddr(fmt.Sprintf("198.51.100.%d", 4*(i-1)+end))
}

// cable lays the one from host i of the side to the next, over which all of the way leads on, and
// back.
func (f fork) cable(t *testing.T, i int) {
	t.Helper()
	up := func(device string, end int) {
		nstest.IP(t, "link set "+device+" up", fmt.Sprintf("addr add %v/30 dev %s", sideEnd(i, end, false), device),
			fmt.Sprintf("addr add %v/64 dev %s nodad", sideEnd(i, end, true), device))
	}
	f.side.At(i, func() {
		nstest.IP(t, fmt.Sprintf("link add side%d type veth peer name back%[1]d netns /proc/%d/fd/%d", i, os.Getpid(), f.side[i+1]))
		up(fmt.Sprintf("side%d", i), 1)
		if i > 1 {
			nstest.IP(t, fmt.Sprintf("route add %s via %v", forkedV4, sideEnd(i, 2, false)), fmt.Sprintf("route add %s via %v", forkedV6, sideEnd(i, 2, true)))
		}
	})
	f.side.At(i+1, func() {
		up(fmt.Sprintf("back%d", i), 2)
		nstest.IP(t, fmt.Sprintf("route add default via %v", sideEnd(i, 1, false)), fmt.Sprintf("route add default via %v", sideEnd(i, 1, true)))
	})
}

// toSide has the fork send an address to the side.
func (f fork) toSide(t *testing.T, address string) {
	t.Helper()
	via := sideEnd(1, 2, netip.MustParseAddr(address).Is6())
	f.side.At(1, func() { nstest.IP(t, fmt.Sprintf("route replace %s via %v", address, via)) })
}
