package prober

import (
	"testing"
	"testing/synctest"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

// converse plays the server that says mind to queries with EDNS, or answers them where mind is
// zero, until the conversation ends, and returns what was sent: E with EDNS, - without.
func converse(t *testing.T, c *conversation, mind int) (sent string) {
	t.Helper()
	for next := c.next(); next != nil; {
		q := &dnstest.Query{Data: next.Append(nil)}
		draft := dnstest.ReplyTo(q)
		if q.EDNS() {
			sent += "E"
			draft.Rcode(mind)
		} else {
			sent += "-"
		}
		if !q.EDNS() || mind == 0 {
			if c.zone == nil {
				draft.TXT("lhr1.example")
			} else {
				draft.SOA(1, 1)
			}
		}
		if err := next.Match(draft.Bytes()); err != nil {
			t.Fatal(err)
		}
		next = c.ended(exchange.Outcome{RTT: time.Millisecond})
	}
	return sent
}

// TestEDNSLeftOutForAnHour: then it is tried again, and of zones and identities each has its own
// hour.
func TestEDNSLeftOutForAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := &Target{server: server("192.0.2.1:53")}
		target.server.Names = []string{"hostname.bind"}
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
			conversation := newConversation(target, true, &spares{})
			if c.zone {
				conversation = newZoneConversation(target, new("example"), true, &spares{})
			}
			if got := converse(t, conversation, c.mind); got != c.want {
				t.Errorf("%d: sent %s, want %s", i, got, c.want)
			}
			if got := converse(t, newConversation(target, false, &spares{}), c.mind); got != "-" {
				t.Errorf("%d: edns = false sent %s", i, got)
			}
		}
	})
}

// TestSpacingWithoutEDNS: a target that is asked without EDNS shows no cookie, and counts as one
// whose cookie is not known.
func TestSpacingWithoutEDNS(t *testing.T) {
	t.Parallel()
	minds := func(q *dnstest.Query) {
		if q.EDNS() {
			dnstest.Rcode(dnstest.FormErr)(q)
		} else {
			named(q)
		}
	}
	s := server(serve(t, minds).At())
	p, _ := newTestProber(t, func(p *Prober) { p.Queries = 2 }, s)
	cookie := "serverA1"
	s.targets[0].serverCookie.Store(&cookie)
	ask(t, p)
	all := ask(t, p)
	if gap := all[1].Sent.Sub(all[0].Sent).Abs(); len(all) != 2 || gap < repeatSpacing-20*time.Millisecond {
		t.Errorf("%d queries left %v apart", len(all), gap)
	}
}
