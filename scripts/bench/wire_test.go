//go:build linux

package main

import (
	"net/netip"
	"testing"

	"github.com/miekg/dns"
)

var (
	server4 = netip.MustParseAddr("10.2.0.1")
	server6 = netip.MustParseAddr("fd00:2::1")
	client  = netip.MustParseAddrPort("172.31.0.1:4242")
)

// seen is a datagram about server4.
func seen(at int64, id uint16, answer bool) datagram {
	return datagram{at: at, server: server4, client: client, id: id, answer: answer, qtype: dns.TypeTXT}
}

func TestMatch(t *testing.T) {
	soa := seen(50, 3, false)
	soa.qtype = dns.TypeSOA
	other := seen(60, 1, false)
	other.client = netip.MustParseAddrPort("172.31.0.1:4243")
	w := match(
		[]datagram{seen(10, 1, false), soa, other, seen(70, 2, true), seen(110, 1, true), seen(120, 1, true)},
		[]datagram{seen(15, 1, false), seen(90, 1, true)},
	)
	want := []query{{10, 15, 110}, {near: 60}}
	if got := w[server4]; len(w) != 1 || len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%v, want %v", w, want)
	}
}
