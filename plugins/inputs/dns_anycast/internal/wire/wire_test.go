package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// said is what a real server's reply says.
type said struct {
	rcode     string
	txt, nsid string
	truncated bool
	cookie    int // bytes of the server's cookie
}

var lhr1x64 = strings.Repeat("lhr1", 64)

var saidByFixture = map[string]said{
	"bind-9.18.49-backslash":                     {rcode: "NOERROR", txt: `lhr\1`, nsid: `lhr\1`, cookie: 16},
	"bind-9.18.49-badcookie":                     {rcode: "BADCOOKIE", nsid: "lhr1-nsid", cookie: 16},
	"bind-9.18.49-chaos-1250-truncated":          {rcode: "NOERROR", truncated: true, cookie: 16},
	"bind-9.18.49-chaos-750-truncated":           {rcode: "NOERROR", truncated: true},
	"bind-9.18.49-chaos-cname":                   {rcode: "NOERROR", cookie: 16},
	"bind-9.18.49-chaos-nxdomain":                {rcode: "NXDOMAIN", cookie: 16},
	"bind-9.18.49-chaos-two-records":             {rcode: "NOERROR", txt: "lhr1.example", cookie: 16},
	"bind-9.18.49-chaos-two-strings":             {rcode: "NOERROR", txt: "lhr1.example", cookie: 16},
	"bind-9.18.49-default-id-server":             {rcode: "NOERROR", cookie: 16},
	"bind-9.18.49-default":                       {rcode: "NOERROR", txt: "ns-default", cookie: 16},
	"bind-9.18.49-hidden-nsid":                   {rcode: "NOERROR", nsid: "lhr1-nsid", cookie: 16},
	"bind-9.18.49-hidden":                        {rcode: "NOERROR", cookie: 16},
	"bind-9.18.49-hostname-bare":                 {rcode: "NOERROR", txt: "lhr1.example"},
	"bind-9.18.49-hostname":                      {rcode: "NOERROR", txt: "lhr1.example", nsid: "lhr1-nsid", cookie: 16},
	"dnsdist-1.7.3-hostname-class-in":            {rcode: "NOERROR", txt: "lhr1.example"},
	"dnsmasq-2.90-hostname-notimp":               {rcode: "NOTIMP"},
	"gdnsd-3.8.1-default":                        {rcode: "NOERROR", txt: "gdnsd/3", cookie: 8},
	"gdnsd-3.8.1-hostname":                       {rcode: "NOERROR", txt: "lhr1.example", nsid: "lhr1-nsid", cookie: 8},
	"knot-3.2.6-255-bytes":                       {rcode: "NOERROR", txt: lhr1x64[:255], nsid: lhr1x64[:255]},
	"knot-3.2.6-default":                         {rcode: "NOERROR", txt: "ns-default", nsid: "ns-default"},
	"knot-3.2.6-hidden":                          {rcode: "REFUSED"},
	"knot-3.2.6-hostname":                        {rcode: "NOERROR", txt: "lhr1.example", nsid: "lhr1-nsid"},
	"knot-3.2.6-utf8":                            {rcode: "NOERROR", txt: "zürich-東", nsid: "zürich-東"},
	"knot-resolver-5.6.0-hostname-refused-nsid":  {rcode: "REFUSED", nsid: "lhr1.example"},
	"nsd-4.6.1-256-bytes":                        {rcode: "NOERROR", nsid: lhr1x64},
	"nsd-4.6.1-default":                          {rcode: "NOERROR", txt: "ns-default"},
	"nsd-4.6.1-hidden":                           {rcode: "REFUSED", nsid: "lhr1-nsid"},
	"nsd-4.6.1-hostname-bare":                    {rcode: "NOERROR", txt: "lhr1.example"},
	"nsd-4.6.1-hostname":                         {rcode: "NOERROR", txt: "lhr1.example", nsid: "lhr1-nsid"},
	"nsd-4.6.1-newline":                          {rcode: "NOERROR", txt: "lhr1\n.example"},
	"pdns-auth-4.7.3-hostname-refused-nsid":      {rcode: "REFUSED", nsid: "lhr1.example"},
	"pdns-auth-4.7.3-id-server-backslash":        {rcode: "NOERROR", txt: "lhr1b", nsid: `lhr1\b`},
	"pdns-auth-4.7.3-id-server-hidden":           {rcode: "REFUSED"},
	"pdns-auth-4.7.3-id-server-servfail-nsid":    {rcode: "SERVFAIL", nsid: `lhr\1`},
	"pdns-auth-4.7.3-id-server-two-strings":      {rcode: "NOERROR", txt: strings.Repeat("lhr1", 75)},
	"pdns-auth-4.7.3-id-server":                  {rcode: "NOERROR", txt: "lhr1.example", nsid: "lhr1.example"},
	"pdns-recursor-4.8.8-hostname-hidden":        {rcode: "SERVFAIL"},
	"pdns-recursor-4.8.8-hostname-servfail-nsid": {rcode: "SERVFAIL", nsid: "lhr1.example"},
	"pdns-recursor-4.8.8-id-server-hidden":       {rcode: "NOERROR"},
	"pdns-recursor-4.8.8-id-server":              {rcode: "NOERROR", txt: "lhr1.example", nsid: "lhr1.example"},
	"unbound-1.17.1-control-bytes":               {rcode: "NOERROR", txt: "\x01lhr1\x7f\t.example", nsid: "\x01lhr1\x7f"},
	"unbound-1.17.1-hidden":                      {rcode: "REFUSED", nsid: "lhr1-nsid"},
	"unbound-1.17.1-hostname":                    {rcode: "NOERROR", txt: "lhr1.example", nsid: "lhr1-nsid"},
	"unbound-1.17.1-latin1":                      {rcode: "NOERROR", txt: "z\xfcrich"},
	"yadifa-2.6.4-default-id-server":             {rcode: "REFUSED"},
	"yadifa-2.6.4-hostname":                      {rcode: "NOERROR", txt: "lhr1.example", nsid: "lhr1-nsid"},
}

func TestReadFixtures(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range fixtures(t) {
		seen[f.name] = true
		q := f.asked()
		a, err := q.Read(f.reply)
		got := said{RcodeText(a.Rcode), a.TXT, a.NSID, a.Truncated, len(a.ServerCookie)}
		if want, known := saidByFixture[f.name]; !known || err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", f.name, got, err, want)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(saidByFixture)) {
		if !seen[name] {
			t.Errorf("%s: there is no such fixture", name)
		}
	}
}

// TestPackFixtures: the servers were asked with bytes laid out by hand, not by Pack.
func TestPackFixtures(t *testing.T) {
	for _, f := range fixtures(t) {
		q := f.asked()
		if got := q.Append(nil); !bytes.Equal(got, f.query) {
			t.Errorf("%s: packed\n%x, want\n%x", f.name, got, f.query)
		}
	}
}

// TestPackServerCookie looks at the option that a server gets its cookie back in.
func TestPackServerCookie(t *testing.T) {
	q := Query{Name: "id.server.", EDNS: true, Cookie: fixtureCookie, ServerCookie: "0123456789abcdef"}
	want := []byte("\x00\x0a\x00\x18\x01\x02\x03\x04\x05\x06\x07\x080123456789abcdef")
	if got := q.Append(nil); !bytes.HasSuffix(got, want) {
		t.Errorf("packed %x, want the end %x", got, want)
	}
}

// TestCookieAlone: a query without a question (RFC 7873, section 5.4), and what BIND 9.18.49
// answers.
func TestCookieAlone(t *testing.T) {
	q := Query{ID: 1, EDNS: true, Cookie: [ClientCookieSize]byte{0x3e, 0x0a, 0x4b, 0x4b, 0xd0, 0x0a, 0x61, 0x08}}
	want := "\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" + // header: one additional record
		"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x10" + // OPT, size 1232, 16 bytes
		"\x00\x03\x00\x00" + "\x00\x0a\x00\x08\x3e\x0a\x4b\x4b\xd0\x0a\x61\x08" // NSID, COOKIE
	if got := string(q.Append(nil)); got != want {
		t.Errorf("packed\n%x, want\n%x", got, want)
	}
	const head, opt = "00018000000000000000000100002904d000000000001c000a0018", "010000006b0a629f824aebb369eed0c2"
	for _, c := range []struct {
		name, reply string
		want        error
	}{
		{"BIND's", head + "3e0a4b4bd00a6108" + opt, nil},
		{"with another ID", "0002" + head[4:] + "3e0a4b4bd00a6108" + opt, ErrID},
		{"with another client's cookie", head + "3e0a4b4bd00a6109" + opt, ErrCookie},
		{"with a question", "000180000001000000000001" + "08686f73746e616d650462696e640000100003" + head[24:] + "3e0a4b4bd00a6108" + opt, ErrQuestion},
	} {
		b, _ := hex.DecodeString(c.reply)
		a, err := q.Read(b)
		if !errors.Is(err, c.want) || err == nil && hex.EncodeToString([]byte(a.ServerCookie)) != opt {
			t.Errorf("%s: got %+v, %v, want %v", c.name, a, err, c.want)
		}
	}
}

// TestReadPrefixes cuts every fixture at every length. What is left says no more than it can.
func TestReadPrefixes(t *testing.T) {
	for _, f := range fixtures(t) {
		q := f.asked()
		whole, _ := q.Read(f.reply)
		for n := range f.reply {
			a, err := q.Read(f.reply[:n])
			if err == nil && !(whole.Truncated && a.Truncated) || a.TXT != "" || a.NSID != "" {
				t.Errorf("%s cut to %d bytes: got %+v, %v", f.name, n, a, err)
			}
		}
	}
}

// reply builds an answer to the fixtures' query and lets edit spoil it.
func reply(t testing.TB, edit func(*dns.Msg)) []byte {
	t.Helper()
	m := new(dns.Msg)
	m.SetQuestion("hostname.bind.", dns.TypeTXT)
	m.Question[0].Qclass = dns.ClassCHAOS
	m.Id, m.Response, m.RecursionDesired = 0x1a2b, true, false
	edit(m)
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func txt(name string, class uint16, strings ...string) dns.RR {
	return &dns.TXT{Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeTXT, Class: class}, Txt: strings}
}

func withCookie(m *dns.Msg, hexCookie string) {
	m.SetEdns0(1232, false)
	m.IsEdns0().Option = append(m.IsEdns0().Option, &dns.EDNS0_COOKIE{Code: dns.EDNS0COOKIE, Cookie: hexCookie})
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*dns.Msg)
		want error
	}{
		{"ID", func(m *dns.Msg) { m.Id++ }, ErrID},
		{"QR", func(m *dns.Msg) { m.Response = false }, ErrResponse},
		{"QR, with RD", func(m *dns.Msg) { m.Response, m.RecursionDesired = false, true }, ErrResponse},
		{"opcode", func(m *dns.Msg) { m.Opcode = dns.OpcodeNotify }, ErrOpcode},
		{"other name", func(m *dns.Msg) { m.Question[0].Name = "id.server." }, ErrQuestion},
		{"other type", func(m *dns.Msg) { m.Question[0].Qtype = dns.TypeA }, ErrQuestion},
		{"other class", func(m *dns.Msg) { m.Question[0].Qclass = dns.ClassINET }, ErrQuestion},
		{"two questions", func(m *dns.Msg) { m.Question = append(m.Question, m.Question[0]) }, ErrQuestion},
		{"no question", func(m *dns.Msg) { m.Question = nil }, ErrQuestion},
		{"no question, FORMERR, another's cookie", func(m *dns.Msg) {
			m.Question, m.Rcode = nil, dns.RcodeFormatError
			withCookie(m, "0102030405060709")
		}, ErrCookie},
		{"no question, refused", func(m *dns.Msg) { m.Question, m.Rcode = nil, dns.RcodeRefused }, ErrQuestion},
		{"client cookie", func(m *dns.Msg) { withCookie(m, "0102030405060709") }, ErrCookie},
		{"client cookie, with a server's", func(m *dns.Msg) { withCookie(m, "01020304050607091112131415161718") }, ErrCookie},
		{"empty cookie", func(m *dns.Msg) { withCookie(m, "") }, ErrCookie},
		{"short cookie", func(m *dns.Msg) { withCookie(m, "01020304050607") }, ErrCookie},
		{"shortest server cookie", func(m *dns.Msg) { withCookie(m, "0102030405060708"+"11") }, ErrCookie},
		{"short server cookie", func(m *dns.Msg) { withCookie(m, "0102030405060708"+"11121314151617") }, ErrCookie},
		{"long server cookie", func(m *dns.Msg) { withCookie(m, "0102030405060708"+strings.Repeat("11", 33)) }, ErrCookie},
	} {
		q := Query{ID: 0x1a2b, Name: "hostname.bind.", EDNS: true, Cookie: fixtureCookie}
		if a, err := q.Read(reply(t, c.edit)); !errors.Is(err, c.want) {
			t.Errorf("%s: got %+v, %v, want %v", c.name, a, err, c.want)
		}
	}
}

func TestReadAccepts(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*dns.Msg)
		want said
	}{
		{"question in capitals", func(m *dns.Msg) { m.Question[0].Name = "HOSTNAME.bind." }, said{rcode: "NOERROR"}},
		{"RD, which was not asked for", func(m *dns.Msg) { m.RecursionDesired = true }, said{rcode: "NOERROR"}},
		{"answer in capitals", func(m *dns.Msg) { m.Answer = []dns.RR{txt("HostName.Bind.", dns.ClassCHAOS, "a")} }, said{rcode: "NOERROR", txt: "a"}},
		{"class IN", func(m *dns.Msg) { m.Answer = []dns.RR{txt("hostname.bind.", dns.ClassINET, "a")} }, said{rcode: "NOERROR", txt: "a"}},
		{"other owner", func(m *dns.Msg) { m.Answer = []dns.RR{txt("id.server.", dns.ClassCHAOS, "a")} }, said{rcode: "NOERROR"}},
		{"the first of two by their bytes", func(m *dns.Msg) {
			m.Answer = []dns.RR{txt("hostname.bind.", dns.ClassCHAOS, "c"), txt("hostname.bind.", dns.ClassCHAOS, "a", "b")}
		}, said{rcode: "NOERROR", txt: "ab"}},
		{"identity beside an error", func(m *dns.Msg) {
			m.Rcode, m.Answer = dns.RcodeServerFailure, []dns.RR{txt("hostname.bind.", dns.ClassCHAOS, "a")}
		}, said{rcode: "SERVFAIL", txt: "a"}},
		{"client cookie alone", func(m *dns.Msg) { withCookie(m, "0102030405060708") }, said{rcode: "NOERROR"}},
		{"longest cookie", func(m *dns.Msg) { withCookie(m, "0102030405060708"+strings.Repeat("11", 32)) }, said{rcode: "NOERROR", cookie: 32}},
		{"bad version", func(m *dns.Msg) { m.SetEdns0(1232, false); m.Rcode = dns.RcodeBadVers }, said{rcode: "BADVERS"}},
		{"unassigned", func(m *dns.Msg) { m.SetEdns0(1232, false); m.Rcode = 3841 }, said{rcode: "OTHER"}},
		{"FORMERR without OPT", func(m *dns.Msg) { m.Rcode = dns.RcodeFormatError }, said{rcode: "FORMERR"}},
		{"FORMERR without a question, but with OPT", func(m *dns.Msg) {
			m.Question, m.Rcode = nil, dns.RcodeFormatError
			m.SetEdns0(1232, false)
		}, said{rcode: "FORMERR"}},
		{"truncated, but named", func(m *dns.Msg) {
			m.Truncated, m.Answer = true, []dns.RR{txt("hostname.bind.", dns.ClassCHAOS, "a")}
		}, said{rcode: "NOERROR", txt: "a", truncated: true}},
	} {
		q := Query{ID: 0x1a2b, Name: "hostname.bind.", EDNS: true, Cookie: fixtureCookie}
		a, err := q.Read(reply(t, c.edit))
		if got := (said{RcodeText(a.Rcode), a.TXT, a.NSID, a.Truncated, len(a.ServerCookie)}); err != nil || got != c.want {
			t.Errorf("%s: got %+v, %v, want %+v", c.name, got, err, c.want)
		}
	}
}

// TestReadBareHeader: a header alone answers only where it says that the query could not be read.
func TestReadBareHeader(t *testing.T) {
	for _, c := range []struct {
		name  string
		reply string
		want  error
	}{
		{"FORMERR, no counts", "\x1a\x2b\x80\x01\x00\x00\x00\x00\x00\x00\x00\x00", nil},
		{"FORMERR, the query's counts", "\x1a\x2b\x80\x01\x00\x01\x00\x00\x00\x00\x00\x01", nil},
		{"FORMERR, wrong ID", "\x1a\x2c\x80\x01\x00\x00\x00\x00\x00\x00\x00\x00", ErrID},
		{"FORMERR and junk", "\x1a\x2b\x80\x01\x00\x01\x00\x00\x00\x00\x00\x00\xff", ErrQuestion},
		{"REFUSED", "\x1a\x2b\x80\x05\x00\x00\x00\x00\x00\x00\x00\x00", ErrQuestion},
		{"NOERROR", "\x1a\x2b\x80\x00\x00\x01\x00\x00\x00\x00\x00\x00", ErrQuestion},
	} {
		q := Query{ID: 0x1a2b, Name: "hostname.bind.", EDNS: true}
		a, err := q.Read([]byte(c.reply))
		if !errors.Is(err, c.want) || err == nil && a.Rcode != RcodeFormErr {
			t.Errorf("%s: got %+v, %v, want %v", c.name, a, err, c.want)
		}
	}
}

// TestReadCutMidRecord: with TC set, what arrived whole of a message that ends early still counts.
func TestReadCutMidRecord(t *testing.T) {
	lhr1, fra1 := txt("hostname.bind.", dns.ClassCHAOS, "lhr1"), txt("hostname.bind.", dns.ClassCHAOS, "fra1")
	none := func(*dns.Msg) {}
	for _, c := range []struct {
		name   string
		answer []dns.RR
		opt    func(*dns.Msg)
		cut    int // bytes from the end
		want   said
		err    error
	}{
		{"in the answer", []dns.RR{lhr1}, none, 2, said{}, nil},
		{"before the answer", []dns.RR{lhr1}, none, 17, said{}, nil},
		{"in the second answer", []dns.RR{lhr1, fra1}, none, 2, said{txt: "lhr1"}, nil},
		{"between the answers", []dns.RR{lhr1, fra1}, none, 17, said{txt: "lhr1"}, nil},
		{"in the OPT record", []dns.RR{lhr1}, func(m *dns.Msg) { withCookie(m, "0102030405060709") }, 2, said{txt: "lhr1"}, nil},
		{"behind the OPT record", nil, func(m *dns.Msg) {
			withCookie(m, "0102030405060708"+"1112131415161718")
			m.Extra = append(m.Extra, fra1)
		}, 2, said{cookie: 8}, nil},
		{"behind a wrong cookie", []dns.RR{lhr1}, func(m *dns.Msg) {
			withCookie(m, "0102030405060709")
			m.Extra = append(m.Extra, fra1)
		}, 2, said{}, ErrCookie},
		{"an additional record is no answer", nil, func(m *dns.Msg) { m.Extra = []dns.RR{lhr1, fra1} }, 2, said{}, nil},
	} {
		q := Query{ID: 0x1a2b, Name: "hostname.bind.", EDNS: true, Cookie: fixtureCookie}
		b := reply(t, func(m *dns.Msg) {
			m.Truncated, m.Rcode, m.Answer, m.Compress = true, dns.RcodeRefused, c.answer, true
			c.opt(m)
		})
		a, err := q.Read(b[:len(b)-c.cut])
		if c.err == nil {
			c.want.rcode, c.want.truncated = "REFUSED", true
		} else {
			c.want.rcode = "NOERROR" // of no answer at all
		}
		if got := (said{RcodeText(a.Rcode), a.TXT, a.NSID, a.Truncated, len(a.ServerCookie)}); !errors.Is(err, c.err) || got != c.want {
			t.Errorf("%s: got %+v, %v, want %+v, %v", c.name, got, err, c.want, c.err)
		}
	}
}

func TestReadZone(t *testing.T) {
	soa := func(name string, class uint16) dns.RR {
		return &dns.SOA{
			Hdr: dns.RR_Header{Name: name, Rrtype: dns.TypeSOA, Class: class}, Ns: "a.", Mbox: "b.",
			Serial: 1<<32 - 1, Refresh: 1<<32 - 2, Retry: 3, Expire: 4, Minttl: 5,
		}
	}
	ns := &dns.NS{Hdr: dns.RR_Header{Name: "net.", Rrtype: dns.TypeNS, Class: dns.ClassINET}, Ns: "a."}
	for _, c := range []struct {
		name string
		edit func(*dns.Msg)
		want Answer
	}{
		{
			"authoritative", func(m *dns.Msg) { m.Authoritative, m.Answer = true, []dns.RR{soa("Example.NET.", dns.ClassINET)} },
			Answer{Authoritative: true, SOA: true, Serial: 1<<32 - 1, Refresh: 1<<32 - 2},
		},
		{"from a cache", func(m *dns.Msg) { m.Answer = []dns.RR{soa("example.net.", dns.ClassINET)} }, Answer{SOA: true, Serial: 1<<32 - 1, Refresh: 1<<32 - 2}},
		{"of another zone", func(m *dns.Msg) { m.Answer = []dns.RR{soa("net.", dns.ClassINET)} }, Answer{}},
		{"of another class", func(m *dns.Msg) { m.Answer = []dns.RR{soa("example.net.", dns.ClassCHAOS)} }, Answer{}},
		{"in the authority section", func(m *dns.Msg) { m.Ns = []dns.RR{soa("example.net.", dns.ClassINET)} }, Answer{}},
		{"referral", func(m *dns.Msg) { m.Ns = []dns.RR{ns} }, Answer{Referral: true}},
		{"name servers beside an answer", func(m *dns.Msg) { m.Answer, m.Ns = []dns.RR{ns}, []dns.RR{ns} }, Answer{}},
		{"name servers beside an error", func(m *dns.Msg) { m.Rcode, m.Ns = dns.RcodeRefused, []dns.RR{ns} }, Answer{Rcode: dns.RcodeRefused}},
		{"an identity, which was not asked for", func(m *dns.Msg) { m.Answer = []dns.RR{txt("example.net.", dns.ClassINET, "lhr1")} }, Answer{}},
	} {
		q := Query{ID: 0x1a2b, Name: "example.net.", SOA: true, EDNS: true}
		b := reply(t, func(m *dns.Msg) {
			m.Question = q.questions()
			c.edit(m)
		})
		if a, err := q.Read(b); err != nil || !reflect.DeepEqual(a, c.want) {
			t.Errorf("%s: got %+v, %v, want %+v", c.name, a, err, c.want)
		}
	}
}

// TestUnpredictable: of numbers that nobody can guess, a few are hardly ever alike.
func TestUnpredictable(t *testing.T) {
	ids, cookies := map[uint16]bool{}, map[[ClientCookieSize]byte]bool{}
	for range 64 {
		ids[NewID()], cookies[NewCookie()] = true, true
	}
	if len(ids) < 60 || len(cookies) != 64 {
		t.Errorf("of 64 there are %d different IDs and %d different cookies", len(ids), len(cookies))
	}
}

// TestReadAnyByte sends every byte value as identity and as NSID, before another one and last.
func TestReadAnyByte(t *testing.T) {
	q := Query{ID: 0x1a2b, Name: "hostname.bind.", EDNS: true}
	for c := range 512 {
		want := "a" + string([]byte{byte(c)}) + "111"
		if c > 255 {
			want = "a111" + string([]byte{byte(c)})
		}
		b := reply(t, func(m *dns.Msg) {
			m.Answer = []dns.RR{txt("hostname.bind.", dns.ClassCHAOS, "aX111")}
			m.SetEdns0(1232, false)
			m.IsEdns0().Option = []dns.EDNS0{&dns.EDNS0_NSID{Code: dns.EDNS0NSID, Nsid: "6158313131"}}
		})
		b = bytes.ReplaceAll(b, []byte("aX111"), []byte(want))
		if a, err := q.Read(b); err != nil || a.TXT != want || a.NSID != want {
			t.Errorf("%q: got %+v, %v", want, a, err)
		}
	}
}

// FuzzRead: no bytes panic, what is accepted carries our ID, our question and, if any, our cookie,
// and what is passed over carries another ID.
func FuzzRead(f *testing.F) {
	for _, x := range fixtures(f) {
		f.Add(x.reply)
		odd := withOPT(bytes.Clone(x.reply), option(dns.EDNS0REPORTING, "\x3fx")+option(dns.EDNS0NSID, "lhr1"))
		f.Add(odd)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		q := Query{ID: 0x1a2b, Name: "hostname.bind.", EDNS: true, Cookie: fixtureCookie}
		whole := bytes.Clone(b)
		a, err := q.Read(b)
		if !bytes.Equal(b, whole) {
			t.Fatalf("changed %x into %x", whole, b)
		}
		if q.Stray(b) && (binary.BigEndian.Uint16(b) == q.ID || b[2]&0xf8 != 0x80) {
			t.Fatalf("passed over the header %x", b[:4])
		}
		if err != nil {
			if a != (Answer{}) {
				t.Fatalf("refused with %v, and yet %+v", err, a)
			}
			return
		}
		if binary.BigEndian.Uint16(b) != q.ID || b[2]&0xf8 != 0x80 {
			t.Fatalf("accepted the header %x", b[:4])
		}
		if n := len(a.ServerCookie); n != 0 && (n < 8 || n > 32) || n > 0 && !strings.Contains(string(b), string(fixtureCookie[:])+a.ServerCookie) {
			t.Fatalf("believed the cookie %x", a.ServerCookie)
		}
		none := (b[3]&0xf == RcodeFormErr || a.Rcode == RcodeBadVers) && binary.BigEndian.Uint16(b[4:]) == 0
		if len(b) > headerSize && !none && !bytes.Contains(bytes.ToLower(b), []byte("\x08hostname\x04bind\x00\x00\x10\x00\x03")) && !strings.Contains(string(b), "\xc0") {
			t.Fatalf("accepted another question: %x", b)
		}
	})
}
