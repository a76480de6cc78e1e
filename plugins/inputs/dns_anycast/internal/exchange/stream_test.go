package exchange

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// serveTCP calls h with every connection, each on a goroutine of its own, and closes it behind h.
func serveTCP(t *testing.T, ip string, h func(*net.TCPConn)) netip.AddrPort {
	t.Helper()
	l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(ip), 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.AcceptTCP()
			if err != nil {
				return
			}
			go func() { defer c.Close(); h(c) }()
		}
	}()
	return l.Addr().(*net.TCPAddr).AddrPort()
}

// query reads one query, "" when there is none.
func query(c *net.TCPConn) string {
	var length [2]byte
	if _, err := io.ReadFull(c, length[:]); err != nil {
		return ""
	}
	b := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(c, b); err != nil {
		return ""
	}
	return string(b)
}

// frame is text behind a length that may lie.
func frame(length int, text string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(length)), text...)
}

func tell(c *net.TCPConn, text string) { c.Write(frame(len(text), text)) }

// hang keeps the connection open until the other side closes it.
func hang(c *net.TCPConn) { io.Copy(io.Discard, c) }

func reset(c *net.TCPConn) { c.SetLinger(0) }

// kept is held for all tests, as the plugin does.
//
//lint:ignore U1000 a package variable outlives every test
var kept, _ = HoldTimestamps()

// askTCP asks words one after the other, as long as they are answered, and returns the outcomes and
// how long all took.
func askTCP(t *testing.T, deadline Deadline, to netip.AddrPort, words ...string) (outs []Outcome, took time.Duration) {
	t.Helper()
	start := time.Now()
	TCP(context.Background(), netip.Addr{}, deadline, to, word(words[0]), func(_ int, o Outcome) Query {
		if outs = append(outs, o); len(outs) == len(words) || o.Err != nil {
			return nil
		}
		return word(words[len(outs)])
	})
	for _, o := range outs {
		checkTimes(t, o, start, deadline.Timeout)
		if o.Kernel != (o.Err == nil && KernelStamps) || o.Discarded != 0 || o.Err == nil && o.Connect <= 0 {
			t.Errorf("%+v", o)
		}
	}
	return outs, time.Since(start)
}

// streamCase is a server's way to treat a connection on which "q" is asked, and what comes of it.
type streamCase struct {
	name   string
	handle func(*net.TCPConn)
	want   *Failure
	waits  bool // for the whole timeout
}

const streamAnswer = "re: q"

var (
	wasReset   = &Failure{Unreachable, "connection reset"}
	wasClosed  = &Failure{Unreachable, "connection closed before the answer"}
	isWrong    = &Failure{Invalid, "not the answer to q"}
	incomplete = func(of string) *Failure { return &Failure{Timeout, "answer incomplete: " + of + " bytes"} }
)

var streamCases = []streamCase{
	{"answer", func(c *net.TCPConn) { query(c); tell(c, streamAnswer) }, nil, false},
	{"answer and reset", func(c *net.TCPConn) { query(c); tell(c, streamAnswer); hang(c); reset(c) }, nil, false},
	{"answer byte by byte", func(c *net.TCPConn) { query(c); drip(c, frame(len(streamAnswer), streamAnswer), time.Millisecond) }, nil, false},
	{"hang", func(c *net.TCPConn) { hang(c) }, &Failure{Timeout, ""}, true},
	{"reset before the query", func(c *net.TCPConn) { reset(c) }, wasReset, false},
	{"reset after the query", func(c *net.TCPConn) { query(c); reset(c) }, wasReset, false},
	{"reset inside the answer", func(c *net.TCPConn) { query(c); c.Write(frame(20, "re:")); time.Sleep(50 * time.Millisecond); reset(c) }, wasReset, false},
	{"close after the query", func(c *net.TCPConn) { query(c) }, wasClosed, false},
	{"close inside the length", func(c *net.TCPConn) { query(c); c.Write([]byte{0}) }, wasClosed, false},
	{"close behind the length", func(c *net.TCPConn) { query(c); c.Write(frame(5, "")) }, wasClosed, false},
	{"close inside the answer", func(c *net.TCPConn) { query(c); c.Write(frame(6, "re: q")) }, wasClosed, false},
	{"close for writing alone", func(c *net.TCPConn) { query(c); c.CloseWrite(); hang(c) }, wasClosed, false},
	{"a byte a second", func(c *net.TCPConn) { query(c); drip(c, frame(5, streamAnswer), time.Second) }, incomplete("1 of 2"), true},
	{"stops behind the length", func(c *net.TCPConn) { query(c); c.Write(frame(5, "")); hang(c) }, incomplete("2 of 7"), true},
	{"stops inside the answer", func(c *net.TCPConn) { query(c); c.Write(frame(5, "re:")); hang(c) }, incomplete("5 of 7"), true},
	{"length too long", func(c *net.TCPConn) { query(c); c.Write(frame(65535, streamAnswer)); hang(c) }, incomplete("7 of 65537"), true},
	{"length too short", func(c *net.TCPConn) { query(c); c.Write(frame(4, streamAnswer)); hang(c) }, isWrong, false},
	{"length zero", func(c *net.TCPConn) { query(c); c.Write(frame(0, streamAnswer)); hang(c) }, isWrong, false},
	{"wrong message", func(c *net.TCPConn) { query(c); tell(c, "re: another"); tell(c, streamAnswer); hang(c) }, isWrong, false},
	{"no length", func(c *net.TCPConn) { query(c); c.Write([]byte(streamAnswer)); hang(c) }, incomplete("5 of 29287"), true}, // "re"
	{"longest message", func(c *net.TCPConn) { query(c); tell(c, strings.Repeat("x", 65535)); hang(c) }, isWrong, false},
	{"reflection", func(c *net.TCPConn) { tell(c, query(c)) }, isWrong, false},
}

func drip(c *net.TCPConn, b []byte, every time.Duration) {
	for i := range b {
		if _, err := c.Write(b[i : i+1]); err != nil {
			return
		}
		time.Sleep(every)
	}
	hang(c)
}

// TestTCP asks all servers at the same time.
func TestTCP(t *testing.T) {
	t.Parallel()
	const timeout = 700 * time.Millisecond
	for _, ip := range loopbacks() {
		t.Run(ip, func(t *testing.T) {
			t.Parallel()
			var wg sync.WaitGroup
			for _, c := range streamCases {
				to := serveTCP(t, ip, c.handle)
				wg.Go(func() {
					outs, took := askTCP(t, lasting(timeout), to, "q")
					if len(outs) != 1 {
						t.Errorf("%s: %d outcomes, want 1", c.name, len(outs))
						return
					}
					checkFailure(t, c.name, outs[0], c.want)
					if c.waits && took < timeout || took > timeout+time.Second {
						t.Errorf("%s: took %v", c.name, took)
					}
				})
			}
			wg.Wait()
		})
	}
}

func TestTCPRefused(t *testing.T) {
	for _, ip := range loopbacks() {
		outs, took := askTCP(t, lasting(10*time.Second), closedAt(ip), "q")
		checkFailure(t, ip, outs[0], &Failure{Unreachable, "connection refused"})
		if outs[0].Connect != 0 || took > 5*time.Second {
			t.Errorf("%s: connected in %v, took %v", ip, outs[0].Connect, took)
		}
	}
}

// TestTCPConversation: all queries go over one connection, as long as it is open, and its set-up is
// no part of their times.
func TestTCPConversation(t *testing.T) {
	t.Parallel()
	const delay = 150 * time.Millisecond
	to := serveTCP(t, "127.0.0.1", func(c *net.TCPConn) {
		for q := query(c); q != "c"; q = query(c) {
			time.Sleep(delay)
			tell(c, "re: "+q)
		}
	})
	outs, took := askTCP(t, lasting(5*time.Second), to, "a", "b", "c")
	if len(outs) != 3 {
		t.Fatalf("%d outcomes", len(outs))
	}
	checkFailure(t, "a", outs[0], nil)
	checkFailure(t, "b", outs[1], nil)
	checkFailure(t, "c", outs[2], wasClosed)
	for i, o := range outs {
		if i < 2 && (o.RTT < delay || o.Connect != outs[0].Connect) {
			t.Errorf("query %d: connected in %v, answered in %v", i, o.Connect, o.RTT)
		}
	}
	if outs[0].Connect+outs[0].RTT+outs[1].RTT > took {
		t.Errorf("connected in %v, answered in %v and %v, all in %v", outs[0].Connect, outs[0].RTT, outs[1].RTT, took)
	}
	if outs[1].Sent.Sub(outs[0].Sent) < delay {
		t.Errorf("sent at %v, then at %v", outs[0].Sent, outs[1].Sent)
	}
}

// TestTCPBytesBehindAnswer: the kernel's stamp is of the last byte that was read, which here is not
// the answer's.
func TestTCPBytesBehindAnswer(t *testing.T) {
	t.Parallel()
	to := serveTCP(t, "127.0.0.1", func(c *net.TCPConn) {
		text := "re: " + query(c)
		c.Write(append(frame(len(text), text), frame(len(text), text)...))
		hang(c)
	})
	TCP(context.Background(), netip.Addr{}, lasting(5*time.Second), to, word("q"), func(_ int, o Outcome) Query {
		if o.Err != nil || o.Kernel || o.RTT <= 0 {
			t.Errorf("%+v", o)
		}
		return nil
	})
}

// TestTCPLimits: every query has its own timeout, and none goes on past End.
func TestTCPLimits(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for _, c := range []struct {
		name                      string
		delay, timeout, end, want time.Duration
	}{
		{"own timeout", 350 * ms, 700 * ms, time.Minute, 1050 * ms},
		{"capped", 0, time.Minute, 350 * ms, 350 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			to := serveTCP(t, "127.0.0.1", func(s *net.TCPConn) {
				q := query(s)
				time.Sleep(c.delay)
				tell(s, "re: "+q)
				hang(s)
			})
			outs, took := askTCP(t, Deadline{c.timeout, time.Now().Add(c.end)}, to, "a", "b")
			if len(outs) != 2 {
				t.Fatalf("%d outcomes", len(outs))
			}
			checkFailure(t, "a", outs[0], nil)
			checkFailure(t, "b", outs[1], &Failure{Timeout, ""})
			if took < c.want || took > 10*time.Second {
				t.Errorf("took %v, want %v", took, c.want)
			}
		})
	}
}

// TestTCPCancel: the rest is silence, and no time is lost. What was answered was reported.
func TestTCPCancel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		handle  func(*net.TCPConn)
		reports int
	}{
		{"waiting for the answer", hang, 0},
		{"inside the answer", func(c *net.TCPConn) { query(c); c.Write(frame(9, "re")); hang(c) }, 0},
		{"waiting for the second", func(c *net.TCPConn) { query(c); tell(c, streamAnswer); hang(c) }, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			to := serveTCP(t, "127.0.0.1", c.handle)
			time.AfterFunc(400*time.Millisecond, cancel)
			start, reports := time.Now(), 0
			TCP(ctx, netip.Addr{}, lasting(20*time.Second), to, word("q"), func(_ int, o Outcome) Query {
				reports++
				checkFailure(t, c.name, o, nil)
				return word("second")
			})
			if took := time.Since(start); took > 5*time.Second || reports != c.reports {
				t.Errorf("took %v, %d outcomes, want %d", took, reports, c.reports)
			}
		})
	}
}

func TestTCPCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	to := serveTCP(t, "127.0.0.1", hang)
	TCP(ctx, netip.Addr{}, lasting(20*time.Second), to, word("q"), func(_ int, o Outcome) Query {
		t.Errorf("%+v", o)
		return nil
	})
}

func TestTCPSource(t *testing.T) {
	t.Parallel()
	froms := make(chan string, 1)
	to := serveTCP(t, "127.0.0.1", func(c *net.TCPConn) {
		froms <- c.RemoteAddr().(*net.TCPAddr).IP.String()
		query(c)
		tell(c, streamAnswer)
	})
	for source, want := range map[string]*Failure{
		"127.0.0.1":   nil,
		"203.0.113.1": {Local, "source address 203.0.113.1 is not on this host"},
	} {
		calls := 0
		TCP(context.Background(), netip.MustParseAddr(source), lasting(5*time.Second), to, word("q"), func(_ int, o Outcome) Query {
			calls++
			checkFailure(t, source, o, want)
			return nil
		})
		if calls != 1 {
			t.Errorf("%s: %d outcomes", source, calls)
		}
	}
	if from := <-froms; from != "127.0.0.1" {
		t.Errorf("from %s", from)
	}
}
