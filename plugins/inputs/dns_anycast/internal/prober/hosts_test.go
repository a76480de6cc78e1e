package prober

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// zone is what a look-up finds, by network.
type zone map[string]lookup

func (z zone) lookup(_ context.Context, network, _ string) ([]netip.Addr, error) {
	return z[network].addrs, z[network].err
}

func addrs(texts ...string) lookup {
	var l lookup
	for _, text := range texts {
		l.addrs = append(l.addrs, netip.MustParseAddr(text))
	}
	return l
}

var (
	nxdomain = lookup{err: &net.DNSError{Err: "no such host", IsNotFound: true}}
	servfail = lookup{err: &net.DNSError{Err: "server misbehaving", IsTemporary: true}}
	mapped   = lookup{err: &net.AddrError{Err: "no suitable address found", Addr: "ns.example"}} // as package net has it
	slow     = lookup{err: &net.DNSError{Err: "i/o timeout", IsTimeout: true}}
)

// many is what a look-up of so many addresses brings.
func many(n int) (l lookup) {
	for i := range n {
		l.addrs = append(l.addrs, netip.AddrFrom4([4]byte{192, 0, 2, byte(i + 1)}))
	}
	return l
}

// first lists the first of many.
func first(n int) string {
	var all []string
	for _, a := range many(n).addrs {
		all = append(all, a.String())
	}
	return strings.Join(all, " ")
}

// TestHostLookups follows one name through what its zone does to it.
func TestHostLookups(t *testing.T) {
	v4, v6 := addrs("192.0.2.1"), addrs("2001:db8::1")
	for _, c := range []struct {
		name  string
		zones []zone // one each five minutes
		want  string // addresses after each
		log   []string
	}{
		{"both families", []zone{{"ip4": v4, "ip6": v6}}, "192.0.2.1 2001:db8::1", nil},
		{"one family without records is no failure", []zone{{"ip4": v4, "ip6": nxdomain}}, "192.0.2.1", nil},
		{"addresses change", []zone{{"ip4": v4}, {"ip4": addrs("192.0.2.2", "192.0.2.3")}}, "192.0.2.1|192.0.2.2 192.0.2.3", nil},
		{
			"failures keep the last good",
			[]zone{{"ip4": v4, "ip6": v6}, {"ip4": servfail, "ip6": v6}, {"ip4": slow, "ip6": v6}, {"ip4": v4, "ip6": v6}},
			"192.0.2.1 2001:db8::1|192.0.2.1 2001:db8::1|192.0.2.1 2001:db8::1|192.0.2.1 2001:db8::1",
			[]string{"W! ns.example: looking up its IPv4 addresses fails: server misbehaving", "I! ns.example: looking up its IPv4 addresses works again"},
		},
		{
			"the second NXDOMAIN running drops",
			[]zone{{"ip4": v4, "ip6": v6}, {"ip4": v4, "ip6": nxdomain}, {"ip4": v4, "ip6": nxdomain}, {"ip4": v4, "ip6": v6}},
			"192.0.2.1 2001:db8::1|192.0.2.1 2001:db8::1|192.0.2.1|192.0.2.1 2001:db8::1",
			[]string{"W! ns.example: has no IPv6 address any more", "I! ns.example: has an IPv6 address again"},
		},
		{
			"a failure between two is no second running",
			[]zone{{"ip4": v4}, {"ip4": nxdomain}, {"ip4": servfail}, {"ip4": nxdomain}, {"ip4": nxdomain}, {"ip4": v4}},
			"192.0.2.1|192.0.2.1|192.0.2.1|192.0.2.1||192.0.2.1",
			[]string{
				"W! ns.example: looking up its IPv4 addresses fails: server misbehaving",
				"I! ns.example: looking up its IPv4 addresses works again",
				"W! ns.example: has no IPv4 address any more",
				"I! ns.example: has an IPv4 address again",
			},
		},
		{"one NXDOMAIN is forgiven", []zone{{"ip4": v4}, {"ip4": nxdomain}, {"ip4": v4}, {"ip4": nxdomain}}, "192.0.2.1|192.0.2.1|192.0.2.1|192.0.2.1", nil},
		{
			"no address at all",
			[]zone{{"ip4": nxdomain, "ip6": nxdomain}, {"ip4": v4}},
			"|192.0.2.1",
			[]string{"W! ns.example: no IPv4 or IPv6 address", "I! ns.example: has an address now"},
		},
		{
			"what cannot be asked is none",
			[]zone{{"ip4": addrs("0.0.0.0", "224.0.0.1"), "ip6": addrs("::", "fe80::1", "::ffff:192.0.2.1")}},
			"",
			[]string{"W! ns.example: no IPv4 or IPv6 address"},
		},
		{
			"IPv4 addresses written as IPv6 ones are none",
			[]zone{{"ip4": v4, "ip6": v6}, {"ip4": v4, "ip6": mapped}, {"ip4": v4, "ip6": mapped}},
			"192.0.2.1 2001:db8::1|192.0.2.1 2001:db8::1|192.0.2.1",
			[]string{"W! ns.example: has no IPv6 address any more"},
		},
		{
			"IPv4 link-local addresses are none, as IPv6 ones",
			[]zone{{"ip4": addrs("169.254.0.1", "192.0.2.1", "169.254.255.254"), "ip6": addrs("fe80::1", "fe80::1%eth0", "::ffff:169.254.0.1")}},
			"192.0.2.1", nil,
		},
		{
			"more than can be asked, once while it is so",
			[]zone{{"ip4": many(33)}, {"ip4": many(40)}, {"ip4": many(1)}, {"ip4": many(33)}, {"ip4": servfail}, {"ip4": many(33)}},
			strings.Join([]string{first(32), first(32), first(1), first(32), first(32), first(32)}, "|"),
			[]string{
				"W! ns.example: has 33 IPv4 addresses, of which the first 32 are asked",
				"W! ns.example: has 33 IPv4 addresses, of which the first 32 are asked",
				"W! ns.example: looking up its IPv4 addresses fails: server misbehaving",
				"I! ns.example: looking up its IPv4 addresses works again",
			},
		},
		{"as many as can be asked", []zone{{"ip4": many(32)}}, first(32), nil},
		{"sorted, each once", []zone{{"ip4": addrs("192.0.2.9", "192.0.2.1", "192.0.2.9")}}, "192.0.2.1 192.0.2.9", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, log := newTestProber(t, asIs)
				h := &Host{Name: "ns.example.", families: bothFamilies}
				var got []string
				for _, z := range c.zones {
					p.resolver.ask = z.lookup
					h.refresh(t.Context(), &p.resolver, p.Log, time.Now())
					synctest.Wait()
					h.collect(p.Log)
					var now []string
					for _, a := range h.addresses() {
						now = append(now, a.Addr().String())
					}
					got = append(got, strings.Join(now, " "))
					time.Sleep(lookupEvery)
				}
				if strings.Join(got, "|") != c.want {
					t.Errorf("addresses %q, want %q", strings.Join(got, "|"), c.want)
				}
				if !slices.Equal(log.lines, c.log) {
					t.Errorf("log %q, want %q", log.lines, c.log)
				}
			})
		})
	}
}

// TestHostDue counts the look-ups of an hour of rounds, ten seconds apart.
func TestHostDue(t *testing.T) {
	for _, c := range []struct {
		name string
		zone zone
		want int // of both families
	}{
		{"all is well", zone{"ip4": addrs("192.0.2.1"), "ip6": nxdomain}, 2 * 12},
		{"a failing family", zone{"ip4": addrs("192.0.2.1"), "ip6": servfail}, 12 + 360},
		{"no address", zone{"ip4": nxdomain, "ip6": nxdomain}, 2 * 360},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				count := make(chan struct{}, 10000)
				p, _ := newTestProber(t, asIs)
				p.resolver.ask = func(ctx context.Context, network, name string) ([]netip.Addr, error) {
					count <- struct{}{}
					return c.zone.lookup(ctx, network, name)
				}
				h := &Host{Name: "ns.example.", families: bothFamilies}
				for range 360 {
					h.refresh(t.Context(), &p.resolver, p.Log, time.Now())
					synctest.Wait()
					h.collect(p.Log)
					time.Sleep(10 * time.Second)
				}
				if len(count) != c.want {
					t.Errorf("%d look-ups, want %d", len(count), c.want)
				}
			})
		})
	}
}

// TestLookupsInTurn: a thousand names at once take no more descriptors than there are, and no turn
// is missed.
func TestLookupsInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int32
		var servers []*Server
		for i := range 1000 {
			s := hostName(fmt.Sprintf("ns%d.example.", i), 53)
			s.Families = bothFamilies[:1]
			servers = append(servers, s)
		}
		p, _ := newTestProber(t, func(p *Prober) {
			p.Lookups = 50
			p.Lookup = func(context.Context, string, string) ([]netip.Addr, error) {
				most.Store(max(most.Load(), running.Add(1)))
				defer running.Add(-1)
				time.Sleep(lookupTimeout - time.Second)
				return addrs("192.0.2.1").addrs, nil
			}
		}, servers...)
		for _, s := range servers {
			s.Host.refresh(t.Context(), &p.resolver, p.Log, time.Now())
		}
		time.Sleep(20 * lookupTimeout)
		synctest.Wait()
		for _, s := range servers {
			if s.Host.collect(p.Log); !s.Host.resolved() {
				t.Fatalf("%s: %s", s.Host.Name, s.Host.reason())
			}
		}
		if most.Load() != 50 {
			t.Errorf("%d look-ups at once, want 50", most.Load())
		}
	})
}

// TestHostCap: a zone must not decide how many queries leave this host.
func TestHostCap(t *testing.T) {
	var l lookup
	for i := range 1000 {
		l.addrs = append(l.addrs, netip.AddrFrom4([4]byte{192, 0, byte(i / 256), byte(i)}))
	}
	got := lookUp(t.Context(), zone{"ip4": l}.lookup, 0, "ns.example.")
	if len(got.addrs) != maxAddresses || got.found != len(l.addrs) {
		t.Errorf("%d addresses of %d, want %d of %d", len(got.addrs), got.found, maxAddresses, len(l.addrs))
	}
}

// TestLookupNetIP: the hosts file is found though the name is fully qualified.
func TestLookupNetIP(t *testing.T) {
	if hosts, _ := os.ReadFile("/etc/hosts"); !bytes.Contains(hosts, []byte("localhost")) && runtime.GOOS != "windows" {
		skiptest.Missing(t, "localhost in /etc/hosts", "echo 127.0.0.1 localhost >>/etc/hosts")
	}
	got, err := lookupNetIP(t.Context(), "ip4", "localhost.")
	if err != nil || len(got) == 0 || !got[0].Unmap().IsLoopback() {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestLookupText(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{servfail.err, "server misbehaving"},
		{slow.err, "timeout"},
		{context.DeadlineExceeded, "timeout"},
		{errors.New("other"), "other"},
	} {
		if got := lookupText(c.err); got != c.want {
			t.Errorf("%v: got %q, want %q", c.err, got, c.want)
		}
	}
}
