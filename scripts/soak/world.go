//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
)

const (
	zone     = "soak.example"
	siteRule = `\.([a-z]{3})\.soak$`
)

// world is all name servers.
type world struct {
	ipv6      bool
	round     atomic.Int64 // the one under way, which decides who is where
	clouds    []*cloud
	primary   *server // of the zone, asked as a reference
	elsewhere []*net.UDPConn
	next      byte
}

// cloud is one of plugin.conf.
type cloud struct {
	name    string
	site    string // rule
	zoned   bool
	expect  bool
	servers []*server
}

// target is one address × transport.
type target struct {
	*server
	addr      netip.AddrPort
	transport string
}

func (t target) want() want {
	if t.transport == "tcp" {
		return t.server.manner.tcp
	}
	return t.server.manner.udp
}

func (w *world) targets() (all []target) {
	for _, c := range w.clouds {
		for _, s := range c.servers {
			for _, a := range s.addrs {
				all = append(all, target{s, a, "udp"}, target{s, a, "tcp"})
			}
		}
	}
	return all
}

func newWorld(ipv6 bool) (_ *world, err error) {
	w := &world{ipv6: ipv6}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	for _, build := range []func() error{w.good, w.moving, w.renamed, w.dead, w.liars} {
		if err := build(); err != nil {
			return nil, err
		}
	}
	w.primary = &server{cloud: &cloud{name: "reference"}, manner: alike(identity{serial: serial}.handle, want{zone: "success"})}
	if err := w.primary.listen(w, w.ip()); err != nil {
		return nil, err
	}
	w.primary.text = w.primary.addrs[0].String()
	return w, nil
}

// turn begins a round.
func (w *world) turn(round int) {
	w.round.Store(int64(round))
	for _, c := range w.clouds {
		for _, s := range c.servers {
			s.forget()
		}
	}
}

func (w *world) close() {
	for _, c := range w.clouds {
		for _, s := range c.servers {
			s.close()
		}
	}
	for _, c := range w.elsewhere {
		c.Close()
	}
	if w.primary != nil {
		w.primary.close()
	}
}

func (w *world) cloud(name, site string, zoned bool) *cloud {
	c := &cloud{name: name, site: site, zoned: zoned}
	w.clouds = append(w.clouds, c)
	return c
}

// ip is another address each time: Linux has all of 127.0.0.0/8 on lo.
func (w *world) ip() netip.Addr {
	w.next++
	return netip.AddrFrom4([4]byte{127, 77, 0, w.next})
}

// builder adds servers to a cloud until one fails.
type builder struct {
	w   *world
	c   *cloud
	err error
}

func (b *builder) at(m manner, ips ...netip.Addr) {
	if b.err != nil {
		return
	}
	s := &server{cloud: b.c, manner: m}
	b.c.servers = append(b.c.servers, s)
	if b.err = s.listen(b.w, ips...); b.err == nil {
		s.text = s.addrs[0].String()
	}
}

func (b *builder) ipv4(m manner) { b.at(m, b.w.ip()) }

func (b *builder) ipv6(m manner) {
	if b.w.ipv6 {
		b.at(m, netip.IPv6Loopback())
	}
}

// closed is an address where nobody listens: port 1 is handed out to nobody.
func (b *builder) closed(ip netip.Addr, m manner) {
	a := netip.AddrPortFrom(ip, 1)
	b.c.servers = append(b.c.servers, &server{cloud: b.c, manner: m, text: a.String(), addrs: []netip.AddrPort{a}})
}

// honest is a server that is what it says.
func honest(i identity) manner { return alike(i.handle, success(i.name)) }

func success(name func(int64) string) want { return want{result: "success", name: name} }

func (w *world) good() error {
	c := w.cloud("good", siteRule, true)
	c.expect = true
	b := &builder{w: w, c: c}
	name := func(s string) identity { return identity{name: always(s), serial: serial} }
	full := func(s string) identity {
		return identity{name: always(s), nsid: always(s), cookie: true, serial: serial}
	}
	b.ipv4(honest(full("full4.lhr.soak")))
	b.ipv6(honest(full("full6.lhr.soak")))
	b.ipv4(honest(name("plain4.arn.soak")))
	b.ipv6(honest(name("plain6.arn.soak")))

	cookies := full("strict.arn.soak")
	b.ipv4(alike(strict(cookies), want{result: "success", name: cookies.name, late: "rcode_error"}))
	ancient := name("old.lhr.soak")
	b.ipv4(alike(old(ancient), want{result: "success", name: ancient.name, late: "rcode_error"}))
	second := name("second.lhr.soak")
	b.ipv4(alike(refuse(second, hostnameBind), want{result: "success", name: second.name, late: "rcode_error"}))
	b.ipv4(alike(identity{nsid: always("nsid.yyz.soak"), serial: serial}.handle, success(always("nsid.yyz.soak"))))
	b.ipv4(alike(lie(name("lame.yyz.soak"), lame), want{result: "success", name: always("lame.yyz.soak"), zone: "not_authoritative"}))
	behind := name("behind.yyz.soak")
	behind.serial = lateSerial
	b.ipv4(alike(behind.handle, want{result: "success", name: behind.name, lagging: true}))
	b.ipv4(honest(name("intruder")))
	return b.err
}

func (w *world) moving() error {
	b := &builder{w: w, c: w.cloud("moving", siteRule, true)}
	sites := []string{"a1.lhr.soak", "b1.arn.soak", "c1.yyz.soak"}
	b.ipv4(honest(identity{name: every(8, sites...), nsid: every(8, sites...), cookie: true, serial: serial}))
	b.ipv4(honest(identity{name: every(11, sites...), serial: serial}))
	b.ipv6(honest(identity{name: every(13, sites...), serial: serial}))
	b.ipv4(honest(identity{name: every(1, sites[:2]...), serial: serial})) // balanced: reads split
	ips, err := localhost()
	if b.err == nil && err == nil && len(ips) > 0 {
		b.at(honest(identity{name: always("host.lhr.soak"), serial: serial}), ips...)
		s := b.c.servers[len(b.c.servers)-1]
		if b.err == nil {
			s.text = fmt.Sprintf("localhost:%d", s.addrs[0].Port())
		}
	}
	return b.err
}

func (w *world) renamed() error {
	b := &builder{w: w, c: w.cloud("renamed", "", false)}
	b.ipv4(alike(identity{name: fresh("once-"), cookie: true}.handle, success(nil)))
	b.ipv4(honest(identity{name: renamed(5, "often-")}))
	b = &builder{w: w, c: w.cloud("nsids", "", true), err: b.err}
	b.ipv4(honest(identity{name: always("steady.lhr.soak"), nsid: fresh("id-"), cookie: true, serial: serial}))
	b.ipv4(alike(identity{nsid: fresh("only-"), serial: serial}.handle, success(nil)))
	odd := identity{name: every(5, "quote\" comma, equals=", "back\\slash\\", "line\nfeed\ttab", "\xff\xfe\x00", "zürich", strings.Repeat("long-", 220)), serial: serial}
	b.ipv4(alike(odd.handle, success(nil)))
	return b.err
}

func (w *world) dead() error {
	b := &builder{w: w, c: w.cloud("dead", siteRule, true)}
	nobody := overBoth(nil, nil, want{result: "unreachable", err: "port unreachable from "}, want{result: "unreachable", err: "connection refused"})
	b.closed(w.ip(), nobody)
	mute := alike(silent, want{result: "timeout"})
	b.ipv4(mute)
	if w.ipv6 {
		b.closed(netip.IPv6Loopback(), nobody)
	}
	b.ipv6(mute)
	b.ipv4(alike(refuse(identity{}, everything), want{result: "rcode_error"}))
	b.ipv4(alike(identity{}.handle, want{result: "no_identity", zone: "no_soa"}))
	return b.err
}

func (w *world) liars() error {
	b := &builder{w: w, c: w.cloud("liars", siteRule, true)}
	me := identity{name: always("liar.lhr.soak"), serial: serial}
	honestly, is := me.handle, success(me.name)
	invalid := func(err string) want { return want{result: "invalid", err: err, discarded: -1} }
	short := invalid("not a DNS message")
	b.ipv4(alike(lie(me, wrongID), invalid("wrong message ID")))
	b.ipv6(alike(lie(me, wrongQuestion), invalid("wrong question")))
	b.ipv4(alike(lie(me, foreignCookie), invalid("wrong cookie")))
	b.ipv4(alike(garbage, short))
	b.ipv4(alike(lie(me, cut), want{result: "truncated"}))
	// What comes so late may meet a process that was late itself, or a later round's socket at the same port.
	b.ipv4(alike(late(honestly), want{result: "timeout", late: "success invalid"}))
	b.ipv4(overBoth(twiceOver(honestly), honestly, is, is))
	flooded := is
	flooded.discarded, flooded.late = burst, "invalid"
	b.ipv4(overBoth(flood(honestly), flood(honestly), flooded, short))
	b.ipv6(overBoth(endless, garbage, short, short))

	b.ipv4(overBoth(honestly, silent, is, want{result: "timeout"}))
	b.ipv4(overBoth(honestly, drip(me), is, want{result: "timeout", err: "answer incomplete: "}))
	b.ipv4(overBoth(honestly, lengthLie(me), is, want{result: "timeout", err: "answer incomplete: "}))
	b.ipv4(overBoth(honestly, reset, is, want{result: "unreachable", err: "connection reset"}))
	b.ipv6(overBoth(honestly, hangUp, is, want{result: "unreachable", err: "connection closed before the answer"}))

	for _, ip := range []netip.Addr{w.ip(), w.ip()} {
		from, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
		if err != nil {
			return errors.Join(b.err, err)
		}
		w.elsewhere = append(w.elsewhere, from)
	}
	address, port := w.elsewhere[0].LocalAddr().(*net.UDPAddr).AddrPort(), w.elsewhere[1].LocalAddr().(*net.UDPAddr).AddrPort()
	b.ipv4(overBoth(astray(me, w.elsewhere[0]), honestly, want{result: "timeout", err: "reply came from " + address.Addr().String()}, is))
	b.at(overBoth(astray(me, w.elsewhere[1]), honestly, want{result: "timeout", err: fmt.Sprintf("reply came from port %d", port.Port())}, is), port.Addr())
	return b.err
}

// localhost is what the hosts file says; the DNS is not asked.
func localhost() (ips []netip.Addr, err error) {
	noDNS := func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("the hosts file alone is asked")
	}
	r := net.Resolver{PreferGo: true, Dial: noDNS}
	for _, network := range []string{"ip4", "ip6"} {
		found, lookupErr := r.LookupNetIP(context.Background(), network, "localhost")
		for _, ip := range found {
			if ip = ip.Unmap(); network == "ip6" == ip.Is6() {
				ips = append(ips, ip)
			}
		}
		var other *net.AddrError // the file knows the name, but no address of this family
		if lookupErr != nil && !errors.As(lookupErr, &other) {
			err = lookupErr // the command would ask the DNS
		}
	}
	return ips, err
}

func hasIPv6() bool {
	c, err := net.ListenPacket("udp", "[::1]:0")
	if err != nil {
		return false
	}
	c.Close()
	return true
}
