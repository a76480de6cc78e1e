package wire

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// zoneReply is what an authoritative server says of the zone example.net, with all that it may put
// beside the answer.
func zoneReply(t testing.TB) (Query, []byte) {
	t.Helper()
	q := Query{ID: 0x1a2b, Name: "example.net.", SOA: true, EDNS: true, Cookie: fixtureCookie}
	b := reply(t, func(m *dns.Msg) {
		m.Question, m.Authoritative, m.Compress = q.questions(), true, true
		for _, line := range []string{
			"example.net. 3600 IN SOA ns1.example.net. hostmaster.example.net. 2026112901 7200 3600 1209600 3600",
			"example.net. 3600 IN NS ns1.example.net.",
			"example.net. 3600 IN NS a.ns.example.com.",
			"ns1.example.net. 3600 IN A 192.0.2.1",
			"ns1.example.net. 3600 IN AAAA 2001:db8::1",
		} {
			rr, err := dns.NewRR(line)
			if err != nil {
				t.Fatal(err)
			}
			switch rr.(type) {
			case *dns.SOA:
				m.Answer = append(m.Answer, rr)
			case *dns.NS:
				m.Ns = append(m.Ns, rr)
			default:
				m.Extra = append(m.Extra, rr)
			}
		}
	})
	return q, withOPT(b, option(dns.EDNS0NSID, "lhr1")+option(dns.EDNS0COOKIE, string(fixtureCookie[:])+"serverA1"))
}

// TestReadPlain: what real servers send where they name themselves is read without the codec, but
// where it is odd.
func TestReadPlain(t *testing.T) {
	odd := []string{"bind-9.18.49-chaos-two-records", "bind-9.18.49-chaos-two-strings", "pdns-auth-4.7.3-id-server-two-strings"}
	for _, x := range fixtures(t) {
		q := x.asked()
		a, plain := q.readPlain(x.reply)
		said := saidByFixture[x.name]
		named := said.txt != "" || x.name == "nsd-4.6.1-256-bytes" // whose string is empty
		want := said.rcode == "NOERROR" && named && !slices.Contains(odd, x.name)
		if plain != want || plain && a.TXT != said.txt {
			t.Errorf("%s: plain %v, %+v, want %v", x.name, plain, a, want)
		}
	}
	q, b := zoneReply(t)
	want := Answer{Authoritative: true, SOA: true, Serial: 2026112901, Refresh: 7200, NSID: "lhr1", ServerCookie: "serverA1"}
	if a, plain := q.readPlain(b); !plain || a != want {
		t.Errorf("a zone's SOA: plain %v, %+v, want %+v", plain, a, want)
	}
}

// TestReadPlainAtItsLimits: what lies on one side of a limit of what is plain, and what on the other.
func TestReadPlainAtItsLimits(t *testing.T) {
	lhr1 := func(m *dns.Msg) {
		m.Answer = []dns.RR{txt("hostname.bind.", dns.ClassCHAOS, "lhr1")}
		m.Compress = true
	}
	named := reply(t, lhr1)
	label := func(n int) string { return string([]byte{byte(n)}) + strings.Repeat("a", n) }
	const address = "\x00\x01\x00\x01\x00\x00\x00\x00\x00\x04\xc0\x00\x02\x01"
	behind := func(owner string) []byte { // an address beside the answer
		b := append(bytes.Clone(named), owner+address...)
		b[11] = 1
		return b
	}
	jumping := func(jumps int) []byte { // likewise, its owner behind pointers to pointers in an NSID
		first := len(named) + 11 + optionHead // behind what comes before the option's data
		to := func(at int) string { return string([]byte{0xc0 | byte(at>>8), byte(at)}) }
		data := "\x00\x00"
		for i := range jumps - 1 {
			data += to(first + 2*i)
		}
		b := append(withOPT(bytes.Clone(named), option(dns.EDNS0NSID, data)), to(first+2*(jumps-1))+address...)
		b[11] = 2
		return b
	}
	long := label(63) + label(63) + label(63)
	escaped := bytes.Replace(named, []byte("\x08hostname\x04bind\x00"), []byte("\x02a\\\x01b\x00"), 1)
	empty := bytes.Replace(named, []byte("\x00\x05\x04lhr1"), []byte("\x00\x00"), 1)
	cookie := option(dns.EDNS0COOKIE, "12345678serverA1")
	bare, edns := Query{Name: "hostname.bind."}, Query{Name: "hostname.bind.", EDNS: true}
	for _, c := range []struct {
		name  string
		q     Query
		b     []byte
		plain bool
	}{
		{"one OPT record", edns, withOPT(bytes.Clone(named), ""), true},
		{"two", edns, withOPT(bytes.Clone(named), "", ""), false},
		{"a cookie, where none was sent", bare, withOPT(bytes.Clone(named), cookie), true},
		{"a cookie, where another was sent", edns, withOPT(bytes.Clone(named), cookie), false},
		{"a name of 255 octets", bare, behind(long + label(47) + "\xc0\x0c"), true},
		{"of 256", bare, behind(long + label(48) + "\xc0\x0c"), false},
		{"a name that leads to itself", bare, behind("\xc0\x30"), false},
		{"a name of 16 jumps", bare, jumping(16), true},
		{"of more than the codec takes", bare, jumping(127), false},
		{"a name that the codec writes in another way", Query{Name: `a\.b.`}, escaped, false},
		{"no string", bare, empty, false},
	} {
		a, plain := c.q.readPlain(c.b)
		if plain != c.plain {
			t.Errorf("%s: plain %v", c.name, plain)
		}
		if want, err := c.q.readAny(c.b); plain && (err != nil || a != want) {
			t.Errorf("%s: %+v, the codec: %+v, %v", c.name, a, want, err)
		}
	}
}

// TestReadPlainAsCodec: whichever byte of a reply is another one, and wherever it is cut, what is
// read without the codec is what the codec reads.
func TestReadPlainAsCodec(t *testing.T) {
	t.Parallel()
	read := 0
	check := func(q Query, b []byte) {
		if a, plain := q.readPlain(b); plain {
			read++
			if want, err := q.readAny(b); err != nil || a != want {
				t.Fatalf("%x: %+v, the codec: %+v, %v", b, a, want, err)
			}
		}
	}
	vary := func(q Query, b []byte) {
		check(q, append(slices.Clone(b), 0))
		for i := headerSize; i < len(b); i++ {
			check(q, b[:i])
		}
		for i, was := range b {
			for c := range 256 {
				b[i] = byte(c)
				check(q, b)
			}
			b[i] = was
		}
	}
	for _, x := range fixtures(t) {
		vary(x.asked(), bytes.Clone(x.reply))
	}
	vary(zoneReply(t))
	if read < 10000 {
		t.Errorf("only %d of them were read", read)
	}
}

// FuzzReadPlain: what is read without the codec is what the codec reads.
func FuzzReadPlain(f *testing.F) {
	for _, x := range fixtures(f) {
		f.Add(x.reply)
	}
	zone, b := zoneReply(f)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, q := range []Query{
			{Name: "hostname.bind.", EDNS: true, Cookie: fixtureCookie},
			{Name: "hostname.bind."},
			{Name: "id.server."},
			zone,
			{Name: ".", SOA: true},
		} {
			if len(b) >= headerSize {
				q.ID = binary.BigEndian.Uint16(b)
			}
			if q.checkHeader(b) != nil {
				return
			}
			if a, plain := q.readPlain(b); plain {
				if want, err := q.readAny(b); err != nil || a != want {
					t.Fatalf("%s: %+v, the codec: %+v, %v", q.Name, a, want, err)
				}
			}
		}
	})
}

// BenchmarkRead reads a reply of BIND's in both ways.
func BenchmarkRead(b *testing.B) {
	all := fixtures(b)
	x := all[slices.IndexFunc(all, func(x fixture) bool { return x.name == "bind-9.18.49-hostname" })]
	q := x.asked()
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			q.readPlain(x.reply)
		}
	})
	b.Run("codec", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			q.readAny(x.reply)
		}
	})
}
