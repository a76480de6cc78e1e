package exchange

import (
	"net/netip"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// TestRouted: a default route that refuses is none, and neither is a rule that does.
func TestRouted(t *testing.T) {
	t.Parallel()
	enterNamespace(t)
	nstest.IP(t, "addr add 192.0.2.1/24 dev lo")
	far := []netip.AddrPort{netip.MustParseAddrPort("198.51.100.1:53"), netip.MustParseAddrPort("[2001:db8:1::1]:53")}
	for _, c := range []struct {
		route string // of a default route or a rule; empty: there is none
		want  bool
	}{
		{"", false},
		{"route %s unreachable default", false},
		{"route %s prohibit default", false},
		{"route %s blackhole default", false},
		{"route %s throw default", false},
		{"rule %s unreachable", false},
		{"rule %s prohibit", false},
		{"rule %s blackhole", false},
		{"route %s default dev lo", true},
	} {
		change(t, c.route, "add")
		for _, to := range far {
			if got := Routed(to); got != c.want {
				t.Errorf("%q: %v is routed: %v", c.route, to, got)
			}
		}
		change(t, c.route, "del")
	}
	if !Routed(netip.MustParseAddrPort("192.0.2.1:53")) {
		t.Error("an address of its own")
	}
}

// change adds or deletes a route or a rule over both families.
func change(t *testing.T, route, how string) {
	t.Helper()
	for _, family := range []string{"-4 ", "-6 "} {
		if route != "" {
			nstest.Tool(t, "iproute2", "ip", "", strings.Fields(family+strings.Replace(route, "%s", how, 1))...)
		}
	}
}
