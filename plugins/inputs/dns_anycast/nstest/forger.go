//go:build linux

package nstest

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"
)

// Forger sends ICMP errors about any datagram in its own name, as whoever knows the ports could.
type Forger struct {
	fd  int
	own netip.Addr
}

// NewForger makes one with an address of this host.
func NewForger(t testing.TB, own string) Forger {
	t.Helper()
	f := Forger{own: netip.MustParseAddr(own)}
	var err error
	if f.own.Is4() {
		f.fd, err = unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_ICMP)
	} else {
		f.fd, err = unix.Socket(unix.AF_INET6, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_ICMPV6)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(f.fd) })
	if err := unix.Bind(f.fd, sockaddr(f.own)); err != nil {
		t.Fatal(err)
	}
	return f
}

func sockaddr(a netip.Addr) unix.Sockaddr {
	if a.Is4() {
		return &unix.SockaddrInet4{Addr: a.As4()}
	}
	return &unix.SockaddrInet6{Addr: a.As16()}
}

// Send sends an ICMP error of a type and code about a datagram that went from client to server and
// began with quote.
func (f Forger) Send(kind, code byte, client, server netip.AddrPort, quote string) {
	m := []byte{
		kind, code, 0, 0, // checksum
		0, 0, 5, 0, // next hop's MTU, as IPv4 and IPv6 write it, where it means anything
	}
	udp := binary.BigEndian.AppendUint16(nil, client.Port())
	udp = binary.BigEndian.AppendUint16(udp, server.Port())
	udp = append(udp, 0, byte(8+len(quote)), 0, 0) // length, checksum
	udp = append(udp, quote...)
	if f.own.Is4() {
		m = append(m, 0x45, 0, 0, byte(20+len(udp)), 0, 0, 0, 0, 64, unix.IPPROTO_UDP, 0, 0)
	} else {
		m = append(m, 0x60, 0, 0, 0, 0, byte(len(udp)), unix.IPPROTO_UDP, 64)
	}
	m = append(m, client.Addr().AsSlice()...)
	m = append(m, server.Addr().AsSlice()...)
	m = append(m, udp...)
	if f.own.Is4() { // the kernel sees to ICMPv6's
		binary.BigEndian.PutUint16(m[2:], checksum(m))
	}
	unix.Sendto(f.fd, m, 0, sockaddr(client.Addr()))
}

// checksum is RFC 1071's.
func checksum(b []byte) uint16 {
	var sum uint32
	for i := 0; i < len(b); i += 2 {
		sum += uint32(b[i]) << 8
		if i+1 < len(b) {
			sum += uint32(b[i+1])
		}
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}
