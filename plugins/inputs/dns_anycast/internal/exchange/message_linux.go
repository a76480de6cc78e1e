//go:build linux && !portable

package exchange

import (
	"encoding/binary"
	"net/netip"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The system calls below do not wait, and so the scheduler need not know of them (RawSyscall). It
// would wake up the runtime's monitor, which then looks after this process every 20 µs.

// message is a datagram or an entry of the error queue, as recvmsg(2) hands it out.
type message struct {
	data       []byte
	control    [controlSize]byte
	controlLen int
	from       address
	err        error
}

// address is a struct sockaddr_in, or a struct sockaddr_in6: the family in the host's order, the
// port in the network's, then the address; of IPv6 the flow (4 bytes) before it, and behind it the
// interface's number in the host's order.
type address [unix.SizeofSockaddrInet6]byte

func newAddress(a netip.AddrPort) (raw address, size uint32) {
	binary.BigEndian.PutUint16(raw[2:], a.Port())
	if a.Addr().Is4() {
		binary.NativeEndian.PutUint16(raw[:], unix.AF_INET)
		ip := a.Addr().As4()
		copy(raw[4:], ip[:])
		return raw, unix.SizeofSockaddrInet4
	}
	binary.NativeEndian.PutUint16(raw[:], unix.AF_INET6)
	ip := a.Addr().As16()
	copy(raw[8:], ip[:])
	binary.NativeEndian.PutUint32(raw[24:], zoneIndex(a.Addr().Zone()))
	return raw, unix.SizeofSockaddrInet6
}

// addrPort returns the address without its zone, and the interface's number; an invalid address
// where there is none.
func (a *address) addrPort() (at netip.AddrPort, index uint32) {
	port := binary.BigEndian.Uint16(a[2:])
	switch binary.NativeEndian.Uint16(a[:]) {
	case unix.AF_INET:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(a[4:])), port), 0
	case unix.AF_INET6:
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte(a[8:])), port), binary.NativeEndian.Uint32(a[24:])
	}
	return at, 0
}

// receive reads one into b, with as much control data as control says.
func (m *message) receive(fd int, b []byte, control, flags int) (n int, err error) {
	m.from = address{}
	into := unix.Iovec{Base: &b[0]}
	into.SetLen(len(b))
	h := unix.Msghdr{Name: &m.from[0], Namelen: uint32(len(m.from)), Iov: &into, Control: &m.control[0]}
	h.SetIovlen(1)
	h.SetControllen(control)
	n, err = call(unix.SYS_RECVMSG, fd, &h, flags|unix.MSG_DONTWAIT)
	m.controlLen = int(h.Controllen)
	return n, err
}

func sendMessage(fd int, b, control []byte, to netip.AddrPort) error {
	raw, size := newAddress(to)
	from := unix.Iovec{Base: unsafe.SliceData(b)}
	from.SetLen(len(b))
	h := unix.Msghdr{Name: &raw[0], Namelen: size, Iov: &from, Control: unsafe.SliceData(control)}
	h.SetIovlen(1)
	h.SetControllen(len(control))
	_, err := call(unix.SYS_SENDMSG, fd, &h, 0)
	return err
}

// sendOn is for streams, and says how many bytes were taken.
func sendOn(fd int, b []byte) (int, error) {
	from := unix.Iovec{Base: unsafe.SliceData(b)}
	from.SetLen(len(b))
	h := unix.Msghdr{Iov: &from}
	h.SetIovlen(1)
	return call(unix.SYS_SENDMSG, fd, &h, unix.MSG_NOSIGNAL)
}

// call is sendmsg(2) or recvmsg(2).
func call(trap uintptr, fd int, h *unix.Msghdr, flags int) (int, error) {
	for {
		n, _, errno := unix.RawSyscall(trap, uintptr(fd), uintptr(unsafe.Pointer(h)), uintptr(flags))
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		default:
			return 0, errno
		}
	}
}

// newSocket does not block.
func newSocket(ipv6 bool, kind int) (int, error) {
	family := unix.AF_INET
	if ipv6 {
		family = unix.AF_INET6
	}
	fd, _, errno := unix.RawSyscall(unix.SYS_SOCKET, uintptr(family), uintptr(kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK), 0)
	return int(fd), named("socket", errno)
}

func bind(fd int, at netip.AddrPort) error {
	raw, size := newAddress(at)
	return named("bind", callOn(unix.SYS_BIND, fd, &raw, size))
}

// connect is for datagrams: it says where they go, and does not wait.
func connect(fd int, to netip.AddrPort) error {
	raw, size := newAddress(to)
	return named("connect", callOn(unix.SYS_CONNECT, fd, &raw, size))
}

// callOn is bind(2) or connect(2), which do not wait: not on a socket that does not block.
func callOn(trap uintptr, fd int, at *address, size uint32) unix.Errno {
	_, _, errno := unix.RawSyscall(trap, uintptr(fd), uintptr(unsafe.Pointer(at)), uintptr(size))
	return errno
}

// localAddress is getsockname(2); no address where it fails.
func localAddress(fd int) (at address) {
	size := uint32(len(at))
	unix.RawSyscall(unix.SYS_GETSOCKNAME, uintptr(fd), uintptr(unsafe.Pointer(&at)), uintptr(unsafe.Pointer(&size)))
	return at
}

// socketError is what SO_ERROR says, once.
func socketError(fd int) unix.Errno {
	var value, size int32 = 0, 4
	unix.RawSyscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.SOL_SOCKET, unix.SO_ERROR,
		uintptr(unsafe.Pointer(&value)), uintptr(unsafe.Pointer(&size)), 0)
	return unix.Errno(value)
}

// named is an error of a system call, nil for none.
func named(name string, errno unix.Errno) error {
	if errno == 0 {
		return nil
	}
	return os.NewSyscallError(name, errno)
}

func setOption(fd, level, name int, value int32) {
	unix.RawSyscall6(unix.SYS_SETSOCKOPT, uintptr(fd), uintptr(level), uintptr(name), uintptr(unsafe.Pointer(&value)), 4, 0)
}

func closeFD(fd int) { unix.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0) }
