//go:build linux && !portable

package exchange

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// TestFirewallSays has a router's firewall turn queries away in every way that nftables knows. Over
// TCP the system tells the ways apart less well, but each is a packet that said no.
func TestFirewallSays(t *testing.T) {
	t.Parallel()
	const by4, by6 = " from 192.0.2.2", " from 2001:db8::2"
	for family, cases := range map[string][]struct {
		with, udp, tcp string
	}{
		"ip": {
			{"icmp type net-unreachable", "network unreachable" + by4, "network unreachable"},
			{"icmp type host-unreachable", "host unreachable" + by4, "host unreachable"},
			{"icmp type prot-unreachable", "protocol unreachable" + by4, "protocol unreachable"},
			{"icmp type port-unreachable", "port unreachable" + by4, "connection refused"},
			{"icmp type net-prohibited", "administratively prohibited" + by4, "network unreachable"},
			{"icmp type host-prohibited", "administratively prohibited" + by4, "host unreachable"},
			{"icmp type admin-prohibited", "administratively prohibited" + by4, "host unreachable"},
		},
		"ip6": {
			{"icmpv6 type no-route", "no route" + by6, "network unreachable"},
			{"icmpv6 type admin-prohibited", "administratively prohibited" + by6, "administratively prohibited"},
			{"icmpv6 type addr-unreachable", "address unreachable" + by6, "host unreachable"},
			{"icmpv6 type port-unreachable", "port unreachable" + by6, "connection refused"},
			{"icmpv6 type policy-fail", "administratively prohibited" + by6, "administratively prohibited"},
			{"icmpv6 type reject-route", "route rejected" + by6, "administratively prohibited"},
		},
	} {
		t.Run(family, func(t *testing.T) {
			t.Parallel()
			l := enterBehindRouter(t)
			prefix := map[string]string{"ip": "198.51.100.", "ip6": "2001:db8:1::"}[family]
			rules := ""
			var routes []routed
			for i, c := range cases {
				to := prefix + fmt.Sprint(i+1)
				rules += fmt.Sprintf("%s daddr %s reject with %s\n", family, to, c.with)
				routes = append(routes, routed{net.JoinHostPort(to, "53"), c.with, unreachableBy(c.udp), unreachableBy(c.tcp)})
			}
			l.There(func() {
				nstest.IP(t, "route add default via 192.0.2.1", "route add default via 2001:db8::1") // where to does not matter
				nstest.Tool(t, "nftables", "nft", "table inet f {\nchain forward {\ntype filter hook forward priority 0\n"+rules+"}\n}\n", "-f", "-")
			})
			askRouted(t, l, routes)
		})
	}
}

// TestLinkLocal: an address with a zone is asked, recognised in the answer and in the refusal.
func TestLinkLocal(t *testing.T) {
	t.Parallel()
	enterNamespace(t)
	nstest.IP(t, "addr add fe80::99/64 dev lo nodad")
	nstest.AwaitAddress(t, "fe80::99%lo")
	zoned := func(to netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(to.Addr().WithZone("lo"), to.Port()) }
	outs, _ := askUDP(t, lasting(5*time.Second), []Datagram{
		datagram("answered", zoned(serveUDP(t, "fe80::99%lo", answer))),
		datagram("refused", closedAt("fe80::99%lo")),
	})
	checkFailure(t, "answered", outs[0], nil)
	checkFailure(t, "refused", outs[1], unreachableBy("port unreachable from fe80::99%lo"))
	stream := serveTCP(t, "fe80::99%lo", func(c *net.TCPConn) { query(c); tell(c, streamAnswer) })
	outs, _ = askTCP(t, lasting(5*time.Second), zoned(stream), "q")
	checkFailure(t, "TCP", outs[0], nil)
}
