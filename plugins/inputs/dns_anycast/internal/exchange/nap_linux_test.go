//go:build linux && !portable

package exchange

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// late answers some time after it was asked. It may be asked once.
type late struct {
	after time.Duration
	to    netip.AddrPort
	said  chan time.Time
}

func newLate(t *testing.T, ip string, after time.Duration) *late {
	l := &late{after: after, said: make(chan time.Time, 1)}
	l.to = serveUDP(t, ip, func(c *net.UDPConn, from netip.AddrPort, q string) {
		time.AfterFunc(after, func() {
			answer(c, from, q)
			l.said <- time.Now()
		})
	})
	return l
}

// check compares a round trip with how long the server has taken. Nobody reads as soon as it has
// answered.
func (l *late) check(t *testing.T, o Outcome, start time.Time) {
	t.Helper()
	if most := (<-l.said).Sub(start); o.Err != nil || o.RTT < l.after || o.RTT > most {
		t.Errorf("round trip %v, error %v, want %v to %v", o.RTT, o.Err, l.after, most)
	}
}

// newKeeper is one that lives as long as the test. It returns once the kernel stamps what comes,
// which on a busy machine takes a while.
func newKeeper(t *testing.T) *Keeper {
	t.Helper()
	k, err := HoldTimestamps()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	to := serveUDP(t, "127.0.0.1", answer)
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); {
		if outs, _ := askUDP(t, lasting(5*time.Second), []Datagram{datagram("q", to)}); outs[0].Kernel {
			return k
		}
	}
	t.Fatal("the kernel stamps nothing")
	return nil
}

// newNapping is a group, not sent yet, that notes its outcomes.
func newNapping(t *testing.T, ctx context.Context, k *Keeper, to netip.AddrPort, size int) (g *group, outs []Outcome) {
	t.Helper()
	sock, err := openSocket(route{to: to})
	if err != nil {
		t.Fatal(err)
	}
	outs = make([]Outcome, size)
	rest := Rest{Moments: runMoments(t, ctx, k)}
	ended := func(i int, o Outcome) Query { outs[i] = o; return nil }
	return newGroup(ctx, sock, lasting(5*time.Second), rest, make([]Datagram, size), ended, nil), outs
}

// sendAs sends d as datagram i, and lets its answer be for as long as it usually takes.
func (g *group) sendAs(i int, q Query, to netip.AddrPort, usual time.Duration) {
	g.flights[:i+1][i] = Datagram{Query: q, To: to, Usual: usual}
	g.send(i)
}

// TestNap: answers lie until they are due, which is in no time, and nothing wakes up anybody before.
func TestNap(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	for _, ip := range loopbacks() {
		servers := make([]*late, GroupSize)
		for i := range servers {
			servers[i] = newLate(t, ip, 20*time.Millisecond)
		}
		g, outs := newNapping(t, t.Context(), k, servers[0].to, GroupSize)
		start := time.Now()
		for i, s := range servers {
			g.sendAs(i, word(fmt.Sprint("q", i)), s.to, 80*time.Millisecond)
		}
		g.finishAll()
		if took := time.Since(start); took < 80*time.Millisecond {
			t.Errorf("%s: read after %v, before they were due", ip, took)
		}
		for i, s := range servers {
			if s.check(t, outs[i], start); !outs[i].Kernel {
				t.Errorf("%s: not the kernel's time", ip)
			}
		}
		if g.sock.file != nil {
			t.Errorf("%s: somebody waited for each answer", ip)
		}
	}
}

// TestNapConversation: what is asked after a nap is let be too, until it is due.
func TestNapConversation(t *testing.T) {
	t.Parallel()
	servers := [...]*late{newLate(t, "127.0.0.1", 10*time.Millisecond), newLate(t, "127.0.0.1", 10*time.Millisecond)}
	g, outs := newNapping(t, t.Context(), newKeeper(t), servers[0].to, 1)
	var sent [2]time.Time
	g.ended = func(_ int, o Outcome) Query {
		servers[0].check(t, o, sent[0])
		g.ended = func(i int, o Outcome) Query { outs[i] = o; return nil }
		g.flights[0].To, sent[1] = servers[1].to, time.Now()
		return word("second")
	}
	sent[0] = time.Now()
	g.sendAs(0, word("first"), servers[0].to, 40*time.Millisecond)
	g.finishAll()
	servers[1].check(t, outs[0], sent[1])
	if took := time.Since(sent[1]); took < 40*time.Millisecond || !outs[0].Kernel || g.sock.file != nil {
		t.Errorf("read after %v, want another nap of 40 ms", took)
	}
}

// TestMayNap: each reason for which answers are read as they come.
func TestMayNap(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	for _, c := range []struct {
		name   string
		spoil  func(g *group)
		napped bool
	}{
		{"none", func(*group) {}, true},
		{"nothing tells when the clock is set", func(g *group) { g.clockSet = nil }, false},
		{"the clock was set", func(g *group) { g.clock.base -= time.Hour }, false},
		{"the clock was set and reads the same", func(g *group) {
			set := make(chan struct{})
			close(set)
			g.clockSet = set
		}, false},
		{"a flood", func(g *group) { g.crowded = true }, false},
		{"it is not known when an answer is due", func(g *group) { g.flights[1].Usual = 0 }, false},
		{"of one that has ended", func(g *group) { g.flights[1].Usual, g.flights[1].open = 0, false }, true},
		{"no departure stamp", func(g *group) { g.readEvents(); g.flights[1].tx = 0 }, false},
		{"of one that has ended", func(g *group) { g.readEvents(); g.flights[1].tx, g.flights[1].open = 0, false }, true},
	} {
		to := serveUDP(t, "127.0.0.1", silence)
		g, _ := newNapping(t, t.Context(), k, to, 2)
		for i := range 2 {
			g.sendAs(i, word("q"), to, time.Second)
		}
		c.spoil(g)
		if got := g.mayNap(time.Now()); got != c.napped {
			t.Errorf("%s: naps %v, want %v", c.name, got, c.napped)
		}
	}
}

// TestNextLook: when answers are due, at a moment, and no later than a deadline.
func TestNextLook(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name  string
		now   time.Duration // since all were sent
		usual []time.Duration
		want  time.Duration
	}{
		{"the slowest", 0, []time.Duration{8 * ms, 48 * ms}, 60 * ms}, // 48, an eighth, and 1
		{"one that is late is not waited for", 20 * ms, []time.Duration{8 * ms, 48 * ms}, 60 * ms},
		{"all are late", 100 * ms, []time.Duration{8 * ms, 48 * ms}, 140 * ms},
		{"nothing was ever heard", 0, []time.Duration{1, 1}, 20 * ms},
		{"no longer than that", 0, []time.Duration{400 * ms}, napMost},
		{"those that are late, less and less often", 900 * ms, []time.Duration{1}, 1140 * ms},
		{"the deadline", 1992 * ms, []time.Duration{1}, 2000 * ms},
	} {
		sent := time.Now()
		moments := &Moments{keeper: &Keeper{began: sent}, spread: true}
		g := &group{deadline: Deadline{2 * time.Second, sent.Add(time.Hour)}, rest: Rest{Moments: moments}}
		for _, u := range c.usual {
			g.flights = append(g.flights, Datagram{Usual: u, flight: flight{open: true, sent: sent}})
		}
		g.flights = append(g.flights, Datagram{Usual: time.Hour, flight: flight{sent: sent.Add(-time.Hour)}}) // has ended
		if got := g.nextLook(sent.Add(c.now)).Sub(sent); got != c.want {
			t.Errorf("%s: after %v, want %v", c.name, got, c.want)
		}
	}
}

// TestClockSetInNap: when the clock is set during a nap, which ends it, the stamps of what had come
// still serve; what comes then is read as it comes, and measured by the program's own clock.
func TestClockSetInNap(t *testing.T) {
	for _, step := range []time.Duration{0, time.Hour, -time.Hour, 20 * time.Millisecond, -20 * time.Millisecond} {
		t.Run(step.String(), func(t *testing.T) {
			k := newKeeper(t)
			servers := [...]*late{newLate(t, "127.0.0.1", 10*time.Millisecond), newLate(t, "127.0.0.1", 2*napMost)}
			g, outs := newNapping(t, t.Context(), k, servers[0].to, 2)
			q := word("q")
			match, stepped, first := q.match, false, time.Time{}
			q.match = func(b []byte) error { // is called when the nap is over
				if !stepped {
					stepped, first, g.clock.base = true, time.Now(), g.clock.base-step
				}
				return match(b)
			}
			start := time.Now()
			for i, s := range servers {
				g.sendAs(i, q, s.to, napMost)
			}
			go func() {
				at := <-servers[0].said
				servers[0].said <- at
				k.tell(true)
			}()
			g.finishAll()
			if servers[0].check(t, outs[0], start); first.Sub(start) >= napMost {
				t.Errorf("read after %v, want before %v", first.Sub(start), napMost)
			}
			if o := outs[1]; o.Err != nil || o.RTT < servers[1].after || outs[0].Kernel || o.Kernel || g.sock.file == nil {
				t.Errorf("%+v, then %+v: want the second read as it comes", outs[0], o)
			}
		})
	}
}

// TestCancelInNap: a nap ends when the round is called off, and what has come is reported.
func TestCancelInNap(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	ctx, cancel := context.WithTimeout(t.Context(), napMost/2)
	defer cancel()
	g, outs := newNapping(t, ctx, k, serveUDP(t, "127.0.0.1", silence), 2)
	for i, h := range []udpHandler{answer, silence} {
		g.sendAs(i, word("q"), serveUDP(t, "127.0.0.1", h), 4*time.Second)
	}
	start := time.Now()
	g.finishAll()
	if took := time.Since(start); g.open != 1 || !outs[0].Kernel || took > napMost {
		t.Errorf("%d open, %+v after %v", g.open, outs[0], took)
	}
}

// TestCrowded: a flood during a nap is told of, and ends all naps; what it leaves room for is read.
func TestCrowded(t *testing.T) {
	t.Parallel()
	k := newKeeper(t)
	g, outs := newNapping(t, t.Context(), k, serveUDP(t, "127.0.0.1", silence), 2)
	flood := func(c *net.UDPConn, from netip.AddrPort, q string) {
		for range crowd + 1 {
			say(c, from, "junk")
		}
		answer(c, from, q)
	}
	for i, to := range []netip.AddrPort{serveUDP(t, "127.0.0.1", flood), newLate(t, "127.0.0.1", 2*napMost).to} {
		g.sendAs(i, word("q"), to, 50*time.Millisecond)
	}
	g.finishAll()
	for i, o := range outs {
		checkFailure(t, "q", o, nil)
		if !o.Crowded {
			t.Errorf("query %d: nobody is told of the flood", i)
		}
	}
	if g.sock.file == nil {
		t.Error("nobody waited for the second")
	}
}

// TestOverflowInNap: where a flood during a nap leaves no room, an answer may be lost, once.
func TestOverflowInNap(t *testing.T) {
	t.Parallel()
	g, outs := newNapping(t, t.Context(), newKeeper(t), serveUDP(t, "127.0.0.1", silence), 2)
	g.deadline.Timeout = 300 * time.Millisecond
	setOption(g.sock.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 1<<14)
	flooded, answered := make(chan struct{}), make(chan struct{})
	flood := func(c *net.UDPConn, from netip.AddrPort, _ string) {
		for range crowd {
			say(c, from, "junk") // where this has no room the answer has none
		}
		close(flooded)
	}
	behind := func(c *net.UDPConn, from netip.AddrPort, q string) { <-flooded; answer(c, from, q); close(answered) }
	for i, h := range []udpHandler{flood, behind} {
		g.sendAs(i, word(fmt.Sprint("q", i)), serveUDP(t, "127.0.0.1", h), 200*time.Millisecond)
	}
	<-answered // while nobody reads
	g.finishAll()
	checkFailure(t, "beside it", outs[1], &Failure{Timeout, "receive buffer of this host overflowed"})
	if !outs[1].Crowded {
		t.Error("nobody is told to read what comes next as it comes")
	}
}

// TestClockSet: the kernel tells when the wall clock is set, here by a nanosecond, and back.
func TestClockSet(t *testing.T) {
	skiptest.Root(t)
	k := newKeeper(t)
	for _, by := range []int64{1, -1} {
		set := k.whenSet()
		if err := stepClock(by); err != nil {
			t.Fatal(err)
		}
		select {
		case <-set:
		case <-time.After(2 * time.Second):
			t.Fatalf("nothing told that the clock was set by %d ns", by)
		}
	}
	set := k.whenSet()
	k.Close()
	<-set
	if k.whenSet() != nil {
		t.Error("a closed keeper is waited for")
	}
}

// stepClock sets the wall clock (adjtimex(2), ADJ_SETOFFSET).
func stepClock(ns int64) error {
	at := unix.NsecToTimeval(0)
	if at.Usec = ns; ns < 0 { // its parts must not be below zero
		at.Sec, at.Usec = -1, 1e9+ns
	}
	_, err := unix.Adjtimex(&unix.Timex{Modes: unix.ADJ_SETOFFSET | unix.ADJ_NANO, Time: at})
	return err
}
