//go:build linux

package main

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"github.com/miekg/dns"
)

// packet lays out IP and UDP or TCP headers before a message.
func packet(from, to netip.AddrPort, tcp bool, message []byte) []byte {
	ports := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, from.Port()), to.Port())
	protocol, transport := byte(17), append(ports, 0, 0, 0, 0)
	if tcp {
		protocol, transport = 6, append(ports, make([]byte, 20)...)
		transport[12] = 24 / 4 << 4
		transport = binary.BigEndian.AppendUint16(transport, uint16(len(message)))
	}
	header := make([]byte, 8)
	if to.Addr().Is4() {
		header = make([]byte, 12)
		header[0], header[9] = 0x45, protocol
	} else {
		header[0], header[6] = 0x60, protocol
	}
	b := append(append(header, from.Addr().AsSlice()...), to.Addr().AsSlice()...)
	return append(append(b, transport...), message...)
}

func TestParsePacket(t *testing.T) {
	query := ask(dns.TypeTXT, dns.ClassCHAOS, true)
	q := pack(t, query)
	client6 := netip.MustParseAddrPort("[fd31::1]:4242")
	for _, c := range []struct {
		name   string
		client netip.AddrPort
		server netip.Addr
		tcp    bool
	}{
		{"IPv4", client, server4, false},
		{"IPv6", client6, server6, false},
		{"IPv4, TCP", client, server4, true},
		{"IPv6, TCP", client6, server6, true},
	} {
		want := datagram{server: c.server, client: c.client, id: query.Id, qtype: dns.TypeTXT}
		server := netip.AddrPortFrom(c.server, 53)
		there := packet(c.client, server, c.tcp, q)
		if d, ok := parsePacket(there); !ok || d != want {
			t.Errorf("%s: query: %+v %t, want %+v", c.name, d, ok, want)
		}
		want.answer = true
		if d, ok := parsePacket(packet(server, c.client, c.tcp, answer(q, c.server))); !ok || d != want {
			t.Errorf("%s: answer: %+v %t, want %+v", c.name, d, ok, want)
		}
		for n := range there {
			if _, ok := parsePacket(there[:n]); ok && n < len(there)-len(q)+12 {
				t.Errorf("%s: something in the first %d bytes", c.name, n)
			}
		}
	}
}
