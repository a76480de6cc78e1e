//go:build linux && !portable

package exchange

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// enterBehindRouter moves the calling goroutine to a host whose only way out is the router at the
// other end of the link.
func enterBehindRouter(t *testing.T) nstest.Link {
	t.Helper()
	l := nstest.NewLink(t)
	nstest.IP(t, "route add default via 192.0.2.2", "route add default via 2001:db8::2")
	l.There(func() {
		nstest.Sysctl(t, "ipv4/ip_forward", "1")
		nstest.Sysctl(t, "ipv6/conf/all/forwarding", "1")
		nstest.Sysctl(t, "ipv4/icmp_ratelimit", "0")
		nstest.Sysctl(t, "ipv6/icmp/ratelimit", "0")
	})
	time.Sleep(1100 * time.Millisecond) // of no way it tells one packet a second, counting what has been told by now
	return l
}

// routed is a destination behind the router and what the router makes of it. The text of a query
// decides its size.
type routed struct {
	to    string
	query string
	udp   *Failure
	tcp   *Failure // nil: not asked
}

func unreachableBy(text string) *Failure { return &Failure{Unreachable, text} }

// TestRouterSays has a real router turn queries away: what it says waits for the deadline and is
// the cause then.
func TestRouterSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		family string
		routes []string // on the host, then on the router
		cases  []routed
	}{
		{"ipv4", []string{
			"route add 198.51.100.5/32 via 192.0.2.2 hoplimit 1",
			"route add unreachable 198.51.100.2/32", "route add prohibit 198.51.100.3/32", "route add blackhole 198.51.100.4/32",
			"route add 198.51.100.5/32 via 192.0.2.1", "route add 198.51.100.6/32 via 192.0.2.1 mtu lock 1300",
		}, []routed{
			{"198.51.100.1:53", "no route", unreachableBy("network unreachable from 192.0.2.2"), unreachableBy("network unreachable")},
			{"198.51.100.2:53", "unreachable", unreachableBy("host unreachable from 192.0.2.2"), unreachableBy("host unreachable")},
			{"198.51.100.3:53", "prohibited", unreachableBy("administratively prohibited from 192.0.2.2"), unreachableBy("host unreachable")},
			{"198.51.100.4:53", "black hole", &Failure{Timeout, ""}, nil},
			{"198.51.100.5:53", "too far", unreachableBy("time exceeded from 192.0.2.2"), unreachableBy("host unreachable")},
			{"198.51.100.6:53", strings.Repeat("too big", 200), &Failure{Timeout, ""}, nil},
			{"192.0.2.2:53", "closed", unreachableBy("port unreachable from 192.0.2.2"), unreachableBy("connection refused")},
		}},
		{"ipv6", []string{
			"route add 2001:db8:1::5/128 via 2001:db8::2 hoplimit 1",
			"route add unreachable 2001:db8:1::2/128", "route add prohibit 2001:db8:1::3/128", "route add blackhole 2001:db8:1::4/128",
			"route add 2001:db8:1::5/128 via 2001:db8::1", "route add 2001:db8:1::6/128 via 2001:db8::1 mtu lock 1300",
		}, []routed{
			{"[2001:db8:1::1]:53", "no route", unreachableBy("no route from 2001:db8::2"), unreachableBy("network unreachable")},
			{"[2001:db8:1::2]:53", "unreachable", unreachableBy("no route from 2001:db8::2"), unreachableBy("network unreachable")},
			{"[2001:db8:1::3]:53", "prohibited", unreachableBy("administratively prohibited from 2001:db8::2"), unreachableBy("administratively prohibited")},
			{"[2001:db8:1::4]:53", "black hole", &Failure{Timeout, ""}, nil},
			{"[2001:db8:1::5]:53", "too far", unreachableBy("time exceeded from 2001:db8::2"), unreachableBy("host unreachable")},
			{"[2001:db8:1::6]:53", strings.Repeat("too big", 200), &Failure{Timeout, ""}, nil},
			{"[2001:db8::2]:53", "closed", unreachableBy("port unreachable from 2001:db8::2"), unreachableBy("connection refused")},
		}},
	} {
		t.Run(c.family, func(t *testing.T) {
			t.Parallel()
			l := enterBehindRouter(t)
			nstest.IP(t, c.routes[0])
			l.There(func() { nstest.IP(t, c.routes[1:]...) })
			askRouted(t, l, c.cases)
		})
	}
}

// askRouted asks all over UDP in one group, then all over TCP. A TCP connect that meets an ICMP
// error before its system call is over heeds the next, a second later. Linux keeps its word that
// there is no way to itself for a while after another error, which on two processors may come
// first: then all are asked once more.
func askRouted(t *testing.T, l nstest.Link, cases []routed) {
	t.Helper()
	const timeout = time.Second
	ds := make([]Datagram, len(cases))
	for i, c := range cases {
		ds[i] = datagram(c.query, netip.MustParseAddrPort(c.to))
	}
	outs, took := askUDP(t, lasting(timeout), ds)
	for range 2 {
		if isUnreachable(outs[0]) {
			break
		}
		time.Sleep(6 * time.Second)
		outs, took = askUDP(t, lasting(timeout), ds)
	}
	for i, c := range cases {
		checkFailure(t, fmt.Sprintf("UDP %.12s", c.query), outs[i], c.udp)
	}
	if took < timeout {
		t.Errorf("took %v: no ICMP error but port unreachable may end the wait before %v", took, timeout)
	}
	var wg sync.WaitGroup
	for i, c := range cases {
		if c.tcp != nil {
			wg.Go(func() {
				l.Join()
				outs, _ := askTCP(t, lasting(10*time.Second), ds[i].To, "q")
				checkFailure(t, "TCP "+c.query, outs[0], c.tcp)
			})
		}
	}
	wg.Wait()
}

func isUnreachable(o Outcome) bool {
	var said *ICMP
	return errors.As(o.Err, &said)
}

// said is where a query goes and what comes of it.
type said struct {
	to   string
	want ICMP
}

// TestICMPValues: what a router says comes out as values, with the time of its arrival. Where no
// way leads on Linux says so of no more than one packet a second behind another ICMP error: it is
// asked first, and alone.
func TestICMPValues(t *testing.T) {
	t.Parallel()
	l := enterBehindRouter(t)
	keep(t)
	nstest.IP(t, "route add 198.51.100.5/32 via 192.0.2.2 hoplimit 1", "route add 2001:db8:1::5/128 via 2001:db8::2 hoplimit 1")
	l.There(func() {
		nstest.IP(t, "route add 198.51.100.5/32 via 192.0.2.1", "route add 2001:db8:1::5/128 via 2001:db8::1",
			"route add prohibit 198.51.100.3/32", "route add prohibit 2001:db8:1::3/128")
	})
	v4, v6 := netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("2001:db8::2")
	for _, family := range [][]said{
		{
			{"198.51.100.3:53", ICMP{Kind: Prohibited, Type: 3, Code: 13, From: v4}},
			{"198.51.100.5:53", ICMP{Kind: TimeExceeded, Type: 11, Code: 0, From: v4}},
			{"192.0.2.2:53", ICMP{Kind: PortUnreachable, Type: 3, Code: 3, From: v4}},
		},
		{
			{"[2001:db8:1::3]:53", ICMP{Kind: Prohibited, Type: 1, Code: 1, From: v6}},
			{"[2001:db8:1::5]:53", ICMP{Kind: TimeExceeded, Type: 3, Code: 0, From: v6}},
			{"[2001:db8::2]:53", ICMP{Kind: PortUnreachable, Type: 1, Code: 4, From: v6}},
		},
	} {
		checkSaid(t, family[:1])
		checkSaid(t, family[1:])
	}
}

func checkSaid(t *testing.T, all []said) {
	t.Helper()
	var ds []Datagram
	for _, s := range all {
		ds = append(ds, datagram(s.to, netip.MustParseAddrPort(s.to)))
	}
	start := time.Now()
	outs, took := askUDP(t, lasting(time.Second), ds)
	for i, s := range all {
		got, ok := outs[i].Err.(*ICMP)
		if !ok {
			t.Errorf("%s: %v", s.to, outs[i].Err)
			continue
		}
		if got.At.Before(start) || got.At.After(start.Add(took)) {
			t.Errorf("%s: arrived at %v, asked at %v", s.to, got.At, start)
		}
		if got.At = (time.Time{}); *got != s.want {
			t.Errorf("%s: got %+v, want %+v", s.to, *got, s.want)
		}
	}
}
