//go:build linux && !portable

package exchange

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

// forgery is what comes back for a query: ICMP errors, and maybe the answer behind them.
type forgery struct {
	name   string
	errors []forged
	then   udpHandler // nil: nothing more
	want   *Failure
}

// forged is one ICMP error; its quote is the query's if empty.
type forged struct {
	by         nstest.Forger
	kind, code byte
	quote      string
}

const noPayload = "\x00" // the quote ends with the UDP header

// filling is what a router that has the UDP header alone puts behind it, and the labels of MPLS.
var filling = strings.Repeat("\x00", quoteLeast-20-8) + "\x20\x00\x5f\xb0\x00\x08\x01\x01\x03\xe8\x11\x01"

func (f forgery) handle(c *net.UDPConn, from netip.AddrPort, q string) {
	at := c.LocalAddr().(*net.UDPAddr).AddrPort()
	for _, e := range f.errors {
		quote := q
		switch e.quote {
		case "":
		case noPayload:
			quote = ""
		default:
			quote = e.quote
		}
		e.by.Send(e.kind, e.code, from, at, quote)
	}
	if f.then != nil {
		f.then(c, from, q)
	}
}

func soon(c *net.UDPConn, from netip.AddrPort, q string) {
	time.AfterFunc(50*time.Millisecond, func() { answer(c, from, q) })
}

func junk(c *net.UDPConn, from netip.AddrPort, _ string) { say(c, from, "junk") }

func forgeries4(self, other nstest.Forger) []forgery {
	return []forgery{
		{"port unreachable", []forged{{self, 3, 3, ""}}, nil, unreachableBy("port unreachable from 127.0.0.1")},
		{"port unreachable, nothing quoted", []forged{{self, 3, 3, noPayload}}, nil, unreachableBy("port unreachable from 127.0.0.1")},
		{"port unreachable, a part quoted", []forged{{self, 3, 3, "port"}}, nil, unreachableBy("port unreachable from 127.0.0.1")},
		{"port unreachable, another query quoted", []forged{{self, 3, 3, "another"}}, nil, &Failure{Timeout, ""}},
		{"port unreachable in another's name", []forged{{other, 3, 3, ""}}, nil, unreachableBy("port unreachable from 127.0.0.2")},
		{"port unreachable in another's name, then the answer", []forged{{other, 3, 3, ""}}, soon, nil},
		{"host unreachable", []forged{{self, 3, 1, ""}}, nil, unreachableBy("host unreachable from 127.0.0.1")},
		{"host unreachable, another query quoted", []forged{{other, 3, 1, "another"}}, nil, &Failure{Timeout, ""}},
		{"host unreachable, a part quoted and filled up", []forged{{other, 3, 1, "host" + filling}}, nil, unreachableBy("host unreachable from 127.0.0.2")},
		{"host unreachable, another query quoted and filled up", []forged{{other, 3, 1, "another" + filling}}, nil, &Failure{Timeout, ""}},
		{"host unreachable, then the answer", []forged{{other, 3, 1, ""}}, soon, nil},
		{"host unreachable, and junk", []forged{{other, 3, 1, ""}}, junk, unreachableBy("host unreachable from 127.0.0.2")},
		{
			"network unreachable, then prohibited",
			[]forged{{self, 3, 0, ""}, {other, 3, 13, ""}},
			nil,
			unreachableBy("administratively prohibited from 127.0.0.2"),
		},
		{"protocol unreachable", []forged{{other, 3, 2, ""}}, nil, unreachableBy("protocol unreachable from 127.0.0.2")},
		{"time exceeded, then the answer", []forged{{other, 11, 0, ""}}, soon, nil},
		{"parameter problem", []forged{{other, 12, 0, ""}}, nil, unreachableBy("parameter problem from 127.0.0.2")},
		{"fragmentation needed", []forged{{self, 3, 4, ""}}, nil, &Failure{Timeout, ""}},
		{"fragmentation needed, then the answer", []forged{{self, 3, 4, ""}}, soon, nil},
	}
}

func forgeries6(self, other nstest.Forger) []forgery {
	return []forgery{
		{"port unreachable", []forged{{self, 1, 4, ""}}, nil, unreachableBy("port unreachable from ::1")},
		{"port unreachable, nothing quoted", []forged{{self, 1, 4, noPayload}}, nil, unreachableBy("port unreachable from ::1")},
		{"port unreachable, another query quoted", []forged{{self, 1, 4, "another"}}, nil, &Failure{Timeout, ""}},
		{"port unreachable in another's name", []forged{{other, 1, 4, ""}}, nil, unreachableBy("port unreachable from 2001:db8::99")},
		{"address unreachable", []forged{{other, 1, 3, ""}}, nil, unreachableBy("address unreachable from 2001:db8::99")},
		{"address unreachable, filled up", []forged{{other, 1, 3, filling}}, nil, unreachableBy("address unreachable from 2001:db8::99")},
		{"address unreachable, then the answer", []forged{{self, 1, 3, ""}}, soon, nil},
		{"rejected", []forged{{other, 1, 6, ""}}, nil, unreachableBy("route rejected from 2001:db8::99")},
		{"time exceeded, then the answer", []forged{{other, 3, 0, ""}}, soon, nil},
		{"parameter problem", []forged{{other, 4, 0, ""}}, nil, unreachableBy("parameter problem from 2001:db8::99")},
		{"packet too big", []forged{{self, 2, 0, ""}}, nil, &Failure{Timeout, ""}},
		{"packet too big, then the answer", []forged{{self, 2, 0, ""}}, soon, nil},
	}
}

// TestForgedICMP: only the server's own word that its port is closed ends a target, and an answer
// overrides the rest.
func TestForgedICMP(t *testing.T) { eachWay(t, testForgedICMP) }

func testForgedICMP(t *testing.T, ask asker) {
	t.Parallel()
	for own, cases := range map[string]func(self, other nstest.Forger) []forgery{"127.0.0.1": forgeries4, "::1": forgeries6} {
		t.Run(own, func(t *testing.T) {
			t.Parallel()
			enterNamespace(t)
			others := map[string]string{"127.0.0.1": "127.0.0.2", "::1": "2001:db8::99"}
			var ds []Datagram
			all := cases(nstest.NewForger(t, own), nstest.NewForger(t, others[own]))
			for _, c := range all {
				ds = append(ds, datagram(c.name, serveUDP(t, own, c.handle)))
			}
			outs, _ := ask(t, lasting(700*time.Millisecond), ds)
			for i, c := range all {
				checkFailure(t, c.name, outs[i], c.want)
			}
		})
	}
}

// TestForgedRefusalEndsAtOnce: the others wait.
func TestForgedRefusalEndsAtOnce(t *testing.T) { eachWay(t, testForgedRefusalEndsAtOnce) }

func testForgedRefusalEndsAtOnce(t *testing.T, ask asker) {
	t.Parallel()
	enterNamespace(t)
	self := nstest.NewForger(t, "127.0.0.1")
	for _, c := range []struct {
		kind, code byte
		waits      bool
	}{
		{3, 3, false},
		{3, 1, true},
	} {
		f := forgery{errors: []forged{{self, c.kind, c.code, ""}}}
		timeout := 2 * time.Second
		if c.waits {
			timeout /= 10
		}
		outs, took := ask(t, lasting(timeout), []Datagram{datagram("q", serveUDP(t, "127.0.0.1", f.handle))})
		if outs[0].Err == nil || (took >= timeout) != c.waits {
			t.Errorf("type %d code %d: %v after %v", c.kind, c.code, outs[0].Err, took)
		}
	}
}

// TestErrorsHideNoAnswer: while nobody reads, answers come in, and ICMP errors about other queries.
// The kernel hands out the errors first, in place of what lies in the buffer.
func TestErrorsHideNoAnswer(t *testing.T) { eachWay(t, testErrorsHideNoAnswer) }

func testErrorsHideNoAnswer(t *testing.T, ask asker) {
	t.Parallel()
	enterNamespace(t)
	keep(t)
	const timeout = 600 * time.Millisecond
	unreachable := forgery{errors: []forged{{nstest.NewForger(t, "127.0.0.2"), 3, 1, ""}}}
	later := func(d time.Duration, h udpHandler) udpHandler {
		return func(c *net.UDPConn, from netip.AddrPort, q string) { time.AfterFunc(d, func() { h(c, from, q) }) }
	}
	ds := []Datagram{
		{Query: sleeper("sleeper", 2*timeout), To: serveUDP(t, "127.0.0.1", junk)},
		datagram("answered", serveUDP(t, "127.0.0.1", later(timeout/5, answer))),
		datagram("unreachable", serveUDP(t, "127.0.0.1", later(timeout/3, unreachable.handle))),
	}
	outs, _ := ask(t, lasting(timeout), ds)
	checkFailure(t, "answered", outs[1], nil)
	checkFailure(t, "unreachable", outs[2], unreachableBy("host unreachable from 127.0.0.2"))
}
