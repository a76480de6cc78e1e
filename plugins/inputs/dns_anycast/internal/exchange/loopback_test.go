package exchange

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// asked is a query in these tests.
type asked struct {
	text  string
	match func(b []byte) error
	stray func(b []byte) bool // nil: never
}

func (q *asked) Append(b []byte) []byte { return append(b, q.text...) }
func (q *asked) Match(b []byte) error   { return q.match(b) }
func (q *asked) Stray(b []byte) bool    { return q.stray != nil && q.stray(b) }

func (d *Datagram) text() string { return string(d.Append(nil)) }

// word is a query whose answer is the same word behind "re: ".
func word(w string) *asked {
	return &asked{text: w, match: func(b []byte) error {
		if string(b) != "re: "+w {
			return errors.New("not the answer to " + w)
		}
		return nil
	}}
}

func datagram(w string, to netip.AddrPort) Datagram { return Datagram{Query: word(w), To: to} }

// udpHandler gets a query, the socket it came in on, and who asked.
type udpHandler func(c *net.UDPConn, from netip.AddrPort, query string)

func answer(c *net.UDPConn, from netip.AddrPort, query string) { say(c, from, "re: "+query) }
func silence(*net.UDPConn, netip.AddrPort, string)             {}

func say(c *net.UDPConn, to netip.AddrPort, text string) { c.WriteToUDPAddrPort([]byte(text), to) }

// openUDP opens a socket that lives as long as the test.
func openUDP(t *testing.T, ip string) (*net.UDPConn, netip.AddrPort) {
	t.Helper()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(ip), 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, c.LocalAddr().(*net.UDPAddr).AddrPort()
}

// closedAt is a port that nobody opens while the tests run, unlike one that is free now.
func closedAt(ip string) netip.AddrPort { return netip.AddrPortFrom(netip.MustParseAddr(ip), 1) }

func serveUDP(t *testing.T, ip string, h udpHandler) netip.AddrPort {
	t.Helper()
	handle := func(q *dnstest.Query) { h(q.UDP, q.From, string(q.Data)) }
	return dnstest.Serve(t, handle, nil, netip.AddrPortFrom(netip.MustParseAddr(ip), 0).String()).Addrs[0]
}

// lasting are deadlines that End plays no part in.
func lasting(timeout time.Duration) Deadline { return Deadline{timeout, time.Now().Add(time.Minute)} }

// asker runs UDP to its end and returns the last outcome of each datagram, and how long it took.
type asker func(t *testing.T, deadline Deadline, ds []Datagram) ([]Outcome, time.Duration)

// eachWay runs a test twice: what comes is read as it comes, and after naps.
func eachWay(t *testing.T, test func(t *testing.T, ask asker)) {
	t.Run("as it comes", func(t *testing.T) { test(t, askUDP) })
	t.Run("after naps", func(t *testing.T) { test(t, askNapping) })
}

func askUDP(t *testing.T, deadline Deadline, ds []Datagram) ([]Outcome, time.Duration) {
	t.Helper()
	return askResting(t, Rest{}, deadline, ds)
}

// askNapping asks as if nothing were waited for.
func askNapping(t *testing.T, deadline Deadline, ds []Datagram) ([]Outcome, time.Duration) {
	t.Helper()
	keeper, err := HoldTimestamps()
	if err != nil {
		t.Fatal(err)
	}
	defer keeper.Close()
	for i := range ds {
		ds[i].Usual = 1
	}
	return askResting(t, Rest{Moments: runMoments(t, t.Context(), keeper)}, deadline, ds)
}

// runMoments does what is due until the test ends.
func runMoments(t *testing.T, ctx context.Context, k *Keeper) *Moments {
	m := NewMoments(k, true)
	go m.Run(ctx)
	t.Cleanup(m.Close)
	return m
}

// finishUDP is UDP until it is over.
func finishUDP(ctx context.Context, source netip.Addr, deadline Deadline, rest Rest, ds []Datagram, ended Ended) {
	over := make(chan struct{})
	UDP(ctx, source, deadline, rest, ds, ended, func() { close(over) })
	<-over
}

func askResting(t *testing.T, rest Rest, deadline Deadline, ds []Datagram) ([]Outcome, time.Duration) {
	t.Helper()
	outs, calls := make([]Outcome, len(ds)), make([]int, len(ds))
	start := time.Now()
	finishUDP(context.Background(), netip.Addr{}, deadline, rest, ds, func(i int, o Outcome) Query {
		outs[i], calls[i] = o, calls[i]+1
		return nil
	})
	took := time.Since(start)
	for i, n := range calls {
		if n != 1 {
			t.Errorf("%s: %d outcomes, want 1", ds[i].text(), n)
		}
		checkTimes(t, outs[i], start, deadline.Timeout)
	}
	return outs, took
}

// checkTimes holds of every outcome.
func checkTimes(t *testing.T, o Outcome, start time.Time, timeout time.Duration) {
	t.Helper()
	if o.Sent.Before(start.Round(0)) || o.Sent.After(time.Now().Round(0)) || o.Sent != o.Sent.Round(0) {
		t.Errorf("sent %v, asked at %v", o.Sent, start)
	}
	if answered := o.Err == nil; answered != (o.RTT > 0) || o.RTT > timeout || o.Kernel && !answered {
		t.Errorf("round trip %v, kernel %v, error %v", o.RTT, o.Kernel, o.Err)
	}
}

func checkFailure(t *testing.T, name string, o Outcome, want *Failure) {
	t.Helper()
	var got *Failure
	var said *ICMP
	if errors.As(o.Err, &said) {
		got = &Failure{Unreachable, said.Error()}
	} else if o.Err != nil && !errors.As(o.Err, &got) {
		t.Errorf("%s: error %v is neither *ICMP nor *Failure", name, o.Err)
		return
	}
	if got == nil != (want == nil) || got != nil && *got != *want {
		t.Errorf("%s: got %s, want %s", name, got.describe(), want.describe())
	}
}

func (f *Failure) describe() string {
	if f == nil {
		return "an answer"
	}
	return fmt.Sprintf("%s %q", [...]string{"timeout", "unreachable", "invalid", "local"}[f.Kind], f.Cause)
}

// loopbacks are the addresses to test with. TestLoopbackIPv6 says so when the second is missing.
func loopbacks() []string {
	if skiptest.HasIPv6() {
		return []string{"127.0.0.1", "::1"}
	}
	return []string{"127.0.0.1"}
}

func TestLoopbackIPv6(t *testing.T) { skiptest.IPv6(t) }

// TestNoInterface: what names an interface that is not there goes out of no other one, and is this
// host's fault.
func TestNoInterface(t *testing.T) {
	to := netip.MustParseAddrPort("[fe80::1%nope0]:53")
	want := &Failure{Local, "no interface nope0 on this host"}
	outs, took := askUDP(t, lasting(5*time.Second), []Datagram{datagram("q", to)})
	checkFailure(t, "UDP", outs[0], want)
	if took > time.Second {
		t.Errorf("took %v", took)
	}
	outs, _ = askTCP(t, lasting(5*time.Second), to, "q")
	checkFailure(t, "TCP", outs[0], want)
}
