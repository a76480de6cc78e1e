//go:build linux

package nstest

import (
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// Chain is hosts in a row, of which all but the ends are routers. Cable i, from 0, runs from veth0
// of host i to veth1 of host i+1.
type Chain []int

// NewChain makes a number of hosts, 64 at most, and moves the calling goroutine to the first.
func NewChain(t testing.TB, hosts int) (c Chain) {
	t.Helper()
	for range hosts {
		c = append(c, newHost(t))
	}
	for i := range hosts - 1 {
		c.At(i, func() {
			cable := fmt.Sprintf("link add veth0 type veth peer name veth1 netns /proc/%d/fd/%d",
				os.Getpid(), c[i+1])
			IP(t, cable, "link set veth0 up")
			address(t, c.Left, i, "veth0")
		})
		c.At(i+1, func() {
			IP(t, "link set veth1 up")
			address(t, c.Right, i, "veth1")
		})
	}
	for i := range hosts {
		c.At(i, func() { c.route(t, i) })
	}
	unix.Setns(c[0], unix.CLONE_NEWNET)
	AwaitWay(t, c.Right(hosts-2, false).String(), c.Right(hosts-2, true).String())
	return c
}

// newHost is a router, where the calling goroutine is from then on. It is not limited in the errors it
// sends.
func newHost(t testing.TB) (fd int) {
	t.Helper()
	Enter(t, 0)
	for name, value := range map[string]string{
		"ipv4/ip_forward": "1", "ipv6/conf/all/forwarding": "1",
		"ipv4/icmp_ratelimit": "0", "ipv6/icmp/ratelimit": "0",
		"ipv4/conf/all/rp_filter": "0", "ipv4/conf/default/rp_filter": "0", // answers may take another way
	} {
		Sysctl(t, name, value)
	}
	return current(t)
}

func address(t testing.TB, of func(cable int, ipv6 bool) netip.Addr, cable int, device string) {
	t.Helper()
	IP(t, fmt.Sprintf("addr add %v/30 dev %s", of(cable, false), device),
		fmt.Sprintf("addr add %v/64 dev %s nodad", of(cable, true), device))
}

// route sends a host's packets on to the right, and those for cables on its left back there.
func (c Chain) route(t testing.TB, i int) {
	t.Helper()
	for _, ipv6 := range []bool{false, true} {
		if i < len(c)-1 {
			IP(t, fmt.Sprintf("route add default via %v", c.Right(i, ipv6)))
		}
		for cable := range i - 1 {
			IP(t, fmt.Sprintf("route add %v via %v", c.Network(cable, ipv6), c.Left(i-1, ipv6)))
		}
	}
}

// Network is that of a cable.
func (c Chain) Network(cable int, ipv6 bool) netip.Prefix { return network(c.Left(cable, ipv6)) }

// network is that of the cable that an address is an end of.
func network(end netip.Addr) netip.Prefix {
	return netip.PrefixFrom(end, map[bool]int{false: 30, true: 64}[end.Is6()]).Masked()
}

// Left is the address of a cable's left end.
func (c Chain) Left(cable int, ipv6 bool) netip.Addr { return cableEnd(cable, 1, ipv6) }

// Right is the address of a cable's right end. A router names itself by that of the cable on its
// left to whoever asks from there.
func (c Chain) Right(cable int, ipv6 bool) netip.Addr { return cableEnd(cable, 2, ipv6) }

func cableEnd(cable, end int, ipv6 bool) netip.Addr {
	if ipv6 {
		return netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 7: byte(cable), 15: byte(end)})
	}
	return netip.AddrFrom4([4]byte{192, 0, 2, byte(4*cable + end)})
}

// At calls f on a host, and returns to the first.
func (c Chain) At(host int, f func()) { c.in(c[host], f) }

func (c Chain) in(namespace int, f func()) {
	unix.Setns(namespace, unix.CLONE_NEWNET)
	defer unix.Setns(c[0], unix.CLONE_NEWNET)
	f()
}

// Join moves another goroutine to the first host.
func (c Chain) Join() {
	runtime.LockOSThread()
	unix.Setns(c[0], unix.CLONE_NEWNET)
}
