package exchange

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// udpCase is a server's way to treat a query, and what comes of it.
type udpCase struct {
	name      string
	handle    udpHandler
	want      *Failure
	discarded int
}

// udpCases are the ways of a server at ip. What strays comes from stranger or elsewhere.
func udpCases(timeout time.Duration, stranger, elsewhere *net.UDPConn) []udpCase {
	port := strconv.Itoa(stranger.LocalAddr().(*net.UDPAddr).Port)
	from := elsewhere.LocalAddr().(*net.UDPAddr).IP.String()
	junk := func(c *net.UDPConn, to netip.AddrPort) { say(c, to, "junk") }
	late := func(d time.Duration) udpHandler {
		return func(c *net.UDPConn, from netip.AddrPort, q string) { time.AfterFunc(d, func() { answer(c, from, q) }) }
	}
	invalid := func(name string) *Failure { return &Failure{Invalid, "not the answer to " + name} }
	return []udpCase{
		{"answer", answer, nil, 0},
		{"silence", silence, &Failure{Timeout, ""}, 0},
		{"slow", late(timeout / 4), nil, 0},
		{"late", late(timeout * 5 / 4), &Failure{Timeout, ""}, 0},
		{"twice", func(c *net.UDPConn, from netip.AddrPort, q string) { answer(c, from, q); answer(c, from, q) }, nil, 0},
		{"junk", func(c *net.UDPConn, from netip.AddrPort, q string) { junk(c, from) }, invalid("junk"), 1},
		{"nothing", func(c *net.UDPConn, from netip.AddrPort, q string) { say(c, from, "") }, invalid("nothing"), 1},
		{"reflection", func(c *net.UDPConn, from netip.AddrPort, q string) { say(c, from, q) }, invalid("reflection"), 1},
		{"cut", func(c *net.UDPConn, from netip.AddrPort, q string) { say(c, from, "re: cu") }, invalid("cut"), 1},
		{"too long", func(c *net.UDPConn, from netip.AddrPort, q string) {
			say(c, from, "re: too long"+strings.Repeat("\x00", 9000))
		}, invalid("too long"), 1},
		{"junk, then the answer", func(c *net.UDPConn, from netip.AddrPort, q string) { junk(c, from); answer(c, from, q) }, nil, 1},
		{"answer, then junk", func(c *net.UDPConn, from netip.AddrPort, q string) { answer(c, from, q); junk(c, from) }, nil, 0},
		{
			"from another port", func(_ *net.UDPConn, from netip.AddrPort, q string) { answer(stranger, from, q) },
			&Failure{Timeout, "reply came from port " + port}, 0,
		},
		{
			"from another address", func(_ *net.UDPConn, from netip.AddrPort, q string) { answer(elsewhere, from, q) },
			&Failure{Timeout, "reply came from " + from}, 0,
		},
		{"from another port, then from its own", func(c *net.UDPConn, from netip.AddrPort, q string) {
			answer(stranger, from, q)
			answer(c, from, q)
		}, nil, 0},
		{
			"from another port, and junk", func(c *net.UDPConn, from netip.AddrPort, q string) { answer(stranger, from, q); junk(c, from) },
			invalid("from another port, and junk"), 1,
		},
		{"junk from another port", func(_ *net.UDPConn, from netip.AddrPort, q string) { junk(stranger, from) }, &Failure{Timeout, ""}, 0},
	}
}

// TestUDP asks one server of each kind, all in one group: what one does is nothing to the others.
func TestUDP(t *testing.T) { eachWay(t, testUDP) }

func testUDP(t *testing.T, ask asker) {
	t.Parallel()
	const timeout = 700 * time.Millisecond
	for _, ip := range loopbacks() {
		t.Run(ip, func(t *testing.T) {
			t.Parallel()
			stranger, _ := openUDP(t, ip)
			elsewhere := stranger
			if ip == "127.0.0.1" && runtime.GOOS == "linux" { // elsewhere, and with IPv6, there is one loopback address
				elsewhere, _ = openUDP(t, "127.0.0.2")
			}
			cases := udpCases(timeout, stranger, elsewhere)
			if elsewhere == stranger {
				cases = without(cases, "from another address")
			}
			ds := make([]Datagram, len(cases))
			for i, c := range cases {
				ds[i] = datagram(c.name, serveUDP(t, ip, c.handle))
			}
			outs, took := ask(t, lasting(timeout), ds)
			for i, c := range cases {
				checkFailure(t, c.name, outs[i], c.want)
				if outs[i].Discarded != c.discarded {
					t.Errorf("%s: %d discarded, want %d", c.name, outs[i].Discarded, c.discarded)
				}
			}
			if took < timeout || took > timeout+time.Second {
				t.Errorf("took %v, the timeout is %v", took, timeout)
			}
		})
	}
}

func without(cases []udpCase, name string) (rest []udpCase) {
	for _, c := range cases {
		if c.name != name {
			rest = append(rest, c)
		}
	}
	return rest
}

// TestUDPFlood: junk before the truth is skipped, and counted.
func TestUDPFlood(t *testing.T) { eachWay(t, testUDPFlood) }

func testUDPFlood(t *testing.T, ask asker) {
	t.Parallel()
	const junk = 400 // less than what a receive buffer holds
	to := serveUDP(t, "127.0.0.1", func(c *net.UDPConn, from netip.AddrPort, q string) {
		for range junk {
			say(c, from, "junk")
		}
		answer(c, from, q)
	})
	outs, _ := ask(t, lasting(5*time.Second), []Datagram{datagram("q", to)})
	checkFailure(t, "flood", outs[0], nil)
	if outs[0].Discarded != junk {
		t.Errorf("%d discarded, want %d", outs[0].Discarded, junk)
	}
}

// TestUDPEndlessFlood: junk without end, from the server and from others, does not extend the wait.
func TestUDPEndlessFlood(t *testing.T) { eachWay(t, testUDPEndlessFlood) } // alone: who floods leaves others no processor

func testUDPEndlessFlood(t *testing.T, ask asker) {
	const timeout = 300 * time.Millisecond
	flood := func(c *net.UDPConn, from netip.AddrPort, _ string) {
		go func() {
			for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
				if _, err := c.WriteToUDPAddrPort([]byte("junk"), from); err != nil {
					return
				}
			}
		}()
	}
	stranger, _ := openUDP(t, "127.0.0.1")
	ds := []Datagram{
		datagram("a", serveUDP(t, "127.0.0.1", flood)),
		datagram("b", serveUDP(t, "127.0.0.1", func(_ *net.UDPConn, from netip.AddrPort, q string) { flood(stranger, from, q) })),
	}
	outs, took := ask(t, lasting(timeout), ds)
	for i, want := range []Kind{Invalid, Timeout} { // whether the buffer overflows is a matter of speed
		var f *Failure
		if !errors.As(outs[i].Err, &f) || f.Kind != want {
			t.Errorf("%s: got %v, want kind %d", ds[i].text(), outs[i].Err, want)
		}
	}
	if outs[0].Discarded < 100 || outs[1].Discarded != 0 {
		t.Errorf("%d and %d discarded", outs[0].Discarded, outs[1].Discarded)
	}
	if took < timeout || took > timeout+time.Second {
		t.Errorf("took %v, the timeout is %v", took, timeout)
	}
}

// TestUDPNext: the query that Ended asks for leaves from the same port and has a timeout of its
// own, within End.
func TestUDPNext(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for _, c := range []struct {
		name                string
		delay, timeout, end time.Duration
		want                time.Duration // when the second query's time is over
	}{
		{"own timeout", 350 * ms, 700 * ms, time.Minute, 1050 * ms},
		{"capped", 0, time.Minute, 350 * ms, 350 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ports := make(chan uint16, 9)
			to := serveUDP(t, "127.0.0.1", func(s *net.UDPConn, from netip.AddrPort, q string) {
				ports <- from.Port()
				if q == "first" {
					time.AfterFunc(c.delay, func() { answer(s, from, q) })
				}
			})
			var got []Outcome
			start := time.Now()
			finishUDP(context.Background(), netip.Addr{}, Deadline{c.timeout, start.Add(c.end)}, Rest{}, []Datagram{datagram("first", to)}, func(_ int, o Outcome) Query {
				if got = append(got, o); len(got) == 2 {
					return nil
				}
				return word("second")
			})
			if took := time.Since(start); took < c.want || took > 10*time.Second {
				t.Errorf("took %v, want %v", took, c.want)
			}
			checkFailure(t, "first", got[0], nil)
			checkFailure(t, "second", got[1], &Failure{Timeout, ""})
			checkTimes(t, got[1], start.Add(c.delay), c.timeout)
			if a, b := <-ports, <-ports; a != b {
				t.Errorf("from port %d, then %d", a, b)
			}
		})
	}
}

// TestUDPConversation: every query has its own outcome, to the end of a long conversation with two
// targets at once.
func TestUDPConversation(t *testing.T) {
	t.Parallel()
	const queries = 50
	var ports [2]atomic.Value
	ds := make([]Datagram, 2)
	for k := range ds {
		ds[k] = datagram("0", serveUDP(t, "127.0.0.1", func(c *net.UDPConn, from netip.AddrPort, q string) {
			if before := ports[k].Swap(from.Port()); before != nil && before != from.Port() {
				t.Errorf("from port %v, then %d", before, from.Port())
			}
			say(c, from, "junk")
			answer(c, from, q)
		}))
	}
	var got [2]int
	finishUDP(context.Background(), netip.Addr{}, lasting(5*time.Second), Rest{}, ds, func(i int, o Outcome) Query {
		checkFailure(t, fmt.Sprint(got[i]), o, nil)
		if o.Discarded != 1 {
			t.Errorf("query %d: %d discarded, want 1", got[i], o.Discarded)
		}
		if got[i]++; got[i] == queries {
			return nil
		}
		return word(strconv.Itoa(got[i]))
	})
	if got != [2]int{queries, queries} {
		t.Errorf("%v outcomes", got)
	}
	if ports[0].Load() != ports[1].Load() {
		t.Error("two sockets for one group")
	}
}

// TestUDPFreshPort: no two exchanges share a source port.
func TestUDPFreshPort(t *testing.T) {
	t.Parallel()
	ports := make(chan uint16, 2)
	to := serveUDP(t, "127.0.0.1", func(c *net.UDPConn, from netip.AddrPort, q string) { ports <- from.Port(); answer(c, from, q) })
	for range 2 {
		askUDP(t, lasting(5*time.Second), []Datagram{datagram("q", to)})
	}
	if a, b := <-ports, <-ports; a == b {
		t.Errorf("twice from port %d", a)
	}
}

// TestUDPSameAddress: two queries of a group to one server, answered in the other order.
func TestUDPSameAddress(t *testing.T) { eachWay(t, testUDPSameAddress) }

func testUDPSameAddress(t *testing.T, ask asker) {
	t.Parallel()
	first := make(chan string, 1)
	to := serveUDP(t, "127.0.0.1", func(c *net.UDPConn, from netip.AddrPort, q string) {
		select {
		case first <- q:
		default:
			answer(c, from, q)
			time.AfterFunc(100*time.Millisecond, func() { answer(c, from, <-first) })
		}
	})
	outs, _ := ask(t, lasting(5*time.Second), []Datagram{datagram("a", to), datagram("b", to)})
	checkFailure(t, "a", outs[0], nil)
	checkFailure(t, "b", outs[1], nil)
	if outs[0].RTT < 100*time.Millisecond || outs[1].RTT >= outs[0].RTT {
		t.Errorf("a took %v, b %v", outs[0].RTT, outs[1].RTT)
	}
	if outs[0].Discarded+outs[1].Discarded != 0 {
		t.Error("the other's answer was counted as discarded")
	}
}

// TestUDPAstray: an answer to another query of the group says where that one's answer came from,
// and nothing against the one whose server sent it.
func TestUDPAstray(t *testing.T) { eachWay(t, testUDPAstray) }

func testUDPAstray(t *testing.T, ask asker) {
	t.Parallel()
	for _, ip := range loopbacks() {
		t.Run(ip, func(t *testing.T) {
			t.Parallel()
			nothing := func(*net.UDPConn, netip.AddrPort) {}
			swapped := func(other string) func(*net.UDPConn, netip.AddrPort) {
				return func(c *net.UDPConn, from netip.AddrPort) { say(c, from, "re: "+other) }
			}
			for _, c := range []struct {
				name       string
				a, b       func(c *net.UDPConn, from netip.AddrPort) // what their servers do once both were asked
				wantA      string                                    // of a timeout; b's port is B
				wantB      string
				discarded  [2]int
				sameServer bool
			}{
				{"swapped", swapped("b"), swapped("a"), "reply came from port B", "reply came from port A", [2]int{1, 1}, false},
				{"a answers for b", swapped("b"), nothing, "replied to a query to port B", "reply came from port A", [2]int{1, 0}, false},
				{"both from a", func(c *net.UDPConn, from netip.AddrPort) {
					swapped("b")(c, from)
					swapped("a")(c, from)
				}, nothing, "", "reply came from port A", [2]int{1, 0}, false},
				{"one answer twice", func(c *net.UDPConn, from netip.AddrPort) {
					swapped("a")(c, from)
					swapped("a")(c, from)
				}, nothing, "", "replied to another query to it", [2]int{0, 1}, true},
			} {
				var asked sync.WaitGroup
				asked.Add(2)
				serve := func(do func(*net.UDPConn, netip.AddrPort)) netip.AddrPort {
					return serveUDP(t, ip, func(s *net.UDPConn, from netip.AddrPort, q string) {
						asked.Done()
						if c.sameServer && q == "b" {
							return
						}
						go func() { asked.Wait(); do(s, from) }()
					})
				}
				a := serve(c.a)
				b := a
				if !c.sameServer {
					b = serve(c.b)
				}
				outs, _ := ask(t, lasting(600*time.Millisecond), []Datagram{datagram("a", a), datagram("b", b)})
				ports := strings.NewReplacer("port A", fmt.Sprint("port ", a.Port()), "port B", fmt.Sprint("port ", b.Port()))
				for i, want := range []string{c.wantA, c.wantB} {
					failure := &Failure{Timeout, ports.Replace(want)}
					if want == "" {
						failure = nil
					}
					checkFailure(t, c.name, outs[i], failure)
					if outs[i].Discarded != c.discarded[i] {
						t.Errorf("%s: query %d: %d discarded, want %d", c.name, i, outs[i].Discarded, c.discarded[i])
					}
				}
			}
		})
	}
}

// TestUDPLong: nobody's answer is too long to be read.
func TestUDPLong(t *testing.T) { eachWay(t, testUDPLong) }

func testUDPLong(t *testing.T, ask asker) {
	t.Parallel()
	long := strings.Repeat("a", 9000)
	if runtime.GOOS == "linux" {
		long = strings.Repeat("a", 1<<16-1-8-20) // less the headers of UDP and IPv4
	}
	to := serveUDP(t, "127.0.0.1", func(c *net.UDPConn, from netip.AddrPort, _ string) { say(c, from, long) })
	q := &asked{text: "q", match: func(b []byte) error {
		if string(b) != long {
			return fmt.Errorf("%d bytes", len(b))
		}
		return nil
	}}
	outs, _ := ask(t, lasting(time.Second), []Datagram{{Query: q, To: to}})
	checkFailure(t, "long", outs[0], nil)
}

// TestUDPGroup: in a full group one is dead.
func TestUDPGroup(t *testing.T) { eachWay(t, testUDPGroup) }

func testUDPGroup(t *testing.T, ask asker) {
	t.Parallel()
	for _, ip := range loopbacks() {
		t.Run(ip, func(t *testing.T) {
			t.Parallel()
			const dead = 7
			ds := make([]Datagram, GroupSize)
			for i := range ds {
				h := answer
				if i == dead {
					h = silence
				}
				ds[i] = datagram(fmt.Sprint("q", i), serveUDP(t, ip, h))
			}
			outs, _ := ask(t, lasting(time.Second), ds)
			for i, o := range outs {
				want := (*Failure)(nil)
				if i == dead {
					want = &Failure{Timeout, ""}
				}
				checkFailure(t, ds[i].text(), o, want)
			}
		})
	}
}

func TestUDPNone(t *testing.T) {
	finishUDP(context.Background(), netip.Addr{}, lasting(time.Second), Rest{}, nil, func(int, Outcome) Query { panic("called") })
}

// TestUDPCancel: what was answered is reported, the rest never, and no time is lost.
func TestUDPCancel(t *testing.T) {
	t.Parallel()
	for _, before := range []bool{false, true} {
		t.Run(fmt.Sprintf("before it began: %v", before), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			if before {
				cancel()
			}
			time.AfterFunc(200*time.Millisecond, cancel)
			ds := []Datagram{datagram("a", serveUDP(t, "127.0.0.1", answer)), datagram("b", serveUDP(t, "127.0.0.1", silence))}
			start := time.Now()
			finishUDP(ctx, netip.Addr{}, lasting(20*time.Second), Rest{}, ds, func(i int, o Outcome) Query {
				if i != 0 || o.Err != nil {
					t.Errorf("%s: %v", ds[i].text(), o.Err)
				}
				return nil
			})
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestUDPSource: the query leaves from the address asked for, or this host says that it has none
// such.
func TestUDPSource(t *testing.T) {
	t.Parallel()
	froms := make(chan netip.Addr, 1)
	to := serveUDP(t, "127.0.0.1", func(c *net.UDPConn, from netip.AddrPort, q string) { froms <- from.Addr(); answer(c, from, q) })
	for _, c := range []struct {
		source string
		to     netip.AddrPort
		want   *Failure
	}{
		{"127.0.0.1", to, nil},
		{"203.0.113.1", to, &Failure{Local, "source address 203.0.113.1 is not on this host"}},
		{"2001:db8::1", netip.MustParseAddrPort("[::1]:53"), &Failure{Local, "source address 2001:db8::1 is not on this host"}},
	} {
		if c.to.Addr().Is6() && len(loopbacks()) == 1 {
			continue
		}
		start, calls := time.Now(), 0
		finishUDP(context.Background(), netip.MustParseAddr(c.source), lasting(5*time.Second), Rest{}, []Datagram{datagram("q", c.to)}, func(_ int, o Outcome) Query {
			calls++
			checkFailure(t, c.source, o, c.want)
			checkTimes(t, o, start, 5*time.Second)
			return nil
		})
		if calls != 1 {
			t.Errorf("%s: %d outcomes", c.source, calls)
		}
	}
	if from := <-froms; from != netip.MustParseAddr("127.0.0.1") {
		t.Errorf("from %v", from)
	}
}

// TestUDPNoSocket: why there is no socket is found out once, and said of each datagram.
func TestUDPNoSocket(t *testing.T) {
	t.Parallel()
	to := netip.MustParseAddrPort("127.0.0.1:53")
	var outs []Outcome
	finishUDP(t.Context(), netip.MustParseAddr("203.0.113.1"), lasting(time.Second), Rest{}, []Datagram{datagram("q", to), datagram("r", to)},
		func(_ int, o Outcome) Query {
			outs = append(outs, o)
			return nil
		})
	if len(outs) != 2 {
		t.Fatalf("%d outcomes", len(outs))
	}
	for i, o := range outs {
		checkFailure(t, fmt.Sprint(i), o, &Failure{Local, "source address 203.0.113.1 is not on this host"})
	}
	if outs[0].Err != outs[1].Err {
		t.Error("it was found out for each datagram")
	}
}

// TestUDPSendFails: a datagram that cannot be sent costs its mates nothing.
func TestUDPSendFails(t *testing.T) { eachWay(t, testUDPSendFails) }

func testUDPSendFails(t *testing.T, ask asker) {
	t.Parallel()
	to := serveUDP(t, "127.0.0.1", answer)
	outs, took := ask(t, lasting(5*time.Second), []Datagram{
		datagram("a", to), datagram(strings.Repeat("b", 1<<16), to), datagram("c", to),
	})
	checkFailure(t, "a", outs[0], nil)
	if f, ok := outs[1].Err.(*Failure); !ok || f.Kind != Local || f.Cause == "" {
		t.Errorf("b: %v", outs[1].Err)
	}
	checkFailure(t, "c", outs[2], nil)
	if took > time.Second {
		t.Errorf("took %v", took)
	}
}
