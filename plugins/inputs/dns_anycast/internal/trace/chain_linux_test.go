//go:build linux && !portable

package trace

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// serveAtEnd serves at the chain's last host, over IPv4 and IPv6.
func serveAtEnd(t *testing.T, c nstest.Chain, handle func(*net.UDPConn, netip.AddrPort, string)) (servers [2]netip.AddrPort) {
	t.Helper()
	last := len(c) - 1
	c.At(last, func() {
		for i, ipv6 := range []bool{false, true} {
			servers[i] = serve(t, c.Right(last-1, ipv6).String(), handle)
		}
	})
	return servers
}

// drop has a host's firewall drop what rule says.
func drop(t *testing.T, c nstest.Chain, host int, hook, rule string) {
	t.Helper()
	c.At(host, func() {
		nstest.Tool(t, "nftables", "nft", fmt.Sprintf("table inet f { chain c { type filter hook %s priority 0\n%s\n}\n}\n", hook, rule), "-f", "-")
	})
}

const timeExceeded = "icmp type time-exceeded drop\nicmpv6 type time-exceeded drop"

// addresses puts in addresses: rN is the right end of cable N, from 1, by which router N names itself
// to the left; LN is the left end.
func addresses(c nstest.Chain, ipv6 bool, want string) string {
	for i := range c {
		want = strings.ReplaceAll(want, fmt.Sprintf("r%d", i+1), c.Right(i, ipv6).String())
		want = strings.ReplaceAll(want, fmt.Sprintf("L%d", i+1), c.Left(i, ipv6).String())
	}
	return want
}

// TestChain traces over real routers.
func TestChain(t *testing.T) {
	t.Parallel()
	keeper, err := exchange.HoldTimestamps() // else the kernel may come too late with the first stamps of a path
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keeper.Close() })
	for _, c := range []struct {
		name  string
		setUp func(*testing.T, nstest.Chain)
		want  [2]string
	}{
		{"routers", func(*testing.T, nstest.Chain) {}, [2]string{"r1 r2 r3 r4 r5(answer) reached", "r1 r2 r3 r4 r5(answer) reached"}},
		{
			"a silent router", func(t *testing.T, c nstest.Chain) { drop(t, c, 2, "output", timeExceeded) },
			[2]string{"r1 * r3 r4 r5(answer) reached", "r1 * r3 r4 r5(answer) reached"},
		},
		{
			"prohibited half way",
			func(t *testing.T, c nstest.Chain) {
				c.At(3, func() {
					nstest.IP(t, fmt.Sprintf("route add prohibit %v/32", c.Right(4, false)), fmt.Sprintf("route add prohibit %v/128", c.Right(4, true)))
				})
			},
			[2]string{"r1 r2 r3(administratively-prohibited)", "r1 r2 r3(administratively-prohibited)"},
		},
		{
			"no route half way",
			func(t *testing.T, c nstest.Chain) {
				c.At(3, func() { nstest.IP(t, "route del default", "route del ::/0") })
			},
			[2]string{"r1 r2 r3(network-unreachable)", "r1 r2 r3(no-route)"},
		},
		{
			"a dead server",
			func(t *testing.T, c nstest.Chain) { drop(t, c, 5, "input", "udp dport 0-65535 drop") },
			[2]string{"r1 r2 r3 r4", "r1 r2 r3 r4"},
		},
		{
			"a loop",
			func(t *testing.T, c nstest.Chain) {
				c.At(4, func() {
					nstest.Sysctl(t, "ipv4/conf/all/send_redirects", "0")
					nstest.IP(t, fmt.Sprintf("route add %v/32 via %v", c.Right(4, false), c.Left(3, false)),
						fmt.Sprintf("route add %v/128 via %v", c.Right(4, true), c.Left(3, true)))
				})
			},
			[2]string{"r1 r2 r3 r4 r3 r4 r3 r4", "r1 r2 r3 r4 L4 r4 L4 r4"},
		},
		{
			"a router that names itself by its loopback", nameItself,
			[2]string{"r1 198.51.100.9 r3 r4 r5(answer) reached", "r1 2001:db8:100::9 r3 r4 r5(answer) reached"},
		},
		{
			"routers whose way back is another one", shortcut,
			[2]string{"r1 r2 203.0.113.2 r4 r5(answer) reached", "r1 r2 2001:db8:113::2 r4 r5(answer) reached"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			chain := nstest.NewChain(t, 6)
			servers := serveAtEnd(t, chain, answer)
			c.setUp(t, chain)
			for i, to := range servers {
				p := traced(t, to, 8)
				checkPath(t, c.name, p, addresses(chain, i == 1, c.want[i]))
				checkStamps(t, p)
			}
		})
	}
}

// checkStamps holds where nothing is slow.
func checkStamps(t *testing.T, p Path) {
	t.Helper()
	for _, h := range p.Hops {
		if !h.Silent() && (!h.Kernel || h.Time > waitLeast) {
			t.Errorf("hop %d: time %v, kernel %v", h.TTL, h.Time, h.Kernel)
		}
	}
}

// TestClosedEnd: the server's host says that nobody listens. It spoke, and did not answer.
func TestClosedEnd(t *testing.T) {
	t.Parallel()
	c := nstest.NewChain(t, 3)
	for _, ipv6 := range []bool{false, true} {
		to := netip.AddrPortFrom(c.Right(1, ipv6), 9)
		checkPath(t, to.String(), traced(t, to, 30), addresses(c, ipv6, "r1 r2(port-unreachable)"))
	}
}

// nameItself has the second router prefer an address on lo for what it sends to the first host.
func nameItself(t *testing.T, c nstest.Chain) {
	t.Helper()
	c.At(2, func() {
		for i, own := range []string{"198.51.100.9/32", "2001:db8:100::9/128"} {
			address, _, _ := strings.Cut(own, "/")
			nstest.IP(t, "addr add "+own+" dev lo")
			nstest.AwaitAddress(t, address)
			nstest.IP(t, fmt.Sprintf("route replace %v via %v src %s", c.Network(0, i == 1), c.Left(1, i == 1), address))
		}
	})
}

// shortcut lays a cable from the third router to the first host, by which it answers. What routers
// behind it say takes the same way, in their own name.
func shortcut(t *testing.T, c nstest.Chain) {
	t.Helper()
	c.At(0, func() {
		nstest.IP(t, fmt.Sprintf("link add back0 type veth peer name back1 netns /proc/%d/fd/%d", os.Getpid(), c[3]),
			"link set back0 up", "addr add 203.0.113.1/30 dev back0", "addr add 2001:db8:113::1/64 dev back0 nodad")
	})
	c.At(3, func() {
		nstest.IP(t, "link set back1 up", "addr add 203.0.113.2/30 dev back1", "addr add 2001:db8:113::2/64 dev back1 nodad")
		nstest.IP(t, fmt.Sprintf("route replace %v via 203.0.113.1 src 203.0.113.2", c.Network(0, false)),
			fmt.Sprintf("route replace %v via 2001:db8:113::1 src 2001:db8:113::2", c.Network(0, true)))
		nstest.AwaitWay(t, "203.0.113.1", "2001:db8:113::1")
	})
}
