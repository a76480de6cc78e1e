//go:build linux && !portable

package trace

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// forkTraces is how many flows are traced: that all of them have one branch happens once in 2^39.
const forkTraces = 40

// TestFork: where equal paths part, and flows are spread over them by their ports, or with IPv6 by
// their flow label, each trace stays on one branch up to the server there, which answers. Many
// traces see both.
func TestFork(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		ipv6   bool
		policy string
	}{
		{"ports, IPv4", false, "3"},
		{"ports, IPv6", true, "3"},
		{"flow label", true, "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := nstest.NewFork(t, 3, 3)
			f.At(1, func() { nstest.Sysctl(t, "ipv6/fib_multipath_hash_policy", c.policy) })
			to := serveAtEnds(t, f, c.ipv6)
			seen := map[string]int{}
			for range forkTraces {
				got := tracedTo(t, to)
				if !slices.Contains(branches(f, c.ipv6), got) {
					t.Errorf("path %q", got)
				}
				seen[got]++
			}
			if len(seen) != 2 {
				t.Errorf("paths %v, want both branches", seen)
			}
		})
	}
}

// branches are the two whole paths, with who answers in the end.
func branches(f nstest.Fork, ipv6 bool) (paths []string) {
	for _, other := range []bool{false, true} {
		hops := []string{f.Right(0, ipv6).String()}
		for _, r := range f.Branch(other, ipv6) {
			hops = append(hops, r.String())
		}
		hops = append(hops, f.Anycast(ipv6).String()+"(answer)", "reached", endName(other))
		paths = append(paths, strings.Join(hops, " "))
	}
	return paths
}

func endName(other bool) string { return map[bool]string{false: "lhr", true: "yyz"}[other] }

// serveAtEnds serves at both ends, at one address and port, each of which answers with its name.
func serveAtEnds(t *testing.T, f nstest.Fork, ipv6 bool) netip.AddrPort {
	t.Helper()
	at := netip.AddrPortFrom(f.Anycast(ipv6), 5353)
	for _, other := range []bool{false, true} {
		f.AtEnd(other, func() {
			serveAt(t, at, func(c *net.UDPConn, from netip.AddrPort, query string) {
				c.WriteToUDPAddrPort([]byte(endName(other)+": "+query), from)
			})
		})
	}
	return at
}

// tracedTo traces a server that names itself, and adds its name to the path.
func tracedTo(t *testing.T, to netip.AddrPort) string {
	t.Helper()
	var n int
	var name string
	p, err := Trace{To: to, Hops: 30, Ask: func() exchange.Query {
		n++
		q := fmt.Sprintf("%04d query", n)
		return &asked{q, func(b []byte) error {
			who, of, _ := strings.Cut(string(b), ": ")
			if of != q {
				return errors.New("not the answer")
			}
			name = who
			return nil
		}}
	}}.Path(context.Background())
	if err != nil {
		t.Error(err)
	}
	return p.text() + " " + name
}
