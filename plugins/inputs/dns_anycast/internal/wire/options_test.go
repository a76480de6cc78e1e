package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// option is one in wire form.
func option(code uint16, value string) string {
	b := binary.BigEndian.AppendUint16(nil, code)
	b = binary.BigEndian.AppendUint16(b, uint16(len(value)))
	return string(b) + value
}

// withOPT puts OPT records of these options, in wire form, behind a reply that holds none.
func withOPT(b []byte, records ...string) []byte {
	binary.BigEndian.PutUint16(b[10:], binary.BigEndian.Uint16(b[10:])+uint16(len(records)))
	for _, options := range records {
		b = append(b, 0, 0, byte(dns.TypeOPT), 0x04, 0xd0, 0, 0, 0, 0) // root, type, 1232, rcode, version, flags
		b = binary.BigEndian.AppendUint16(b, uint16(len(options)))
		b = append(b, options...)
	}
	return b
}

// TestReadPastOptions: what nobody asked for hides neither a TXT nor an NSID, however it is
// malformed (RFC 6891, section 6.1.2).
func TestReadPastOptions(t *testing.T) {
	q := Query{ID: 0x1a2b, Name: "hostname.bind.", EDNS: true, Cookie: fixtureCookie}
	lhr1 := func(m *dns.Msg) { m.Answer = []dns.RR{txt("hostname.bind.", dns.ClassCHAOS, "lhr1")} }
	nsid, cookie := option(dns.EDNS0NSID, "lhr1-nsid"), option(dns.EDNS0COOKIE, string(fixtureCookie[:])+"serverA1")
	want := said{rcode: "NOERROR", txt: "lhr1", nsid: "lhr1-nsid", cookie: 8}
	for code := range 32 {
		if code == dns.EDNS0NSID || code == dns.EDNS0COOKIE {
			continue
		}
		for size := range 20 {
			for _, fill := range []string{"\x00", "\xff", "\x3f"} {
				odd := option(uint16(code), strings.Repeat(fill, size))
				for _, options := range []string{odd + nsid + cookie, nsid + odd + cookie, nsid + cookie + odd, odd + nsid + cookie + odd} {
					a, err := q.Read(withOPT(reply(t, lhr1), options))
					if got := (said{RcodeText(a.Rcode), a.TXT, a.NSID, a.Truncated, len(a.ServerCookie)}); err != nil || got != want {
						t.Fatalf("options %x: got %+v, %v, want %+v", options, got, err, want)
					}
				}
			}
		}
	}
}

func TestReadOptions(t *testing.T) {
	nsid, odd := option(dns.EDNS0NSID, "lhr1-nsid"), option(dns.EDNS0REPORTING, "\x3fx")
	otherCookie := option(dns.EDNS0COOKIE, "87654321")
	overrun := fmt.Sprintf("\x00%c\x00\x05abcd", dns.EDNS0REPORTING)
	for _, c := range []struct {
		name    string
		records []string
		want    said
		err     error
	}{
		{"an unknown one of 60 kB", []string{option(65535, strings.Repeat("x", 60000)) + odd + nsid}, said{nsid: "lhr1-nsid"}, nil},
		{"behind another's cookie", []string{otherCookie + odd}, said{}, ErrCookie},
		{"before another's cookie", []string{odd + otherCookie}, said{}, ErrCookie},
		{"before a short cookie", []string{odd + option(dns.EDNS0COOKIE, "1234567")}, said{}, ErrCookie},
		{"longer than its record", []string{nsid + overrun}, said{}, ErrMalformed},
		{"longer than its record, behind an odd one", []string{odd + overrun}, said{}, ErrMalformed},
		{"half of one", []string{odd + "\x00\x12\x00"}, said{}, ErrMalformed},
		{"NSID longer than its record", []string{odd + "\x00\x03\x00\x05abcd"}, said{}, ErrMalformed},
		{"empty NSID", []string{odd + option(dns.EDNS0NSID, "")}, said{}, nil},
		{"NSID of all sorts of bytes", []string{option(dns.EDNS0NSID, "\x00\xffzz\\") + odd}, said{nsid: "\x00\xffzz\\"}, nil},
		{"of two OPT records the last", []string{option(dns.EDNS0NSID, "fra1") + odd, odd + nsid}, said{nsid: "lhr1-nsid"}, nil},
		{"of two OPT records, the first malformed", []string{overrun, nsid}, said{}, ErrMalformed},
	} {
		q := Query{ID: 0x1a2b, Name: "hostname.bind.", EDNS: true, Cookie: fixtureCookie}
		b := withOPT(reply(t, func(*dns.Msg) {}), c.records...)
		sent := string(b)
		a, err := q.Read(b)
		c.want.rcode = "NOERROR"
		if got := (said{RcodeText(a.Rcode), a.TXT, a.NSID, a.Truncated, len(a.ServerCookie)}); !errors.Is(err, c.err) || got != c.want {
			t.Errorf("%s: got %+v, %v, want %+v, %v", c.name, got, err, c.want, c.err)
		}
		if string(b) != sent {
			t.Errorf("%s: the caller's bytes were changed", c.name)
		}
	}
}

// TestReadPastOptionsWhereCut: with TC set, what arrived whole counts, an OPT record with a
// malformed option as well.
func TestReadPastOptionsWhereCut(t *testing.T) {
	q := Query{ID: 0x1a2b, Name: "hostname.bind.", EDNS: true, Cookie: fixtureCookie}
	b := reply(t, func(m *dns.Msg) {
		m.Truncated, m.Answer = true, []dns.RR{txt("hostname.bind.", dns.ClassCHAOS, "lhr1")}
	})
	b = withOPT(b, option(dns.EDNS0EDE, "x")+option(dns.EDNS0NSID, "lhr1-nsid"), option(dns.EDNS0PADDING, "00"))
	a, err := q.Read(b[:len(b)-1])
	if err != nil || !a.Truncated || a.TXT != "lhr1" || a.NSID != "lhr1-nsid" {
		t.Errorf("got %+v, %v", a, err)
	}
}

func TestReadPastOptionsOfZones(t *testing.T) {
	q := Query{ID: 0x1a2b, Name: "example.net.", SOA: true, EDNS: true}
	b := withOPT(reply(t, func(m *dns.Msg) {
		m.Question, m.Authoritative = q.questions(), true
		m.Answer = []dns.RR{&dns.SOA{Hdr: dns.RR_Header{Name: q.Name, Rrtype: dns.TypeSOA, Class: dns.ClassINET}, Ns: "a.", Mbox: "b.", Serial: 7}}
	}), option(dns.EDNS0ZONEVERSION, "x")+option(dns.EDNS0NSID, "lhr1"))
	if a, err := q.Read(b); err != nil || !a.SOA || a.Serial != 7 || a.NSID != "lhr1" {
		t.Errorf("got %+v, %v", a, err)
	}
}

// TestReadOrder: of several TXT records always the same one counts, and one of the class that was
// asked for first.
func TestReadOrder(t *testing.T) {
	const name, ch, in, hs = "hostname.bind.", dns.ClassCHAOS, dns.ClassINET, dns.ClassHESIOD
	for _, c := range []struct {
		name    string
		answer  []dns.RR
		want    string
		classIN bool
	}{
		{"two", []dns.RR{txt(name, ch, "LHR16"), txt(name, ch, "AMS16")}, "AMS16", false},
		{"joined strings", []dns.RR{txt(name, ch, "a", "c"), txt(name, ch, "ab")}, "ab", false},
		{"bytes, not letters", []dns.RR{txt(name, ch, "a"), txt(name, ch, "B")}, "B", false},
		{"bytes, not what the codec writes for them", []dns.RR{txt(name, ch, `\200`), txt(name, ch, "z")}, "z", false},
		{"nothing is before all", []dns.RR{txt(name, ch, "a"), txt(name, ch, "")}, "", false},
		{"of another name", []dns.RR{txt(name, ch, "b"), txt("id.server.", ch, "a")}, "b", false},
		{"class IN alone", []dns.RR{txt(name, in, "b"), txt(name, in, "a")}, "a", true},
		{"class CH wins", []dns.RR{txt(name, in, "a"), txt(name, ch, "b")}, "b", false},
		{"an empty one of class CH wins", []dns.RR{txt(name, in, "a"), txt(name, ch, "")}, "", false},
		{"class HS says nothing", []dns.RR{txt(name, hs, "a")}, "", false},
	} {
		q := Query{ID: 0x1a2b, Name: name, EDNS: true}
		for range 2 {
			a, err := q.Read(reply(t, func(m *dns.Msg) { m.Answer = c.answer }))
			if err != nil || a.TXT != c.want || a.ClassIN != c.classIN {
				t.Errorf("%s: got %q, class IN %v, %v, want %q, %v", c.name, a.TXT, a.ClassIN, err, c.want, c.classIN)
			}
			last := len(c.answer) - 1
			c.answer[0], c.answer[last] = c.answer[last], c.answer[0]
		}
	}
}

// TestStray: on a stream an answer to another query is passed over, and nothing else is.
func TestStray(t *testing.T) {
	const bare = "\x1a\x2c\x80\x01\x00\x01\x00\x00\x00\x00\x00\x00"
	another := func(edit func(*dns.Msg)) []byte {
		return reply(t, func(m *dns.Msg) { m.Id++; edit(m) })
	}
	for _, c := range []struct {
		name  string
		reply []byte
		want  bool
	}{
		{"another ID", another(func(*dns.Msg) {}), true},
		{"another ID, another question, an error", another(func(m *dns.Msg) { m.Question[0].Name, m.Rcode = "id.server.", dns.RcodeRefused }), true},
		{"another ID, an odd option", withOPT(another(func(*dns.Msg) {}), option(dns.EDNS0EDE, "x")), true},
		{"another ID, cut", another(func(m *dns.Msg) { m.Truncated, m.Answer = true, []dns.RR{txt("a.", 3, "a")} })[:40], true},
		{"bare FORMERR with another ID", []byte(bare), true},
		{"our ID", reply(t, func(*dns.Msg) {}), false},
		{"another ID, a query", another(func(m *dns.Msg) { m.Response = false }), false},
		{"another ID, another opcode", another(func(m *dns.Msg) { m.Opcode = dns.OpcodeNotify }), false},
		{"another ID, malformed", another(func(m *dns.Msg) { m.Answer = []dns.RR{txt("a.", 3, "a")} })[:40], false},
		{"header alone", []byte("\x1a\x2c\x80\x00\x00\x01\x00\x00\x00\x00\x00\x00"), false},
		{"no header", []byte("\x1a\x2c\x80\x00"), false},
		{"nothing", nil, false},
	} {
		q := Query{ID: 0x1a2b, Name: "hostname.bind.", EDNS: true}
		if got := q.Stray(c.reply); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestReadBadVers: a server that does not know our version of EDNS may not repeat the question
// either.
func TestReadBadVers(t *testing.T) {
	badVers := reply(t, func(m *dns.Msg) { m.Question, m.Rcode = nil, dns.RcodeBadVers; m.SetEdns0(1232, false) })
	odd := withOPT(reply(t, func(m *dns.Msg) { m.Question = nil }), option(dns.EDNS0EDE, "x"))
	odd[headerSize+5] = dns.RcodeBadVers >> 4
	named := reply(t, func(m *dns.Msg) { m.Rcode = dns.RcodeBadVers; m.SetEdns0(1232, false) })
	for _, c := range []struct {
		name  string
		edns  bool
		reply []byte
		err   error
	}{
		{"with the question", true, named, nil},
		{"without", true, badVers, nil},
		{"without, to a query without EDNS", false, badVers, ErrQuestion},
		{"without, and an odd option", true, odd, nil},
	} {
		q := Query{ID: 0x1a2b, Name: "hostname.bind.", EDNS: c.edns, Cookie: fixtureCookie}
		a, err := q.Read(c.reply)
		if !errors.Is(err, c.err) || err == nil && a.Rcode != RcodeBadVers {
			t.Errorf("%s: got %+v, %v, want %v", c.name, a, err, c.err)
		}
	}
}
