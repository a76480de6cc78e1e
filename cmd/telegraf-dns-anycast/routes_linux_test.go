package main

import (
	"bytes"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// askingByRoute is asking with families = "auto".
func askingByRoute(servers ...netip.AddrPort) string {
	return strings.Replace(asking("1s", servers...), blockLine, blockLine+"families = \"auto\"\n", 1)
}

// noIPv6 takes IPv6 from this host, as a host that never had it.
func noIPv6(t *testing.T) {
	t.Helper()
	nstest.Sysctl(t, "ipv6/conf/all/disable_ipv6", "1")
}

func (l link) noIPv4(t *testing.T) {
	t.Helper()
	nstest.IP(t, "addr del 192.0.2.1/24 dev veth0")
}

// TestFamiliesByHost: a family without a route is not asked and has no point; once it had one it is asked for good. Each
// change is one line.
func TestFamiliesByHost(t *testing.T) {
	t.Parallel()
	v4, v6 := linkServers[0], linkServers[1]
	ok4, ok6 := well(v4, "udp"), well(v6, "udp")
	no4, no6 := locally(v4, "udp", "no IPv4 route from this host"), locally(v6, "udp", "no IPv6 route from this host")
	type step struct {
		change func(t *testing.T, l link)
		want   []string
		said   string
	}
	up := func(t *testing.T, l link) {
		nstest.Sysctl(t, "ipv6/conf/all/disable_ipv6", "0")
		l.up(t)
	}
	down := func(t *testing.T, l link) { l.down(t) }
	without6, without4 := func(t *testing.T, _ link) { noIPv6(t) }, func(t *testing.T, l link) { l.noIPv4(t) }
	still := func(*testing.T, link) {}
	const not, now, lost, again = " is not asked: this host has no route over it, and families = \"auto\"", " is asked from now on: this host has a route",
		" any more, which is asked all the same: its points say local", " again"
	for name, steps := range map[string][]step{
		"IPv6 comes, goes, comes": {
			{without6, []string{ok4}, "I! IPv6" + not},
			{still, []string{ok4}, ""},
			{up, []string{ok4, ok6}, "I! IPv6" + now},
			{without6, []string{ok4, no6}, "W! this host has no route over IPv6" + lost},
			{still, []string{ok4, no6}, ""},
			{up, []string{ok4, ok6}, "I! this host has a route over IPv6" + again},
		},
		"IPv4 comes": {
			{without4, []string{ok6}, "I! IPv4" + not},
			{up, []string{ok4, ok6}, "I! IPv4" + now},
		},
		"a dead uplink": {
			{down, []string{no4, no6}, ""},
			{still, []string{no4, no6}, ""},
			{up, []string{ok4, ok6}, ""},
		},
		"a dead uplink, then IPv4 alone": {
			{down, []string{no4, no6}, ""},
			{func(t *testing.T, l link) {
				nstest.IP(t, "link set veth0 up", "addr replace 192.0.2.1/24 dev veth0")
				nstest.AwaitWay(t, "192.0.2.2")
			}, []string{ok4}, "I! IPv6" + not},
		},
		"IPv6 is prohibited for a time": {
			{still, []string{ok4, ok6}, ""},
			{
				func(t *testing.T, _ link) { nstest.IP(t, "route add prohibit 2001:db8::2/128") },
				[]string{ok4, locally(v6, "udp", "not permitted by this host")},
				"W! this host has no route over IPv6" + lost,
			},
			{func(t *testing.T, _ link) { nstest.IP(t, "route del prohibit 2001:db8::2/128") }, []string{ok4, ok6}, "I! this host has a route over IPv6" + again},
		},
		"both go": {
			{still, []string{ok4, ok6}, ""},
			{down, []string{no4, no6}, "W! this host has no route over IPv4" + lost + "\nW! this host has no route over IPv6" + lost},
			{up, []string{ok4, ok6}, "I! this host has a route over IPv4" + again + "\nI! this host has a route over IPv6" + again},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLink(t)
			l.serveBoth(t, named("lhr1"))
			p := startExecd(t, askingByRoute(linkServers...), nil, nil)
			for i, s := range steps {
				t.Logf("step %d", i)
				s.change(t, l)
				p.round(t, s.want...)
				var said []string
				for range strings.Count(s.said, "\n") + min(len(s.said), 1) {
					said = append(said, next(t, p.stderr))
				}
				if got := strings.Join(said, "\n"); got != s.said {
					t.Errorf("step %d: said\n%s, want\n%s", i, got, s.said)
				}
			}
			p.In.Close()
			if more := p.end(t, soon); len(more) > 0 || len(rest(p.stderr)) > 0 {
				t.Errorf("more points, or more was said: %q", more)
			}
		})
	}
}

// TestFamiliesByHostAtHand: what needs no route is asked, and what the file names a source for; both say nothing of others.
func TestFamiliesByHostAtHand(t *testing.T) {
	t.Parallel()
	l := newLink(t)
	l.serveBoth(t, named("lhr1"))
	home := serve(t, "[::1]:0", named("lhr2"))
	nstest.IP(t, "addr flush dev veth0 scope global", "addr add 192.0.2.1/24 dev veth0")
	nstest.AwaitWay(t, "192.0.2.2")
	v4, v6 := linkServers[0], linkServers[1]
	p := startExecd(t, askingByRoute(v4, v6, home), nil, nil)
	p.round(t, well(v4, "udp"), answeredBy(home, "udp", "lhr2"))
	p.In.Close()
	if more := p.end(t, soon); len(more) > 0 {
		t.Errorf("points %q", more)
	}
	conf := strings.Replace(askingByRoute(v4, v6), "families", "source_ipv6 = \"2001:db8::9\"\nfamilies", 1)
	p = startExecd(t, conf, nil, nil)
	p.round(t, well(v4, "udp"), locally(v6, "udp", "source address 2001:db8::9 is not on this host"))
}

// environmentOf are the variables of a file as systemd reads it: one a line.
func environmentOf(t *testing.T, file string) (all []string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?m)^[A-Z].*$`).FindAllString(string(b), -1)
}

// TestFleetConf: config/fleet.conf as it is, on hosts that differ by their network and their environment.
func TestFleetConf(t *testing.T) {
	t.Parallel()
	const conf = "../../config/fleet.conf"
	shipped := environmentOf(t, "../../config/fleet.env")
	if len(shipped) < 4 || !slices.Contains(shipped, "SRC4=") {
		t.Fatalf("fleet.env sets %q", shipped)
	}
	for _, host := range []struct {
		name, ipv6  string   // ipv6: 0 the host has it, 1 it has not; empty: nor has it an uplink
		environment []string // laid over fleet.env
		want        string   // family, site, from where, at the place
		internal    string   // an expression of what the plugin says of itself
	}{
		{"both", "0", nil, "ipv4 192.0.2.1|ipv6 2001:db8::1", "ipv4_asked=1i,ipv6_asked=1i,latitude=51.47,"},
		{"IPv4 alone", "1", []string{"LOCATION=ARN"}, "ipv4 192.0.2.1", "ipv4_asked=1i,ipv6_asked=0i,latitude=59.6"},
		{"sources", "0", []string{"SRC4=192.0.2.7", "SRC6=2001:db8::7"}, "ipv4 192.0.2.7|ipv6 2001:db8::7", "ipv4_asked=1i,ipv6_asked=1i,"},
		{"no uplink", "", nil, "ipv4 no IPv4 route from this host|ipv6 no IPv6 route from this host", "interval_s=[0-9.]+,latitude=51.47,"},
		{"IPv4 by hand", "0", []string{"FAMILIES=ipv4"}, "ipv4 192.0.2.1", "interval_s=[0-9.]+,latitude=51.47,"},
		{"both by routes that are lost", "1", []string{"SRC6=2001:db8::7"}, "ipv4 192.0.2.1|ipv6 source address 2001:db8::7 is not on this host", "ipv4_asked=1i,ipv6_asked=1i,"},
	} {
		t.Run(host.name, func(t *testing.T) {
			t.Parallel()
			l := newLink(t)
			var from [2]atomic.Pointer[string]
			l.There(func() {
				nstest.IP(t, "addr add 192.0.2.53/24 dev veth1", "addr add 2001:db8:53::53/128 dev lo nodad")
				nstest.IP(t, "addr add 192.0.2.8/24 dev veth1")
				for i, at := range []string{"192.0.2.53:53", "[2001:db8:53::53]:53"} {
					dnstest.Serve(t, func(q *dnstest.Query) {
						a := q.From.Addr().String()
						from[i].Store(&a)
						named("lhr1")(q)
					}, nil, at)
				}
			})
			nstest.IP(t, "addr add 192.0.2.7/24 dev veth0", "addr add 2001:db8::7/64 dev veth0 nodad preferred_lft 0",
				"route add default via 2001:db8::2")
			nstest.AwaitWay(t, "192.0.2.53", "2001:db8:53::53")
			if host.ipv6 == "" {
				nstest.IP(t, "link set veth0 down")
			} else {
				nstest.Sysctl(t, "ipv6/conf/all/disable_ipv6", host.ipv6)
			}
			cmd := exec.Command(binary(t), "--config", conf)
			cmd.Env = slices.Concat(os.Environ(), shipped, host.environment)
			var out bytes.Buffer
			cmd.Stdin, cmd.Stdout = strings.NewReader("\n\n"), &out
			if err := cmd.Run(); err != nil {
				t.Fatal(err)
			}
			checkFleetLines(t, out.String(), host.want, host.internal, func(i int) string { return *from[i].Load() })
		})
	}
	cmd := exec.Command(binary(t), "--check", "--config", conf)
	out, err := cmd.CombinedOutput()
	if want := filepath.Base(conf) + ":6: location: the environment variable LOCATION is not set"; err == nil || !strings.Contains(string(out), want) {
		t.Errorf("without an environment: %v, %s, want %s", err, out, want)
	}
}

// checkFleetLines looks at what the last round says.
func checkFleetLines(t *testing.T, out, want, internal string, from func(int) string) {
	t.Helper()
	var got []string
	for _, line := range regexp.MustCompile(`(?m)^dns_anycast,.*$`).FindAllString(out, -1) {
		family := regexp.MustCompile(`family=(ipv[46])`).FindStringSubmatch(line)[1]
		if cause := regexp.MustCompile(`error="([^"]+)"`).FindStringSubmatch(line); cause != nil {
			got = append(got, family+" "+cause[1])
		} else {
			got = append(got, family+" "+from(int(family[3]-'4')/2))
		}
	}
	slices.Sort(got)
	if text := strings.Join(slices.Compact(got), "|"); text != want {
		t.Errorf("got %q, want %q", text, want)
	}
	if !regexp.MustCompile(internal).MatchString(out) {
		t.Errorf("no %s in\n%s", internal, out)
	}
}

// TestFamiliesByHostNames: names of which addresses come late or not at all, on a host with IPv4 alone. A family that is
// not asked has no point, whether its look-up works or not.
func TestFamiliesByHostNames(t *testing.T) {
	t.Parallel()
	const no6 = "ipv6 local no IPv6 route from this host"
	late := 200 * time.Millisecond
	for _, c := range []struct {
		name    string
		a, aaaa how
		want    string // of the first round
	}{
		{"both at once", how{}, how{}, ipv4},
		{"IPv4 late", how{after: late}, how{}, ipv4},
		{"IPv6 late", how{}, how{after: late}, ipv4},
		{"IPv6 broken", how{}, how{rcode: dnstest.ServFail}, ipv4},
		{"IPv6 dropped", how{}, how{never: true}, ipv4},
		{"IPv6 alone", how{empty: true}, how{}, no6}, // nothing tells that there is IPv4
		{"IPv4 broken", how{rcode: dnstest.ServFail}, how{}, "ipv4 unresolved IPv4 look-up failed: server misbehaving|" + no6},
		{"none", how{empty: true}, how{rcode: dnstest.NXDomain}, " unresolved no IPv4 or IPv6 address"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			enterResolving(t, "nameserver 127.0.0.53\noptions timeout:1 attempts:1\n")
			l := newLink(t)
			l.serveBoth(t, named("lhr1"))
			noIPv6(t)
			serve(t, "127.0.0.53:53", linkZone(c.a, c.aaaa))
			conf := strings.Replace(askingByRoute(netip.AddrPort{}), `"invalid AddrPort"`, `"ns1.example"`, 1)
			p := startExecd(t, conf, nil, nil)
			p.write(t, "\n")
			p.In.Close()
			var got []string
			for _, line := range p.end(t, 5*time.Second) {
				got = append(got, tellLine(line))
			}
			slices.Sort(got)
			if text := strings.Join(got, "|"); text != c.want {
				t.Errorf("got %q, want %q", text, c.want)
			}
		})
	}
}

// linkZone resolves every name to the far end of a link, each family in its own way.
func linkZone(a, aaaa how) dnstest.Handler {
	return func(q *dnstest.Query) {
		of, i := a, 0
		if q.Type() == dnstest.AAAA {
			of, i = aaaa, 1
		}
		if of != (how{after: of.after}) {
			of.resolve(q)
			return
		}
		dnstest.After(of.after, dnstest.Says(func(d *dnstest.Draft) {
			d.RR(dnstest.Resource(dnstest.TheName, q.Type(), dnstest.IN, string(linkServers[i].Addr().AsSlice())))
		}))(q)
	}
}
