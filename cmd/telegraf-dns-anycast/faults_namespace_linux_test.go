package main

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// link is a cable to the host of the servers.
type link struct{ nstest.Link }

var linkServers = []netip.AddrPort{netip.MustParseAddrPort("192.0.2.2:53"), netip.MustParseAddrPort("[2001:db8::2]:53")}

func newLink(t *testing.T) (l link) {
	t.Helper()
	l.Link = nstest.NewLink(t)
	l.up(t)
	return l
}

func (l link) down(t *testing.T) {
	t.Helper()
	nstest.IP(t, "link set veth0 down", "addr flush dev veth0")
}

// up waits until both families have a way: with IPv6 the kernel takes a moment.
func (l link) up(t *testing.T) {
	t.Helper()
	nstest.IP(t, "link set veth0 up", "addr replace 192.0.2.1/24 dev veth0", "addr replace 2001:db8::1/64 dev veth0 nodad")
	for end := time.Now().Add(soon); ; time.Sleep(5 * time.Millisecond) {
		ways := 0
		for _, s := range linkServers {
			if c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(s)); err == nil {
				if _, err := c.Write([]byte("is there a way?")); err == nil {
					ways++
				}
				c.Close()
			}
		}
		if ways == len(linkServers) {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the link does not come up")
		}
	}
}
