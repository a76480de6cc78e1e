//go:build linux && !portable

package trace

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"

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
