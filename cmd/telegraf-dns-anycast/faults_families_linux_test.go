package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// how is what a resolver does to the look-ups of one family.
type how struct {
	after time.Duration
	rcode int
	empty bool // no records
	never bool
}

// splitZone resolves each family in its own way.
func splitZone(a, aaaa how) dnstest.Handler {
	return func(q *dnstest.Query) {
		if q.Type() == dnstest.AAAA {
			aaaa.resolve(q)
		} else {
			a.resolve(q)
		}
	}
}

func (h how) resolve(q *dnstest.Query) {
	reply := dnstest.Handler(loopbackZone)
	switch {
	case h.never:
		reply = silence
	case h.empty:
		reply = dnstest.Says()
	case h.rcode != 0:
		reply = dnstest.Rcode(h.rcode)
	}
	dnstest.After(h.after, reply)(q)
}

// familyTrial is a resolver, and what comes of a name of which there are servers at 127.0.0.1 and ::1.
type familyTrial struct {
	name    string
	a, aaaa how
	once    string // family and result of each point of --once, or family, result and cause
	status  int
	execd   string // of the first round of execd mode, whose timeout is 400 ms
	second  string // of one more than a second later
}

const (
	both    = "ipv4 success|ipv6 success"
	ipv4    = "ipv4 success"
	missing = "look-up not finished"
)

var familyTrials = []familyTrial{
	{"both come", how{}, how{}, both, 0, both, both},
	{"IPv6 dropped", how{}, how{never: true}, "ipv4 success|ipv6 unresolved IPv6 look-up failed: timeout", 1, "ipv4 success|ipv6 unresolved IPv6 " + missing, "ipv4 success|ipv6 unresolved IPv6 look-up failed: timeout"},
	{"IPv4 dropped", how{never: true}, how{}, "ipv4 unresolved IPv4 look-up failed: timeout|ipv6 success", 1, "ipv4 unresolved IPv4 " + missing + "|ipv6 success", "ipv4 unresolved IPv4 look-up failed: timeout|ipv6 success"},
	{"both dropped", how{never: true}, how{never: true}, " unresolved look-up failed: timeout", 1, " unresolved " + missing, " unresolved look-up failed: timeout"},
	{"IPv6 late", how{}, how{after: 600 * time.Millisecond}, both, 0, "ipv4 success|ipv6 unresolved IPv6 " + missing, both},
	{"IPv4 late", how{after: 600 * time.Millisecond}, how{}, both, 0, "ipv4 unresolved IPv4 " + missing + "|ipv6 success", both},
	{"both late", how{after: 600 * time.Millisecond}, how{after: 500 * time.Millisecond}, both, 0, " unresolved " + missing, both},
	{"IPv6 late within a round", how{}, how{after: 200 * time.Millisecond}, both, 0, both, both},
	{"IPv6 broken", how{}, how{rcode: dnstest.ServFail}, "ipv4 success|ipv6 unresolved IPv6 look-up failed: server misbehaving", 1, "ipv4 success|ipv6 unresolved IPv6 look-up failed: server misbehaving", "ipv4 success|ipv6 unresolved IPv6 look-up failed: server misbehaving"},
	{"IPv6 refused", how{}, how{rcode: dnstest.Refused}, "ipv4 success|ipv6 unresolved IPv6 look-up failed: server misbehaving", 1, "ipv4 success|ipv6 unresolved IPv6 look-up failed: server misbehaving", "ipv4 success|ipv6 unresolved IPv6 look-up failed: server misbehaving"},
	{"IPv6 not there", how{}, how{rcode: dnstest.NXDomain}, ipv4, 0, ipv4, ipv4},
	{"no record of IPv6", how{}, how{empty: true}, ipv4, 0, ipv4, ipv4},
	{"no record of IPv6, late", how{}, how{empty: true, after: 600 * time.Millisecond}, ipv4, 0, "ipv4 success|ipv6 unresolved IPv6 " + missing, ipv4},
	{"no record of IPv4, IPv6 dropped", how{empty: true}, how{never: true}, " unresolved look-up failed: timeout", 1, " unresolved " + missing, " unresolved look-up failed: timeout"},
	{"IPv4 late, IPv6 not there", how{after: 600 * time.Millisecond}, how{rcode: dnstest.NXDomain}, ipv4, 0, " unresolved " + missing, ipv4},
	{"no such name", how{rcode: dnstest.NXDomain}, how{rcode: dnstest.NXDomain}, " unresolved no IPv4 or IPv6 address", 1, " unresolved no IPv4 or IPv6 address", " unresolved no IPv4 or IPv6 address"},
}

// TestFamilies: what becomes of the look-up of one family is nothing to the other.
func TestFamilies(t *testing.T) {
	t.Parallel()
	for _, c := range familyTrials {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			enterResolving(t, "nameserver 127.0.0.53\noptions timeout:1 attempts:1\n")
			serve(t, "127.0.0.53:53", splitZone(c.a, c.aaaa))
			for _, at := range []string{"127.0.0.1:5353", "[::1]:5353"} {
				serve(t, at, named("lhr1"))
			}
			conf := strings.Replace(asking("400ms", netip.AddrPort{}), `"invalid AddrPort"`, `"ns1.example:5353"`, 1)
			p := startExecd(t, conf, nil, nil)
			p.familyRound(t, c.execd)
			if got := tellFamilies(askOnce(t, c.status, "--timeout", "400ms", "ns1.example:5353")); got != c.once {
				t.Errorf("--once: got %q, want %q", got, c.once)
			}
			time.Sleep(1200 * time.Millisecond)
			p.familyRound(t, c.second)
		})
	}
}

func tellFamilies(points []jsonPoint) string {
	var all []string
	for _, p := range points {
		text := p.Tags["family"] + " " + p.Tags["result"]
		if cause, ok := p.Fields["error"]; ok {
			text += fmt.Sprintf(" %s", cause)
		}
		all = append(all, text)
	}
	slices.Sort(all)
	return strings.Join(all, "|")
}

// familyRound runs a round, which ends within twice the timeout and half a second.
func (p *process) familyRound(t *testing.T, want string) {
	t.Helper()
	began := time.Now()
	p.write(t, "\n")
	var got []string
	for range strings.Count(want, "|") + 1 {
		got = append(got, tellLine(next(t, p.stdout)))
	}
	slices.Sort(got)
	if text := strings.Join(got, "|"); text != want {
		t.Errorf("got %q, want %q", text, want)
	}
	if took := time.Since(began); took > 1300*time.Millisecond {
		t.Errorf("the round took %v", took)
	}
}

// tellLine is family, result and cause of a point.
func tellLine(line string) string {
	_, family, _ := strings.Cut(line, ",family=")
	_, result, _ := strings.Cut(line, ",result=")
	_, cause, _ := strings.Cut(line, `error="`)
	family, _, _ = strings.Cut(family, ",")
	result, _, _ = strings.Cut(result, ",")
	cause, _, _ = strings.Cut(cause, `"`)
	return strings.TrimRight(family+" "+result+" "+cause, " ")
}
