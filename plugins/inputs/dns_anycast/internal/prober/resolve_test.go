package prober

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// tardy is a LookupFunc of families that take a time each; one that takes forever is silent.
type tardy struct {
	after [2]time.Duration
	zone  zone
}

const forever = time.Hour

func (y tardy) lookup(ctx context.Context, network, name string) ([]netip.Addr, error) {
	after := y.after[0]
	if network == "ip6" {
		after = y.after[1]
	}
	if !pause(ctx, after) {
		return nil, ctx.Err()
	}
	return y.zone.lookup(ctx, network, name)
}

// eventful runs a round and returns what was said of each address, and when.
func eventful(t *testing.T, p *Prober) (said []string, after map[string]time.Duration, took time.Duration) {
	t.Helper()
	after = map[string]time.Duration{}
	ctx, began := t.Context(), time.Now()
	p.Round(ctx, p.Begin(ctx), func(o *observation.Observation) {
		text := resolvedText(o)
		said = append(said, text)
		after[text] = time.Since(began)
	})
	slices.Sort(said)
	return said, after, time.Since(began)
}

// TestRoundResolves runs whole rounds over a name: what a look-up that hangs, fails or changes does
// to the points.
func TestRoundResolves(t *testing.T) {
	hang := func(ctx context.Context, _, _ string) ([]netip.Addr, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	for _, c := range []struct {
		name   string
		lookup LookupFunc
		want   []string
	}{
		{"hanging", hang, []string{"unresolved udp  : look-up not finished"}},
		{"failing", zone{"ip4": servfail, "ip6": servfail}.lookup, []string{"unresolved udp  : look-up failed: server misbehaving"}},
		{"no such name", zone{"ip4": nxdomain, "ip6": nxdomain}.lookup, []string{"unresolved udp  : no IPv4 or IPv6 address"}},
		{
			"one address of each family", zone{"ip4": addrs("127.0.0.1"), "ip6": addrs("::1")}.lookup,
			[]string{"X udp 127.0.0.1 ipv4", "X udp ::1 ipv6"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := hostName("ns.example.", serve(t, dnstest.Silent).Addrs[0].Port())
			p, _ := newTestProber(t, func(p *Prober) { p.Timeout, p.Lookup = 100*time.Millisecond, c.lookup }, s)
			got, _, took := eventful(t, p)
			if took > 700*time.Millisecond {
				t.Errorf("the round took %s", took)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// resolvedText shows what an observation says of its address; X stands for whatever came of asking
// it.
func resolvedText(o *observation.Observation) string {
	if o.Result != observation.Unresolved {
		return fmt.Sprintf("X %s %s %s", o.Transport, o.Addr.Addr(), o.Family)
	}
	if o.Addr.IsValid() || o.Target != observation.NoTarget {
		return "unresolved has an address"
	}
	return fmt.Sprintf("unresolved %s  %s: %s", o.Transport, o.Family, o.Cause)
}

// TestFamiliesApart: what becomes of the look-up of one family is nothing to the other, which is
// asked as soon as its addresses are there, and has its points within the round.
func TestFamiliesApart(t *testing.T) {
	const (
		v4, v6  = "X udp 127.0.0.1 ipv4", "X udp ::1 ipv6"
		timeout = 600 * time.Millisecond
		soonish = 280 * time.Millisecond
	)
	a, aaaa := addrs("127.0.0.1"), addrs("::1")
	none := lookup{}
	for _, c := range []struct {
		name    string
		after   [2]time.Duration
		zone    zone
		want    string // of the first round
		at, end time.Duration
		again   string // and of one that follows at once
	}{
		{"IPv6 dropped", [2]time.Duration{0, forever}, zone{"ip4": a}, v4 + "|unresolved udp  ipv6: IPv6 look-up not finished", 0, timeout, v4 + "|unresolved udp  ipv6: IPv6 look-up not finished"},
		{"IPv4 dropped", [2]time.Duration{forever, 0}, zone{"ip6": aaaa}, v6 + "|unresolved udp  ipv4: IPv4 look-up not finished", 0, timeout, v6 + "|unresolved udp  ipv4: IPv4 look-up not finished"},
		{"IPv6 late", [2]time.Duration{0, 300 * time.Millisecond}, zone{"ip4": a, "ip6": aaaa}, v4 + "|" + v6, 0, 300 * time.Millisecond, v4 + "|" + v6},
		{"IPv4 late", [2]time.Duration{300 * time.Millisecond, 0}, zone{"ip4": a, "ip6": aaaa}, v4 + "|" + v6, 300 * time.Millisecond, 300 * time.Millisecond, v4 + "|" + v6},
		{"both late", [2]time.Duration{300 * time.Millisecond, 400 * time.Millisecond}, zone{"ip4": a, "ip6": aaaa}, v4 + "|" + v6, 300 * time.Millisecond, 400 * time.Millisecond, v4 + "|" + v6},
		{"IPv6 broken", [2]time.Duration{}, zone{"ip4": a, "ip6": servfail}, v4 + "|unresolved udp  ipv6: IPv6 look-up failed: server misbehaving", 0, 0, v4 + "|unresolved udp  ipv6: IPv6 look-up failed: server misbehaving"},
		{"IPv4 broken", [2]time.Duration{}, zone{"ip4": servfail, "ip6": aaaa}, v6 + "|unresolved udp  ipv4: IPv4 look-up failed: server misbehaving", 0, 0, v6 + "|unresolved udp  ipv4: IPv4 look-up failed: server misbehaving"},
		{"IPv6 late and broken", [2]time.Duration{0, 300 * time.Millisecond}, zone{"ip4": a, "ip6": servfail}, v4 + "|unresolved udp  ipv6: IPv6 look-up failed: server misbehaving", 0, 300 * time.Millisecond, v4 + "|unresolved udp  ipv6: IPv6 look-up failed: server misbehaving"},
		{"IPv4 late, IPv6 not there", [2]time.Duration{300 * time.Millisecond, 0}, zone{"ip4": a, "ip6": nxdomain}, v4, 300 * time.Millisecond, 300 * time.Millisecond, v4},
		{"IPv6 not there, late", [2]time.Duration{0, 300 * time.Millisecond}, zone{"ip4": a, "ip6": none}, v4, 0, 300 * time.Millisecond, v4},
		{"IPv4 not there, IPv6 dropped", [2]time.Duration{0, forever}, zone{"ip4": nxdomain}, "unresolved udp  : look-up not finished", timeout, timeout, "unresolved udp  : look-up not finished"},
		{"IPv4 broken, IPv6 not there", [2]time.Duration{}, zone{"ip4": servfail, "ip6": none}, "unresolved udp  : look-up failed: server misbehaving", 0, 0, "unresolved udp  : look-up failed: server misbehaving"},
		{"both dropped", [2]time.Duration{forever, forever}, nil, "unresolved udp  : look-up not finished", timeout, timeout, "unresolved udp  : look-up not finished"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, _ := newTestProber(t, func(p *Prober) {
				p.Timeout, p.Lookup = timeout, tardy{c.after, c.zone}.lookup
			}, hostName("ns.example.", serveBoth(t)))
			got, after, took := eventful(t, p)
			if strings.Join(got, "|") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if first := after[strings.Split(c.want, "|")[0]]; first < c.at || first > c.at+soonish {
				t.Errorf("the first point came after %v, want after %v", first, c.at)
			}
			if took > c.end+soonish {
				t.Errorf("the round took %v, want %v", took, c.end)
			}
			got, _, took = eventful(t, p)
			if strings.Join(got, "|") != c.again {
				t.Errorf("got %q in the next round, want %q", got, c.again)
			}
			if took > soonish { // nobody waits twice for a look-up
				t.Errorf("the next round took %v", took)
			}
		})
	}
}

// serveBoth answers at one port of 127.0.0.1 and ::1.
func serveBoth(t *testing.T) (port uint16) {
	t.Helper()
	skiptest.IPv6(t)
	return dnstest.Serve(t, named, named, "127.0.0.1:0", "[::1]:0").Addrs[0].Port()
}

// TestFamilyComesLater: a family that was late for one round is asked in the next one, and one that
// nobody resolves makes rounds no longer.
func TestFamilyComesLater(t *testing.T) {
	t.Parallel()
	s := hostName("ns.example.", serveBoth(t))
	late := tardy{[2]time.Duration{0, 250 * time.Millisecond}, zone{"ip4": addrs("127.0.0.1"), "ip6": addrs("::1")}}
	p, _ := newTestProber(t, func(p *Prober) { p.Timeout, p.Lookup = 100*time.Millisecond, late.lookup }, s)
	got, _, _ := eventful(t, p)
	time.Sleep(300 * time.Millisecond)
	later, _, _ := eventful(t, p)
	if want := "X udp ::1 ipv6"; !slices.Contains(later, want) || slices.Contains(got, want) {
		t.Errorf("first %q, then %q", got, later)
	}
	r := &s.Host.records[observation.IPv6]
	r.addrs, r.failing, r.asked = nil, "server misbehaving", time.Time{}
	p.Timeout = 2 * time.Second
	p.resolver.ask = tardy{[2]time.Duration{0, forever}, nil}.lookup
	got, _, took := eventful(t, p)
	if want := "unresolved udp  ipv6: IPv6 look-up failed: server misbehaving"; !slices.Contains(got, want) || took > time.Second {
		t.Errorf("%q after %v, want %s at once", got, took, want)
	}
}

// TestPatientRound waits for a look-up to its end, and gives what it brings the whole time.
func TestPatientRound(t *testing.T) {
	t.Parallel()
	nameless := dnstest.Says() // it is asked again
	s := hostName("ns.example.", serve(t, dnstest.After(500*time.Millisecond, dnstest.InTurn(nameless, named))).Addrs[0].Port())
	s.Families = bothFamilies[:1]
	p, _ := newTestProber(t, func(p *Prober) {
		p.Timeout, p.Patient = 800*time.Millisecond, true
		p.Lookup = tardy{[2]time.Duration{1700 * time.Millisecond, 0}, zone{"ip4": addrs("127.0.0.1")}}.lookup
	}, s)
	if all := ask(t, p); len(all) != 1 || all[0].Result != observation.Success {
		t.Errorf("got %+v", all)
	}
}

// TestPatientRoundEnds: an interrupt ends the wait, and nothing is said of what did not come.
func TestPatientRoundEnds(t *testing.T) {
	t.Parallel()
	p, _ := newTestProber(t, func(p *Prober) {
		p.Patient, p.Lookup = true, tardy{[2]time.Duration{forever, forever}, nil}.lookup
	}, hostName("ns.example.", 53))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	p.Round(ctx, p.Begin(ctx), func(o *observation.Observation) { t.Errorf("got %s", resolvedText(o)) })
	if took := time.Since(began); took > 500*time.Millisecond {
		t.Errorf("it took %v", took)
	}
}

// TestLookupTurns: a family whose look-ups hang takes no turn from the other, however many names
// there are.
func TestLookupTurns(t *testing.T) {
	t.Parallel()
	port := serve(t, named).Addrs[0].Port()
	var servers []*Server
	for i := range 30 {
		servers = append(servers, hostName(fmt.Sprintf("ns%d.example.", i), port))
	}
	p, _ := newTestProber(t, func(p *Prober) {
		p.Timeout, p.Lookups = 500*time.Millisecond, 4
		p.Lookup = tardy{[2]time.Duration{0, forever}, zone{"ip4": addrs("127.0.0.1")}}.lookup
	}, servers...)
	all, _, _ := eventful(t, p)
	asked := 0
	for _, text := range all {
		if strings.HasPrefix(text, "X udp 127.0.0.1") {
			asked++
		}
	}
	if asked != 30 {
		t.Errorf("%d of 30 names were asked over IPv4", asked)
	}
}

// TestResolverGone: once a name has addresses they are asked, and at once, whatever becomes of the
// resolver.
func TestResolverGone(t *testing.T) {
	for _, c := range []struct {
		name   string
		lookup LookupFunc
		log    []string
	}{
		{"silent", func(ctx context.Context, _, _ string) ([]netip.Addr, error) { <-ctx.Done(); return nil, ctx.Err() }, nil},
		{
			"failing", zone{"ip4": servfail, "ip6": servfail}.lookup,
			[]string{"W! ns.example: looking up its IPv4 addresses fails: server misbehaving"},
		},
		{"timing out", zone{"ip4": slow}.lookup, []string{"W! ns.example: looking up its IPv4 addresses fails: timeout"}},
		{"denying once", zone{"ip4": nxdomain}.lookup, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := hostName("ns.example.", serve(t, named).Addrs[0].Port())
			s.Families = bothFamilies[:1]
			p, log := newTestProber(t, func(p *Prober) { p.Lookup = zone{"ip4": addrs("127.0.0.1")}.lookup }, s)
			for i := range 4 {
				began := time.Now()
				all := ask(t, p)
				if len(all) != 1 || all[0].Result != observation.Success || all[0].Addr.Addr().String() != "127.0.0.1" {
					t.Errorf("round %d: got %v, want one success", i, all)
				}
				if took := time.Since(began); took > time.Second {
					t.Errorf("round %d took %v", i, took)
				}
				if i == 0 { // a look-up is due; what it brings is taken in with the round after it
					p.resolver.ask = c.lookup
					s.Host.records[observation.IPv4].asked = began.Add(-lookupEvery)
				}
				time.Sleep(20 * time.Millisecond)
			}
			if !slices.Equal(log.lines, c.log) {
				t.Errorf("log %q, want %q", log.lines, c.log)
			}
		})
	}
}

// TestRoundResolvesEach: a name that is not resolved in time keeps no other one waiting.
func TestRoundResolvesEach(t *testing.T) {
	t.Parallel()
	asked := make(chan time.Time, 1)
	s := serve(t, func(q *dnstest.Query) { asked <- time.Now(); named(q) })
	hangs, answers := hostName("hangs.example.", 53), hostName("ns.example.", s.Addrs[0].Port())
	hangs.Families, answers.Families = bothFamilies[:1], bothFamilies[:1]
	p, _ := newTestProber(t, func(p *Prober) {
		p.Timeout = time.Second
		p.Lookup = func(ctx context.Context, _, name string) ([]netip.Addr, error) {
			if name == hangs.Host.Name {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return addrs("127.0.0.1").addrs, nil
		}
	}, hangs, answers)
	var got []string
	begin := time.Now()
	for _, o := range ask(t, p) {
		got = append(got, p.Servers[o.Server].Host.Name+" "+o.Result.String())
	}
	if want := []string{"ns.example. success", "hangs.example. unresolved"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if waited := (<-asked).Sub(begin); waited > 500*time.Millisecond {
		t.Errorf("asked after %v", waited)
	}
}
