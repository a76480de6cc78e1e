//go:build linux && !portable

package exchange

import (
	"context"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// KernelStamps is whether there are any on this system.
const KernelStamps = true

const (
	// An answer may be larger than the size offered; what is larger than this is cut and then no answer.
	readSize = 4096
	// A stamp, an extended error and the offender's address take some 150 bytes.
	controlSize = 256
)

// socket is a fresh unconnected UDP socket on which the kernel stamps departures and arrivals and hands out ICMP
// errors, the first and the last through its error queue.
type socket struct {
	conn   *net.UDPConn
	raw    syscall.RawConn
	source netip.Addr
	data   []byte
	oob    []byte

	buffers   *buffers         // the two
	fromQueue func(fd uintptr) // reads an entry of the error queue into queued
	queued    entry
}

// buffers are read into. Sockets of later rounds use them again.
type buffers struct {
	data [readSize]byte
	oob  [controlSize]byte
}

var freeBuffers = sync.Pool{New: func() any { return new(buffers) }}

// entry is one of the error queue.
type entry struct {
	n, oobn int
	to      unix.Sockaddr
	err     error
}

func openSocket(r route) (*socket, error) {
	conn, err := listen(r)
	if err != nil {
		return nil, err
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		conn.Close()
		return nil, err
	}
	b := freeBuffers.Get().(*buffers)
	s := &socket{conn: conn, raw: raw, source: r.source, data: b.data[:], oob: b.oob[:], buffers: b}
	s.fromQueue = s.readQueue
	return s, nil
}

func listen(r route) (*net.UDPConn, error) {
	network, at := r.local()
	lc := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error { return c.Control(setOptions(r.to.Addr().Is6())) }}
	pc, err := lc.ListenPacket(context.Background(), network, at)
	if err != nil {
		return nil, err
	}
	return pc.(*net.UDPConn), nil
}

// setOptions asks for stamps and ICMP errors, and takes back what package net sets: no query may go to a whole network.
// Its failures show as missing stamps, which are told apart later.
func setOptions(ipv6 bool) func(fd uintptr) {
	return func(fd uintptr) {
		const stamps = unix.SOF_TIMESTAMPING_SOFTWARE | unix.SOF_TIMESTAMPING_TX_SOFTWARE | unix.SOF_TIMESTAMPING_RX_SOFTWARE
		unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPING, stamps)
		unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_BROADCAST, 0)
		if ipv6 {
			unix.SetsockoptInt(int(fd), unix.SOL_IPV6, unix.IPV6_RECVERR, 1)
		} else {
			unix.SetsockoptInt(int(fd), unix.SOL_IP, unix.IP_RECVERR, 1)
		}
	}
}

// Keep holds the kernel's receive stamping switched on until it is closed: the kernel switches it on some
// milliseconds after the first socket asks and off when the last is gone, and what arrives between is not stamped.
// Keep waits for that. Its socket is bound to no port.
func Keep() (io.Closer, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	setOptions(false)(uintptr(fd))
	time.Sleep(10 * time.Millisecond)
	return os.NewFile(uintptr(fd), "stamping"), nil
}

func (s *socket) close() {
	s.conn.Close()
	freeBuffers.Put(s.buffers)
}

func (s *socket) send(b []byte, to netip.AddrPort) error {
	_, err := s.conn.WriteToUDPAddrPort(b, to)
	return err
}

// read waits for a datagram. rx is the kernel's arrival stamp in ns of the wall clock, 0 when missing.
func (s *socket) read() (b []byte, from netip.AddrPort, rx int64, err error) {
	n, oobn, _, from, err := s.conn.ReadMsgUDPAddrPort(s.data, s.oob)
	if err != nil {
		return nil, from, 0, err
	}
	rx = stampOf(s.oob[:oobn])
	return s.data[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), rx, nil
}

// pending reports whether a datagram lies in the receive buffer. A pending ICMP error is handed out in its place, once
// each time; it is in the error queue all the same.
func (s *socket) pending() (yes bool) {
	s.raw.Control(func(fd uintptr) {
		var b [1]byte
		for range 2 * GroupSize {
			_, _, err := unix.Recvfrom(int(fd), b[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
			if yes = err == nil; yes || err == unix.EAGAIN {
				return
			}
		}
	})
	return yes
}

// event reads one entry of the error queue, without waiting. The event's bytes are valid until the next read.
func (s *socket) event() (e event, ok bool) {
	if err := s.raw.Control(s.fromQueue); err != nil || s.queued.err != nil {
		return event{}, false
	}
	e = parseEvent(s.oob[:s.queued.oobn])
	e.data = s.data[:s.queued.n]
	e.to = addrPort(s.queued.to)
	return e, true
}

func (s *socket) readQueue(fd uintptr) {
	q := &s.queued
	q.n, q.oobn, _, q.to, q.err = unix.Recvmsg(int(fd), s.data, s.oob, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
}
