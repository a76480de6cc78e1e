package main

import (
	"net/netip"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// serve runs a server over UDP alone at addr, such as "127.0.0.1:0", until the test ends, and returns where it listens.
func serve(t *testing.T, addr string, h dnstest.Handler) netip.AddrPort {
	t.Helper()
	return dnstest.Serve(t, h, nil, addr).Addrs[0]
}

// serveStreams is serve over TCP.
func serveStreams(t *testing.T, addr string, h dnstest.Handler) netip.AddrPort {
	t.Helper()
	return dnstest.Serve(t, nil, h, addr).Addrs[0]
}

func named(identity string) dnstest.Handler { return dnstest.Named(identity) }

func silence(*dnstest.Query) {}
