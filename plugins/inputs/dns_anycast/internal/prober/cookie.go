package prober

import (
	"math/bits"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// launchCookies asks targets that stay silent for a cookie alone (RFC 7873, section 5.4), beside their query. BIND drops CHAOS
// queries beyond three a second, over all addresses of a machine, and counts what it drops: where more than that are asked in
// each round without a cookie, none of them ever gets one. To ask for a cookie is not limited.
func (r *round) launchCookies(targets []*Target, over time.Duration) {
	if !r.p.EDNS {
		return
	}
	var silent []*Target
	for _, t := range targets {
		if t.transport == observation.UDP && !t.tolerance.bare() && wantsCookie(t.silent.Load()/int32(r.p.Queries)) {
			silent = append(silent, t)
		}
	}
	var batches []batch
	for _, g := range grouped(silent, batchSize(len(silent), over), (*Target).at) {
		batches = append(batches, batch{len(g), 1, fixed, func(l exchange.Limits) { r.cookies(g, l) }})
	}
	r.start(batches, over)
}

// countSilence counts the queries in a row that nothing came back for.
func (t *Target) countSilence(err error) {
	if isTimeout(err) {
		t.silent.Add(1)
	} else {
		t.silent.Store(0)
	}
}

// wantsCookie reports whether so many rounds in a row without an answer are worth a query for a cookie: three, and then each
// time that there are twice as many. A server that is down is not asked much more for it.
func wantsCookie(rounds int32) bool {
	return rounds%3 == 0 && bits.OnesCount32(uint32(rounds/3)) == 1
}

// cookies asks targets of one family. What comes is for the next query to them.
func (r *round) cookies(targets []*Target, limits exchange.Limits) {
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
