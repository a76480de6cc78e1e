//go:build unix

package dns_anycast

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
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

// serveProbe answers a query of p.
func serveProbe(p *probe, d *draft) {
	if p.zone == "" {
		d.txt("lhr1.example")
		return
	}
	const typeSOA, classIN = 6, 1
	names := strings.Repeat("\x00", 2) // the root, twice
	d.rr(resource(theName, typeSOA, classIN, names+strings.Repeat("\x00\x00\x00\x01", 5)))
}

// TestEDNSLeftOutForAnHour: then it is tried again, and of zones and identities each has its own hour.
func TestEDNSLeftOutForAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := &target{server: &server{cloud: &cloud{names: []string{byHostname}}}}
		ask := func(p *probe, mind int) (sent string) {
			for next := p.ask(); ; {
				edns := hasOPT(next.Data)
				reply := replyTo(next.Data)
				if edns {
					sent += "E"
					reply.rcode(mind)
				} else {
					sent += "-"
				}
				if !edns || mind == 0 {
					serveProbe(p, reply)
				}
				if err := next.Match(reply.bytes()); err != nil {
					t.Fatal(err)
				}
				following := p.ended(exchange.Outcome{RTT: time.Millisecond})
				if following == nil {
					return sent
				}
				next = *following
			}
		}
		for i, c := range []struct {
			after time.Duration
			zone  bool
			mind  int
			want  string
		}{
			{0, false, 4, "E-"},
			{0, false, 4, "-"},
			{0, true, 4, "-"}, // what identities have shown holds for zones
			{time.Hour - time.Second, false, 4, "-"},
			{time.Second, true, 1, "E-"},
			{0, true, 1, "-"},
			{0, false, 0, "E"}, // but not the other way round
			{time.Hour - time.Second, true, 1, "-"},
			{time.Second, true, 0, "E"}, // the server has learned it
			{0, true, 4, "E"},           // what it says of the zone, and not of EDNS
			{0, true, 16, "E-"},
			{0, true, 16, "E-"}, // it has worked: once may be an accident
			{0, true, 16, "-"},
		} {
			time.Sleep(c.after)
			p := newProbe(target, true)
			if c.zone {
				p = newZoneProbe(target, "example", true)
			}
			if got := ask(p, c.mind); got != c.want {
				t.Errorf("%d: sent %s, want %s", i, got, c.want)
			}
			if got := ask(newProbe(target, false), c.mind); got != "-" {
				t.Errorf("%d: edns = false sent %s", i, got)
			}
		}
	})
}

// TestPaceWithoutCookie: who is asked without EDNS shows no cookie, and counts as one whose cookie is not known.
func TestPaceWithoutCookie(t *testing.T) {
	t.Parallel()
	s := serve(t, "127.0.0.1", minding(says(func(d *draft) { d.rcode(1) }), names))
	d := newAsking(t, []string{s.at}, func(d *DNSAnycast) { d.Transports, d.Queries = []string{"udp"}, 2 })
	cookie := []byte("serverA1")
	d.servers[0].targets[0].serverCookie.Store(&cookie)
	roundOf(t, d)
	for _, gap := range gapsOf(roundOf(t, d)[measurement]) {
		if gap < passSpacing-20*time.Millisecond {
			t.Errorf("the queries left %v apart", gap)
		}
	}
}
