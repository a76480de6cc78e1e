package main

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// askingBoth is asking over UDP and TCP.
func askingBoth(timeout string, servers ...netip.AddrPort) string {
	return strings.Replace(asking(timeout, servers...), blockLine, blockLine+"transports = [\"udp\", \"tcp\"]\n", 1)
}

// serveBoth names itself at every address of the link's far end, over UDP and TCP.
func (l link) serveBoth(t *testing.T, h dnstest.Handler) {
	t.Helper()
	l.There(func() {
		for _, s := range linkServers {
			dnstest.Serve(t, h, h, s.String())
		}
	})
}

// everywhere are the lines of both families over both transports.
func everywhere(v4, v6 func(server netip.AddrPort, transport string) string) (lines []string) {
	for i, of := range []func(netip.AddrPort, string) string{v4, v6} {
		lines = append(lines, of(linkServers[i], "udp"), of(linkServers[i], "tcp"))
	}
	return lines
}

func well(s netip.AddrPort, transport string) string { return answeredBy(s, transport, "lhr1") }

func because(cause string) func(netip.AddrPort, string) string {
	return func(s netip.AddrPort, transport string) string { return locally(s, transport, cause) }
}

func nft(t *testing.T, rules string) {
	t.Helper()
	nstest.Tool(t, "nftables", "nft", "table inet f {\nchain out {\ntype filter hook output priority 0\n"+rules+"\n}\n}\n", "-f", "-")
}

func unfiltered(t *testing.T) {
	t.Helper()
	nstest.Tool(t, "nftables", "nft", "", "delete", "table", "inet", "f")
}

// limitDescriptors changes how many a process may have and returns how many it could before.
func limitDescriptors(t *testing.T, p *process, n uint64) (before uint64) {
	t.Helper()
	var old unix.Rlimit
	if err := unix.Prlimit(p.Cmd.Process.Pid, unix.RLIMIT_NOFILE, nil, &old); err != nil {
		t.Fatal(err)
	}
	if err := unix.Prlimit(p.Cmd.Process.Pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: n, Max: old.Max}, nil); err != nil {
		t.Fatal(err)
	}
	return old.Cur
}

// usePorts leaves none to ask from, until mend is called.
func usePorts(t *testing.T) (mend func()) {
	t.Helper()
	nstest.Sysctl(t, "ipv4/ip_local_port_range", "40000 40001")
	var taken []io.Closer
	for _, port := range []string{":40000", ":40001"} { // of both families
		c, err := net.ListenPacket("udp", port)
		if err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("tcp", port)
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, c, l)
	}
	return func() {
		for _, c := range taken {
			c.Close()
		}
		nstest.Sysctl(t, "ipv4/ip_local_port_range", "32768 60999")
	}
}

// TestHostFaults: one process meets what this host can do to it, one after the other. Each is told as what it is, by
// every target that it touches and by no other, and is over with the round after it.
func TestHostFaults(t *testing.T) {
	t.Parallel()
	l := newLink(t)
	l.serveBoth(t, named("lhr1"))
	p := startExecd(t, askingBoth("1s", linkServers...), nil, nil)
	p.round(t, everywhere(well, well)...)

	var restore func()
	for _, c := range []struct {
		name        string
		fault, mend func()
		v4, v6      func(netip.AddrPort, string) string
	}{
		{
			"link down", func() { l.down(t) }, func() { l.up(t) },
			because("no IPv4 route from this host"), because("no IPv6 route from this host"),
		},
		{
			"IPv6 vanishes", func() { nstest.Sysctl(t, "ipv6/conf/all/disable_ipv6", "1") },
			func() { nstest.Sysctl(t, "ipv6/conf/all/disable_ipv6", "0"); l.up(t) }, well, because("no IPv6 route from this host"),
		},
		{"IPv4 vanishes", func() { nstest.IP(t, "addr del 192.0.2.1/24 dev veth0") }, func() { l.up(t) }, because("no IPv4 route from this host"), well},
		{
			"firewall drops", func() { nft(t, "drop") }, func() { unfiltered(t) },
			filtered, filtered,
		},
		{
			"firewall rejects IPv4", func() { nft(t, "ip daddr 192.0.2.2 reject") }, func() { unfiltered(t) },
			rejected, well,
		},
		{
			"no descriptors", func() { was := limitDescriptors(t, p, 3); restore = func() { limitDescriptors(t, p, was) } },
			func() { restore() }, because("no free file descriptor"), because("no free file descriptor"),
		},
		{"no ports", func() { restore = usePorts(t) }, func() { restore() }, because("no free local port"), because("no free local port")},
		{
			"no buffers", func() {
				nstest.Tool(t, "iproute2", "tc", "", strings.Fields("qdisc add dev veth0 root pfifo limit 0")...)
			},
			func() { nstest.Tool(t, "iproute2", "tc", "", strings.Fields("qdisc del dev veth0 root")...) }, noBuffers, noBuffers,
		},
	} {
		t.Log(c.name)
		c.fault()
		p.round(t, everywhere(c.v4, c.v6)...)
		c.mend()
		p.round(t, everywhere(well, well)...)
	}
	p.In.Close()
	checkServers(t, p.end(t, soon))
}

// Of a datagram the kernel says what kept it here. A connection it tries again, whatever became of the first packet, and
// a local reject is an ICMP error like any other.

func filtered(s netip.AddrPort, transport string) string {
	if transport == "tcp" {
		return unanswered(s, transport, "no connection")
	}
	return locally(s, transport, "not permitted by this host")
}

func rejected(s netip.AddrPort, transport string) string {
	if transport == "tcp" {
		return tagged(s, transport, "result=unreachable") + `answered=0i,error="connection refused",result_code=2i`
	}
	return filtered(s, transport)
}

func noBuffers(s netip.AddrPort, transport string) string {
	if transport == "tcp" {
		return filtered(s, transport)
	}
	return locally(s, transport, "no buffer space on this host")
}

// TestLinkDownInRound: one family is asked, half the spread before the other, when the link goes down: what was on its way
// has no answer. What comes after could not be asked, unless the link is up again by then.
func TestLinkDownInRound(t *testing.T) {
	t.Parallel()
	for _, up := range []bool{false, true} {
		t.Run(fmt.Sprintf("up again %v", up), func(t *testing.T) {
			t.Parallel()
			l := newLink(t)
			came := make(chan netip.AddrPort, 1)
			var queries atomic.Int64
			l.There(func() {
				for _, s := range linkServers {
					serve(t, s.String(), func(q *dnstest.Query) {
						if queries.Add(1) > 1 {
							named("lhr1")(q)
							return
						}
						came <- s
					})
				}
			})
			p := startExecd(t, strings.Replace(asking("1s", linkServers...), "timeout", "spread = \"6s\"\ntimeout", 1), nil, nil)
			p.write(t, "\n")
			first := awaitQuery(t, came)
			l.down(t)
			if up {
				l.up(t)
			}
			var want []string
			for i, s := range linkServers {
				switch {
				case s == first:
					want = append(want, unanswered(s, "udp", ""))
				case up:
					want = append(want, well(s, "udp"))
				default:
					want = append(want, locally(s, "udp", fmt.Sprintf("no IPv%d route from this host", 4+2*i)))
				}
			}
			p.points(t, want...)
			l.up(t)
			p.round(t, well(linkServers[0], "udp"), well(linkServers[1], "udp"))
		})
	}
}
