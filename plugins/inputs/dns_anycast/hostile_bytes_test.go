//go:build unix

package dns_anycast

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// selfCase is what a server calls itself, and how that is to be written. Empty hostname: as instance.
type selfCase struct {
	self, instance, hostname string
}

// runSelves has one server call itself one thing after the other, in TXT and NSID, as long as those can be.
func runSelves(t *testing.T, cases []selfCase) {
	t.Helper()
	var current atomic.Value
	byTXT := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		self := current.Load().(string)
		says(self[:min(len(self), 255)])(q)
	})
	byOption := serve(t, "127.0.0.1", func(q *dnstest.Query) { q.Reply(dnstest.ReplyTo(q).NSID(current.Load().(string)).Bytes()) })
	servers := []string{byTXT.At(), byOption.At()}
	d := newAsking(t, servers, func(d *DNSAnycast) { d.MaxInstances, d.Clouds[0].Site = 1_000_000, "" })
	for _, c := range cases {
		if c.hostname == "" {
			c.hostname = c.instance
		}
		current.Store(c.self)
		points := pointsOf(t, d)
		for _, transport := range d.Transports {
			txt := judgement{result: "no_identity", rcode: "NOERROR"}
			nsid := txt
			if c.instance != "" {
				txt = judgement{result: "success", rcode: "NOERROR", source: byHostname, instance: c.instance, hostname: c.hostname}
				nsid = txt.by(byNSID).withNSID(c.hostname)
			}
			if len(c.self) <= 255 {
				checkPoint(t, points[questionTo{byTXT.At(), transport}], questionTo{byTXT.At(), transport}, d.Timeout, txt)
			}
			checkPoint(t, points[questionTo{byOption.At(), transport}], questionTo{byOption.At(), transport}, d.Timeout, nsid)
		}
		if t.Failed() {
			t.Fatalf("a server that calls itself %q", c.self)
		}
	}
}

// TestEveryByte puts every byte value between two letters.
func TestEveryByte(t *testing.T) {
	t.Parallel()
	var cases []selfCase
	for b := range 256 {
		self := string([]byte{'a', byte(b), 'b'})
		want := self
		switch {
		case b >= 0x80: // alone, it is no UTF-8
			want = "0x61" + hex.EncodeToString([]byte{byte(b)}) + "62"
		case b < ' ' || b == 0x7f || b == '\\' || b == '%':
			want = fmt.Sprintf("a%%%02Xb", b)
		}
		cases = append(cases, selfCase{self, want, ""})
	}
	runSelves(t, cases)
}

// TestEveryLength: a TXT of one string holds 255 bytes, an NSID more than the field does.
func TestEveryLength(t *testing.T) {
	t.Parallel()
	var cases []selfCase
	for n := range 256 {
		self := strings.Repeat("l", n)
		cases = append(cases, selfCase{self, shortened(self, 100), self})
	}
	for _, n := range []int{256, 1000, 1023, 1024, 1025, 1100} {
		self := strings.Repeat("l", n)
		cases = append(cases, selfCase{self, shortened(self, 100), shortened(self, 1024)})
	}
	runSelves(t, cases)
}

func shortened(s string, size int) string {
	if len(s) > size {
		return s[:size-1] + "~"
	}
	return s
}

func TestOddNames(t *testing.T) {
	t.Parallel()
	runSelves(t, []selfCase{
		{"lhr1\nfra1 value=1 1", "lhr1%0Afra1 value=1 1", ""},
		{"\nlhr1\n", "lhr1", ""},
		{"lhr1\r\n\x00", "lhr1%0D%0A%00", ""},
		{`lhr1,instance=fra1`, `lhr1,instance=fra1`, ""},
		{`a=b, "c" 'd' #e`, `a=b, "c" 'd' #e`, ""},
		{`lhr1\`, `lhr1%5C`, ""},
		{`\"`, `%5C"`, ""},
		{`\046\.`, `%5C046%5C.`, ""},
		{`"`, `"`, ""},
		{"other", "other", ""},
		{"50%25", "50%2525", ""},
		{"~", "~", ""},
		{"zürich-東", "zürich-東", ""},
		{"\u00a0lhr1\u2003", "%C2%A0lhr1%E2%80%83", ""},
		{"lhr\u202e1\u2066", "lhr%E2%80%AE1%E2%81%A6", ""}, // they turn the direction of writing
		{"\ufeffl\u200bhr", "%EF%BB%BFl%E2%80%8Bhr", ""},
		{"l\u0301", "l\u0301", ""},
		{"\U0001f6eb", "\U0001f6eb", ""},
		{"\ufffd", "\ufffd", ""},
		{"z\xfcrich", "0x7afc72696368", ""},
		{"\xff", "0xff", ""},
		{"\xed\xa0\x80", "0xeda080", ""}, // a surrogate
		{"\xc0\x80", "0xc080", ""},       // a zero in two bytes
		{"\xe6\x9d", "0xe69d", ""},       // a rune cut short
		{strings.Repeat("東", 40), strings.Repeat("東", 33) + "~", strings.Repeat("東", 40)},
		{strings.Repeat("\n", 50), "", ""},
		{"a" + strings.Repeat("\x01", 50), "a" + strings.Repeat("%01", 32) + "~", "a" + strings.Repeat("%01", 50)},
		{strings.Repeat("\xff", 60), "0x" + strings.Repeat("ff", 48) + "~", "0x" + strings.Repeat("ff", 60)},
		{" ", "", ""},
		{"\t\v\f", "", ""},
	})
}

// TestCutReplies cuts a real reply, BIND 9.18's, at every length, as it is and with TC set, where an identity that arrived
// whole still counts.
func TestCutReplies(t *testing.T) {
	t.Parallel()
	reply, err := hex.DecodeString("1a2b8400000100010001000108686f73746e616d650462696e640000100003c0" +
		"0c0010000300000000000d0c6c6872312e6578616d706c65c00c000200030000" +
		"00000002c00c00002904d0000000000029000300096c6872312d6e736964000a" +
		"00180102030405060708010000006b060136258df03c091114ac")
	if err != nil {
		t.Fatal(err)
	}
	const header, question, identity = 12, 12 + 19, 12 + 19 + 25 // where each ends
	for _, tc := range []byte{0, dnstest.TC >> 8} {
		var cases []hostileCase
		for n := range len(reply) + 1 {
			c := hostileCase{name: fmt.Sprint(n, " bytes"), handle: func(q *dnstest.Query) {
				if q.Name() != byHostname {
					q.Reply(dnstest.ReplyTo(q).Bytes())
					return
				}
				b := append(q.Data[:2:2], reply[2:]...)
				b[2] |= tc
				b = bytes.Replace(b, []byte{1, 2, 3, 4, 5, 6, 7, 8}, []byte(q.Cookie()[:8]), 1)
				q.Reply(b[:n])
			}}
			switch {
			case n == len(reply):
				c.want = named.withNSID("lhr1-nsid")
			case n < header:
				c.want = wrong(isShort)
			case n < question:
				c.want = wrong(isQuestion)
			case tc == 0:
				c.want = wrong(isMalformed)
			case n >= identity:
				c.want = named
			default:
				c.want = cut
			}
			cases = append(cases, c)
		}
		runHostile(t, []string{"127.0.0.1"}, cases)
	}
}
