//go:build linux && !portable

package trace

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/leaktest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// TestOnePort: all queries of a path are one flow, and one is on its way at a time.
func TestOnePort(t *testing.T) {
	t.Parallel()
	ports := make(chan uint16, 100)
	nstest.Enter(t, 0)
	to := serve(t, "127.0.0.1", func(_ *net.UDPConn, from netip.AddrPort, _ string) { ports <- from.Port() })
	traced(t, to, 4)
	if len(ports) != 4 {
		t.Errorf("%d queries, want 4", len(ports))
	}
	for first := <-ports; len(ports) > 0; {
		if p := <-ports; p != first {
			t.Errorf("a query from port %d, the first from %d", p, first)
		}
	}
}

// TestUnprivileged: a user without any capability traces.
func TestUnprivileged(t *testing.T) {
	t.Parallel()
	c := nstest.NewChain(t, 3)
	servers := serveAtEnd(t, c, answer)
	if _, _, errno := syscall.RawSyscall(syscall.SYS_SETRESUID, 65534, 65534, 65534); errno != 0 { // this thread, which ends with the test
		t.Fatal(errno)
	}
	if fd, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_ICMP); err == nil {
		unix.Close(fd)
		t.Fatal("this user may do more than others")
	}
	for i, to := range servers {
		checkPath(t, to.String(), traced(t, to, 30), addresses(c, i == 1, "r1 r2(answer) reached"))
	}
}

// forgery is what a host off the path sends about each query that reaches the server, in its own
// name.
type forgery struct {
	name   string
	quote  string // empty: nothing; else wrong, as it cannot know what was sent
	silent bool   // so is the server
	want   string
}

// TestForged: whoever is not on the path does not know what was sent, and what it quotes must be
// that. Who guesses the ports and quotes nothing is believed, but not above the answer.
func TestForged(t *testing.T) {
	t.Parallel()
	for i, f := range []struct {
		own  string
		kind byte // destination unreachable
		said string
	}{
		{"192.0.2.201/32", 3, "network-unreachable"},
		{"2001:db8:99::1/128", 1, "no-route"},
	} {
		t.Run(f.own, func(t *testing.T) {
			t.Parallel()
			c := nstest.NewChain(t, 4)
			own, _, _ := strings.Cut(f.own, "/")
			var by nstest.Forger
			c.At(3, func() {
				nstest.IP(t, "addr add "+f.own+" dev lo")
				nstest.AwaitAddress(t, own)
				by = nstest.NewForger(t, own)
			})
			for _, g := range []forgery{
				{"quotes another query", "0000 another", true, "r1 r2"},
				{"quotes another query, with the answer", "0000 another", false, "r1 r2 r3(answer) reached"},
				{"quotes nothing", "", true, "r1 r2 " + own + "(" + f.said + ")"},
				{"quotes nothing, behind the answer", "", false, "r1 r2 r3(answer) reached"},
			} {
				servers := serveAtEnd(t, c, func(conn *net.UDPConn, from netip.AddrPort, query string) {
					if !g.silent {
						answer(conn, from, query)
					}
					by.Send(f.kind, 0, from, conn.LocalAddr().(*net.UDPAddr).AddrPort(), g.quote)
				})
				checkPath(t, own+" "+g.name, traced(t, servers[i], 30), addresses(c, i == 1, g.want))
			}
		})
	}
}

// TestNoRoute: this host could not ask.
func TestNoRoute(t *testing.T) {
	t.Parallel()
	nstest.Enter(t, 0)
	for to, cause := range map[string]string{
		"192.0.2.9:53": "no IPv4 route from this host", "[2001:db8::9]:53": "no IPv6 route from this host", "[fe80::9%none]:53": "no interface none on this host",
	} {
		p, err := Trace{To: netip.MustParseAddrPort(to), Hops: 30, Ask: queries()}.Path(context.Background())
		var f *exchange.Failure
		if !errors.As(err, &f) || *f != (exchange.Failure{Kind: exchange.Local, Cause: cause}) || len(p.Hops) != 0 {
			t.Errorf("%s: %v, %q", to, err, p.text())
		}
	}
}

// TestFirewallHere: what this host's own firewall turns away is no path, whatever the firewall says.
func TestFirewallHere(t *testing.T) {
	t.Parallel()
	nstest.Enter(t, 0)
	rules := "ip daddr 127.0.0.2 drop\n"
	servers := []string{"127.0.0.2:53"}
	for i, with := range []string{"port-unreachable", "host-unreachable", "admin-prohibited"} {
		rules += fmt.Sprintf("ip daddr 127.0.0.%d reject with icmp type %s\n", i+3, with)
		servers = append(servers, fmt.Sprintf("127.0.0.%d:53", i+3))
	}
	servers = append(servers, "[::1]:53")
	rules += "ip6 daddr ::1 udp dport 53 reject\n"
	nstest.Tool(t, "nftables", "nft", "table inet f { chain c { type filter hook output priority 0\n"+rules+"}\n}\n", "-f", "-")
	for _, to := range servers {
		p, err := Trace{To: netip.MustParseAddrPort(to), Hops: 30, Ask: queries()}.Path(context.Background())
		var f *exchange.Failure
		if !errors.As(err, &f) || f.Cause != "not permitted by this host" || len(p.Hops) != 0 {
			t.Errorf("%s: %v, %q", to, err, p.text())
		}
	}
}

// TestCancel: a trace that is called off ends at once, with what it has.
func TestCancel(t *testing.T) {
	t.Parallel()
	nstest.Enter(t, 0)
	to := script{{by: "127.0.0.2"}, {}}.play(t, "127.0.0.1")
	ctx, cancel := context.WithTimeout(context.Background(), waitLeast/2)
	defer cancel()
	start := time.Now()
	p, err := Trace{To: to, Hops: 30, Ask: queries()}.Path(ctx)
	if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took > waitLeast {
		t.Errorf("%v after %v", err, took)
	}
	checkPath(t, "called off", p, "127.0.0.2")
}

// TestTracesLeakNothing: thousands of traces leave no descriptor and no goroutine.
func TestTracesLeakNothing(t *testing.T) {
	nstest.Enter(t, 0)
	to := script{{by: "127.0.0.2"}, {by: "127.0.0.3"}, {by: "answer"}}.play(t, "127.0.0.1")
	traced(t, to, 30)
	before := leaktest.Count()
	var asked atomic.Int32
	ask := queries()
	for range 3000 {
		p, err := Trace{To: to, Hops: 30, Ask: func() exchange.Query { asked.Add(1); return ask() }}.Path(context.Background())
		if err != nil || !p.Reached {
			t.Fatal(err, p.text())
		}
	}
	before.Check(t)
	if n := asked.Load(); n < 9000 {
		t.Errorf("%d queries", n)
	}
}

// traced traces from the calling goroutine's namespace, and checks what holds of every path.
func traced(t *testing.T, to netip.AddrPort, hops int) Path {
	t.Helper()
	began := time.Now()
	p, err := Trace{To: to, Hops: hops, Ask: queries()}.Path(context.Background())
	if err != nil {
		t.Error(err)
	}
	if p.Start.Before(began.Round(0)) || p.Start.After(time.Now()) {
		t.Errorf("started at %v, asked at %v", p.Start, began)
	}
	for i, h := range p.Hops {
		if h.Silent() != (h.Time == 0) || h.Silent() && (h.ICMP != nil || i == len(p.Hops)-1) || h.Time > time.Since(began) {
			t.Errorf("hop %+v", h)
		}
		if h.TTL != i+1 && (h.TTL != FullTTL || i != len(p.Hops)-1) {
			t.Errorf("hop %d has TTL %d", i+1, h.TTL)
		}
	}
	return p
}

func checkPath(t *testing.T, name string, got Path, want string) {
	t.Helper()
	if text := got.text(); text != want {
		t.Errorf("%s: path %q, want %q", name, text, want)
	}
}
