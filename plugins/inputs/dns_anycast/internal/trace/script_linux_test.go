//go:build linux && !portable

package trace

import (
	"encoding/binary"
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// said is what a router of a script says to what ends at it.
type said struct {
	by         string // "" says nothing, "answer" is the server's answer
	kind, code byte   // none: time exceeded
	quote      int    // bytes of the query; nothing: all of it; unquoted
	after      time.Duration
	twice      bool // and the server's answer behind it
	copies     int  // of it that follow, 30 ms apart
}

const unquoted = -1

// script is a path that one program plays, on loopback: it reads each query's TTL and does as the
// hop of that TTL would. What lies behind the last hop is that hop.
type script []said

// play serves the script from 127.0.0.1, or ::1, in the namespace of the calling goroutine.
func (s script) play(t *testing.T, at string) netip.AddrPort {
	t.Helper()
	forgers := map[string]nstest.Forger{}
	for _, h := range s {
		if _, made := forgers[h.by]; !made && h.by != "" && h.by != "answer" {
			forgers[h.by] = nstest.NewForger(t, h.by)
		}
	}
	c := listen(t, netip.AddrPortFrom(netip.MustParseAddr(at), 0))
	raw, _ := c.SyscallConn()
	raw.Control(func(fd uintptr) {
		unix.SetsockoptInt(int(fd), unix.SOL_IP, unix.IP_RECVTTL, 1)
		unix.SetsockoptInt(int(fd), unix.SOL_IPV6, unix.IPV6_RECVHOPLIMIT, 1)
	})
	server := c.LocalAddr().(*net.UDPAddr).AddrPort()
	go func() {
		b, oob := make([]byte, 1500), make([]byte, 256)
		for {
			n, oobn, _, from, err := c.ReadMsgUDPAddrPort(b, oob)
			if err != nil {
				return
			}
			_, ttl, _, _ := unix.ParseOneSocketControlMessage(oob[:oobn])
			h := s[min(int(binary.NativeEndian.Uint32(ttl)), len(s))-1]
			query := string(b[:n])
			for i := range 1 + h.copies {
				after := h.after + time.Duration(i)*30*time.Millisecond
				time.AfterFunc(after, func() { h.say(c, forgers[h.by], from, server, query) })
			}
		}
	}()
	return server
}

func (h said) say(c *net.UDPConn, f nstest.Forger, client, server netip.AddrPort, query string) {
	quote := query
	switch {
	case h.by == "":
		return
	case h.by == "answer":
		answer(c, client, query)
		return
	case h.quote == unquoted:
		quote = ""
	case h.quote > 0:
		quote = query[:h.quote]
	}
	kind := h.kind
	if kind == 0 {
		kind = 11
		if client.Addr().Is6() {
			kind = 3
		}
	}
	if f.Send(kind, h.code, client, server, quote); h.twice {
		answer(c, client, query)
	}
}

// TestScripts: paths that no honest network makes, and slow ones.
func TestScripts(t *testing.T) {
	t.Parallel()
	r2, r3, r4 := "127.0.0.2", "127.0.0.3", "127.0.0.4"
	const late = waitLeast + 200*time.Millisecond
	end := said{by: "answer"}
	for _, c := range []struct {
		name   string
		script script
		want   string
	}{
		{"the server next door", script{end}, "127.0.0.1(answer) reached"},
		{"routers", script{{by: r2}, {by: r3}, end}, "127.0.0.2 127.0.0.3 127.0.0.1(answer) reached"},
		{"routers quote nothing", script{{by: r2, quote: unquoted}, {by: r3, quote: unquoted}, end}, "127.0.0.2 127.0.0.3 127.0.0.1(answer) reached"},
		{"routers quote a part", script{{by: r2, quote: 4}, {by: r3, quote: 2}, end}, "127.0.0.2 127.0.0.3 127.0.0.1(answer) reached"},
		{"one router twice", script{{by: r2}, {by: r2}, end}, "127.0.0.2 127.0.0.2 127.0.0.1(answer) reached"},
		{"silence", script{{by: r2}, {}, {by: r4}, end}, "127.0.0.2 * 127.0.0.4 127.0.0.1(answer) reached"},
		{"silence, then nothing is quoted", script{{}, {by: r3, quote: unquoted}, {by: r4, quote: unquoted}, end}, "* 127.0.0.3 127.0.0.4 127.0.0.1(answer) reached"},
		{
			"doubled, nothing quoted",
			script{{by: r2, quote: unquoted, copies: 3}, {by: r3, quote: unquoted, after: 50 * time.Millisecond, copies: 3}, {by: r4, quote: unquoted, after: 50 * time.Millisecond}, end},
			"127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.1(answer) reached",
		},
		{
			"doubled, nothing quoted, before silence and behind it",
			script{{by: r2, quote: unquoted, copies: 3}, {}, {by: r3, quote: unquoted, copies: 3}, {}, {by: r4, quote: unquoted}, end},
			"127.0.0.2 * 127.0.0.3 * 127.0.0.4 127.0.0.1(answer) reached",
		},
		{
			"doubled, nothing quoted, before one that takes its time",
			script{{by: r2, quote: unquoted, copies: 2}, {by: r3, quote: unquoted, after: 300 * time.Millisecond}, end},
			"127.0.0.2 127.0.0.3 127.0.0.1(answer) reached",
		},
		{
			"one router twice, nothing quoted",
			script{{by: r2, quote: unquoted}, {by: r2, quote: unquoted}, {by: r3, quote: unquoted}, {by: r2, quote: unquoted}, end},
			"127.0.0.2 127.0.0.2 127.0.0.3 127.0.0.2 127.0.0.1(answer) reached",
		},
		{
			"a router that then cannot go on, nothing quoted",
			script{{by: r2, quote: unquoted}, {by: r2, quote: unquoted, kind: 3, code: 1}},
			"127.0.0.2 127.0.0.2(host-unreachable)",
		},
		{"late, quoted", script{{by: r2, after: late}, {by: r3, after: late + 300*time.Millisecond}, {by: r4, after: late}, end}, "127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.1(answer) reached"},
		{
			"late, nothing quoted, while the next is silent",
			script{{by: r2, after: late, quote: unquoted}, {}, {by: r4}, end},
			"* * 127.0.0.4 127.0.0.1(answer) reached",
		},
		{
			"late, nothing quoted, before the next speaks",
			script{{by: r2, after: late, quote: unquoted}, {by: r3, after: 2 * (late - waitLeast), quote: unquoted}, {by: r4}, end},
			"* 127.0.0.3 127.0.0.4 127.0.0.1(answer) reached",
		},
		{
			"late, nothing quoted, of a hop that was asked twice",
			script{{by: r2, after: late, quote: unquoted}, {by: r3, after: 2 * waitLeast, quote: unquoted}, {}, {by: r4}, end},
			"* * * 127.0.0.4 127.0.0.1(answer) reached",
		},
		{"a late answer is its own hop's", script{{by: r2}, {by: "answer", after: late}}, "127.0.0.2 127.0.0.1(answer) reached"},
		{"no sender is believed before the answer", script{{by: r2, twice: true}, {by: r3}}, "127.0.0.1(answer) reached"},
		{"prohibited", script{{by: r2}, {by: r3, kind: 3, code: 13}, end}, "127.0.0.2 127.0.0.3(administratively-prohibited)"},
		{"port unreachable", script{{by: r2}, {by: "127.0.0.1", kind: 3, code: 3}}, "127.0.0.2 127.0.0.1(port-unreachable)"},
		{"parameter problem", script{{by: r2}, {by: r3, kind: 12}, end}, "127.0.0.2 127.0.0.3(parameter-problem)"},
		{"too big says nothing", script{{by: r2}, {by: r3, kind: 3, code: 4}, end}, "127.0.0.2 * 127.0.0.1(answer) reached"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			nstest.Enter(t, 0)
			to := c.script.play(t, "127.0.0.1")
			p := traced(t, to, 30)
			for range 2 { // a busy machine says late what is to come at once, and who quotes nothing is known by that
				if p.text() != c.want {
					p = traced(t, to, 30)
				}
			}
			checkPath(t, c.name, p, c.want)
		})
	}
}

// TestScriptIPv6: what differs there is how a router is asked and what it says.
func TestScriptIPv6(t *testing.T) {
	t.Parallel()
	nstest.Enter(t, 0)
	const r2, r3 = "2001:db8::2", "2001:db8::3"
	for _, r := range []string{r2, r3} {
		nstest.IP(t, "addr add "+r+"/128 dev lo nodad")
		nstest.AwaitAddress(t, r)
	}
	end := said{by: "answer"}
	for _, c := range []struct {
		script script
		want   string
	}{
		{script{{by: r2}, {}, {by: r3, quote: 4}, end}, r2 + " * " + r3 + " ::1(answer) reached"},
		{script{{}, {by: r2, quote: unquoted}, {by: r3, quote: unquoted}, end}, "* " + r2 + " " + r3 + " ::1(answer) reached"},
		{script{{by: r2}, {by: r3, kind: 1, code: 6}, end}, r2 + " " + r3 + "(route-rejected)"},
		{script{{by: r2}, {by: r3, kind: 2}, end}, r2 + " * ::1(answer) reached"}, // too big
	} {
		checkPath(t, "IPv6", traced(t, c.script.play(t, "::1"), 30), c.want)
	}
}

// TestDead: five silent hops are enough, then the full TTL decides.
func TestDead(t *testing.T) {
	t.Parallel()
	r2, full := said{by: "127.0.0.2"}, func(last said) script {
		s := make(script, 64)
		s[0], s[63] = said{by: "127.0.0.2"}, last
		return s
	}
	for _, c := range []struct {
		name   string
		script script
		hops   int
		want   string
		waits  int
	}{
		{"nothing at all", script{{}}, 30, "", 6},
		{"nothing behind a router", script{r2, {}}, 30, "127.0.0.2", 6},
		{"the server behind silence", full(said{by: "answer"}), 30, "127.0.0.2 … 127.0.0.1(answer) reached", 5},
		{"refused behind silence", full(said{by: "127.0.0.1", kind: 3, code: 3}), 30, "127.0.0.2 … 127.0.0.1(port-unreachable)", 5},
		{"a loop behind silence", full(said{by: "127.0.0.3"}), 30, "127.0.0.2 … 127.0.0.3", 5},
		{"no more hops", script{r2, {}}, 4, "127.0.0.2", 3},
		{"no hop but one", script{r2, {}}, 1, "127.0.0.2", 0},
		{"a loop", script{r2, r2}, 9, "127.0.0.2 127.0.0.2 127.0.0.2 127.0.0.2 127.0.0.2 127.0.0.2 127.0.0.2 127.0.0.2 127.0.0.2", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			nstest.Enter(t, 0)
			to := c.script.play(t, "127.0.0.1")
			start := time.Now()
			checkPath(t, c.name, traced(t, to, c.hops), c.want)
			least := time.Duration(c.waits) * waitLeast
			if took := time.Since(start); took < least || took > least+waitLeast {
				t.Errorf("took %v, want %d times %v", took, c.waits, waitLeast)
			}
		})
	}
}

// TestSlowPath: behind a hop that takes long others may take as long, twice over.
func TestSlowPath(t *testing.T) {
	t.Parallel()
	nstest.Enter(t, 0)
	slow := 400 * time.Millisecond
	s := script{{by: "127.0.0.2", after: slow, quote: unquoted}, {by: "127.0.0.3", after: 3 * slow / 2, quote: unquoted}, {by: "answer"}}
	p := traced(t, s.play(t, "127.0.0.1"), 30)
	checkPath(t, "slow", p, "127.0.0.2 127.0.0.3 127.0.0.1(answer) reached")
	if p.Hops[0].Time < slow || p.Hops[1].Time < 3*slow/2 || p.Hops[2].Time > slow {
		t.Errorf("times %v, %v, %v", p.Hops[0].Time, p.Hops[1].Time, p.Hops[2].Time)
	}
}

// TestSlowServer: a server behind silence has as long to answer as any query gives it.
func TestSlowServer(t *testing.T) {
	t.Parallel()
	nstest.Enter(t, 0)
	s := make(script, 64)
	s[63] = said{by: "answer", after: 2 * waitLeast}
	to := s.play(t, "127.0.0.1")
	for timeout, want := range map[time.Duration]string{
		waitLeast: "", 4 * waitLeast: "127.0.0.1(answer) reached",
	} {
		p, err := Trace{To: to, Hops: 30, Timeout: timeout, Ask: queries()}.Path(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		checkPath(t, timeout.String(), p, want)
	}
}
