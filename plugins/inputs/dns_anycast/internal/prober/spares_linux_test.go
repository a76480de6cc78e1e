package prober

import (
	"net/netip"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// TestUsedAgain: many targets in turn, whose conversations have one reply or several, and none says
// what another one has said.
func TestUsedAgain(t *testing.T) {
	t.Parallel()
	address := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{127, 1, byte(i >> 8), byte(i)}) }
	port := dnstest.Anywhere(t, func(q *dnstest.Query) {
		d := dnstest.ReplyTo(q)
		switch kind := q.At.Addr().As4()[3] % 4; {
		case kind == 0 && q.EDNS():
			d.Rcode(dnstest.FormErr)
		case kind == 1 && q.Name() == "hostname.bind.":
			d.Rcode(dnstest.Refused)
		case kind == 2 && len(q.Cookie()) == 8:
			d.Rcode(dnstest.BadCookie).NSID("nobody").ServerCookie("serverA1")
		case kind == 3 && q.EDNS():
			d.Rcode(dnstest.ServFail)
		case kind == 3:
			d.Rcode(dnstest.FormErr)
		default:
			d.TXT(q.At.Addr().String())
		}
		q.Reply(d.Bytes())
	})
	var servers []*Server
	for i := range 1000 {
		servers = append(servers, server(netip.AddrPortFrom(address(i), port).String()))
	}
	p, _ := newTestProber(t, func(p *Prober) { p.Queries, p.Spread = 2, 300*time.Millisecond }, servers...)
	for range 2 {
		ctx, said := t.Context(), 0
		p.Round(ctx, p.Begin(ctx), func(o *observation.Observation) {
			said++
			rcode, name := 0, o.Addr.Addr().String()
			if o.Addr.Addr().As4()[3]%4 == 3 {
				rcode, name = dnstest.ServFail, ""
			}
			if o.Addr != servers[o.Server].Addr || o.Reply == nil || o.Reply.Rcode != rcode || o.Reply.Identity.Name != name {
				t.Errorf("%s: %s, %+v", o.Addr, o.Result, o.Reply)
			}
		})
		if said != 2*len(servers) {
			t.Errorf("%d observations of %d servers", said, len(servers))
		}
	}
}
