//go:build linux

package main

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// manner is how a server treats queries, and what the points of it must say.
type manner struct {
	overUDP, overTCP handler
	udp, tcp         want
}

// want is what a point must say.
type want struct {
	result    string
	err       string                   // beginning of the field error; empty: there is none
	name      func(round int64) string // the field hostname; nil: any, where result is success
	discarded int64                    // over UDP; below zero: at least one
	zone      string                   // result of the query for the zone; empty: as result
	late      string                   // other results, should a reply come late
	lagging   bool                     // its zone is late
}

func alike(h handler, w want) manner              { return manner{h, h, w, w} }
func overBoth(udp, tcp handler, u, t want) manner { return manner{udp, tcp, u, t} }

// identity is what an honest server says of itself.
type identity struct {
	name, nsid func(round int64) string // nil: it does not say
	cookie     bool
	serial     func(round int64) uint32
}

func always(s string) func(int64) string { return func(int64) string { return s } }

// fresh is another name each time.
func fresh(prefix string) func(int64) string {
	return func(int64) string { return fmt.Sprintf("%s%016x", prefix, rand.Uint64()) }
}

// every is another of several names each so many rounds.
func every(rounds int64, names ...string) func(int64) string {
	return func(round int64) string { return names[round/rounds%int64(len(names))] }
}

// renamed is a new name each so many rounds, and never again an old one.
func renamed(rounds int64, prefix string) func(int64) string {
	return func(round int64) string { return fmt.Sprintf("%s%d", prefix, round/rounds) }
}

// serial is the zone's at a primary: each ten rounds another.
func serial(round int64) uint32 { return 2026110000 + uint32(round/10) }

// lateSerial comes three rounds after serial.
func lateSerial(round int64) uint32 { return serial(max(round-3, 0)) }

func unpack(q *query) *dns.Msg {
	m := new(dns.Msg)
	if m.Unpack(q.bytes) != nil || len(m.Question) != 1 {
		m.Question = []dns.Question{{Name: "."}}
	}
	return m
}

func pack(m *dns.Msg) []byte {
	b, err := m.Pack()
	if err != nil {
		panic(err) // of our own making
	}
	return b
}

// answer is the reply of an honest server.
func (i identity) answer(q *query) *dns.Msg {
	ask := unpack(q)
	m := new(dns.Msg).SetReply(ask)
	m.Authoritative = true
	of := ask.Question[0]
	switch {
	case of.Qtype == dns.TypeSOA && i.serial != nil:
		m.Answer = []dns.RR{&dns.SOA{
			Hdr: dns.RR_Header{Name: of.Name, Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: 60}, Ns: "ns." + zone + ".",
			Mbox: "hostmaster." + zone + ".", Serial: i.serial(q.round), Refresh: refresh, Retry: 60, Expire: 600, Minttl: 60,
		}}
	case of.Qtype == dns.TypeTXT && i.name != nil:
		m.Answer = []dns.RR{txt(of.Name, i.name(q.round))}
	}
	if opt := ask.IsEdns0(); opt != nil {
		m.SetEdns0(1232, false)
		if i.nsid != nil {
			addOption(m, &dns.EDNS0_NSID{Code: dns.EDNS0NSID, Nsid: hex.EncodeToString([]byte(i.nsid(q.round)))})
		}
		if client := cookieOf(opt); i.cookie && client != "" {
			addOption(m, &dns.EDNS0_COOKIE{Code: dns.EDNS0COOKIE, Cookie: client[:16] + secret(q.round)})
		}
	}
	return m
}

func (i identity) handle(q *query) { q.reply(pack(i.answer(q))) }

// txt writes any bytes, in strings of 255 at most.
func txt(owner, name string) *dns.TXT {
	r := &dns.TXT{Hdr: dns.RR_Header{Name: owner, Rrtype: dns.TypeTXT, Class: dns.ClassCHAOS}}
	for len(name) > 0 {
		part := name[:min(len(name), 255)]
		name = name[len(part):]
		var b strings.Builder
		for _, c := range []byte(part) {
			fmt.Fprintf(&b, `\%03d`, c)
		}
		r.Txt = append(r.Txt, b.String())
	}
	return r
}

func addOption(m *dns.Msg, o dns.EDNS0) {
	opt := m.IsEdns0()
	opt.Option = append(opt.Option, o)
}

func cookieOf(opt *dns.OPT) string {
	for _, o := range opt.Option {
		if c, ok := o.(*dns.EDNS0_COOKIE); ok && len(c.Cookie) >= 16 {
			return c.Cookie
		}
	}
	return ""
}

// secret is the server's half of a cookie: another each twenty rounds.
func secret(round int64) string { return fmt.Sprintf("%016x", 0x50a6<<32+round/20) }

// strict answers to a valid cookie alone.
func strict(i identity) handler {
	return func(q *query) {
		m, ask := i.answer(q), unpack(q).IsEdns0()
		if ask != nil && !strings.HasSuffix(cookieOf(ask), secret(q.round)) {
			m.Answer = nil
			m.Rcode = dns.RcodeBadCookie
		}
		q.reply(pack(m))
	}
}

// old knows no EDNS and says so.
func old(i identity) handler {
	return func(q *query) {
		if ask := unpack(q); ask.IsEdns0() != nil {
			q.reply(pack(new(dns.Msg).SetRcode(ask, dns.RcodeFormatError)))
			return
		}
		i.handle(q)
	}
}

// refuse is REFUSED to every query that some is true for.
func refuse(i identity, some func(dns.Question) bool) handler {
	return func(q *query) {
		if ask := unpack(q); some(ask.Question[0]) {
			q.reply(pack(new(dns.Msg).SetRcode(ask, dns.RcodeRefused)))
			return
		}
		i.handle(q)
	}
}

func everything(dns.Question) bool      { return true }
func hostnameBind(of dns.Question) bool { return of.Name == "hostname.bind." }
func silent(*query)                     {}
func lie(i identity, edit func(*dns.Msg)) handler {
	return func(q *query) {
		m := i.answer(q)
		edit(m)
		q.reply(pack(m))
	}
}

func wrongID(m *dns.Msg)       { m.Id ^= 1 }
func wrongQuestion(m *dns.Msg) { m.Question[0].Name = "version.bind." }
func lame(m *dns.Msg)          { m.Authoritative = false }
func cut(m *dns.Msg)           { m.Truncated, m.Answer = true, nil }
func foreignCookie(m *dns.Msg) {
	if m.IsEdns0() != nil {
		addOption(m, &dns.EDNS0_COOKIE{Code: dns.EDNS0COOKIE, Cookie: "0102030405060708"})
	}
}

func garbage(q *query) { q.reply([]byte("garbage")) }

// twiceOver replies and replies again.
func twiceOver(h handler) handler {
	return func(q *query) {
		h(q)
		h(q)
	}
}

const burst = 20 // datagrams: less than what a receive buffer holds

// flood is junk before the answer.
func flood(h handler) handler {
	return func(q *query) {
		for range burst {
			garbage(q)
		}
		h(q)
	}
}

// endless is junk until the other side has given up.
func endless(q *query) {
	go func() {
		for began := time.Now(); time.Since(began) < timeout*5/4; time.Sleep(timeout / 20) {
			garbage(q)
		}
	}()
}

// late replies to who does not wait any more.
func late(h handler) handler {
	return func(q *query) { time.AfterFunc(timeout*2, func() { h(q) }) }
}

// astray replies from another socket.
func astray(i identity, from *net.UDPConn) handler {
	return func(q *query) { from.WriteToUDPAddrPort(pack(i.answer(q)), q.from) }
}

// drip sends the answer slower than anybody waits.
func drip(i identity) handler {
	return func(q *query) {
		b := pack(i.answer(q))
		for _, c := range append([]byte{0, byte(len(b))}, b...) {
			if _, err := q.tcp.Write([]byte{c}); err != nil {
				return
			}
			time.Sleep(timeout / 10)
		}
	}
}

// lengthLie announces more than it sends.
func lengthLie(i identity) handler {
	return func(q *query) { q.tcp.Write(append([]byte{0xff, 0xff}, pack(i.answer(q))...)) }
}

func reset(q *query) {
	q.tcp.SetLinger(0)
	q.tcp.Close()
}

func hangUp(q *query) { q.tcp.Close() }
