package wire

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// TestReadCollectedFixtures: without the query the same is read as with it.
func TestReadCollectedFixtures(t *testing.T) {
	for _, f := range fixtures(t) {
		asked := f.asked()
		want, _ := asked.Read(f.reply)
		want.ServerCookie = "" // which is for whoever asked
		q, got, err := ReadCollected(f.reply)
		if err != nil || got.TXT != want.TXT || got.NSID != want.NSID || got.Rcode != want.Rcode {
			t.Errorf("%s: got %+v, %v, want %+v", f.name, got, err, want)
		}
		if !strings.EqualFold(q.Name, asked.Name) || q.SOA != asked.SOA || q.ID != asked.ID {
			t.Errorf("%s: answers %+v, want %+v", f.name, q, asked)
		}
	}
}

func TestReadCollectedRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*dns.Msg)
		want error
	}{
		{"QR", func(m *dns.Msg) { m.Response = false }, ErrResponse},
		{"opcode", func(m *dns.Msg) { m.Opcode = dns.OpcodeNotify }, ErrOpcode},
		{"other type", func(m *dns.Msg) { m.Question[0].Qtype = dns.TypeA }, ErrQuestion},
		{"TXT of class IN", func(m *dns.Msg) { m.Question[0].Qclass = dns.ClassINET }, ErrQuestion},
		{"SOA of class CH", func(m *dns.Msg) { m.Question[0].Qtype = dns.TypeSOA }, ErrQuestion},
		{"two questions", func(m *dns.Msg) { m.Question = append(m.Question, m.Question[0]) }, ErrQuestion},
		{"bare header, NOTIMP", func(m *dns.Msg) { m.Question, m.Rcode = nil, dns.RcodeNotImplemented }, ErrQuestion},
		{"bare header, FORMERR", func(m *dns.Msg) { m.Question, m.Rcode = nil, dns.RcodeFormatError }, ErrQuestion},
		{"no question, FORMERR with OPT", func(m *dns.Msg) {
			m.Question, m.Rcode = nil, dns.RcodeFormatError
			m.SetEdns0(1232, false)
		}, ErrQuestion},
	} {
		if _, a, err := ReadCollected(reply(t, c.edit)); !errors.Is(err, c.want) || a.Rcode != 0 {
			t.Errorf("%s: got %+v, %v, want %v", c.name, a, err, c.want)
		}
	}
	promises := reply(t, func(m *dns.Msg) { m.Question = nil })
	promises[5] = 1 // a question, and ends
	for name, b := range map[string][]byte{"nothing": nil, "11 bytes": promises[:11]} {
		if _, _, err := ReadCollected(b); !errors.Is(err, ErrShort) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := ReadCollected(promises); !errors.Is(err, ErrQuestion) {
		t.Errorf("a header that promises a question: %v", err)
	}
}

// TestReadCollectedCut: records are read as far as they go, with TC or without.
func TestReadCollectedCut(t *testing.T) {
	long := reply(t, func(m *dns.Msg) {
		m.Answer = []dns.RR{txt("hostname.bind.", dns.ClassCHAOS, "lhr1"), txt("hostname.bind.", dns.ClassCHAOS, "lhr2")}
	})
	head := reply(t, func(*dns.Msg) {})
	for n := len(head); n <= len(long); n++ {
		_, a, err := ReadCollected(long[:n])
		want := ""
		if n >= len(head)+len("\x08hostname\x04bind\x00")+fixedSize+len("\x04lhr1") {
			want = "lhr1"
		}
		if err != nil || a.TXT != want {
			t.Errorf("cut to %d of %d bytes: %q, %v, want %q", n, len(long), a.TXT, err, want)
		}
	}
	for n := range head {
		if _, a, err := ReadCollected(head[:n]); err == nil {
			t.Errorf("cut to %d bytes: %+v", n, a)
		}
	}
	referral := reply(t, func(m *dns.Msg) {
		m.Question[0] = dns.Question{Name: "example.", Qtype: dns.TypeSOA, Qclass: dns.ClassINET}
		m.Ns = []dns.RR{&dns.NS{Hdr: dns.RR_Header{Name: "example.", Rrtype: dns.TypeNS, Class: dns.ClassINET}, Ns: "ns1.example."}}
		m.Extra = []dns.RR{txt("ns1.example.", dns.ClassINET, "glue")}
	})
	q, a, err := ReadCollected(referral[:len(referral)-2])
	if err != nil || !a.Referral || !q.SOA || q.Name != "example." {
		t.Errorf("a referral cut in its glue: %+v, %+v, %v", q, a, err)
	}
}

// FuzzReadCollected: nothing is read that Read would not read of the same bytes, whole or cut.
func FuzzReadCollected(f *testing.F) {
	for _, x := range fixtures(f) {
		f.Add(x.reply)
	}
	f.Add(reply(f, func(m *dns.Msg) { m.Question = nil }))
	f.Add([]byte("\x1ae\x84\x00\x00\x01\x00\x01\x00\x01\x00\x01\bhostnam+\x04bi\x00\x00\x04\x00\x10\x00\x03\xc0\x00\x00\x10\x00\x03\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		q, a, err := ReadCollected(b)
		if err != nil {
			if !slices.Contains([]error{ErrShort, ErrResponse, ErrOpcode, ErrQuestion}, err) || a.TXT+a.NSID != "" {
				t.Fatalf("%+v, %v", a, err)
			}
			return
		}
		if b[2]&2 == 0 {
			if a.Truncated {
				t.Fatal("truncated without TC")
			}
			b = slices.Clone(b)
			b[2] |= 2 // as Read demands of what is cut
			if q, _, err = ReadCollected(b); err != nil {
				return // its question's name reads on in the header
			}
		}
		if want, err := q.Read(b); err != nil || want.TXT != a.TXT || want.NSID != a.NSID || want.Serial != a.Serial {
			t.Fatalf("read %+v, where Read has %+v, %v", a, want, err)
		}
	})
}
