package main

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// enterResolving gives the calling goroutine a network and a resolv.conf of its own.
func enterResolving(t *testing.T, conf string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "resolv.conf")
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	nstest.Enter(t, unix.CLONE_NEWNS)
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount(file, "/etc/resolv.conf", "", unix.MS_BIND, ""); err != nil {
		skiptest.Missing(t, "a resolv.conf of its own", err.Error())
	}
}

// loopbackZone resolves every name to 127.0.0.1 and ::1.
func loopbackZone(q *dnstest.Query) {
	dnstest.Says(func(d *dnstest.Draft) {
		kind, address := q.Type(), "\x7f\x00\x00\x01"
		if kind == dnstest.AAAA {
			address = string(net.IPv6loopback)
		}
		d.RR(dnstest.Resource(dnstest.TheName, kind, dnstest.IN, address))
	})(q)
}

// TestNamesDown: a resolver that is silent, gone, unreachable or broken costs its names their points and nobody else a
// moment; the name is asked as soon as it resolves.
func TestNamesDown(t *testing.T) {
	for _, c := range []struct {
		name, resolver string
		handle         dnstest.Handler // nil: it is not there
		causes         []string        // of one round after the other; empty: it is answered
	}{
		{"silent", "127.0.0.53", silence, []string{"look-up not finished", "look-up not finished"}},
		{"slow", "127.0.0.53", dnstest.After(1500*time.Millisecond, loopbackZone), []string{"look-up not finished", ""}},
		{"broken", "127.0.0.53", dnstest.Rcode(dnstest.ServFail), []string{"look-up failed: server misbehaving"}},
		{"gone", "127.0.0.53", nil, []string{"look-up failed: connection refused"}},
		{"unreachable", "192.0.2.53", nil, []string{"look-up failed: network is unreachable"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			enterResolving(t, "nameserver "+c.resolver+"\noptions timeout:5 attempts:1\n")
			if c.handle != nil {
				serve(t, c.resolver+":53", c.handle)
			}
			other := netip.MustParseAddrPort("127.0.0.2:5353")
			for _, at := range []string{other.String(), "127.0.0.1:5353", "[::1]:5353"} {
				serve(t, at, named("lhr1"))
			}
			conf := strings.Replace(asking("800ms", other), "servers = [", `servers = ["ns1.example:5353", `, 1)
			p := startExecd(t, conf, nil, nil)
			for _, cause := range c.causes {
				if cause == "" {
					time.Sleep(1500 * time.Millisecond)
				}
				p.nameRound(t, other, cause)
			}
		})
	}
}

// nameRound runs a round of the name and another server, which is asked at once, whatever becomes of the name.
func (p *process) nameRound(t *testing.T, other netip.AddrPort, cause string) {
	t.Helper()
	asked := time.Now()
	p.write(t, "\n")
	want := map[string]bool{answeredBy(other, "udp", "lhr1"): true}
	for _, address := range []string{"127.0.0.1", "::1"} {
		line := answeredBy(netip.AddrPortFrom(netip.MustParseAddr(address), 5353), "udp", "lhr1")
		if cause == "" {
			_, rest, _ := strings.Cut(line, ",transport=")
			line, _, _ = strings.Cut(line, ",server=")
			want[line+",server=ns1.example:5353,transport="+rest] = true
		}
	}
	if cause != "" {
		want[fmt.Sprintf(`dns_anycast,cloud=a,result=unresolved,server=ns1.example:5353,transport=udp error=%q,result_code=7i`, cause)] = true
	}
	for range len(want) {
		line := next(t, p.stdout)
		if !want[exact(line)] {
			t.Errorf("got %s, want one of %v", exact(line), want)
		}
		delete(want, exact(line))
		if ns, _ := strconv.ParseInt(line[len(line)-19:], 10, 64); strings.Contains(line, other.String()) && time.Unix(0, ns).Sub(asked) > 700*time.Millisecond {
			t.Errorf("asked %v after the round began", time.Unix(0, ns).Sub(asked))
		}
	}
	if took := time.Since(asked); took > 2*time.Second {
		t.Errorf("the round took %v", took)
	}
}
