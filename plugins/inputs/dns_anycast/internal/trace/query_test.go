package trace

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

// asked is a query in these tests.
type asked struct {
	text  string
	match func(b []byte) error
}

func (q *asked) Append(b []byte) []byte { return append(b, q.text...) }
func (q *asked) Match(b []byte) error   { return q.match(b) }
func (q *asked) Stray([]byte) bool      { return false }

// queries makes numbered ones, whose answer repeats them.
func queries() func() exchange.Query {
	var n atomic.Int32
	return func() exchange.Query {
		q := fmt.Sprintf("%04d query", n.Add(1))
		return &asked{q, func(b []byte) error {
			if string(b) != "re: "+q {
				return errors.New("not the answer")
			}
			return nil
		}}
	}
}

func answer(c *net.UDPConn, from netip.AddrPort, query string) {
	c.WriteToUDPAddrPort([]byte("re: "+query), from)
}

// serve answers at an address of the namespace of the calling goroutine.
func serve(t *testing.T, at string, handle func(c *net.UDPConn, from netip.AddrPort, query string)) netip.AddrPort {
	t.Helper()
	return serveAt(t, netip.AddrPortFrom(netip.MustParseAddr(at), 0), handle)
}

func serveAt(t *testing.T, at netip.AddrPort, handle func(c *net.UDPConn, from netip.AddrPort, query string)) netip.AddrPort {
	t.Helper()
	c := listen(t, at)
	go func() {
		b := make([]byte, 1500)
		for {
			n, from, err := c.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			handle(c, from, string(b[:n]))
		}
	}()
	return c.LocalAddr().(*net.UDPAddr).AddrPort()
}

func listen(t *testing.T, at netip.AddrPort) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// text is a path as a person writes it: * is silence, what was said follows in parentheses where it
// is not time exceeded, and the server's answer where it is it.
func (p *Path) text() string {
	var hops []string
	for i, h := range p.Hops {
		s := "*"
		switch {
		case h.Silent():
		case h.ICMP == nil:
			s = h.Addr.String() + "(answer)"
		case h.ICMP.Kind != exchange.TimeExceeded:
			s = h.Addr.String() + "(" + strings.ReplaceAll(h.ICMP.Text(), " ", "-") + ")"
		default:
			s = h.Addr.String()
		}
		if i > 0 && h.TTL == FullTTL {
			s = "… " + s
		}
		hops = append(hops, s)
	}
	if p.Reached {
		hops = append(hops, "reached")
	}
	return strings.Join(hops, " ")
}
