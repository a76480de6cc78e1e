package dnstest

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// asked is a query as another codec writes it.
func asked(t *testing.T, name string, kind uint16, options ...dns.EDNS0) *Query {
	t.Helper()
	m := new(dns.Msg).SetQuestion(name, kind)
	if options != nil {
		m.SetEdns0(1232, false)
		m.IsEdns0().Option = options
	}
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return &Query{Data: b}
}

var (
	nsid   = &dns.EDNS0_NSID{Code: dns.EDNS0NSID}
	cookie = &dns.EDNS0_COOKIE{Code: dns.EDNS0COOKIE, Cookie: hex.EncodeToString([]byte("clientC1serverS1"))}
)

func TestQuery(t *testing.T) {
	q := asked(t, "hostname.bind.", TXT, nsid, cookie)
	if q.Name() != "hostname.bind" || q.Type() != TXT || !q.EDNS() || q.Cookie() != "clientC1serverS1" {
		t.Errorf("%q %d %t %q", q.Name(), q.Type(), q.EDNS(), q.Cookie())
	}
	q = asked(t, ".", SOA)
	if q.Name() != "" || q.Type() != SOA || q.EDNS() || q.Cookie() != "" {
		t.Errorf("of the root: %q %d %t %q", q.Name(), q.Type(), q.EDNS(), q.Cookie())
	}
	whole := q.Data
	for n := range whole {
		if q.Data = whole[:n]; q.Question() != nil || q.Name() != "" || q.Type() != 0 {
			t.Errorf("the first %d bytes of %d are a query", n, len(whole))
		}
	}
}

// TestDraft: another codec reads in a draft what was written there.
func TestDraft(t *testing.T) {
	long := strings.Repeat("l", 256)
	q := asked(t, "example.", SOA, nsid, cookie)
	d := ReplyTo(q).SOA(1<<32-1, 3600).TXT("lhr1", long).NSID("nsid").ServerCookie("serverS2").Flag(TC).Rcode(BadCookie)
	var m dns.Msg
	if err := m.Unpack(d.Bytes()); err != nil {
		t.Fatal(err)
	}
	soa, txt := m.Answer[0].(*dns.SOA), m.Answer[1].(*dns.TXT)
	if soa.Hdr.Name != "example." || soa.Hdr.Class != IN || soa.Serial != 1<<32-1 || soa.Refresh != 3600 {
		t.Error(soa)
	}
	if txt.Hdr.Class != CH || strings.Join(txt.Txt, " ") != "lhr1 "+long[:255]+" l" {
		t.Error(txt)
	}
	if !m.Authoritative || !m.Truncated || m.Rcode != dns.RcodeBadCookie || m.Question[0].Name != "example." {
		t.Error(m.MsgHdr)
	}
	options := m.IsEdns0().Option
	if got := options[0].(*dns.EDNS0_NSID).Nsid; got != hex.EncodeToString([]byte("nsid")) {
		t.Errorf("NSID %s", got)
	}
	if got := options[1].(*dns.EDNS0_COOKIE).Cookie; got != hex.EncodeToString([]byte("clientC1serverS2")) {
		t.Errorf("cookie %s", got)
	}
}
