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

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// enterResolving gives the calling goroutine a network and a resolv.conf of its own.
func enterResolving(t *testing.T, conf string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "resolv.conf")
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	enterNamespace(t, unix.CLONE_NEWNS)
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount(file, "/etc/resolv.conf", "", unix.MS_BIND, ""); err != nil {
		skiptest.Missing(t, "a resolv.conf of its own", err.Error())
	}
}

// loopbackZone resolves every name to 127.0.0.1 and ::1.
func loopbackZone(q []byte) [][]byte {
	var m dns.Msg
	if m.Unpack(q) != nil {
		return nil
	}
	r := new(dns.Msg).SetReply(&m)
	header := dns.RR_Header{Name: m.Question[0].Name, Rrtype: m.Question[0].Qtype, Class: dns.ClassINET}
	if r.Answer = []dns.RR{&dns.A{Hdr: header, A: net.IPv4(127, 0, 0, 1)}}; header.Rrtype == dns.TypeAAAA {
		r.Answer = []dns.RR{&dns.AAAA{Hdr: header, AAAA: net.IPv6loopback}}
	}
	b, _ := r.Pack()
	return [][]byte{b}
}

func failingZone(q []byte) [][]byte {
	var m dns.Msg
	if m.Unpack(q) != nil {
		return nil
	}
	b, _ := new(dns.Msg).SetRcode(&m, dns.RcodeServerFailure).Pack()
	return [][]byte{b}
}

// answerLater answers each query after a time of its own, many at once; nil: never.
func answerLater(t *testing.T, addr string, answer func(q []byte) (reply []byte, after time.Duration)) {
	t.Helper()
	c, err := net.ListenPacket("udp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		for b := make([]byte, 1500); ; {
			n, from, err := c.ReadFrom(b)
			if err != nil {
				return
			}
			if reply, after := answer(b[:n]); reply != nil {
				time.AfterFunc(after, func() { c.WriteTo(reply, from) })
			}
		}
	}()
}

// TestNamesDown: a resolver that is silent, gone, unreachable or broken costs its names their points and nobody else a
// moment; the name is asked as soon as it resolves.
func TestNamesDown(t *testing.T) {
	for _, c := range []struct {
		name, resolver string
		serve          func(t *testing.T, at string)
		causes         []string // of one round after the other; empty: it is answered
	}{
		{"silent", "127.0.0.53", func(t *testing.T, at string) { serve(t, at, silence) }, []string{"look-up not finished", "look-up not finished"}},
		{"slow", "127.0.0.53", func(t *testing.T, at string) {
			answerLater(t, at, func(q []byte) ([]byte, time.Duration) { return loopbackZone(q)[0], 1500 * time.Millisecond })
		}, []string{"look-up not finished", ""}},
		{"broken", "127.0.0.53", func(t *testing.T, at string) { serve(t, at, failingZone) }, []string{"look-up failed: server misbehaving"}},
		{"gone", "127.0.0.53", func(*testing.T, string) {}, []string{"look-up failed: connection refused"}},
		{"unreachable", "192.0.2.53", func(*testing.T, string) {}, []string{"look-up failed: network is unreachable"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			enterResolving(t, "nameserver "+c.resolver+"\noptions timeout:5 attempts:1\n")
			c.serve(t, c.resolver+":53")
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
