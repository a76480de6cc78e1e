package exchange

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// enterNamespace moves the calling goroutine into a network of its own, which has 2001:db8::99
// beside lo's addresses. Servers made here may be served from anywhere.
func enterNamespace(t *testing.T) {
	t.Helper()
	nstest.Enter(t, 0)
	nstest.IP(t, "addr add 2001:db8::99/128 dev lo nodad")
	nstest.AwaitAddress(t, "2001:db8::99")
}

// localCase is an address that the host itself keeps us from asking.
type localCase struct {
	to, cause string
}

// checkLocal asks over UDP, with a mate that answers, and over TCP.
func checkLocal(t *testing.T, cases []localCase, mate netip.AddrPort) {
	t.Helper()
	for _, c := range cases {
		to := netip.MustParseAddrPort(c.to)
		want := &Failure{Local, c.cause}
		ds := []Datagram{datagram("local", to)}
		if mate.Addr().Is4() == to.Addr().Is4() {
			ds = append(ds, datagram("mate", mate))
		}
		outs, took := askUDP(t, lasting(5*time.Second), ds)
		checkFailure(t, "UDP "+c.to, outs[0], want)
		if len(outs) > 1 {
			checkFailure(t, "mate of "+c.to, outs[1], nil)
		}
		outs, took2 := askTCP(t, lasting(5*time.Second), to, "q")
		checkFailure(t, "TCP "+c.to, outs[0], want)
		if took > time.Second || took2 > time.Second {
			t.Errorf("%s: took %v and %v", c.to, took, took2)
		}
	}
}

func TestLocalRoutes(t *testing.T) {
	t.Parallel()
	enterNamespace(t)
	nstest.IP(t, "route add unreachable 198.51.100.1/32", "route add unreachable 2001:db8:1::1/128",
		"route add prohibit 198.51.100.2/32", "route add prohibit 2001:db8:1::2/128",
		"route add blackhole 198.51.100.3/32", "route add blackhole 2001:db8:1::3/128")
	checkLocal(t, []localCase{
		{"203.0.113.1:53", "no IPv4 route from this host"},
		{"[2001:db8:2::1]:53", "no IPv6 route from this host"},
		{"198.51.100.1:53", "no IPv4 route from this host"},
		{"[2001:db8:1::1]:53", "no IPv6 route from this host"},
		{"198.51.100.2:53", "not permitted by this host"},
		{"[2001:db8:1::2]:53", "not permitted by this host"},
		{"198.51.100.3:53", "invalid argument (a blackhole route?)"},
		{"[2001:db8:1::3]:53", "invalid argument (a blackhole route?)"},
	}, serveUDP(t, "127.0.0.1", answer))
}

// TestLocalFirewall: what the host's own firewall drops was not asked.
func TestLocalFirewall(t *testing.T) {
	t.Parallel()
	enterNamespace(t)
	nstest.Tool(t, "nftables", "nft", `table inet f {
		chain out {
			type filter hook output priority 0
			ip daddr 127.0.0.2 drop
			ip6 daddr 2001:db8::99 drop
			ip daddr 127.0.0.3 reject with icmp type admin-prohibited
		}
	}`, "-f", "-")
	mate := serveUDP(t, "127.0.0.1", answer)
	outs, _ := askUDP(t, lasting(5*time.Second), []Datagram{
		datagram("dropped", netip.MustParseAddrPort("127.0.0.2:53")),
		datagram("rejected", netip.MustParseAddrPort("127.0.0.3:53")),
		datagram("mate", mate),
	})
	checkFailure(t, "dropped", outs[0], &Failure{Local, "not permitted by this host"})
	checkFailure(t, "rejected", outs[1], &Failure{Local, "not permitted by this host"})
	checkFailure(t, "mate", outs[2], nil)
	outs, _ = askUDP(t, lasting(5*time.Second), []Datagram{datagram("q", netip.MustParseAddrPort("[2001:db8::99]:53"))})
	checkFailure(t, "dropped, IPv6", outs[0], &Failure{Local, "not permitted by this host"})
	outs, _ = askTCP(t, lasting(700*time.Millisecond), netip.MustParseAddrPort("127.0.0.3:53"), "q") // at the first try
	checkFailure(t, "rejected, TCP", outs[0], &Failure{Unreachable, "host unreachable"})
}

// TestLocalPorts: no port is left to ask from.
func TestLocalPorts(t *testing.T) {
	t.Parallel()
	enterNamespace(t)
	nstest.Sysctl(t, "ipv4/ip_local_port_range", "40000 40001")
	want := &Failure{Local, "no free local port"}
	to := serveTCP(t, "127.0.0.1", hang) // takes one
	for range 2 {                        // leaves none to this destination
		c := &conversation{ctx: context.Background(), route: route{to: to}}
		if c.connect(time.Now().Add(time.Second)) != nil {
			break
		}
		defer c.hangUp()
	}
	outs, _ := askTCP(t, lasting(5*time.Second), to, "q")
	checkFailure(t, "TCP", outs[0], want)
	openUDP(t, "127.0.0.1")
	openUDP(t, "127.0.0.1")
	outs, _ = askUDP(t, lasting(5*time.Second), []Datagram{datagram("a", to), datagram("b", to)})
	checkFailure(t, "UDP", outs[0], want)
	checkFailure(t, "UDP", outs[1], want)
}

// TestReachedItself: the port that is asked is one that the system may choose to ask from, and takes
// by turns. Nobody listens on it.
func TestReachedItself(t *testing.T) {
	t.Parallel()
	enterNamespace(t)
	nstest.Sysctl(t, "ipv4/ip_local_port_range", "40000 40003")
	for _, to := range []string{"127.0.0.1:40000", "[::1]:40000"} {
		for range 4 {
			outs, _ := askTCP(t, lasting(5*time.Second), netip.MustParseAddrPort(to), "q")
			checkFailure(t, to, outs[0], &Failure{Unreachable, "connection refused"})
		}
	}
}

// TestNoDescriptors runs itself in a process that has no file descriptor left.
func TestNoDescriptors(t *testing.T) {
	t.Parallel()
	const variable = "EXCHANGE_TEST_NO_DESCRIPTORS"
	to := netip.MustParseAddrPort("127.0.0.1:53")
	if os.Getenv(variable) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestNoDescriptors$", "-test.v")
		cmd.Env = append(os.Environ(), variable+"=1")
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestNoDescriptors") {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	openUDP(t, "127.0.0.1") // starts the poller, which needs some of its own
	useUpDescriptors(t)
	want := &Failure{Local, "no free file descriptor"}
	outs, _ := askUDP(t, lasting(5*time.Second), []Datagram{datagram("a", to), datagram("b", to)})
	checkFailure(t, "UDP", outs[0], want)
	checkFailure(t, "UDP", outs[1], want)
	outs, _ = askTCP(t, lasting(5*time.Second), to, "q")
	checkFailure(t, "TCP", outs[0], want)
}

func useUpDescriptors(t *testing.T) {
	t.Helper()
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 64, Max: 64}); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := unix.Dup(1); errors.Is(err, unix.EMFILE) {
			return
		} else if err != nil {
			t.Fatal(fmt.Errorf("use up descriptors: %w", err))
		}
	}
}
