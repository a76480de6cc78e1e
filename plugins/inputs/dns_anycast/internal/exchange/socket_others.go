//go:build !linux || portable

package exchange

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// KernelStamps is whether there are any on this system.
const KernelStamps = false

// ICMPErrors is whether this system hands them out.
const ICMPErrors = false

// socket is the portable twin: no kernel stamps, no ICMP, the program's own clock.
type socket struct {
	conn   *net.UDPConn
	source netip.Addr
	data   []byte
}

func openSocket(r route) (*socket, error) {
	network, at := r.bindAddress()
	var lc net.ListenConfig
	pc, err := lc.ListenPacket(context.Background(), network, at)
	if err != nil {
		return nil, err
	}
	conn := pc.(*net.UDPConn)
	conn.SetReadBuffer(receiveBuffer)
	return &socket{conn, r.source, make([]byte, readSize)}, nil
}

// bindAddress returns network and address of a UDP socket for r, as package net wants them.
func (r route) bindAddress() (network, address string) {
	network, address = "udp4", "0.0.0.0:0"
	if r.to.Addr().Is6() {
		network, address = "udp6", "[::]:0"
	}
	if r.source.IsValid() {
		address = netip.AddrPortFrom(r.source, 0).String()
	}
	return network, address
}

// check asks the route table, by a UDP connect, which sends nothing.
func (r route) check() error {
	d := net.Dialer{}
	if r.source.IsValid() {
		d.LocalAddr = net.UDPAddrFromAddrPort(netip.AddrPortFrom(r.source, 0))
	}
	network, _ := r.bindAddress()
	c, err := d.Dial(network, r.to.String())
	if err != nil {
		return err
	}
	return c.Close()
}

func (s *socket) close() { s.conn.Close() }

// send knows the system's TTL alone: there are no flows here.
func (s *socket) send(b []byte, to netip.AddrPort, _ int) error {
	_, err := s.conn.WriteToUDPAddrPort(b, to)
	return err
}

func (s *socket) awaitRoom() bool { return true }

func (s *socket) attend(until time.Time) error { return s.conn.SetReadDeadline(until) }

func (s *socket) wake() { s.conn.SetReadDeadline(time.Unix(1, 0)) }

// read waits for a datagram; there is no arrival stamp.
func (s *socket) read() (b []byte, from netip.AddrPort, rx int64, err error) {
	n, from, err := s.conn.ReadFromUDPAddrPort(s.data)
	return s.data[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), 0, err
}

func (s *socket) readNow() (b []byte, from netip.AddrPort, rx int64, err error) {
	return nil, from, 0, errNothing
}

func (s *socket) dropped() int { return 0 }

func (s *socket) event() (event, bool) { return event{}, false }
