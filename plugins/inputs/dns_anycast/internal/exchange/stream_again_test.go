package exchange

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestTCPAgain: the query behind an answer goes over a new connection where the server has closed
// the old one, however it did so, and a server that answers nothing on a connection gets no other.
func TestTCPAgain(t *testing.T) {
	t.Parallel()
	answers := func(n int, then func(*net.TCPConn)) func(*net.TCPConn) {
		return func(c *net.TCPConn) {
			for range n {
				tell(c, "re: "+query(c))
			}
			then(c)
		}
	}
	closes := func(*net.TCPConn) {}
	for _, c := range []struct {
		name        string
		handle      func(*net.TCPConn)
		connections int32
		want        []*Failure // of each query
	}{
		{"closes after each answer", answers(1, closes), 4, []*Failure{nil, nil, nil, nil}},
		{"resets after each answer", answers(1, reset), 4, []*Failure{nil, nil, nil, nil}},
		{"closes after the second", answers(2, closes), 2, []*Failure{nil, nil, nil, nil}},
		{"closes for writing alone", answers(1, func(c *net.TCPConn) { c.CloseWrite(); hang(c) }), 4, []*Failure{nil, nil, nil, nil}},
		{"closes for reading and writing alone", answers(1, func(c *net.TCPConn) { c.CloseRead(); c.CloseWrite(); hang(c) }), 4, []*Failure{nil, nil, nil, nil}},
		{"closes when asked again", answers(1, func(c *net.TCPConn) { query(c) }), 4, []*Failure{nil, nil, nil, nil}},
		{"resets when asked again", answers(1, func(c *net.TCPConn) { query(c); reset(c) }), 4, []*Failure{nil, nil, nil, nil}},
		{"closes inside the next answer", answers(1, func(c *net.TCPConn) { query(c); c.Write(frame(9, "re")) }), 4, []*Failure{nil, nil, nil, nil}},
		{"never closes", answers(9, closes), 1, []*Failure{nil, nil, nil, nil}},
		{"closes before the first answer", func(c *net.TCPConn) { query(c) }, 1, []*Failure{wasClosed}},
		{"resets before the first answer", func(c *net.TCPConn) { query(c); reset(c) }, 1, []*Failure{wasReset}},
		{"says something else, then closes", func(c *net.TCPConn) { query(c); tell(c, "stray"); closes(c) }, 1, []*Failure{{Invalid, "not the answer to a"}}},
		{"waits when asked again", answers(1, hang), 1, []*Failure{nil, {Timeout, ""}}},
		{"is wrong when asked again", answers(1, func(c *net.TCPConn) { query(c); tell(c, "junk") }), 1, []*Failure{nil, {Invalid, "not the answer to b"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int32
			to := serveTCP(t, "127.0.0.1", func(conn *net.TCPConn) { n.Add(1); c.handle(conn) })
			words := []string{"a", "b", "c", "d"}
			outs, took := askTCP(t, lasting(time.Second), to, words...)
			if len(outs) != len(c.want) || n.Load() != c.connections || took > 1500*time.Millisecond {
				t.Errorf("%d outcomes over %d connections in %v, want %d over %d", len(outs), n.Load(), took, len(c.want), c.connections)
			}
			for i, o := range outs[:min(len(outs), len(c.want))] {
				checkFailure(t, words[i], o, c.want[i])
			}
		})
	}
}

// TestTCPAgainTimes: a point has the connect time of its own connection, and the query that went
// over two has no more time than one that went over one.
func TestTCPAgainTimes(t *testing.T) {
	t.Parallel()
	const timeout = 900 * time.Millisecond
	var n atomic.Int32
	to := serveTCP(t, "127.0.0.1", func(c *net.TCPConn) {
		if n.Add(1) > 1 {
			hang(c)
			return
		}
		tell(c, "re: "+query(c))
		query(c)
		time.Sleep(timeout / 2)
	})
	outs, took := askTCP(t, lasting(timeout), to, "a", "b")
	if len(outs) != 2 || n.Load() != 2 {
		t.Fatalf("%d outcomes over %d connections", len(outs), n.Load())
	}
	checkFailure(t, "b", outs[1], &Failure{Timeout, ""})
	if outs[0].Connect == outs[1].Connect || outs[1].Connect <= 0 {
		t.Errorf("connected in %v, then in %v", outs[0].Connect, outs[1].Connect)
	}
	if took < timeout || took > timeout+timeout/3 {
		t.Errorf("took %v, want %v", took, timeout)
	}
}

// TestTCPAgainInVain: who is gone by then has said no to the second query alone.
func TestTCPAgainInVain(t *testing.T) {
	t.Parallel()
	l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		c, _ := l.AcceptTCP()
		q := query(c)
		l.Close()
		tell(c, "re: "+q)
		c.Close()
	}()
	outs, _ := askTCP(t, lasting(5*time.Second), l.Addr().(*net.TCPAddr).AddrPort(), "a", "b")
	if len(outs) != 2 {
		t.Fatalf("%d outcomes", len(outs))
	}
	checkFailure(t, "a", outs[0], nil)
	checkFailure(t, "b", outs[1], &Failure{Unreachable, "connection refused"})
}

// TestTCPAgainCancelled: nothing is said, and no second connection hangs about.
func TestTCPAgainCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var n atomic.Int32
	to := serveTCP(t, "127.0.0.1", func(c *net.TCPConn) {
		if n.Add(1) == 2 {
			cancel()
			hang(c)
			return
		}
		tell(c, "re: "+query(c))
	})
	start, reports := time.Now(), 0
	TCP(ctx, netip.Addr{}, lasting(20*time.Second), to, word("q"), func(int, Outcome) Query {
		reports++
		return word("second")
	})
	if took := time.Since(start); took > 5*time.Second || reports != 1 || n.Load() != 2 {
		t.Errorf("took %v, %d outcomes over %d connections", took, reports, n.Load())
	}
}

// straying is word, but that messages which begin so are strays.
func straying(w string) Query {
	q := word(w)
	q.stray = func(b []byte) bool { return strings.HasPrefix(string(b), "re: ") }
	return q
}

// TestTCPStrays: messages that answer another query are passed over, as many as a server may have a
// reason for.
func TestTCPStrays(t *testing.T) {
	const timeout = 700 * time.Millisecond
	strays := func(n, size int) func(*net.TCPConn) {
		return func(c *net.TCPConn) {
			query(c)
			for range n {
				tell(c, "re: another"+strings.Repeat("x", size))
			}
		}
	}
	then := func(fs ...func(*net.TCPConn)) func(*net.TCPConn) {
		return func(c *net.TCPConn) {
			for _, f := range fs {
				f(c)
			}
		}
	}
	answer := func(c *net.TCPConn) { tell(c, streamAnswer) }
	pause := func(*net.TCPConn) { time.Sleep(50 * time.Millisecond) }
	for _, c := range []streamCase{
		{"one, then the answer", then(strays(1, 0), answer, hang), nil, false},
		{"one, then slowly the answer", then(strays(1, 0), pause, answer, hang), nil, false},
		{"two hundred, then the answer", then(strays(200, 0), answer, hang), nil, false},
		{"a long one, then the answer", then(strays(1, 65000), answer, hang), nil, false},
		{"one in two parts", then(func(c *net.TCPConn) {
			query(c)
			b := append(frame(5, "re: x"), frame(5, streamAnswer)...)
			c.Write(b[:4])
			time.Sleep(50 * time.Millisecond)
			c.Write(b[4:])
		}, hang), nil, false},
		{"one, then nothing", then(strays(1, 0), hang), isWrong, true},
		{"one, then part of the answer", then(strays(1, 0), func(c *net.TCPConn) { c.Write(frame(5, "re")) }, hang), incomplete("4 of 7"), true},
		{"one, then the end", strays(1, 0), wasClosed, false},
		{"one, then junk", then(strays(1, 0), func(c *net.TCPConn) { tell(c, "junk") }, answer, hang), isWrong, false},
		{"one now and then", func(c *net.TCPConn) {
			query(c)
			for err := error(nil); err == nil; time.Sleep(10 * time.Millisecond) {
				_, err = c.Write(frame(11, "re: another"))
			}
		}, isWrong, true},
		{"no end of short ones", then(strays(2000, 0), hang), isWrong, false},
		{"no end of long ones", then(strays(40, 65000), hang), isWrong, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			to := serveTCP(t, "127.0.0.1", c.handle)
			start := time.Now()
			var outs []Outcome
			TCP(context.Background(), netip.Addr{}, lasting(timeout), to, straying("q"), func(_ int, o Outcome) Query {
				outs = append(outs, o)
				return nil
			})
			took := time.Since(start)
			if len(outs) != 1 {
				t.Fatalf("%d outcomes", len(outs))
			}
			checkFailure(t, c.name, outs[0], c.want)
			if c.waits && took < timeout || !c.waits && took > timeout/2 || took > timeout+500*time.Millisecond {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestTCPLateAnswer: what answers the query before, twice or late, is no answer to this one.
func TestTCPLateAnswer(t *testing.T) {
	t.Parallel()
	to := serveTCP(t, "127.0.0.1", func(c *net.TCPConn) {
		for before := ""; ; {
			q := query(c)
			if q == "" {
				return
			}
			if before != "" {
				tell(c, before)
			}
			before = "re: " + q
			tell(c, before)
			tell(c, before)
		}
	})
	var errs []error
	TCP(context.Background(), netip.Addr{}, lasting(5*time.Second), to, straying("a"), func(_ int, o Outcome) Query {
		if errs = append(errs, o.Err); len(errs) == 4 {
			return nil
		}
		return straying(string(rune('a' + len(errs))))
	})
	if len(errs) != 4 || slices.ContainsFunc(errs, func(err error) bool { return err != nil }) {
		t.Errorf("got %v, want four answers: %v", errs, errors.Join(errs...))
	}
}

// TestTCPAfterHalfAnAnswer: the rest of it is no answer to the next query, which goes over a new
// connection.
func TestTCPAfterHalfAnAnswer(t *testing.T) {
	t.Parallel()
	to := serveTCP(t, "127.0.0.1", func(c *net.TCPConn) {
		rest := ""
		for q := query(c); q != ""; q = query(c) {
			if q == "a" {
				c.Write(frame(9, "re: a"))
				rest = "late"
				continue
			}
			io.WriteString(c, rest)
			tell(c, "re: "+q)
		}
	})
	var outs []Outcome
	TCP(context.Background(), netip.Addr{}, Deadline{200 * time.Millisecond, time.Now().Add(5 * time.Second)}, to, word("a"),
		func(_ int, o Outcome) Query {
			if outs = append(outs, o); len(outs) == 2 {
				return nil
			}
			return word("b")
		})
	if len(outs) != 2 {
		t.Fatalf("%d outcomes", len(outs))
	}
	checkFailure(t, "a", outs[0], &Failure{Timeout, "answer incomplete: 7 of 11 bytes"})
	checkFailure(t, "b", outs[1], nil)
}
