//go:build linux && !portable

package exchange

import (
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
// hands out ICMP errors, the first and the last through its error queue. The runtime's poller does
// not know of it until somebody waits for what comes: it would be woken by each stamp.
type socket struct {
	fd     int
	source netip.Addr
	zones  map[uint32]string // names of interfaces; most sockets meet none

	control int // bytes of a message's control data that are taken in: all, but in a test
	got     message

	file     *os.File // nil: nobody has waited yet
	raw      syscall.RawConn
	datagram func(fd uintptr) bool // reads a datagram into got; false if there is none
}

// readBuffers have room for any message. Sockets share them, so that there are few: what was read
// is copied.
var readBuffers = sync.Pool{New: func() any { return new([readSize]byte) }}

func openSocket(r route) (*socket, error) {
	ipv6 := r.to.Addr().Is6()
	local := netip.IPv4Unspecified()
	if ipv6 {
		local = netip.IPv6Unspecified()
	}
	if r.source.IsValid() {
		local = r.source
	}
	fd, err := newSocket(ipv6, unix.SOCK_DGRAM)
	if err != nil {
		return nil, err
	}
	setOptions(fd, ipv6)
	if err := bind(fd, netip.AddrPortFrom(local, 0)); err != nil {
		closeFD(fd)
		return nil, err
	}
	return &socket{fd: fd, source: r.source, control: controlSize}, nil
}

// check asks the route table, by a UDP connect, which sends nothing.
func (r route) check() error {
	fd, err := newSocket(r.to.Addr().Is6(), unix.SOCK_DGRAM)
	if err != nil {
		return err
	}
	defer closeFD(fd)
	setOption(fd, unix.SOL_SOCKET, unix.SO_BROADCAST, 1) // TCP is to say what it makes of such an address
	if r.source.IsValid() {
		if err := bind(fd, netip.AddrPortFrom(r.source, 0)); err != nil {
			return err
		}
	}
	return connect(fd, r.to)
}

// setOptions asks for stamps and ICMP errors. Its failures show as missing stamps, which are told
// apart later.
func setOptions(fd int, ipv6 bool) {
	const stamps = unix.SOF_TIMESTAMPING_SOFTWARE | unix.SOF_TIMESTAMPING_TX_SOFTWARE | unix.SOF_TIMESTAMPING_RX_SOFTWARE
	setOption(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPING, stamps)
	setOption(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer)
	if ipv6 {
		setOption(fd, unix.SOL_IPV6, unix.IPV6_V6ONLY, 1)
		setOption(fd, unix.SOL_IPV6, unix.IPV6_RECVERR, 1)
	} else {
		setOption(fd, unix.SOL_IP, unix.IP_RECVERR, 1)
	}
}

func (s *socket) close() {
	if s.file != nil {
		s.file.Close()
		return
	}
	closeFD(s.fd)
}

// send sets a TTL (IPv6: hop limit) other than zero for this datagram alone: no privilege is needed.
// The error is errFull where it would have to wait.
func (s *socket) send(b []byte, to netip.AddrPort, ttl int) error {
	var control []byte
	if ttl != 0 {
		control = ttlMessage(to.Addr().Is6(), ttl)
	}
	err := sendMessage(s.fd, b, control, to)
	if err == unix.EAGAIN { // which to the caller means ports
		return errFull
	}
	return os.NewSyscallError("sendmsg", err)
}

// awaitRoom waits a while for room in the send buffer, and reports whether there is any.
func (s *socket) awaitRoom() bool {
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(s.fd), Events: unix.POLLOUT}}, 1000)
	return n > 0 || err == unix.EINTR
}

// attend lets read wait, until a time.
func (s *socket) attend(until time.Time) error {
	if s.file == nil {
		s.file = os.NewFile(uintptr(s.fd), "udp")
		raw, err := s.file.SyscallConn()
		if err != nil {
			return err
		}
		s.raw, s.datagram = raw, func(uintptr) bool { return s.receive(0) != unix.EAGAIN }
	}
	return s.file.SetReadDeadline(until)
}

// wake ends a wait. It may be called at any time once attend was.
func (s *socket) wake() { s.file.SetReadDeadline(time.Unix(1, 0)) }

// receive reads one message, without waiting.
func (s *socket) receive(flags int) error {
	buffer := readBuffers.Get().(*[readSize]byte)
	defer readBuffers.Put(buffer)
	m := &s.got
	n := 0
	if n, m.err = m.receive(s.fd, buffer[:], s.control, flags); m.err == nil {
		m.data = append(m.data[:0], buffer[:n]...)
	}
	return m.err
}

// read waits for a datagram, after attend. rx is the kernel's arrival stamp in ns of the wall clock,
// 0 when missing. The bytes are valid until something else is read.
func (s *socket) read() (b []byte, from netip.AddrPort, rx int64, err error) {
	if err := s.raw.Read(s.datagram); err != nil {
		return nil, from, 0, err
	}
	return s.arrival()
}

// readNow is read for what has arrived already: it never waits, also behind the deadline.
func (s *socket) readNow() (b []byte, from netip.AddrPort, rx int64, err error) {
	if s.receive(0) == unix.EAGAIN {
		return nil, from, 0, errNothing
	}
	return s.arrival()
}

func (s *socket) arrival() (b []byte, from netip.AddrPort, rx int64, err error) {
	m := &s.got
	if m.err != nil {
		return nil, from, 0, m.err
	}
	return m.data, s.addrPort(m.from), stampOf(m.control[:m.controlLen]), nil
}

// dropped is how many datagrams the kernel has thrown away here for want of room: SK_MEMINFO_DROPS,
// the ninth number of SO_MEMINFO, which lies where the only type for such numbers in package unix
// has Lost.
func (s *socket) dropped() int {
	numbers, err := unix.GetsockoptTCPInfo(s.fd, unix.SOL_SOCKET, unix.SO_MEMINFO)
	if err != nil {
		return 0
	}
	return int(numbers.Lost)
}

// event reads one entry of the error queue, without waiting. The event's bytes are valid until
// something else is read.
func (s *socket) event() (e event, ok bool) {
	if s.receive(unix.MSG_ERRQUEUE) != nil {
		return event{}, false
	}
	m := &s.got
	e = parseEvent(m.control[:m.controlLen])
	e.data = m.data
	e.to = s.addrPort(m.from)
	return e, true
}

func (s *socket) addrPort(a address) netip.AddrPort {
	at, index := a.addrPort()
	if zone := s.zone(index); zone != "" {
		at = netip.AddrPortFrom(at.Addr().WithZone(zone), at.Port())
	}
	return at
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
