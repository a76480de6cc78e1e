//go:build unix

package dns_anycast

import (
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// minding treats a query with EDNS with one handler and one without with the other.
func minding(with, without dnstest.Handler) dnstest.Handler {
	return func(q *dnstest.Query) {
		if q.EDNS() {
			with(q)
		} else {
			without(q)
		}
	}
}

// TestServersThatMindEDNS: the same name is asked once more without, once in a round.
func TestServersThatMindEDNS(t *testing.T) {
	t.Parallel()
	rcode := dnstest.Rcode
	nothing := rcode(0)
	nsidByIDAlone := func(q *dnstest.Query) { // SERVFAIL to hostname.bind
		d := dnstest.ReplyTo(q)
		if q.Name() != byID {
			d.Rcode(2)
		} else if q.EDNS() {
			d.NSID("lhr1.example")
		}
		q.Reply(d.Bytes())
	}
	mindFirst := func(mind dnstest.Handler) dnstest.Handler { // hostname.bind alone
		return func(q *dnstest.Query) {
			if q.Name() == byID {
				names(q)
			} else {
				mind(q)
			}
		}
	}
	muteFirst := mindFirst(dnstest.Silent)
	badVersAlone := func(q *dnstest.Query) { // without a question
		d := dnstest.ReplyTo(q).Rcode(16)
		d.Question, d.Counts[0] = nil, -1
		q.Reply(d.Bytes())
	}
	servfailNSID := dnstest.Says(func(d *dnstest.Draft) { d.Rcode(2).NSID("lhr1.example") })
	var cases []hostileCase
	for name, n := range map[string]int{"FORMERR": 1, "SERVFAIL": 2, "NOTIMP": 4, "BADVERS": 16} {
		mind, all := rcode(n), 3
		if n == 2 || n == 4 {
			all = 4 // which may have any reason: the second name is asked with EDNS again
		}
		cases = append(cases,
			hostileCase{name + ", then the answer", minding(mind, names), named, nil, 2},
			hostileCase{name + ", then silence", minding(mind, dnstest.Silent), failed(name), nil, all},
			hostileCase{name + ", then no identity", minding(mind, nothing), unnamed, nil, all},
			hostileCase{name + ", then REFUSED", minding(mind, rcode(5)), failed("REFUSED"), nil, all},
			hostileCase{name + ", then REFUSED, then the second name", minding(mind, byIDAlone(5)), namedByID, nil, all},
			hostileCase{name + ", also without, then the second name", minding(mind, byIDAlone(n)), namedByID, nil, all},
			hostileCase{name + ", then silence, then the second name", minding(mindFirst(mind), muteFirst), namedByID, nil, 3},
			hostileCase{name + ", then TC", minding(mind, dnstest.Says(func(d *dnstest.Draft) { d.Flag(dnstest.TC) })), cut, nil, all})
	}
	runHostile(t, []string{"127.0.0.1"}, append(cases,
		hostileCase{"BADVERS without a question", minding(badVersAlone, names), named, nil, 2},
		hostileCase{"SERVFAIL for ever", rcode(2), failed("SERVFAIL"), nil, 4},
		hostileCase{"NOTIMP for ever", rcode(4), failed("NOTIMP"), nil, 4},
		hostileCase{"SERVFAIL, then FORMERR", minding(rcode(2), rcode(1)), failed("SERVFAIL"), nil, 4},
		hostileCase{"SERVFAIL, then NOTIMP", minding(rcode(2), rcode(4)), failed("NOTIMP"), nil, 4},
		hostileCase{"SERVFAIL that is named", servfailNSID, named.by(byNSID).withNSID("lhr1.example").withRcode("SERVFAIL"), nil, 1},
		hostileCase{"SERVFAIL both ways, then NSID", nsidByIDAlone, named.by(byNSID).withNSID("lhr1.example"), nil, 3},
		hostileCase{"REFUSED, then NOTIMP, then the answer", dnstest.InTurn(rcode(5), rcode(4), names), namedByID, nil, 3},
		hostileCase{"REFUSED, then NOTIMP, then no identity", dnstest.InTurn(rcode(5), rcode(4), nothing), failed("REFUSED"), nil, 3},
		hostileCase{"BADCOOKIE, then SERVFAIL, then the answer", dnstest.InTurn(rcode(23), rcode(2), names), named, nil, 3},
		hostileCase{"BADCOOKIE, then SERVFAIL, then silence", dnstest.InTurn(rcode(23), rcode(2), dnstest.Silent), failed("SERVFAIL"), nil, 4},
		hostileCase{"SERVFAIL twice, then the second name", dnstest.InTurn(rcode(2), rcode(2), names), namedByID, nil, 3},
	))
}

// TestEDNSLeftOut: where it helped, no query is lost on it in the rounds that follow.
func TestEDNSLeftOut(t *testing.T) {
	t.Parallel()
	rcode := dnstest.Rcode
	for _, c := range []struct {
		name   string
		handle dnstest.Handler
		want   judgement
		sent   string // with EDNS (E) or without (-), in three rounds
	}{
		{"FORMERR", minding(rcode(1), names), named, "E---"},
		{"BADVERS", minding(rcode(16), names), named, "E---"},
		{"NOTIMP", minding(rcode(4), names), named, "E---"},
		{"SERVFAIL", minding(rcode(2), names), named, "E---"},
		{"NOTIMP, then no identity", minding(rcode(4), rcode(0)), unnamed, "E-E-E-E-E-E-"},
		{"FORMERR, then REFUSED", minding(rcode(1), rcode(5)), failed("REFUSED"), "E--E--E--"},
		{"FORMERR for ever", rcode(1), failed("FORMERR"), "E--E--E--"},
		{"SERVFAIL for ever", rcode(2), failed("SERVFAIL"), "E-E-E-E-E-E-"},
		{"SERVFAIL, then REFUSED", minding(rcode(2), rcode(5)), failed("REFUSED"), "E-E-E-E-E-E-"},
		{"SERVFAIL, then REFUSED, then the second name", minding(rcode(2), byIDAlone(5)), namedByID, "E-E-----"},
		{"SERVFAIL once", dnstest.InTurn(names, rcode(2), names), named, "EE-E"},
		{"SERVFAIL from the second round on", dnstest.InTurn(names, minding(rcode(2), names)), named, "EE-E-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var n notes
			s := serve(t, "127.0.0.1", func(q *dnstest.Query) { n.take(q); c.handle(q) })
			d := newAsking(t, []string{s.At()}, func(*DNSAnycast) {})
			for range 3 {
				for key, m := range pointsOf(t, d) {
					checkPoint(t, m, key, d.Timeout, c.want)
				}
			}
			for _, transport := range d.Transports {
				if got := ednsOf(n.of(transport)); got != c.sent {
					t.Errorf("%s: sent %s, want %s", transport, got, c.sent)
				}
			}
		})
	}
}

// ednsOf writes which queries carried EDNS.
func ednsOf(all []*dnstest.Query) string {
	var b strings.Builder
	for _, q := range all {
		if q.EDNS() {
			b.WriteByte('E')
		} else {
			b.WriteByte('-')
		}
	}
	return b.String()
}
