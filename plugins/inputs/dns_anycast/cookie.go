package dns_anycast

import (
	"errors"
	"math/bits"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// launchCookies asks targets that stay silent for a cookie alone (RFC 7873, section 5.4), beside their query. BIND drops CHAOS
// queries beyond three a second, over all addresses of a machine, and counts what it drops: where more than that are asked in
// each round without a cookie, none of them ever gets one. To ask for a cookie is not limited.
func (r *round) launchCookies(targets []*target, over time.Duration) {
	if !r.d.EDNS {
		return
	}
	var silent []*target
	for _, t := range targets {
		if !t.tcp && !t.tolerance.bare() && wantsCookie(t.silent.Load()/int32(r.d.Queries)) {
			silent = append(silent, t)
		}
	}
	var units []unit
	for _, g := range grouped(silent, together(len(silent), over), (*target).at) {
		units = append(units, unit{len(g), 1, paced, func(l exchange.Limits) { r.cookies(g, l) }})
	}
	r.start(units, over)
}

// heard counts the queries in a row that nothing came back for.
func (t *target) heard(err error) {
	var f *exchange.Failure
	if errors.As(err, &f) && f.Kind == exchange.Timeout {
		t.silent.Add(1)
	} else {
		t.silent.Store(0)
	}
}

// wantsCookie reports whether so many rounds in a row without an answer are worth a query for a cookie: three, and then each
// time that there are twice as many. Who is down is not asked much more for it.
func wantsCookie(rounds int32) bool {
	return rounds%3 == 0 && bits.OnesCount32(uint32(rounds/3)) == 1
}

// cookies asks targets of one family. What comes is for the next query to them.
func (r *round) cookies(targets []*target, limits exchange.Limits) {
	ds, read := make([]exchange.Datagram, len(targets)), make([][]byte, len(targets))
	for i, t := range targets {
		q := wire.Query{ID: wire.NewID(), EDNS: true, Cookie: t.cookie}
		match := func(b []byte) error {
			a, err := q.Read(b)
			read[i] = a.ServerCookie
			return err
		}
		ds[i] = exchange.Datagram{Query: exchange.Query{Data: q.Pack(), Match: match}, To: t.addr}
	}
	exchange.UDP(r.ctx, r.source(targets[0]), limits, ds, func(i int, o exchange.Outcome) *exchange.Query {
		if o.Err == nil && len(read[i]) > 0 {
			targets[i].serverCookie.Store(&read[i])
		}
		return nil
	})
}
