//go:build linux

package main

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"testing"

	"github.com/miekg/dns"
)

func pack(t *testing.T, m *dns.Msg) []byte {
	t.Helper()
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// ask is the plugin's query.
func ask(qtype, class uint16, edns bool) *dns.Msg {
	m := new(dns.Msg).SetQuestion(identityName, qtype)
	m.Question[0].Qclass = class
	if edns {
		m.SetEdns0(1232, false)
		m.IsEdns0().Option = []dns.EDNS0{
			&dns.EDNS0_NSID{Code: dns.EDNS0NSID}, &dns.EDNS0_COOKIE{Code: dns.EDNS0COOKIE, Cookie: "0123456789abcdef"},
		}
	}
	return m
}

func TestAnswer(t *testing.T) {
	name := instance(server4)
	for _, c := range []struct {
		name         string
		qtype, class uint16
		edns         bool
	}{
		{"CHAOS", dns.TypeTXT, dns.ClassCHAOS, true},
		{"without EDNS", dns.TypeTXT, dns.ClassCHAOS, false},
		{"dns_query's", dns.TypeTXT, dns.ClassINET, false},
		{"a zone's", dns.TypeSOA, dns.ClassINET, true},
	} {
		q := ask(c.qtype, c.class, c.edns)
		var r dns.Msg
		if err := r.Unpack(answer(pack(t, q), server4)); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if r.Id != q.Id || !r.Response || !r.Authoritative || r.Question[0] != q.Question[0] || len(r.Answer) != 1 {
			t.Errorf("%s: no answer: %v", c.name, &r)
			continue
		}
		switch rr := r.Answer[0].(type) {
		case *dns.TXT:
			if rr.Txt[0] != name || rr.Hdr.Class != c.class {
				t.Errorf("%s: %v", c.name, rr)
			}
		case *dns.SOA:
			if rr.Serial == 0 {
				t.Errorf("%s: %v", c.name, rr)
			}
		}
		opt := r.IsEdns0()
		if (opt != nil) != c.edns {
			t.Errorf("%s: EDNS %v", c.name, opt)
		}
		if opt == nil {
			continue
		}
		if nsid := opt.Option[0].(*dns.EDNS0_NSID); nsid.Nsid != hex.EncodeToString([]byte(name)) {
			t.Errorf("%s: NSID %v", c.name, nsid)
		}
		if cookie := opt.Option[1].(*dns.EDNS0_COOKIE); cookie.Cookie != "0123456789abcdef"+hex.EncodeToString([]byte("a cookie")) {
			t.Errorf("%s: cookie %v", c.name, cookie)
		}
	}
}

func TestAnswerJunk(t *testing.T) {
	q := pack(t, ask(dns.TypeTXT, dns.ClassCHAOS, true))
	for n := range 12 + 20 {
		if n < len(q) && answer(q[:n], server4) != nil && n < len("hostname.bind.")+12+5 {
			t.Errorf("an answer to the first %d bytes of a query", n)
		}
	}
	if r := answer(answer(q, server4), server4); r != nil {
		t.Error("an answer to an answer")
	}
}

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

func TestAddress(t *testing.T) {
	for i, want := range map[int]string{0: "10.2.0.0", 1: "fd00:2::1", 258: "10.2.1.2", 9999: "fd00:2::270f"} {
		a := address(i, i%2 == 1, 2)
		if a != netip.MustParseAddr(want) || class(a) != 2 {
			t.Errorf("%d: %v of class %d, want %s", i, a, class(a), want)
		}
	}
}
