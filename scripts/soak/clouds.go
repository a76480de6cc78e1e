//go:build linux

package main

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

const siteRule = `\.([a-z]{3})\.soak$`

func newWorld(ipv6 bool) (*world, error) {
	w := &world{ipv6: ipv6}
	for _, build := range []func(){w.good, w.moving, w.renamed, w.dead, w.liars} {
		build()
	}
	w.reference = &cloud{w: w, name: "reference"}
	w.reference.ipv4(alike(identity{round: &w.round, serial: serial}.but(), want{zone: "success"}))
	if w.err != nil {
		w.close()
	}
	return w, w.err
}

// named has a name, and the zone as it should be.
func (w *world) named(name func(int64) string) identity {
	return identity{round: &w.round, name: name, serial: serial}
}

// full has an NSID and cookies, too.
func (w *world) full(name func(int64) string) identity {
	return identity{round: &w.round, name: name, nsid: name, cookie: true, serial: serial}
}

func (w *world) good() {
	c := w.cloud("good", siteRule, true)
	c.expect = true
	c.ipv4(w.full(always("full4.lhr.soak")).honest())
	c.ipv6(w.full(always("full6.lhr.soak")).honest())
	c.ipv4(w.named(always("plain4.arn.soak")).honest())
	c.ipv6(w.named(always("plain6.arn.soak")).honest())

	again := func(i identity, edit func(d *dnstest.Draft)) { // asked a second time, it answers
		c.ipv4(alike(i.but(edit), want{result: "success", name: i.name, late: "rcode_error"}))
	}
	cookies := w.full(always("strict.arn.soak"))
	again(cookies, cookies.strict)
	again(w.named(always("old.lhr.soak")), dnstest.NoEDNS)
	again(w.named(always("second.lhr.soak")), notHostname)

	nsid := identity{round: &w.round, nsid: always("nsid.yyz.soak"), serial: serial}
	c.ipv4(alike(nsid.but(), success(nsid.nsid)))
	lame := w.named(always("lame.yyz.soak"))
	c.ipv4(alike(lame.but(dnstest.NotAuthoritative), want{result: "success", name: lame.name, zone: "not_authoritative"}))
	behind := w.named(always("behind.yyz.soak"))
	behind.serial = lateSerial
	c.ipv4(alike(behind.but(), want{result: "success", name: behind.name, lagging: true}))
	c.ipv4(w.named(always("intruder")).honest())
}

func (w *world) moving() {
	c := w.cloud("moving", siteRule, true)
	sites := []string{"a1.lhr.soak", "b1.arn.soak", "c1.yyz.soak"}
	c.ipv4(w.full(every(8, sites...)).honest())
	c.ipv4(w.named(every(11, sites...)).honest())
	c.ipv6(w.named(every(13, sites...)).honest())
	c.ipv4(w.named(every(1, sites[:2]...)).honest()) // balanced: reads split
	if ips := localhost(); len(ips) > 0 && w.err == nil {
		if s := c.at(w.named(always("host.lhr.soak")).honest(), ips...); w.err == nil {
			s.text = fmt.Sprintf("localhost:%d", s.Addrs[0].Port())
		}
	}
}

func (w *world) renamed() {
	c := w.cloud("renamed", "", false)
	c.ipv4(alike(identity{round: &w.round, name: fresh("once-"), cookie: true}.but(), success(nil)))
	c.ipv4(identity{round: &w.round, name: renamed(5, "often-")}.honest())

	c = w.cloud("nsids", "", true)
	steady := w.full(always("steady.lhr.soak"))
	steady.nsid = fresh("id-")
	c.ipv4(steady.honest())
	c.ipv4(alike(identity{round: &w.round, nsid: fresh("only-"), serial: serial}.but(), success(nil)))
	odd := every(5, "quote\" comma, equals=", "back\\slash\\", "line\nfeed\ttab", "\xff\xfe\x00", "zürich", strings.Repeat("long-", 220))
	c.ipv4(alike(w.named(odd).but(), success(nil)))
}

func (w *world) dead() {
	c := w.cloud("dead", siteRule, true)
	absent := overBoth(nil, nil, want{result: "unreachable", err: "port unreachable from "}, want{result: "unreachable", err: "connection refused"})
	c.closed(w.ip(), absent)
	mute := alike(dnstest.Silent, want{result: "timeout"})
	c.ipv4(mute)
	if w.ipv6 {
		c.closed(netip.IPv6Loopback(), absent)
	}
	c.ipv6(mute)
	c.ipv4(alike(dnstest.Rcode(dnstest.Refused), want{result: "rcode_error"}))
	c.ipv4(alike(dnstest.Says(), want{result: "no_identity", zone: "no_soa"}))
}

func (w *world) liars() {
	c := w.cloud("liars", siteRule, true)
	me := w.named(always("liar.lhr.soak"))
	honestly, is := me.but(), success(me.name)
	invalid := func(err string) want { return want{result: "invalid", err: err, discarded: -1} }
	short := invalid("not a DNS message")
	c.ipv4(alike(me.but(dnstest.WrongID), invalid("wrong message ID")))
	c.ipv6(alike(me.but(dnstest.WrongQuestion), invalid("wrong question")))
	c.ipv4(alike(me.but(dnstest.ForeignCookie), invalid("wrong cookie")))
	c.ipv4(alike(dnstest.Garbage, short))
	c.ipv4(alike(me.but(dnstest.Cut), want{result: "truncated"}))
	// What comes so late may meet a process that was late itself, or a later round's socket at the
	// same port.
	c.ipv4(alike(dnstest.After(2*timeout, honestly), want{result: "timeout", late: "success invalid"}))
	c.ipv4(overBoth(twice(honestly), honestly, is, is))
	flooded := is
	flooded.discarded, flooded.late = burst, "invalid"
	c.ipv4(overBoth(dnstest.Flood(burst, honestly), dnstest.Flood(burst, honestly), flooded, short))
	c.ipv6(overBoth(endless, dnstest.Garbage, short, short))

	incomplete := want{result: "timeout", err: "answer incomplete: "}
	c.ipv4(overBoth(honestly, dnstest.Silent, is, want{result: "timeout"}))
	c.ipv4(overBoth(honestly, dnstest.Drip(timeout/10, me.say), is, incomplete))
	c.ipv4(overBoth(honestly, dnstest.LengthLie(me.say), is, incomplete))
	c.ipv4(overBoth(honestly, dnstest.Reset, is, want{result: "unreachable", err: "connection reset"}))
	c.ipv6(overBoth(honestly, dnstest.HangUp, is, want{result: "unreachable", err: "connection closed before the answer"}))

	address, port := w.openElsewhere(), w.openElsewhere()
	if w.err != nil {
		return
	}
	astray := func(from *net.UDPConn, where string) manner {
		return overBoth(dnstest.Astray(from, me.say), honestly, want{result: "timeout", err: "reply came from " + where}, is)
	}
	at := port.LocalAddr().(*net.UDPAddr).AddrPort()
	c.ipv4(astray(address, address.LocalAddr().(*net.UDPAddr).IP.String()))
	c.at(astray(port, fmt.Sprintf("port %d", at.Port())), at.Addr())
}
