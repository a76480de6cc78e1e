//go:build unix

package dns_anycast

import (
	"strings"
	"testing"
)

// minding treats a query with EDNS with one handler and one without with the other.
func minding(with, without func(incoming)) func(incoming) {
	return func(q incoming) {
		if hasOPT(q.query) {
			with(q)
		} else {
			without(q)
		}
	}
}

// TestServersThatMindEDNS: the same name is asked once more without, once in a round.
func TestServersThatMindEDNS(t *testing.T) {
	t.Parallel()
	rcode := func(n int) func(incoming) { return says(func(d *draft) { d.rcode(n) }) }
	nothing := rcode(0)
	byIDAlone := func(n int) func(incoming) {
		return func(q incoming) {
			if asksFor(q.query) == byID {
				names(q)
			} else {
				rcode(n)(q)
			}
		}
	}
	nsidByIDAlone := func(q incoming) { // SERVFAIL to hostname.bind
		d := replyTo(q.query)
		if asksFor(q.query) != byID {
			d.rcode(2)
		} else if hasOPT(q.query) {
			d.nsid("lhr1.example")
		}
		q.reply(d.bytes())
	}
	mindFirst := func(mind func(incoming)) func(incoming) { // hostname.bind alone
		return func(q incoming) {
			if asksFor(q.query) == byID {
				names(q)
			} else {
				mind(q)
			}
		}
	}
	muteFirst := mindFirst(mute)
	badVersAlone := func(q incoming) { // without a question
		d := replyTo(q.query).rcode(16)
		d.question, d.counts[0] = nil, -1
		q.reply(d.bytes())
	}
	servfailNSID := says(func(d *draft) { d.rcode(2).nsid("lhr1.example") })
	var cases []hostileCase
	for name, n := range map[string]int{"FORMERR": 1, "SERVFAIL": 2, "NOTIMP": 4, "BADVERS": 16} {
		mind, all := rcode(n), 3
		if n == 2 || n == 4 {
			all = 4 // which may have any reason: the second name is asked with EDNS again
		}
		cases = append(cases,
			hostileCase{name + ", then the answer", minding(mind, names), named, nil, 2},
			hostileCase{name + ", then silence", minding(mind, mute), failed(name), nil, all},
			hostileCase{name + ", then no identity", minding(mind, nothing), unnamed, nil, all},
			hostileCase{name + ", then REFUSED", minding(mind, rcode(5)), failed("REFUSED"), nil, all},
			hostileCase{name + ", then REFUSED, then the second name", minding(mind, byIDAlone(5)), namedByID, nil, all},
			hostileCase{name + ", also without, then the second name", minding(mind, byIDAlone(n)), namedByID, nil, all},
			hostileCase{name + ", then silence, then the second name", minding(mindFirst(mind), muteFirst), namedByID, nil, 3},
			hostileCase{name + ", then TC", minding(mind, says(func(d *draft) { d.flag(flagTC) })), cut, nil, all})
	}
	runHostile(t, []string{"127.0.0.1"}, append(cases,
		hostileCase{"BADVERS without a question", minding(badVersAlone, names), named, nil, 2},
		hostileCase{"SERVFAIL for ever", rcode(2), failed("SERVFAIL"), nil, 4},
		hostileCase{"NOTIMP for ever", rcode(4), failed("NOTIMP"), nil, 4},
		hostileCase{"SERVFAIL, then FORMERR", minding(rcode(2), rcode(1)), failed("SERVFAIL"), nil, 4},
		hostileCase{"SERVFAIL, then NOTIMP", minding(rcode(2), rcode(4)), failed("NOTIMP"), nil, 4},
		hostileCase{"SERVFAIL that is named", servfailNSID, named.by(byNSID).withNSID("lhr1.example").withRcode("SERVFAIL"), nil, 1},
		hostileCase{"SERVFAIL both ways, then NSID", nsidByIDAlone, named.by(byNSID).withNSID("lhr1.example"), nil, 3},
		hostileCase{"REFUSED, then NOTIMP, then the answer", inTurn(rcode(5), rcode(4), names), namedByID, nil, 3},
		hostileCase{"REFUSED, then NOTIMP, then no identity", inTurn(rcode(5), rcode(4), nothing), failed("REFUSED"), nil, 3},
		hostileCase{"BADCOOKIE, then SERVFAIL, then the answer", inTurn(rcode(23), rcode(2), names), named, nil, 3},
		hostileCase{"BADCOOKIE, then SERVFAIL, then silence", inTurn(rcode(23), rcode(2), mute), failed("SERVFAIL"), nil, 4},
		hostileCase{"SERVFAIL twice, then the second name", inTurn(rcode(2), rcode(2), names), namedByID, nil, 3},
	))
}

// TestEDNSLeftOut: where it helped, no query is lost on it in the rounds that follow.
func TestEDNSLeftOut(t *testing.T) {
	t.Parallel()
	rcode := func(n int) func(incoming) { return says(func(d *draft) { d.rcode(n) }) }
	byIDAlone := func(q incoming) {
		if asksFor(q.query) == byID {
			names(q)
		} else {
			rcode(5)(q)
		}
	}
	for _, c := range []struct {
		name   string
		handle func(incoming)
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
		{"SERVFAIL, then REFUSED, then the second name", minding(rcode(2), byIDAlone), namedByID, "E-E-----"},
		{"SERVFAIL once", inTurn(names, rcode(2), names), named, "EE-E"},
		{"SERVFAIL from the second round on", inTurn(names, minding(rcode(2), names)), named, "EE-E-"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var n notes
			s := serve(t, "127.0.0.1", func(q incoming) { n.take(q); c.handle(q) })
			d := newAsking(t, []string{s.at}, func(*DNSAnycast) {})
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
func ednsOf(all []note) string {
	var b strings.Builder
	for _, q := range all {
		if hasOPT(q.query) {
			b.WriteByte('E')
		} else {
			b.WriteByte('-')
		}
	}
	return b.String()
}
