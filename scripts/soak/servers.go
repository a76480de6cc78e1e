//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

// query is one that a server got, and the way to reply.
type query struct {
	bytes []byte
	round int64
	from  netip.AddrPort // over UDP
	udp   *net.UDPConn
	tcp   *net.TCPConn // over TCP
}

type handler func(q *query)

// soa reports whether it asks for a zone.
func (q *query) soa() bool {
	end := 12 + bytes.IndexByte(q.bytes[min(12, len(q.bytes)):], 0)
	return end > 12 && len(q.bytes) > end+2 && q.bytes[end+2] == 6
}

// reply sends a datagram, or a message behind its length.
func (q *query) reply(b []byte) {
	if q.tcp != nil {
		q.tcp.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...))
		return
	}
	q.udp.WriteToUDPAddrPort(b, q.from)
}

// server is an address with a manner. It has no sockets where it is dead.
type server struct {
	text  string // in plugin.conf
	cloud *cloud
	manner
	addrs []netip.AddrPort
	udp   []*net.UDPConn
	tcp   []*net.TCPListener

	mu     sync.Mutex
	served []served // in the round under way
}

// served is when a query came and when its handler had ended.
type served struct {
	tcp, soa  bool
	got, done time.Time
}

// note remembers a query, so that a server that was slow itself blames nobody else.
func (s *server) note(q *query, got time.Time) {
	e := served{q.tcp != nil, q.soa(), got, time.Now()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.served = append(s.served, e)
}

func (s *server) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.served = s.served[:0]
}

// slow reports whether the server took its time over a query sent at a time, or over one that followed. It may still
// be about to read it.
func (s *server) slow(tcp, soa bool, sent time.Time) bool {
	for ; ; time.Sleep(timeout / 10) {
		slow, got := s.wasSlow(tcp, soa, sent)
		if got || time.Since(sent) > 3*timeout {
			return slow
		}
	}
}

func (s *server) wasSlow(tcp, soa bool, sent time.Time) (slow, got bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.served {
		if e.tcp == tcp && e.soa == soa && !e.got.Before(sent.Add(-clockSlip)) {
			slow, got = slow || e.done.Sub(sent) > timeout/2, true
		}
	}
	return slow, got
}

// listen opens the server's sockets at addresses, all with one port that the system chooses. UDP may find another's
// socket at the port that TCP got.
func (s *server) listen(w *world, ips ...netip.Addr) error {
	for try := 0; ; try++ {
		err := s.open(w, ips)
		if err == nil || try == 10 || !errors.Is(err, syscall.EADDRINUSE) {
			return err
		}
		s.close()
		s.addrs, s.udp, s.tcp = nil, nil, nil
	}
}

func (s *server) open(w *world, ips []netip.Addr) error {
	var port uint16
	for _, ip := range ips {
		l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(ip, port)))
		if err != nil {
			return err
		}
		s.tcp = append(s.tcp, l)
		port = l.Addr().(*net.TCPAddr).AddrPort().Port()
		c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, port)))
		if err != nil {
			return err
		}
		s.udp = append(s.udp, c)
		s.addrs = append(s.addrs, netip.AddrPortFrom(ip, port))
	}
	for i := range s.udp {
		go s.datagrams(w, s.udp[i])
		go s.streams(w, s.tcp[i])
	}
	return nil
}

func (s *server) datagrams(w *world, c *net.UDPConn) {
	for b := make([]byte, 4096); ; {
		n, from, err := c.ReadFromUDPAddrPort(b)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			got := time.Now()
			q := &query{bytes: append([]byte(nil), b[:n]...), round: w.round.Load(), from: from, udp: c}
			s.overUDP(q)
			s.note(q, got)
		}
	}
}

func (s *server) streams(w *world, l *net.TCPListener) {
	for {
		c, err := l.AcceptTCP()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(time.Millisecond)
			continue
		}
		go s.stream(w, c)
	}
}

// stream takes queries until the other side has had enough.
func (s *server) stream(w *world, c *net.TCPConn) {
	defer c.Close()
	for length := make([]byte, 2); ; {
		if _, err := io.ReadFull(c, length); err != nil {
			return
		}
		b := make([]byte, binary.BigEndian.Uint16(length))
		if _, err := io.ReadFull(c, b); err != nil {
			return
		}
		got := time.Now()
		q := &query{bytes: b, round: w.round.Load(), tcp: c}
		s.overTCP(q)
		s.note(q, got)
	}
}

func (s *server) close() {
	for _, c := range s.udp {
		c.Close()
	}
	for _, l := range s.tcp {
		l.Close()
	}
}
