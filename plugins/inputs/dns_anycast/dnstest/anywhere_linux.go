package dnstest

import (
	"net"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"
)

// anywhereBuffer holds the queries of a round of 10,000, in bytes. Only root gets so much.
const anywhereBuffer = 16 << 20

// Anywhere serves over UDP on one port of every IPv4 address of this host until the test ends, and
// replies from the address asked: Linux has all of 127.0.0.0/8 on lo, so that one socket plays any
// number of servers.
func Anywhere(t testing.TB, h Handler) (port uint16) {
	t.Helper()
	c, err := net.ListenUDP("udp4", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.SOL_IP, unix.IP_PKTINFO, 1)
		unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, anywhereBuffer)
	})
	if err != nil {
		t.Fatal(err)
	}
	port = c.LocalAddr().(*net.UDPAddr).AddrPort().Port()
	go answerAnywhere(c, port, h)
	return port
}

// answerAnywhere sends the control message of a query back: the address it was sent to becomes the
// one that replies.
func answerAnywhere(c *net.UDPConn, port uint16, h Handler) {
	for b, control := make([]byte, 1<<16), make([]byte, 128); ; {
		n, controlLen, _, from, err := c.ReadMsgUDPAddrPort(b, control)
		if err != nil {
			return
		}
		q := &Query{
			Data: append([]byte(nil), b[:n]...), From: from, UDP: c, control: append([]byte(nil), control[:controlLen]...),
		}
		if to := q.control[min(unix.CmsgLen(8), controlLen):]; len(to) >= 4 { // behind the interface and the address to reply from
			q.At = netip.AddrPortFrom(netip.AddrFrom4([4]byte(to)), port)
		}
		h(q)
	}
}
