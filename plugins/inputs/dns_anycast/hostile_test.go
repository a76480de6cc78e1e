//go:build unix

package dns_anycast

import (
	"bytes"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// hostileCase is a server's way to treat queries, and what the point must say. It is asked over UDP and TCP.
type hostileCase struct {
	name    string
	handle  func(incoming)
	want    judgement
	overTCP *judgement // nil: the same
	queries int        // it got over each transport; 0: not of interest
}

const hostileTimeout = Duration(2 * time.Second)

const classINSign = "TXT of class IN"

var (
	named     = judgement{result: "success", rcode: "NOERROR", source: byHostname, instance: "lhr1.example", site: "LHR"}
	namedByID = judgement{result: "success", rcode: "NOERROR", source: byID, instance: "lhr1.example", site: "LHR"}
	unnamed   = judgement{result: "no_identity", rcode: "NOERROR"}
	cut       = judgement{result: "truncated", rcode: "NOERROR"}
	silent    = judgement{result: "timeout"}
)

func (v judgement) by(source string) judgement     { v.source = source; return v }
func (v judgement) withNSID(nsid string) judgement { v.nsid = nsid; return v }
func (v judgement) withRcode(r string) judgement   { v.rcode = r; return v }
func (v judgement) saying(err string) judgement    { v.err = err; return v }
func (v judgement) skipping(n int) judgement       { v.discarded = n; return v }
func failed(rcode string) judgement                { return judgement{result: "rcode_error", rcode: rcode} }

func wrong(err string) judgement { return judgement{result: "invalid", err: err, discarded: 1} }

// says replies to every query with what edit makes of a reply that says nothing.
func says(edit func(d *draft)) func(incoming) {
	return func(q incoming) {
		d := replyTo(q.query)
		edit(d)
		q.reply(d.bytes())
	}
}

// names replies with an identity.
func names(q incoming) { q.reply(replyTo(q.query).txt("lhr1.example").bytes()) }

func mute(incoming) {}

// inTurn treats one query after the other, and all that come later as the last. Over UDP and TCP alike it starts anew.
func inTurn(handlers ...func(incoming)) func(incoming) {
	return func(q incoming) { handlers[min(q.n, len(handlers)-1)](q) }
}

// bothFamilies are the addresses to serve at. TestNameserverIPv6 says so when the second is missing.
func bothFamilies() []string {
	if skiptest.HasIPv6() {
		return []string{"127.0.0.1", "::1"}
	}
	return []string{"127.0.0.1"}
}

// runHostile asks all servers at once, each in the company of all others, over UDP and TCP.
func runHostile(t *testing.T, ips []string, cases []hostileCase) {
	servers := make([]*liar, 0, len(ips)*len(cases))
	for _, ip := range ips {
		for _, c := range cases {
			servers = append(servers, serve(t, ip, c.handle))
		}
	}
	var at []string
	for _, s := range servers {
		at = append(at, s.at)
	}
	points := pointsOf(t, newAsking(t, at, func(d *DNSAnycast) { d.Timeout = hostileTimeout }))
	for i, s := range servers {
		c := cases[i%len(cases)]
		t.Run(ips[i/len(cases)]+"/"+c.name, func(t *testing.T) {
			for _, transport := range []string{"udp", "tcp"} {
				want := c.want
				if transport == "tcp" && c.overTCP != nil {
					want = *c.overTCP
				}
				key := questionTo{s.at, transport}
				checkPoint(t, points[key], key, hostileTimeout, want)
				if n := int(s.queries[transport].Load()); c.queries != 0 && n != c.queries {
					t.Errorf("%s: %d queries, want %d", transport, n, c.queries)
				}
			}
		})
	}
}

// TestIdentities: who says who it is, and how.
func TestIdentities(t *testing.T) {
	t.Parallel()
	byNSIDAlone := named.by(byNSID).withNSID("lhr1.example")
	runHostile(t, bothFamilies(), []hostileCase{
		{"TXT", names, named, nil, 1},
		{"question in other case", func(q incoming) {
			d := replyTo(q.query).txt("lhr1.example")
			d.question = append(bytes.ToUpper(d.question[:len(d.question)-4]), d.question[len(d.question)-4:]...)
			q.reply(d.bytes())
		}, named, nil, 1},
		{"owner in other case", says(func(d *draft) {
			d.rr(resource("\x08hostNAME\x04BIND\x00", typeTXT, classCH, "\x0clhr1.example"))
		}), named, nil, 1},
		{"class IN", says(func(d *draft) { d.rr(resource(theName, typeTXT, classIN, "\x0clhr1.example")) }), named.saying(classINSign), nil, 1},
		{"class IN, and NSID", says(func(d *draft) { d.rr(resource(theName, typeTXT, classIN, "\x00")).nsid("lhr1.example") }), byNSIDAlone, nil, 1},
		{"classes IN and CH", says(func(d *draft) {
			d.rr(resource(theName, typeTXT, classIN, "\x0cfra1.example")).txt("lhr1.example")
		}), named, nil, 1},
		{"class HS", says(func(d *draft) { d.rr(resource(theName, typeTXT, 4, "\x0clhr1.example")) }), unnamed, nil, 2},
		{"several strings", says(func(d *draft) { d.txt("lhr", "", "1.example") }), named, nil, 1},
		{"several TXT", says(func(d *draft) { d.txt("lhr2.example").txt("lhr1.example") }), named, nil, 1},
		{"blanks around it", says(func(d *draft) { d.txt(" lhr1.example\r\n") }), named, nil, 1},
		{"TXT beats NSID", says(func(d *draft) { d.txt("lhr1.example").nsid("fra1") }), named.withNSID("fra1"), nil, 1},
		{"NSID alone", says(func(d *draft) { d.nsid("lhr1.example") }), byNSIDAlone, nil, 1},
		{"two NSIDs", says(func(d *draft) { d.nsid("lhr1.example").nsid("fra1") }), byNSIDAlone, nil, 1},
		{"NSID and REFUSED", says(func(d *draft) { d.rcode(5).nsid("lhr1.example") }), byNSIDAlone.withRcode("REFUSED"), nil, 1},
		{"TXT and SERVFAIL", says(func(d *draft) { d.rcode(2).txt("lhr1.example") }), named.withRcode("SERVFAIL"), nil, 1},
		{"empty TXT, and NSID", says(func(d *draft) { d.txt("").nsid("lhr1.example") }), byNSIDAlone, nil, 1},
		{"blank TXT, and NSID", says(func(d *draft) { d.txt(" ").nsid("lhr1.example") }), byNSIDAlone, nil, 1},
		{"TXT, and empty NSID", says(func(d *draft) { d.txt("lhr1.example").nsid("") }), named, nil, 1},
		{"TXT, and options that nobody asked for", says(func(d *draft) {
			for code, value := range map[uint16]string{8: "x", 11: "x", 15: "x", 18: "\x3fx", 19: "x", 4711: "x"} {
				d.option(code, value)
			}
			d.txt("lhr1.example").nsid("fra1")
		}), named.withNSID("fra1"), nil, 1},
		{"empty TXT", says(func(d *draft) { d.txt("") }), unnamed, nil, 2},
		{"empty TXT before another", says(func(d *draft) { d.txt("").txt("lhr1.example") }), unnamed, nil, 2},
		{"TXT of no string", says(func(d *draft) { d.txt() }), unnamed, nil, 2},
		{"empty NSID", says(func(d *draft) { d.nsid("") }), unnamed, nil, 2},
		{"blank names", says(func(d *draft) { d.txt(" \t\r\n").nsid("  ") }), unnamed, nil, 2},
		{"nothing", says(func(*draft) {}), unnamed, nil, 2},
		{"CNAME alone", says(func(d *draft) { d.rr(resource(theName, typeCNAME, classCH, "\x05other\x00")) }), unnamed, nil, 2},
		{"CNAME and its TXT", says(func(d *draft) {
			d.rr(resource(theName, typeCNAME, classCH, "\x05other\x00")).rr(resource("\x05other\x00", typeTXT, classCH, "\x0clhr1.example"))
		}), unnamed, nil, 2},
		{"TXT at another name", says(func(d *draft) {
			d.rr(resource("\x07version\x04bind\x00", typeTXT, classCH, "\x0clhr1.example"))
		}), unnamed, nil, 2},
		{"TXT in another section", says(func(d *draft) {
			d.authority = append(d.authority, resource(theName, typeTXT, classCH, "\x0clhr1.example"))
		}), unnamed, nil, 2},
		{"no TXT, but its bytes", says(func(d *draft) { d.rr(resource(theName, 10, classCH, "\x0clhr1.example")) }), unnamed, nil, 2},
		{"behind the end", says(func(d *draft) { d.tail = resource(theName, typeTXT, classCH, "\x0clhr1.example") }), unnamed, nil, 2},
		{"without OPT", says(func(d *draft) { d.opt = false; d.txt("lhr1.example") }), named, nil, 1},
	})
}

// TestNextQuestions: what a reply leads to, and which packet the point is about in the end.
func TestNextQuestions(t *testing.T) {
	t.Parallel()
	rcode := func(n int) func(incoming) { return says(func(d *draft) { d.rcode(n) }) }
	bare := says(func(d *draft) { d.rcode(1); d.opt = false })
	header := func(q incoming) { q.reply(append(q.query[:2:2], 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0)) }
	badCookie := says(func(d *draft) { d.rcode(23) })
	badCookieNSID := says(func(d *draft) { d.rcode(23).nsid("lhr1.example") })
	namesBare := func(q incoming) {
		if hasOPT(q.query) {
			bare(q)
		} else {
			names(q)
		}
	}
	onlyID := func(n int) func(incoming) {
		return func(q incoming) {
			if asksFor(q.query) == byID {
				names(q)
			} else {
				rcode(n)(q)
			}
		}
	}
	formerr, tooShort := failed("FORMERR"), wrong(isShort)
	runHostile(t, bothFamilies(), []hostileCase{
		{"REFUSED, then the second name", onlyID(5), namedByID, nil, 2},
		{"NOTIMP, then the second name", onlyID(4), namedByID, nil, 3},
		{"SERVFAIL, then the second name", onlyID(2), namedByID, nil, 3},
		{"NXDOMAIN, then the second name", onlyID(3), namedByID, nil, 2},
		{"no identity, then the second name", onlyID(0), namedByID, nil, 2},
		{"BADVERS, then the second name", onlyID(16), namedByID, nil, 3},
		{"REFUSED", rcode(5), failed("REFUSED"), nil, 2},
		{"REFUSED, then SERVFAIL", inTurn(rcode(5), rcode(2)), failed("REFUSED"), nil, 3},
		{"no identity, then REFUSED", inTurn(rcode(0), rcode(5)), unnamed, nil, 2},
		{"REFUSED, then no identity", inTurn(rcode(5), rcode(0)), failed("REFUSED"), nil, 2},
		{"REFUSED, then silence", inTurn(rcode(5), mute), failed("REFUSED"), nil, 2},
		{
			"REFUSED, then junk", inTurn(rcode(5), func(q incoming) { q.reply([]byte("junk")) }),
			failed("REFUSED").skipping(1), nil, 2,
		},
		{
			"junk and REFUSED, then the second name", inTurn(func(q incoming) { q.reply([]byte("junk")); rcode(5)(q) }, names),
			namedByID.skipping(1), &tooShort, 0,
		},
		{"BADVERS, then no identity", rcode(16), unnamed, nil, 3},
		{"BADVERS for ever", says(func(d *draft) { d.opt = true; d.rcode(16) }), failed("BADVERS"), nil, 3},
		{"unassigned", rcode(3841), failed("OTHER"), nil, 2},
		{"FORMERR, then the answer", namesBare, named, nil, 2},
		{"bare FORMERR, then the answer", inTurn(header, names), named, nil, 2},
		{"FORMERR with OPT, then the answer", inTurn(rcode(1), names), named, nil, 2},
		{"FORMERR for ever", bare, formerr, nil, 3},
		{"bare FORMERR for ever", header, formerr, nil, 3},
		{"FORMERR, then silence", inTurn(bare, mute), formerr, nil, 3},
		{"FORMERR, then REFUSED", inTurn(bare, rcode(5)), failed("REFUSED"), nil, 3},
		{"FORMERR, then the second name", inTurn(bare, rcode(5), names), namedByID, nil, 3},
		{"FORMERR twice, then the answer", func(q incoming) {
			if hasOPT(q.query) {
				bare(q)
			}
			namesBare(q)
		}, named.skipping(1), nil, 2},
		{"BADCOOKIE, then the answer", inTurn(badCookie, names), named, nil, 2},
		{"BADCOOKIE for ever", badCookie, failed("BADCOOKIE"), nil, 4},
		{"BADCOOKIE, then silence", inTurn(badCookie, mute), failed("BADCOOKIE"), nil, 2},
		{"BADCOOKIE, then REFUSED", inTurn(badCookie, rcode(5)), failed("REFUSED"), nil, 3},
		{"BADCOOKIE, then FORMERR, then the answer", inTurn(badCookie, bare, names), named, nil, 3},
		{"BADCOOKIE with NSID, then TXT", inTurn(badCookieNSID, names), named, nil, 2},
		{
			"BADCOOKIE with NSID, then silence", inTurn(badCookieNSID, mute),
			named.by(byNSID).withNSID("lhr1.example").withRcode("BADCOOKIE"), nil, 2,
		},
		{"BADCOOKIE with NSID for ever", badCookieNSID, named.by(byNSID).withNSID("lhr1.example").withRcode("BADCOOKIE"), nil, 2},
		{"TC", says(func(d *draft) { d.flag(flagTC) }), cut, nil, 2},
		{"TC and REFUSED", says(func(d *draft) { d.flag(flagTC).rcode(5) }), cut.withRcode("REFUSED"), nil, 2},
		{"TC and TXT", says(func(d *draft) { d.flag(flagTC).txt("lhr1.example") }), named, nil, 1},
		{"TC and NSID", says(func(d *draft) { d.flag(flagTC).nsid("lhr1.example") }), named.by(byNSID).withNSID("lhr1.example"), nil, 1},
		{"TC and empty TXT", says(func(d *draft) { d.flag(flagTC).txt("") }), cut, nil, 2},
		{"TC, then the second name", inTurn(says(func(d *draft) { d.flag(flagTC) }), names), namedByID, nil, 2},
	})
}

// TestJunk: what is not the answer is never believed. Over UDP the wait goes on, over TCP it is over, unless it is for another
// query.
func TestJunk(t *testing.T) {
	t.Parallel()
	var cases []hostileCase
	for _, j := range junk() {
		onceMore := func(q incoming) { q.reply(j.of(q)); names(q) }
		want := wrong(j.err)
		cases = append(cases,
			hostileCase{j.name, func(q incoming) { q.reply(j.of(q)) }, want, nil, 1},
			hostileCase{j.name + ", then the answer", onceMore, named.skipping(1), &want, 1})
	}
	for _, j := range strays() {
		onceMore := func(q incoming) { q.reply(j.of(q)); names(q) }
		cases = append(cases,
			hostileCase{j.name, func(q incoming) { q.reply(j.of(q)) }, wrong(j.err), nil, 1},
			hostileCase{j.name + ", then the answer", onceMore, named.skipping(1), nil, 1})
	}
	all := func(q incoming) {
		for _, j := range append(strays(), junk()...) {
			q.reply(j.of(q))
		}
		names(q)
	}
	first := wrong(junk()[0].err)
	runHostile(t, bothFamilies(), append(cases, hostileCase{"all of it, then the answer", all, named.skipping(len(strays()) + len(junk())), &first, 1}))
}

// TestStrays: what comes too late, twice, or from elsewhere.
func TestStrays(t *testing.T) {
	t.Parallel()
	other, _ := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	other6, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.IPv6loopback})
	if err != nil {
		other6 = other // without ::1 nobody asks over IPv6
	}
	t.Cleanup(func() { other.Close(); other6.Close() })
	stray := func(q incoming) {
		if q.stray == nil {
			return
		}
		o := other
		if q.from.(*net.UDPAddr).IP.To4() == nil {
			o = other6
		}
		q.stray(o, replyTo(q.query).txt("fra1.example").bytes())
	}
	// Bytes behind the answer that are there when it is read cost the kernel's stamp over TCP.
	behind := func(q incoming) {
		if q.stray == nil {
			time.Sleep(50 * time.Millisecond)
		}
	}
	runHostile(t, bothFamilies(), []hostileCase{
		{"silence", mute, silent, nil, 1},
		{"late", func(q incoming) { time.AfterFunc(time.Duration(hostileTimeout)*5/4, func() { names(q) }) }, silent, nil, 1},
		{"twice", func(q incoming) { names(q); behind(q); names(q) }, named, nil, 1},
		{"from another port, then the answer", func(q incoming) { stray(q); names(q) }, named, nil, 1},
		{"the answer, then another", func(q incoming) { names(q); behind(q); q.reply(replyTo(q.query).txt("fra1.example").bytes()) }, named, nil, 1},
	})
	for _, c := range []struct {
		name, ip string
		want     string
	}{
		{"another port", "127.0.0.1", "reply came from port "},
		{"another address", "127.0.0.2", "reply came from 127.0.0.2"},
	} {
		from, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(c.ip)})
		if err != nil {
			continue // on systems with a single loopback address
		}
		defer from.Close()
		if strings.HasSuffix(c.want, "port ") {
			c.want += strconv.Itoa(from.LocalAddr().(*net.UDPAddr).Port)
		}
		s := serve(t, "127.0.0.1", func(q incoming) { q.stray(from, replyTo(q.query).txt("lhr1.example").bytes()) })
		d := newAsking(t, []string{s.at}, func(d *DNSAnycast) { d.Timeout, d.Transports = hostileTimeout/10, []string{"udp"} })
		key := questionTo{s.at, "udp"}
		checkPoint(t, pointsOf(t, d)[key], key, d.Timeout, judgement{result: "timeout", err: c.want})
	}
}

// TestFloodOfJunk: two hundred wrong packets before the right one, less than what a receive buffer holds.
func TestFloodOfJunk(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1", func(q incoming) {
		for range 200 {
			q.reply([]byte("junk"))
		}
		names(q)
	})
	d := newAsking(t, []string{s.at}, func(d *DNSAnycast) { d.Transports = []string{"udp"} })
	key := questionTo{s.at, "udp"}
	checkPoint(t, pointsOf(t, d)[key], key, d.Timeout, named.skipping(200))
}

// TestCookieLengths: 8 bytes are a client's cookie, 16 to 40 a client's and a server's, and nothing else is one
// (RFC 7873, section 4).
func TestCookieLengths(t *testing.T) {
	t.Parallel()
	var cases []hostileCase
	for n := range 43 {
		want := named
		if n < 8 || n > 8 && n < 16 || n > 40 {
			want = wrong("wrong cookie")
		}
		cases = append(cases, hostileCase{strconv.Itoa(n) + " bytes", func(q incoming) {
			cookie := (cookieOf(q.query) + strings.Repeat("s", 40))[:n]
			q.reply(replyTo(q.query).txt("lhr1.example").option(cookieOption, cookie).bytes())
		}, want, nil, 1})
	}
	runHostile(t, []string{"127.0.0.1"}, cases)
}

func TestEveryCodeIsNamed(t *testing.T) {
	for i, name := range Results() {
		if codes[name] != int64(i) {
			t.Errorf("result %s is number %d", name, i)
		}
	}
	if len(Results()) != len(codes) || !slices.Contains(Results(), "success") {
		t.Error(Results())
	}
}
