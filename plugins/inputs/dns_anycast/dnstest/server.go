// Package dnstest plays name servers on loopback for tests and tools, as net/http/httptest plays
// web servers: good ones, and ones that lie, are slow or fall silent. It is never part of the
// command.
//
// A Server treats every Query as its Handler pleases. A Draft is a reply in parts, which may be
// bent before it is put together. It is written without the codec that the product reads it with.
package dnstest

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"
)

// Handler treats a query: it replies, or not. It is called for one datagram of a socket after the
// other, and for each connection on a goroutine of its own.
type Handler func(q *Query)

// Server listens on one port of one or more addresses.
type Server struct {
	Addrs []netip.AddrPort // in the order that they were asked for

	udp, tcp transport
	open     []io.Closer
}

type transport struct {
	handle  Handler
	queries atomic.Int64
}

// attempts is how often a port is looked for that is free over UDP and TCP.
const attempts = 10

// Listen starts a server at addresses, and at each where port 0 is asked for, on a port that the
// system chooses for the first. Over a transport whose handler is nil it does not listen.
func Listen(udp, tcp Handler, at ...netip.AddrPort) (*Server, error) {
	for n := 1; ; n++ {
		s := &Server{}
		s.udp.handle, s.tcp.handle = udp, tcp
		err := s.listen(at)
		if err == nil {
			return s, nil
		}
		s.Close()
		if n == attempts || at[0].Port() != 0 {
			return nil, err
		}
	}
}

// Serve is Listen for a test, which ends the server. Addresses are such as "127.0.0.1:0".
func Serve(t testing.TB, udp, tcp Handler, at ...string) *Server {
	t.Helper()
	var addrs []netip.AddrPort
	for _, a := range at {
		addrs = append(addrs, netip.MustParseAddrPort(a))
	}
	s, err := Listen(udp, tcp, addrs...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// At is the server's first address and port, as one writes them in plugin.conf.
func (s *Server) At() string { return s.Addrs[0].String() }

// Queries is how many came so far over "udp" or "tcp".
func (s *Server) Queries(transport string) int {
	if transport == "tcp" {
		return int(s.tcp.queries.Load())
	}
	return int(s.udp.queries.Load())
}

// Close closes the server's ports. A connection stays until its client closes it.
func (s *Server) Close() {
	for _, c := range s.open {
		c.Close()
	}
}

func (s *Server) listen(at []netip.AddrPort) error {
	var datagrams []*net.UDPConn
	var streams []*net.TCPListener
	for i, a := range at {
		if i > 0 && a.Port() == 0 {
			a = netip.AddrPortFrom(a.Addr(), s.Addrs[0].Port())
		}
		if s.tcp.handle != nil { // first: many ports are taken by connections
			l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(a))
			if err != nil {
				return err
			}
			s.open, streams = append(s.open, l), append(streams, l)
			a = l.Addr().(*net.TCPAddr).AddrPort()
		}
		if s.udp.handle != nil {
			c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(a))
			if err != nil {
				return err
			}
			s.open, datagrams = append(s.open, c), append(datagrams, c)
			a = c.LocalAddr().(*net.UDPAddr).AddrPort()
		}
		s.Addrs = append(s.Addrs, a)
	}
	for _, c := range datagrams {
		go s.datagrams(c)
	}
	for _, l := range streams {
		go s.accept(l)
	}
	return nil
}

func (s *Server) datagrams(c *net.UDPConn) {
	at := c.LocalAddr().(*net.UDPAddr).AddrPort()
	for b := make([]byte, 1<<16); ; {
		n, from, err := c.ReadFromUDPAddrPort(b)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // some systems tell here of a reply that no socket took
			time.Sleep(time.Millisecond)
		default:
			s.udp.take(&Query{Data: append([]byte(nil), b[:n]...), At: at, From: from, UDP: c})
		}
	}
}

func (s *Server) accept(l *net.TCPListener) {
	for {
		c, err := l.AcceptTCP()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // no descriptor is free
			time.Sleep(time.Millisecond)
		default:
			go func() { defer c.Close(); s.stream(c) }()
		}
	}
}

// stream takes queries until the other side has had enough.
func (s *Server) stream(c *net.TCPConn) {
	at, from := c.LocalAddr().(*net.TCPAddr).AddrPort(), c.RemoteAddr().(*net.TCPAddr).AddrPort()
	for length := make([]byte, 2); ; {
		if _, err := io.ReadFull(c, length); err != nil {
			return
		}
		b := make([]byte, binary.BigEndian.Uint16(length))
		if _, err := io.ReadFull(c, b); err != nil {
			return
		}
		s.tcp.take(&Query{Data: b, At: at, From: from, TCP: c})
	}
}

func (t *transport) take(q *Query) {
	q.N = int(t.queries.Add(1)) - 1
	t.handle(q)
}
