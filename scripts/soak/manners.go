//go:build linux

package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// manner is how a server treats queries, and what the points of it must say.
type manner struct {
	overUDP, overTCP dnstest.Handler
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

func alike(h dnstest.Handler, w want) manner              { return manner{h, h, w, w} }
func overBoth(udp, tcp dnstest.Handler, u, t want) manner { return manner{udp, tcp, u, t} }
func success(name func(int64) string) want                { return want{result: "success", name: name} }

// identity is what an honest server says of itself.
type identity struct {
	round      *atomic.Int64 // the one under way
	name, nsid func(round int64) string
	cookie     bool
	serial     func(round int64) uint32
}

// honest is a server that is what it says; edits make that something else.
func (i identity) honest(edits ...func(d *dnstest.Draft)) manner {
	return alike(i.but(edits...), success(i.name))
}

// but is how it treats queries, with its replies edited.
func (i identity) but(edits ...func(d *dnstest.Draft)) dnstest.Handler {
	return dnstest.Says(append([]func(d *dnstest.Draft){i.say}, edits...)...)
}

// say adds to a draft what is asked for, as far as there is anything to say.
func (i identity) say(d *dnstest.Draft) {
	round := i.round.Load()
	switch kind := d.Query.Type(); {
	case kind == dnstest.SOA && i.serial != nil:
		d.SOA(i.serial(round), refresh)
	case kind == dnstest.TXT && i.name != nil:
		d.TXT(i.name(round))
	}
	if i.nsid != nil {
		d.NSID(i.nsid(round))
	}
	if i.cookie {
		d.ServerCookie(secret(round))
	}
}

// strict is BADCOOKIE to a query without a valid one.
func (i identity) strict(d *dnstest.Draft) {
	if d.OPT && !strings.HasSuffix(d.Query.Cookie(), secret(i.round.Load())) {
		d.Answer = nil
		d.Rcode(dnstest.BadCookie)
	}
}

func always(s string) func(int64) string { return func(int64) string { return s } }

// fresh is another name each time.
func fresh(prefix string) func(int64) string {
	return func(int64) string { return fmt.Sprintf("%s%016x", prefix, rand.Uint64()) }
}

// every is another of several names after each number of rounds.
func every(rounds int64, names ...string) func(int64) string {
	return func(round int64) string { return names[round/rounds%int64(len(names))] }
}

// renamed is a new name after each number of rounds, and never again an old one.
func renamed(rounds int64, prefix string) func(int64) string {
	return func(round int64) string { return fmt.Sprintf("%s%d", prefix, round/rounds) }
}

// secret is the server's half of a cookie: another each twenty rounds.
func secret(round int64) string { return fmt.Sprintf("%08d", round/20) }

// notHostname refuses the first name that is asked for.
func notHostname(d *dnstest.Draft) {
	if d.Query.Name() == "hostname.bind" {
		dnstest.WithRcode(dnstest.Refused)(d)
	}
}

const burst = 20 // datagrams: less than what a receive buffer holds

// twice replies and replies again.
func twice(h dnstest.Handler) dnstest.Handler {
	return func(q *dnstest.Query) {
		h(q)
		h(q)
	}
}

// endless is garbage until the other side has given up.
func endless(q *dnstest.Query) {
	go func() {
		for began := time.Now(); time.Since(began) < timeout*5/4; time.Sleep(timeout / 20) {
			dnstest.Garbage(q)
		}
	}()
}
