//go:build linux && !portable

package prober

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// traceOf traces the one target of a prober, and returns the path with its hops as text.
func traceOf(t *testing.T, p *Prober) (path *observation.Path, hops string) {
	t.Helper()
	path = p.Trace(context.Background(), 0, 30)
	if path == nil {
		t.Fatal("no target")
	}
	var texts []string
	for _, h := range path.Hops {
		texts = append(texts, strings.TrimSpace(fmt.Sprint(h.TTL, " ", h.Addr, " ", h.Said)))
	}
	return path, strings.Join(texts, ", ")
}

// TestTrace: the path ends at the server, whose own answer says who it is.
func TestTrace(t *testing.T) {
	t.Parallel()
	c := nstest.NewChain(t, 3)
	for _, ipv6 := range []bool{false, true} {
		var s *dnstest.Server
		at := netip.AddrPortFrom(c.Right(1, ipv6), 0).String()
		c.At(2, func() { s = dnstest.Serve(t, named, named, at) })
		p, _ := newTestProber(t, asIs, server(s.At()))
		path, hops := traceOf(t, p)
		if want := fmt.Sprintf("1 %v, 2 %v", c.Right(0, ipv6), c.Right(1, ipv6)); hops != want || !path.Reached || path.Cause != "" {
			t.Errorf("hops %q, reached %v, cause %q, want %q", hops, path.Reached, path.Cause, want)
		}
		if path.Reply == nil || path.Reply.Identity.Name != "lhr1.example" || path.Addr != s.Addrs[0] {
			t.Errorf("reply %+v, address %v", path.Reply, path.Addr)
		}
	}
}

// TestTraceCauses: what ends a path before the server has its text.
func TestTraceCauses(t *testing.T) {
	t.Parallel()
	c := nstest.NewChain(t, 3)
	c.At(1, func() { nstest.IP(t, fmt.Sprintf("route add prohibit %v/32", c.Right(1, false))) })
	v4, v6 := c.Right(1, false), c.Right(1, true)
	for _, want := range []struct {
		to          string
		hops, cause string
	}{
		{netip.AddrPortFrom(v6, 9).String(), fmt.Sprintf("1 %v, 2 %v port unreachable", c.Right(0, true), v6), "port unreachable from " + v6.String()},
		{netip.AddrPortFrom(v4, 9).String(), "1 192.0.2.2 administratively prohibited", "administratively prohibited from 192.0.2.2"},
		{"[fe80::9%none]:53", "", "no interface none on this host"},
	} {
		p, _ := newTestProber(t, asIs, server(want.to))
		path, hops := traceOf(t, p)
		if hops != want.hops || path.Cause != want.cause || path.Reached || path.Reply != nil {
			t.Errorf("%s: hops %q, cause %q, want %q and %q", want.to, hops, path.Cause, want.hops, want.cause)
		}
	}
}

// TestTraceLate: a late answer is known by its ID as that to an earlier query.
func TestTraceLate(t *testing.T) {
	t.Parallel()
	late := dnstest.After(700*time.Millisecond, named)
	s := dnstest.Serve(t, dnstest.InTurn(func(q *dnstest.Query) { go late(q) }, dnstest.Silent), nil, "127.0.0.1:0")
	p, _ := newTestProber(t, asIs, server(s.At()))
	path, hops := traceOf(t, p)
	if hops != "1 127.0.0.1" || !path.Reached || path.Reply == nil || path.Hops[0].RTT < 700*time.Millisecond {
		t.Errorf("hops %q, reached %v, reply %v", hops, path.Reached, path.Reply)
	}
}

// TestTraceAsks: a path's queries are the target's own: name, EDNS and both cookies, each time with
// another ID. A forged answer ends nothing.
func TestTraceAsks(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var ids, cookies []string
	s := dnstest.Serve(t, func(q *dnstest.Query) {
		mu.Lock()
		defer mu.Unlock()
		if len(cookies) == 0 { // the round's
			dnstest.Says(func(d *dnstest.Draft) { d.TXT("lhr1").ServerCookie("serversc") })(q)
		} else {
			dnstest.Says(dnstest.WrongID, func(d *dnstest.Draft) { d.TXT("forged") })(q)
		}
		ids, cookies = append(ids, string(q.Data[:2])), append(cookies, q.Cookie())
	}, nil, "127.0.0.1:0")
	p, _ := newTestProber(t, asIs, server(s.At()))
	p.Round(context.Background(), p.Begin(context.Background()), func(*observation.Observation) {})
	path := p.Trace(context.Background(), 0, 3)
	if len(path.Hops) != 0 || path.Reached || path.Reply != nil {
		t.Errorf("%+v", path)
	}
	mu.Lock()
	defer mu.Unlock()
	for i, c := range cookies[1:] {
		if c != cookies[0][:8]+"serversc" || slices.Contains(ids[:i+1], ids[i+1]) {
			t.Errorf("query %d: cookie %q after %q, IDs %q", i+1, c, cookies[0], ids)
		}
	}
	if len(ids) != 4 {
		t.Errorf("%d queries", len(ids))
	}
}

// TestTraceOfZone: a target that is asked for zones alone is traced by that query.
func TestTraceOfZone(t *testing.T) {
	t.Parallel()
	s := dnstest.Serve(t, dnstest.Says(func(d *dnstest.Draft) { d.SOA(7, 60) }), nil, "127.0.0.1:0")
	of := server(s.At())
	of.Names, of.Zones = nil, []string{"example.net"}
	p, _ := newTestProber(t, asIs, of)
	if path, hops := traceOf(t, p); hops != "1 127.0.0.1" || path.Reply == nil || path.Reply.Question != "example.net" {
		t.Errorf("hops %q, reply %+v", hops, path.Reply)
	}
}

// TestTraceBesideRounds: rounds ask, and targets come and go, while one of them is traced.
func TestTraceBesideRounds(t *testing.T) {
	t.Parallel()
	s := dnstest.Serve(t, named, named, "127.0.0.1:0")
	p, _ := newTestProber(t, asIs, server(s.At()))
	if p.Trace(context.Background(), 1, 30) != nil || p.Trace(context.Background(), observation.NoTarget, 30) != nil {
		t.Error("a target that is none was traced")
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				if path := p.Trace(context.Background(), 0, 30); !path.Reached || len(path.Hops) != 1 {
					t.Errorf("%+v", path)
				}
			}
		})
	}
	for range 1000 {
		p.roster.forget(p.roster.newTarget(p.Servers[0], s.Addrs[0], observation.UDP))
	}
	for range 5 {
		p.Round(context.Background(), p.Begin(context.Background()), func(o *observation.Observation) {
			if o.Result != observation.Success || o.Discarded != 0 {
				t.Errorf("%+v", o)
			}
		})
	}
	wg.Wait()
}
