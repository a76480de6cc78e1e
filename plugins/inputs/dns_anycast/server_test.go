//go:build unix

package dns_anycast

import (
	"encoding/binary"
	"io"
	"net"
	"sync/atomic"
	"testing"
)

// incoming is a query and the ways to reply to it.
type incoming struct {
	query []byte
	n     int // how many came before it over the same transport
	from  net.Addr
	reply func(b []byte)                    // from the address and port asked, as often as one likes
	stray func(from *net.UDPConn, b []byte) // from another socket; nil over TCP
	conn  net.Conn                          // nil over UDP
}

// liar is a server on UDP and TCP that replies as its handler pleases.
type liar struct {
	at      string                   // address and port, as one writes them in plugin.conf
	queries map[string]*atomic.Int32 // by transport
	handle  func(incoming)           // may be called twice at a time
}

// serve starts a server at ip that lives as long as the test.
func serve(t *testing.T, ip string, handle func(incoming)) *liar {
	t.Helper()
	s, err := net.Listen("tcp", net.JoinHostPort(ip, "0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	c, err := net.ListenPacket("udp", s.Addr().String())
	if err != nil { // another has the port
		return serve(t, ip, handle)
	}
	t.Cleanup(func() { c.Close() })
	l := &liar{s.Addr().String(), map[string]*atomic.Int32{"udp": {}, "tcp": {}}, handle}
	go l.datagrams(c.(*net.UDPConn))
	go l.accept(s)
	return l
}

func (l *liar) count(transport string) int { return int(l.queries[transport].Add(1)) - 1 }

func (l *liar) datagrams(c *net.UDPConn) {
	for b := make([]byte, 4096); ; {
		n, from, err := c.ReadFrom(b)
		if err != nil {
			return
		}
		l.handle(incoming{
			append([]byte(nil), b[:n]...), l.count("udp"), from, func(b []byte) { c.WriteTo(b, from) },
			func(other *net.UDPConn, b []byte) { other.WriteTo(b, from) },
			nil,
		})
	}
}

func (l *liar) accept(s net.Listener) {
	for c, err := s.Accept(); err == nil; c, err = s.Accept() {
		go func() { defer c.Close(); l.stream(c) }()
	}
}

func (l *liar) stream(c net.Conn) {
	frame := func(b []byte) { c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)) }
	for length := make([]byte, 2); ; {
		if _, err := io.ReadFull(c, length); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(length))
		if _, err := io.ReadFull(c, query); err != nil {
			return
		}
		l.handle(incoming{query, l.count("tcp"), c.RemoteAddr(), frame, nil, c})
	}
}
