//go:build unix

package dns_anycast

import (
	"bytes"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// hostileCase is a server's way to treat queries, and what the point must say. It is asked over UDP and TCP.
type hostileCase struct {
	name    string
	handle  dnstest.Handler
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

// says replies with a TXT record alone, which edits may make something else of.
func says(name string, edits ...func(d *dnstest.Draft)) dnstest.Handler {
	return dnstest.Says(append([]func(d *dnstest.Draft){func(d *dnstest.Draft) { d.TXT(name) }}, edits...)...)
}

// names replies with an identity.
func names(q *dnstest.Query) { says("lhr1.example")(q) }

// byIDAlone replies with an identity to the second name, and to the first with an rcode.
func byIDAlone(rcode int) dnstest.Handler {
	return func(q *dnstest.Query) {
		if q.Name() == byID {
			names(q)
		} else {
			dnstest.Rcode(rcode)(q)
		}
	}
}

// bothFamilies are the addresses to serve at. TestNameserverIPv6 says so when the second is missing.
func bothFamilies() []string {
	if skiptest.HasIPv6() {
		return []string{"127.0.0.1", "::1"}
	}
	return []string{"127.0.0.1"}
}

// askHostile asks all servers at once, each in the company of all others, over UDP and TCP.
func askHostile(t *testing.T, ips []string, cases []hostileCase) ([]*dnstest.Server, map[questionTo]telegraf.Metric) {
	t.Helper()
	servers := make([]*dnstest.Server, 0, len(ips)*len(cases))
	for _, ip := range ips {
		for _, c := range cases {
			servers = append(servers, serve(t, ip, c.handle))
		}
	}
	var at []string
	for _, s := range servers {
		at = append(at, s.At())
	}
	return servers, pointsOf(t, newAsking(t, at, func(d *DNSAnycast) { d.Timeout = hostileTimeout }))
}

// mixedUp reports whether an ID that was made wrong happened to be that of another query from the same
// socket: so it is in one run of a hundred.
func mixedUp(points map[questionTo]telegraf.Metric) bool {
	for _, m := range points {
		if text, _ := m.GetField(point.FieldError); strings.HasPrefix(fmt.Sprint(text), "replied to a query to port ") {
			return true
		}
	}
	return false
}

// runHostile asks all servers, and checks the point of each.
func runHostile(t *testing.T, ips []string, cases []hostileCase) {
	servers, points := askHostile(t, ips, cases)
	if mixedUp(points) {
		servers, points = askHostile(t, ips, cases)
	}
	for i, s := range servers {
		c := cases[i%len(cases)]
		t.Run(ips[i/len(cases)]+"/"+c.name, func(t *testing.T) {
			for _, transport := range []string{"udp", "tcp"} {
				want := c.want
				if transport == "tcp" && c.overTCP != nil {
					want = *c.overTCP
				}
				key := questionTo{s.At(), transport}
				checkPoint(t, points[key], key, hostileTimeout, want)
				if n := s.Queries(transport); c.queries != 0 && n != c.queries {
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
		{"question in other case", func(q *dnstest.Query) {
			d := dnstest.ReplyTo(q).TXT("lhr1.example")
			d.Question = append(bytes.ToUpper(d.Question[:len(d.Question)-4]), d.Question[len(d.Question)-4:]...)
			q.Reply(d.Bytes())
		}, named, nil, 1},
		{"owner in other case", dnstest.Says(func(d *dnstest.Draft) {
			d.RR(dnstest.Resource("\x08hostNAME\x04BIND\x00", dnstest.TXT, dnstest.CH, "\x0clhr1.example"))
		}), named, nil, 1},
		{"class IN", dnstest.Says(func(d *dnstest.Draft) {
			d.RR(dnstest.Resource(dnstest.TheName, dnstest.TXT, dnstest.IN, "\x0clhr1.example"))
		}), named.saying(classINSign), nil, 1},
		{"class IN, and NSID", dnstest.Says(func(d *dnstest.Draft) {
			d.RR(dnstest.Resource(dnstest.TheName, dnstest.TXT, dnstest.IN, "\x00")).NSID("lhr1.example")
		}), byNSIDAlone, nil, 1},
		{"classes IN and CH", dnstest.Says(func(d *dnstest.Draft) {
			d.RR(dnstest.Resource(dnstest.TheName, dnstest.TXT, dnstest.IN, "\x0cfra1.example")).TXT("lhr1.example")
		}), named, nil, 1},
		{"class HS", dnstest.Says(func(d *dnstest.Draft) { d.RR(dnstest.Resource(dnstest.TheName, dnstest.TXT, 4, "\x0clhr1.example")) }), unnamed, nil, 2},
		{"several strings", dnstest.Says(func(d *dnstest.Draft) { d.TXT("lhr", "", "1.example") }), named, nil, 1},
		{"several TXT", dnstest.Says(func(d *dnstest.Draft) { d.TXT("lhr2.example").TXT("lhr1.example") }), named, nil, 1},
		{"blanks around it", dnstest.Says(func(d *dnstest.Draft) { d.TXT(" lhr1.example\r\n") }), named, nil, 1},
		{"TXT beats NSID", dnstest.Says(func(d *dnstest.Draft) { d.TXT("lhr1.example").NSID("fra1") }), named.withNSID("fra1"), nil, 1},
		{"NSID alone", dnstest.Says(func(d *dnstest.Draft) { d.NSID("lhr1.example") }), byNSIDAlone, nil, 1},
		{"two NSIDs", dnstest.Says(func(d *dnstest.Draft) { d.NSID("lhr1.example").NSID("fra1") }), byNSIDAlone, nil, 1},
		{"NSID and REFUSED", dnstest.Says(func(d *dnstest.Draft) { d.Rcode(5).NSID("lhr1.example") }), byNSIDAlone.withRcode("REFUSED"), nil, 1},
		{"TXT and SERVFAIL", dnstest.Says(func(d *dnstest.Draft) { d.Rcode(2).TXT("lhr1.example") }), named.withRcode("SERVFAIL"), nil, 1},
		{"empty TXT, and NSID", dnstest.Says(func(d *dnstest.Draft) { d.TXT("").NSID("lhr1.example") }), byNSIDAlone, nil, 1},
		{"blank TXT, and NSID", dnstest.Says(func(d *dnstest.Draft) { d.TXT(" ").NSID("lhr1.example") }), byNSIDAlone, nil, 1},
		{"TXT, and empty NSID", dnstest.Says(func(d *dnstest.Draft) { d.TXT("lhr1.example").NSID("") }), named, nil, 1},
		{"TXT, and options that nobody asked for", dnstest.Says(func(d *dnstest.Draft) {
			for code, value := range map[uint16]string{8: "x", 11: "x", 15: "x", 18: "\x3fx", 19: "x", 4711: "x"} {
				d.Option(code, value)
			}
			d.TXT("lhr1.example").NSID("fra1")
		}), named.withNSID("fra1"), nil, 1},
		{"empty TXT", dnstest.Says(func(d *dnstest.Draft) { d.TXT("") }), unnamed, nil, 2},
		{"empty TXT before another", dnstest.Says(func(d *dnstest.Draft) { d.TXT("").TXT("lhr1.example") }), unnamed, nil, 2},
		{"TXT of no string", dnstest.Says(func(d *dnstest.Draft) { d.TXT() }), unnamed, nil, 2},
		{"empty NSID", dnstest.Says(func(d *dnstest.Draft) { d.NSID("") }), unnamed, nil, 2},
		{"blank names", dnstest.Says(func(d *dnstest.Draft) { d.TXT(" \t\r\n").NSID("  ") }), unnamed, nil, 2},
		{"nothing", dnstest.Says(func(*dnstest.Draft) {}), unnamed, nil, 2},
		{"CNAME alone", dnstest.Says(func(d *dnstest.Draft) {
			d.RR(dnstest.Resource(dnstest.TheName, dnstest.CNAME, dnstest.CH, "\x05other\x00"))
		}), unnamed, nil, 2},
		{"CNAME and its TXT", dnstest.Says(func(d *dnstest.Draft) {
			d.RR(dnstest.Resource(dnstest.TheName, dnstest.CNAME, dnstest.CH, "\x05other\x00")).RR(dnstest.Resource("\x05other\x00", dnstest.TXT, dnstest.CH, "\x0clhr1.example"))
		}), unnamed, nil, 2},
		{"TXT at another name", dnstest.Says(func(d *dnstest.Draft) {
			d.RR(dnstest.Resource("\x07version\x04bind\x00", dnstest.TXT, dnstest.CH, "\x0clhr1.example"))
		}), unnamed, nil, 2},
		{"TXT in another section", dnstest.Says(func(d *dnstest.Draft) {
			d.Authority = append(d.Authority, dnstest.Resource(dnstest.TheName, dnstest.TXT, dnstest.CH, "\x0clhr1.example"))
		}), unnamed, nil, 2},
		{"no TXT, but its bytes", dnstest.Says(func(d *dnstest.Draft) { d.RR(dnstest.Resource(dnstest.TheName, 10, dnstest.CH, "\x0clhr1.example")) }), unnamed, nil, 2},
		{"behind the end", dnstest.Says(func(d *dnstest.Draft) {
			d.Tail = dnstest.Resource(dnstest.TheName, dnstest.TXT, dnstest.CH, "\x0clhr1.example")
		}), unnamed, nil, 2},
		{"without OPT", dnstest.Says(func(d *dnstest.Draft) { d.OPT = false; d.TXT("lhr1.example") }), named, nil, 1},
	})
}

// TestNextQuestions: what a reply leads to, and which packet the point is about in the end.
func TestNextQuestions(t *testing.T) {
	t.Parallel()
	rcode := dnstest.Rcode
	bare := dnstest.Says(func(d *dnstest.Draft) { d.Rcode(1); d.OPT = false })
	header := func(q *dnstest.Query) { q.Reply(append(q.Data[:2:2], 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0)) }
	badCookie := dnstest.Says(func(d *dnstest.Draft) { d.Rcode(23) })
	badCookieNSID := dnstest.Says(func(d *dnstest.Draft) { d.Rcode(23).NSID("lhr1.example") })
	namesBare := func(q *dnstest.Query) {
		if q.EDNS() {
			bare(q)
		} else {
			names(q)
		}
	}
	formerr, tooShort := failed("FORMERR"), wrong(isShort)
	runHostile(t, bothFamilies(), []hostileCase{
		{"REFUSED, then the second name", byIDAlone(5), namedByID, nil, 2},
		{"NOTIMP, then the second name", byIDAlone(4), namedByID, nil, 3},
		{"SERVFAIL, then the second name", byIDAlone(2), namedByID, nil, 3},
		{"NXDOMAIN, then the second name", byIDAlone(3), namedByID, nil, 2},
		{"no identity, then the second name", byIDAlone(0), namedByID, nil, 2},
		{"BADVERS, then the second name", byIDAlone(16), namedByID, nil, 3},
		{"REFUSED", rcode(5), failed("REFUSED"), nil, 2},
		{"REFUSED, then SERVFAIL", dnstest.InTurn(rcode(5), rcode(2)), failed("REFUSED"), nil, 3},
		{"no identity, then REFUSED", dnstest.InTurn(rcode(0), rcode(5)), unnamed, nil, 2},
		{"REFUSED, then no identity", dnstest.InTurn(rcode(5), rcode(0)), failed("REFUSED"), nil, 2},
		{"REFUSED, then silence", dnstest.InTurn(rcode(5), dnstest.Silent), failed("REFUSED"), nil, 2},
		{
			"REFUSED, then junk", dnstest.InTurn(rcode(5), func(q *dnstest.Query) { q.Reply([]byte("junk")) }),
			failed("REFUSED").skipping(1), nil, 2,
		},
		{
			"junk and REFUSED, then the second name", dnstest.InTurn(func(q *dnstest.Query) { q.Reply([]byte("junk")); rcode(5)(q) }, names),
			namedByID.skipping(1), &tooShort, 0,
		},
		{"BADVERS, then no identity", rcode(16), unnamed, nil, 3},
		{"BADVERS for ever", dnstest.Says(func(d *dnstest.Draft) { d.OPT = true; d.Rcode(16) }), failed("BADVERS"), nil, 3},
		{"unassigned", rcode(3841), failed("OTHER"), nil, 2},
		{"FORMERR, then the answer", namesBare, named, nil, 2},
		{"bare FORMERR, then the answer", dnstest.InTurn(header, names), named, nil, 2},
		{"FORMERR with OPT, then the answer", dnstest.InTurn(rcode(1), names), named, nil, 2},
		{"FORMERR for ever", bare, formerr, nil, 3},
		{"bare FORMERR for ever", header, formerr, nil, 3},
		{"FORMERR, then silence", dnstest.InTurn(bare, dnstest.Silent), formerr, nil, 3},
		{"FORMERR, then REFUSED", dnstest.InTurn(bare, rcode(5)), failed("REFUSED"), nil, 3},
		{"FORMERR, then the second name", dnstest.InTurn(bare, rcode(5), names), namedByID, nil, 3},
		{"FORMERR twice, then the answer", func(q *dnstest.Query) {
			if q.EDNS() {
				bare(q)
			}
			namesBare(q)
		}, named.skipping(1), nil, 2},
		{"BADCOOKIE, then the answer", dnstest.InTurn(badCookie, names), named, nil, 2},
		{"BADCOOKIE for ever", badCookie, failed("BADCOOKIE"), nil, 4},
		{"BADCOOKIE, then silence", dnstest.InTurn(badCookie, dnstest.Silent), failed("BADCOOKIE"), nil, 2},
		{"BADCOOKIE, then REFUSED", dnstest.InTurn(badCookie, rcode(5)), failed("REFUSED"), nil, 3},
		{"BADCOOKIE, then FORMERR, then the answer", dnstest.InTurn(badCookie, bare, names), named, nil, 3},
		{"BADCOOKIE with NSID, then TXT", dnstest.InTurn(badCookieNSID, names), named, nil, 2},
		{
			"BADCOOKIE with NSID, then silence", dnstest.InTurn(badCookieNSID, dnstest.Silent),
			named.by(byNSID).withNSID("lhr1.example").withRcode("BADCOOKIE"), nil, 2,
		},
		{"BADCOOKIE with NSID for ever", badCookieNSID, named.by(byNSID).withNSID("lhr1.example").withRcode("BADCOOKIE"), nil, 2},
		{"TC", dnstest.Says(func(d *dnstest.Draft) { d.Flag(dnstest.TC) }), cut, nil, 2},
		{"TC and REFUSED", dnstest.Says(func(d *dnstest.Draft) { d.Flag(dnstest.TC).Rcode(5) }), cut.withRcode("REFUSED"), nil, 2},
		{"TC and TXT", dnstest.Says(func(d *dnstest.Draft) { d.Flag(dnstest.TC).TXT("lhr1.example") }), named, nil, 1},
		{"TC and NSID", dnstest.Says(func(d *dnstest.Draft) { d.Flag(dnstest.TC).NSID("lhr1.example") }), named.by(byNSID).withNSID("lhr1.example"), nil, 1},
		{"TC and empty TXT", dnstest.Says(func(d *dnstest.Draft) { d.Flag(dnstest.TC).TXT("") }), cut, nil, 2},
		{"TC, then the second name", dnstest.InTurn(dnstest.Says(func(d *dnstest.Draft) { d.Flag(dnstest.TC) }), names), namedByID, nil, 2},
	})
}

// TestJunk: what is not the answer is never believed. Over UDP the wait goes on, over TCP it is over, unless it is for another
// query.
func TestJunk(t *testing.T) {
	t.Parallel()
	var cases []hostileCase
	for _, j := range junk() {
		onceMore := func(q *dnstest.Query) { q.Reply(j.of(q)); names(q) }
		want := wrong(j.err)
		cases = append(cases,
			hostileCase{j.name, func(q *dnstest.Query) { q.Reply(j.of(q)) }, want, nil, 1},
			hostileCase{j.name + ", then the answer", onceMore, named.skipping(1), &want, 1})
	}
	for _, j := range strays() {
		onceMore := func(q *dnstest.Query) { q.Reply(j.of(q)); names(q) }
		cases = append(cases,
			hostileCase{j.name, func(q *dnstest.Query) { q.Reply(j.of(q)) }, wrong(j.err), nil, 1},
			hostileCase{j.name + ", then the answer", onceMore, named.skipping(1), nil, 1})
	}
	all := func(q *dnstest.Query) {
		for _, j := range append(strays(), junk()...) {
			q.Reply(j.of(q))
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
	stray := func(q *dnstest.Query) {
		if q.TCP != nil {
			return
		}
		from := other
		if q.From.Addr().Is6() {
			from = other6
		}
		dnstest.Astray(from, func(d *dnstest.Draft) { d.TXT("fra1.example") })(q)
	}
	// Bytes behind the answer that are there when it is read cost the kernel's stamp over TCP.
	behind := func(q *dnstest.Query) {
		if q.TCP != nil {
			time.Sleep(50 * time.Millisecond)
		}
	}
	runHostile(t, bothFamilies(), []hostileCase{
		{"silence", dnstest.Silent, silent, nil, 1},
		{"late", dnstest.After(time.Duration(hostileTimeout)*5/4, names), silent, nil, 1},
		{"twice", func(q *dnstest.Query) { names(q); behind(q); names(q) }, named, nil, 1},
		{"from another port, then the answer", func(q *dnstest.Query) { stray(q); names(q) }, named, nil, 1},
		{"the answer, then another", func(q *dnstest.Query) { names(q); behind(q); says("fra1.example")(q) }, named, nil, 1},
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
		s := serve(t, "127.0.0.1", dnstest.Astray(from, func(d *dnstest.Draft) { d.TXT("lhr1.example") }))
		d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) { d.Timeout, d.Transports = hostileTimeout/10, []string{"udp"} })
		key := questionTo{s.At(), "udp"}
		checkPoint(t, pointsOf(t, d)[key], key, d.Timeout, judgement{result: "timeout", err: c.want})
	}
}

// TestFloodOfJunk: two hundred wrong packets before the right one, less than what a receive buffer holds.
func TestFloodOfJunk(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1", func(q *dnstest.Query) {
		for range 200 {
			q.Reply([]byte("junk"))
		}
		names(q)
	})
	d := newAsking(t, []string{s.At()}, func(d *DNSAnycast) { d.Transports = []string{"udp"} })
	key := questionTo{s.At(), "udp"}
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
		cases = append(cases, hostileCase{strconv.Itoa(n) + " bytes", func(q *dnstest.Query) {
			cookie := (q.Cookie() + strings.Repeat("s", 40))[:n]
			q.Reply(dnstest.ReplyTo(q).TXT("lhr1.example").Option(dnstest.Cookie, cookie).Bytes())
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
