//go:build linux && !portable

package exchange

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// keep holds stamping on while a test runs.
func keep(t *testing.T) {
	t.Helper()
	keeper, err := HoldTimestamps()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keeper.Close() })
}

// finishAll lets a group that was sent go on until it is over.
func (g *group) finishAll() {
	over := make(chan struct{})
	g.over = func() { close(over) }
	g.goOn()
	<-over
}

// TestKernelStamps: the kernel stamps both ends of every query, the second of a conversation as
// well.
func TestKernelStamps(t *testing.T) {
	t.Parallel()
	keep(t)
	for _, ip := range loopbacks() {
		ds := make([]Datagram, GroupSize)
		for i := range ds {
			ds[i] = datagram(fmt.Sprint("q", i), serveUDP(t, ip, answer))
		}
		asked := make([]int, len(ds))
		start := time.Now()
		finishUDP(context.Background(), netip.Addr{}, lasting(5*time.Second), Rest{}, ds, func(i int, o Outcome) Query {
			checkFailure(t, ds[i].text(), o, nil)
			checkTimes(t, o, start, time.Since(start))
			if !o.Kernel {
				t.Errorf("%s, query %d of flight %d: no stamps", ip, asked[i], i)
			}
			if asked[i]++; asked[i] == 3 {
				return nil
			}
			return word(fmt.Sprint("q", i, "-", asked[i]))
		})
	}
}

// TestClosedPort: the server's own refusal ends its target at once, and costs its mates nothing.
func TestClosedPort(t *testing.T) { eachWay(t, testClosedPort) }

func testClosedPort(t *testing.T, ask asker) {
	for _, ip := range loopbacks() {
		ds := make([]Datagram, GroupSize)
		for i := range ds {
			ds[i] = datagram(fmt.Sprint("q", i), serveUDP(t, ip, answer))
		}
		closed := 11
		ds[closed].To = closedAt(ip)
		outs, took := ask(t, lasting(10*time.Second), ds)
		for i, o := range outs {
			want := (*Failure)(nil)
			if i == closed {
				want = &Failure{Unreachable, "port unreachable from " + ip}
			}
			checkFailure(t, ds[i].text(), o, want)
		}
		if took > 5*time.Second {
			t.Errorf("%s: took %v", ip, took)
		}
	}
}

// TestClosedPorts: all of a group are refused while it is still being sent.
func TestClosedPorts(t *testing.T) { eachWay(t, testClosedPorts) }

func testClosedPorts(t *testing.T, ask asker) {
	ds := make([]Datagram, GroupSize)
	for i := range ds {
		ds[i] = datagram(fmt.Sprint("q", i), closedAt("127.0.0.1"))
	}
	outs, took := ask(t, lasting(10*time.Second), ds)
	for i, o := range outs {
		checkFailure(t, ds[i].text(), o, &Failure{Unreachable, "port unreachable from 127.0.0.1"})
	}
	if took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

// TestAnswerBeforeRefusal: a server answers and then goes away. While nobody reads, its answer to
// the first query and the refusal of the second, which quotes the same bytes, come in one after the
// other.
func TestAnswerBeforeRefusal(t *testing.T) {
	queries, gone := make(chan string, 2), make(chan bool)
	to := serveUDP(t, "127.0.0.1", func(c *net.UDPConn, from netip.AddrPort, q string) {
		if queries <- q; len(queries) < 2 {
			answer(c, from, "first")
			return
		}
		answer(c, from, "second")
		c.Close()
		close(gone)
	})
	got := map[string]Outcome{}
	names := []string{"first", "second"}
	finishUDP(context.Background(), netip.Addr{}, lasting(10*time.Second), Rest{}, []Datagram{datagram("first", to), datagram("second", to)},
		func(i int, o Outcome) Query {
			got[names[i]] = o
			if names[i] != "first" {
				return nil
			}
			<-gone
			names[i] = "second again"
			return &asked{text: "second", match: func([]byte) error { return errors.New("not this one") }}
		})
	checkFailure(t, "first", got["first"], nil)
	checkFailure(t, "second", got["second"], nil)
	checkFailure(t, "second again", got["second again"], &Failure{Unreachable, "port unreachable from 127.0.0.1"})
}

// sleeper is a query whose first reply keeps the reader busy until the time is over.
func sleeper(w string, until time.Duration) Query {
	start, q := time.Now(), word(w)
	match := q.match
	q.match = func(b []byte) error {
		time.Sleep(time.Until(start.Add(until)))
		return match(b)
	}
	return q
}

// TestLateReader: what lies in the buffer at the deadline came in time if the kernel says so, and
// only then.
func TestLateReader(t *testing.T) { eachWay(t, testLateReader) }

func testLateReader(t *testing.T, ask asker) {
	t.Parallel()
	keep(t)
	const timeout = 600 * time.Millisecond
	after := func(d time.Duration) udpHandler {
		return func(c *net.UDPConn, from netip.AddrPort, q string) { time.AfterFunc(d, func() { answer(c, from, q) }) }
	}
	junk := func(c *net.UDPConn, from netip.AddrPort, _ string) { say(c, from, "junk") }
	ds := []Datagram{{Query: sleeper("sleeper", 2*timeout), To: serveUDP(t, "127.0.0.1", junk)}}
	for range 20 {
		ds = append(ds, datagram("in time", serveUDP(t, "127.0.0.1", after(timeout/3))))
		ds = append(ds, datagram("late", serveUDP(t, "127.0.0.1", after(timeout*4/3))))
	}
	outs, _ := ask(t, lasting(timeout), ds)
	checkFailure(t, "sleeper", outs[0], &Failure{Invalid, "not the answer to sleeper"})
	for i, o := range outs[1:] {
		want := (*Failure)(nil)
		if i%2 == 1 {
			want = &Failure{Timeout, ""}
		}
		checkFailure(t, ds[i+1].text(), o, want)
		if want == nil && (o.RTT < timeout/3 || !o.Kernel) {
			t.Errorf("round trip %v, kernel %v", o.RTT, o.Kernel)
		}
	}
}

// TestCancelReportsWhatCame: what lies in the buffer when the round is called off was answered.
func TestCancelReportsWhatCame(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	busy := word("busy")
	match := busy.match
	busy.match = func(b []byte) error {
		cancel()
		time.Sleep(500 * time.Millisecond)
		return match(b)
	}
	ds := []Datagram{{Query: busy, To: serveUDP(t, "127.0.0.1", answer)}, datagram("dead", serveUDP(t, "127.0.0.1", silence))}
	for range 20 {
		ds = append(ds, datagram("came", serveUDP(t, "127.0.0.1", func(c *net.UDPConn, from netip.AddrPort, q string) {
			time.AfterFunc(50*time.Millisecond, func() { answer(c, from, q) })
		})))
	}
	got := map[string]int{}
	finishUDP(ctx, netip.Addr{}, lasting(10*time.Second), Rest{}, ds, func(i int, o Outcome) Query {
		checkFailure(t, ds[i].text(), o, nil)
		got[ds[i].text()]++
		return nil
	})
	if got["busy"] != 1 || got["came"] != 20 || got["dead"] != 0 {
		t.Errorf("%v", got)
	}
}

// TestClockStep: when the clock was set during an exchange, no stamp reaches its outcome.
func TestClockStep(t *testing.T) {
	t.Parallel()
	keep(t)
	to := serveUDP(t, "127.0.0.1", func(c *net.UDPConn, from netip.AddrPort, q string) {
		time.AfterFunc(20*time.Millisecond, func() { answer(c, from, q) })
	})
	for _, step := range []time.Duration{0, time.Hour, -time.Hour, time.Millisecond, -time.Millisecond} {
		sock, err := openSocket(route{to: to})
		if err != nil {
			t.Fatal(err)
		}
		var got Outcome
		g := newGroup(context.Background(), sock, lasting(5*time.Second), Rest{}, []Datagram{datagram("q", to)}, nil, nil)
		g.ended = func(_ int, o Outcome) Query { got = o; return nil }
		g.clock.base -= step
		g.send(0)
		g.finishAll()
		checkFailure(t, step.String(), got, nil)
		if got.Kernel != (step == 0) || got.RTT < 20*time.Millisecond || got.RTT > time.Second {
			t.Errorf("step %v: round trip %v, kernel %v", step, got.RTT, got.Kernel)
		}
	}
}

// TestClockStepTCP: likewise on a stream, whose stamps are the kernel's too.
func TestClockStepTCP(t *testing.T) {
	t.Parallel()
	keep(t)
	to := serveTCP(t, "127.0.0.1", func(c *net.TCPConn) { query(c); time.Sleep(20 * time.Millisecond); tell(c, streamAnswer) })
	for _, step := range []time.Duration{0, time.Hour, -time.Hour, time.Millisecond, -time.Millisecond} {
		c := &conversation{ctx: context.Background(), route: route{to: to}}
		if failure := c.connect(time.Now().Add(5 * time.Second)); failure != nil {
			t.Fatal(failure)
		}
		defer c.hangUp()
		c.stream.clock.base -= step
		got, _ := c.stream.exchange(word("q"), 5*time.Second)
		checkFailure(t, step.String(), got, nil)
		if got.Kernel != (step == 0) || got.RTT < 20*time.Millisecond || got.RTT > time.Second {
			t.Errorf("step %v: round trip %v, kernel %v", step, got.RTT, got.Kernel)
		}
	}
}

// TestKeepHasNoPort: between rounds nobody can send to this program.
func TestKeepHasNoPort(t *testing.T) {
	keeper, err := HoldTimestamps()
	if err != nil {
		t.Fatal(err)
	}
	defer keeper.Close()
	at, err := unix.Getsockname(int(keeper.stamping.Fd()))
	if inet, ok := at.(*unix.SockaddrInet4); err != nil || !ok || inet.Port != 0 {
		t.Errorf("bound to %+v, %v", at, err)
	}
}

// TestErrorQueueStays: a socket whose control messages are cut gives no stamp and no panic.
func TestErrorQueueStays(t *testing.T) {
	to := serveUDP(t, "127.0.0.1", answer)
	for size := range controlSize {
		sock, err := openSocket(route{to: to})
		if err != nil {
			t.Fatal(err)
		}
		sock.control = size
		var got Outcome
		g := newGroup(context.Background(), sock, lasting(5*time.Second), Rest{}, []Datagram{datagram("q", to)}, nil, nil)
		g.ended = func(_ int, o Outcome) Query { got = o; return nil }
		g.send(0)
		g.finishAll()
		checkFailure(t, fmt.Sprint(size, " bytes"), got, nil)
	}
}

// TestUDPOverflow: where the receive buffer had no room, an answer may have been lost here.
func TestUDPOverflow(t *testing.T) { eachWay(t, testUDPOverflow) }

func testUDPOverflow(t *testing.T, ask asker) {
	t.Parallel()
	sent := make(chan struct{})
	flooder := serveUDP(t, "127.0.0.1", func(c *net.UDPConn, from netip.AddrPort, q string) {
		for range 3 * receiveBuffer / 1000 {
			say(c, from, strings.Repeat("x", 1000))
		}
		answer(c, from, q)
		close(sent)
	})
	q := word("q")
	match := q.match
	q.match = func(b []byte) error { <-sent; return match(b) } // so that nothing is read meanwhile
	outs, _ := ask(t, lasting(time.Second), []Datagram{{Query: q, To: flooder}, datagram("r", serveUDP(t, "127.0.0.1", silence))})
	checkFailure(t, "flooder", outs[0], &Failure{Invalid, "receive buffer of this host overflowed"})
	checkFailure(t, "beside it", outs[1], &Failure{Timeout, "receive buffer of this host overflowed"})
}

// newFull is a group that was sent and notes its outcomes, in a network of its own, where nobody says
// where the server is: datagrams pile up, and there is room for as few as can be.
func newFull(t *testing.T, timeout time.Duration) (g *group, outs []Outcome, start time.Time) {
	t.Helper()
	enterNamespace(t)
	nstest.IP(t, "link add near type veth peer name far", "addr add 192.0.2.1/24 dev near",
		"link set near up", "link set far up")
	to := netip.MustParseAddrPort("192.0.2.2:53")
	sock, err := openSocket(route{to: to})
	if err != nil {
		t.Fatal(err)
	}
	sock.room(1)
	outs, start = make([]Outcome, GroupSize), time.Now()
	ended := func(i int, o Outcome) Query { outs[i] = o; return nil }
	ds := make([]Datagram, GroupSize)
	g = newGroup(t.Context(), sock, lasting(timeout), Rest{}, ds, ended, nil)
	for i := range ds {
		ds[i] = datagram(fmt.Sprint("q", i), to)
		g.send(i)
	}
	return g, outs, start
}

// room sets the size of the send buffer.
func (s *socket) room(bytes int32) { setOption(s.fd, unix.SOL_SOCKET, unix.SO_SNDBUF, bytes) }

// TestSendBufferFull: what there is no room for is held, and nothing waits for it but its own group;
// where no room comes, this host could not ask.
func TestSendBufferFull(t *testing.T) {
	t.Parallel()
	g, outs, start := newFull(t, 1500*time.Millisecond)
	held, took := g.held, time.Since(start)
	if held == 0 || held == GroupSize || took > 500*time.Millisecond {
		t.Fatalf("%d of %d held after %v", held, GroupSize, took)
	}
	g.finishAll()
	for i, o := range outs {
		want := &Failure{Kind: Timeout}
		if i >= GroupSize-held {
			want = &Failure{Local, "no buffer space on this host"}
		}
		checkFailure(t, fmt.Sprint("q", i), o, want)
	}
}

// TestRoomComesInParts: what there is no room for again waits for room, and for no answer.
func TestRoomComesInParts(t *testing.T) {
	t.Parallel()
	g, outs, start := newFull(t, 800*time.Millisecond)
	time.AfterFunc(100*time.Millisecond, func() { g.sock.room(8 << 10) }) // for some
	time.AfterFunc(200*time.Millisecond, func() { g.sock.room(1 << 20) }) // for all
	g.finishAll()
	for i, o := range outs {
		checkFailure(t, fmt.Sprint("q", i), o, &Failure{Kind: Timeout})
	}
	if took := time.Since(start); took > 1400*time.Millisecond {
		t.Errorf("took %v: the last ones waited until the first ones had ended", took)
	}
}

// TestHeldIsSent: what was held is sent once there is room, and answered.
func TestHeldIsSent(t *testing.T) {
	t.Parallel()
	to := serveUDP(t, "127.0.0.1", answer)
	sock, err := openSocket(route{to: to})
	if err != nil {
		t.Fatal(err)
	}
	var got Outcome
	g := newGroup(t.Context(), sock, lasting(5*time.Second), Rest{}, []Datagram{datagram("q", to)}, func(_ int, o Outcome) Query { got = o; return nil }, nil)
	g.flights, g.open, g.held = g.flights[:1], 1, 1
	g.flights[0].flight = flight{open: true, held: true}
	g.finishAll()
	checkFailure(t, "held", got, nil)
}
