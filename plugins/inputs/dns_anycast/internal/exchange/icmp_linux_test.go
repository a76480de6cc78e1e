//go:build linux && !portable

package exchange

import (
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// neighbours are two network namespaces: a host's (192.0.2.1, 2001:db8::1) and that of the router which is its only
// way out (192.0.2.2, 2001:db8::2).
type neighbours struct {
	host, router int
}

// enterBehindRouter moves the calling goroutine into the host's namespace.
func enterBehindRouter(t *testing.T) (n neighbours) {
	t.Helper()
	enterNamespace(t)
	n.router = openNamespace(t)
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Fatal(err)
	}
	n.host = openNamespace(t)
	ip(t, fmt.Sprintf("link add veth0 type veth peer name veth1 netns /proc/%d/fd/%d", os.Getpid(), n.router),
		"link set lo up", "link set veth0 up", "addr add 192.0.2.1/24 dev veth0", "addr add 2001:db8::1/64 dev veth0 nodad",
		"route add default via 192.0.2.2", "route add default via 2001:db8::2")
	awaitAddress(t, "2001:db8::1")
	n.onRouter(func() {
		ip(t, "link set veth1 up", "addr add 192.0.2.2/24 dev veth1", "addr add 2001:db8::2/64 dev veth1 nodad")
		awaitAddress(t, "2001:db8::2")
		sysctl(t, "ipv4/ip_forward", "1")
		sysctl(t, "ipv6/conf/all/forwarding", "1")
		sysctl(t, "ipv4/icmp_ratelimit", "0")
		sysctl(t, "ipv6/icmp/ratelimit", "0")
	})
	return n
}

func (n neighbours) onRouter(f func()) {
	unix.Setns(n.router, unix.CLONE_NEWNET)
	defer unix.Setns(n.host, unix.CLONE_NEWNET)
	f()
}

// join moves another goroutine into the host's namespace.
func (n neighbours) join() {
	runtime.LockOSThread()
	unix.Setns(n.host, unix.CLONE_NEWNET)
}

func openNamespace(t *testing.T) (fd int) {
	t.Helper()
	fd, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

// routed is a destination behind the router and what the router makes of it. The text of a query decides its size.
type routed struct {
	to    string
	query string
	udp   *Failure
	tcp   *Failure // nil: not asked
}

func unreachableBy(text string) *Failure { return &Failure{Unreachable, text} }

// TestRouterSays has a real router turn queries away: what it says waits for the deadline and is the cause then.
func TestRouterSays(t *testing.T) {
	for _, c := range []struct {
		family string
		routes []string // on the host, then on the router
		cases  []routed
	}{
		{"ipv4", []string{
			"route add 198.51.100.5/32 via 192.0.2.2 hoplimit 1",
			"route add unreachable 198.51.100.2/32", "route add prohibit 198.51.100.3/32", "route add blackhole 198.51.100.4/32",
			"route add 198.51.100.5/32 via 192.0.2.1", "route add 198.51.100.6/32 via 192.0.2.1 mtu lock 1300",
		}, []routed{
			{"198.51.100.1:53", "no route", unreachableBy("network unreachable from 192.0.2.2"), unreachableBy("network unreachable")},
			{"198.51.100.2:53", "unreachable", unreachableBy("host unreachable from 192.0.2.2"), unreachableBy("host unreachable")},
			{"198.51.100.3:53", "prohibited", unreachableBy("administratively prohibited from 192.0.2.2"), unreachableBy("host unreachable")},
			{"198.51.100.4:53", "black hole", &Failure{Timeout, ""}, nil},
			{"198.51.100.5:53", "too far", unreachableBy("time exceeded from 192.0.2.2"), unreachableBy("host unreachable")},
			{"198.51.100.6:53", strings.Repeat("too big", 200), &Failure{Timeout, ""}, nil},
			{"192.0.2.2:53", "closed", unreachableBy("port unreachable from 192.0.2.2"), unreachableBy("connection refused")},
		}},
		{"ipv6", []string{
			"route add 2001:db8:1::5/128 via 2001:db8::2 hoplimit 1",
			"route add unreachable 2001:db8:1::2/128", "route add prohibit 2001:db8:1::3/128", "route add blackhole 2001:db8:1::4/128",
			"route add 2001:db8:1::5/128 via 2001:db8::1", "route add 2001:db8:1::6/128 via 2001:db8::1 mtu lock 1300",
		}, []routed{
			{"[2001:db8:1::1]:53", "no route", unreachableBy("no route from 2001:db8::2"), unreachableBy("network unreachable")},
			{"[2001:db8:1::2]:53", "unreachable", unreachableBy("no route from 2001:db8::2"), unreachableBy("network unreachable")},
			{"[2001:db8:1::3]:53", "prohibited", unreachableBy("administratively prohibited from 2001:db8::2"), unreachableBy("administratively prohibited")},
			{"[2001:db8:1::4]:53", "black hole", &Failure{Timeout, ""}, nil},
			{"[2001:db8:1::5]:53", "too far", unreachableBy("time exceeded from 2001:db8::2"), unreachableBy("host unreachable")},
			{"[2001:db8:1::6]:53", strings.Repeat("too big", 200), &Failure{Timeout, ""}, nil},
			{"[2001:db8::2]:53", "closed", unreachableBy("port unreachable from 2001:db8::2"), unreachableBy("connection refused")},
		}},
	} {
		t.Run(c.family, func(t *testing.T) {
			t.Parallel()
			n := enterBehindRouter(t)
			ip(t, c.routes[0])
			n.onRouter(func() { ip(t, c.routes[1:]...) })
			askRouted(t, n, c.cases)
		})
	}
}

// askRouted asks all over UDP in one group, then all over TCP. A TCP connect that meets an ICMP error before its system
// call is over heeds the next, a second later.
func askRouted(t *testing.T, n neighbours, cases []routed) {
	t.Helper()
	const timeout = time.Second
	ds := make([]Datagram, len(cases))
	for i, c := range cases {
		ds[i] = datagram(c.query, netip.MustParseAddrPort(c.to))
	}
	outs, took := askUDP(t, lasting(timeout), ds)
	for i, c := range cases {
		checkFailure(t, fmt.Sprintf("UDP %.12s", c.query), outs[i], c.udp)
	}
	if took < timeout {
		t.Errorf("took %v: no ICMP error but port unreachable may end the wait before %v", took, timeout)
	}
	var wg sync.WaitGroup
	for i, c := range cases {
		if c.tcp != nil {
			wg.Go(func() {
				n.join()
				outs, _ := askTCP(t, lasting(10*time.Second), ds[i].To, "q")
				checkFailure(t, "TCP "+c.query, outs[0], c.tcp)
			})
		}
	}
	wg.Wait()
}
