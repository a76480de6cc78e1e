package main

import (
	"net/netip"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// link is a cable to the host of the servers.
type link struct{ nstest.Link }

var linkServers = []netip.AddrPort{netip.MustParseAddrPort("192.0.2.2:53"), netip.MustParseAddrPort("[2001:db8::2]:53")}

func newLink(t *testing.T) link {
	t.Helper()
	return link{nstest.NewLink(t)}
}

func (l link) down(t *testing.T) {
	t.Helper()
	nstest.IP(t, "link set veth0 down", "addr flush dev veth0")
}

func (l link) up(t *testing.T) {
	t.Helper()
	nstest.IP(t, "link set veth0 up", "addr replace 192.0.2.1/24 dev veth0", "addr replace 2001:db8::1/64 dev veth0 nodad")
	for _, s := range linkServers {
		nstest.AwaitWay(t, s.Addr().String())
	}
}
