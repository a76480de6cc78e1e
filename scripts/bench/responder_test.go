//go:build linux

package main

import (
	"encoding/hex"
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
