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

// ICMPErrors is whether this system hands them out.
const ICMPErrors = true

// A stamp, an extended error and the offender's address take some 150 bytes.
const controlSize = 256

// socket is a fresh unconnected UDP socket on which the kernel stamps departures and arrivals and
// hands out ICMP errors, the first and the last through its error queue.
type socket struct {
	conn   *net.UDPConn
	raw    syscall.RawConn
	source netip.Addr
	zones  map[uint32]string // names of interfaces; most sockets meet none

	control   int                   // bytes of a message's control data that are taken in: all, but in a test
	datagram  func(fd uintptr) bool // reads a datagram into got; false if there is none
	fromQueue func(fd uintptr)      // reads an entry of the error queue into got
	got       message
}

// message is a datagram or an entry of the error queue.
type message struct {
	data []byte
	oob  [controlSize]byte
	oobn int
	addr syscall.Sockaddr
	err  error
}

// readBuffers have room for any message. Sockets share them, so that there are few: what was read
// is copied.
var readBuffers = sync.Pool{New: func() any { return new([readSize]byte) }}

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
	conn.SetReadBuffer(receiveBuffer)
	s := &socket{conn: conn, raw: raw, source: r.source, control: controlSize}
	s.datagram = func(fd uintptr) bool { return s.receive(fd, 0) != unix.EAGAIN }
	s.fromQueue = func(fd uintptr) { s.receive(fd, unix.MSG_ERRQUEUE) }
	return s, nil
}

func listen(r route) (*net.UDPConn, error) {
	network, at := r.bindAddress()
	lc := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error { return c.Control(setOptions(r.to.Addr().Is6())) }}
	pc, err := lc.ListenPacket(context.Background(), network, at)
	if err != nil {
		return nil, err
	}
	return pc.(*net.UDPConn), nil
}

// setOptions asks for stamps and ICMP errors, and takes back what package net sets: no query may go
// to a whole network. Its failures show as missing stamps, which are told apart later.
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

// HoldTimestamps holds the kernel's receive stamping switched on until it is closed: the kernel
// switches it on some milliseconds after the first socket asks and off when the last is gone, and
// what arrives between is not stamped. It waits for that. Its socket is bound to no port.
func HoldTimestamps() (io.Closer, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	setOptions(false)(uintptr(fd))
	time.Sleep(10 * time.Millisecond)
	return os.NewFile(uintptr(fd), "stamping"), nil
}

func (s *socket) close() { s.conn.Close() }

// send sets a TTL (IPv6: hop limit) other than zero for this datagram alone: no privilege is needed.
func (s *socket) send(b []byte, to netip.AddrPort, ttl int) (err error) {
	if ttl == 0 {
		_, err = s.conn.WriteToUDPAddrPort(b, to)
	} else {
		_, _, err = s.conn.WriteMsgUDPAddrPort(b, ttlMessage(to.Addr().Is6(), ttl), to)
	}
	return err
}

// receive reads one message, without waiting. Package unix would ask for the socket's protocol each
// time.
func (s *socket) receive(fd uintptr, flags int) error {
	buffer := readBuffers.Get().(*[readSize]byte)
	defer readBuffers.Put(buffer)
	m := &s.got
	n := 0
	for m.err = unix.EINTR; m.err == unix.EINTR; {
		n, m.oobn, _, m.addr, m.err = syscall.Recvmsg(int(fd), buffer[:], m.oob[:s.control], flags|unix.MSG_DONTWAIT)
	}
	if m.err == nil {
		m.data = append(m.data[:0], buffer[:n]...)
	}
	return m.err
}

// read waits for a datagram. rx is the kernel's arrival stamp in ns of the wall clock, 0 when
// missing. The bytes are valid until something else is read.
func (s *socket) read() (b []byte, from netip.AddrPort, rx int64, err error) {
	if err := s.raw.Read(s.datagram); err != nil {
		return nil, from, 0, err
	}
	return s.arrival()
}

// readNow is read for what has arrived already: it never waits, also behind the deadline.
func (s *socket) readNow() (b []byte, from netip.AddrPort, rx int64, err error) {
	if err := s.raw.Control(func(fd uintptr) { s.datagram(fd) }); err != nil {
		return nil, from, 0, err
	}
	if s.got.err == unix.EAGAIN {
		return nil, from, 0, errNothing
	}
	return s.arrival()
}

func (s *socket) arrival() (b []byte, from netip.AddrPort, rx int64, err error) {
	m := &s.got
	if m.err != nil {
		return nil, from, 0, m.err
	}
	return m.data, s.addrPort(m.addr), stampOf(m.oob[:m.oobn]), nil
}

// dropped is how many datagrams the kernel has thrown away here for want of room: SK_MEMINFO_DROPS,
// the ninth number of SO_MEMINFO, which lies where the only type for such numbers in package unix
// has Lost.
func (s *socket) dropped() (n int) {
	s.raw.Control(func(fd uintptr) {
		if numbers, err := unix.GetsockoptTCPInfo(int(fd), unix.SOL_SOCKET, unix.SO_MEMINFO); err == nil {
			n = int(numbers.Lost)
		}
	})
	return n
}

// event reads one entry of the error queue, without waiting. The event's bytes are valid until
// something else is read.
func (s *socket) event() (e event, ok bool) {
	m := &s.got
	if err := s.raw.Control(s.fromQueue); err != nil || m.err != nil {
		return event{}, false
	}
	e = parseEvent(m.oob[:m.oobn])
	e.data = m.data
	e.to = s.addrPort(m.addr)
	return e, true
}

func (s *socket) addrPort(sa syscall.Sockaddr) netip.AddrPort {
	switch sa := sa.(type) {
	case *syscall.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port))
	case *syscall.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(sa.Addr).WithZone(s.zone(sa.ZoneId)), uint16(sa.Port))
	}
	return netip.AddrPort{}
}

// zone remembers names: to look one up takes longer than to read a datagram.
func (s *socket) zone(index uint32) string {
	if index == 0 {
		return ""
	}
	name, known := s.zones[index]
	if !known {
		if s.zones == nil {
			s.zones = map[uint32]string{}
		}
		name = zone(index)
		s.zones[index] = name
	}
	return name
}
