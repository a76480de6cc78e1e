//go:build linux

package nstest

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// patience is how long a network may take to become one.
const patience = 10 * time.Second

// Enter moves the calling goroutine into a new network namespace with nothing but lo, and into
// others that flags name, for good: the thread ends with the goroutine, and with it the namespace.
// A test of who may not make one ends.
func Enter(t testing.TB, others int) {
	t.Helper()
	skiptest.Namespaces(t, Try(unix.CLONE_NEWNET|others))
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET | others); err != nil {
		t.Fatal(err)
	}
	IP(t, "link set lo up")
}

// Tool runs a program of a Debian package in the namespaces of the calling goroutine.
func Tool(t testing.TB, debian, name, input string, args ...string) {
	t.Helper()
	cmd := exec.Command(skiptest.Program(t, name, debian), args...)
	cmd.Stdin = strings.NewReader(input)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v\n%s\n%s", name, args, err, input, out)
	}
}

// IP runs commands of ip.
func IP(t testing.TB, commands ...string) {
	t.Helper()
	Tool(t, "iproute2", "ip", strings.Join(commands, "\n")+"\n", "-batch", "-")
}

// Sysctl sets a value below /proc/sys/net.
func Sysctl(t testing.TB, name, value string) {
	t.Helper()
	if err := Set(map[string]string{name: value}); err != nil {
		skiptest.Missing(t, "a /proc/sys/net to write to", errors.Unwrap(err).Error())
	}
}

// AwaitAddress waits until an address that was added is one: with IPv6 the kernel completes that
// some time later.
func AwaitAddress(t testing.TB, address string) {
	t.Helper()
	at := net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(address), 0))
	await(t, "address "+address, func() bool {
		c, err := net.ListenUDP("udp", at)
		if err != nil {
			return false
		}
		defer c.Close()
		c.WriteTo([]byte("x"), c.LocalAddr())
		c.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		n, _, _ := c.ReadFrom(make([]byte, 1))
		return n == 1
	})
}

// AwaitWay waits until another host says that a port of it is closed, at each address: with IPv6
// there may be no way yet, or none back.
func AwaitWay(t testing.TB, addresses ...string) {
	t.Helper()
	for _, address := range addresses {
		to := net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(address), 9))
		await(t, "way to "+address, func() bool {
			c, err := net.DialUDP("udp", nil, to)
			if err != nil {
				return false
			}
			defer c.Close()
			c.Write([]byte("x"))
			c.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
			_, err = c.Read(make([]byte, 1))
			return errors.Is(err, unix.ECONNREFUSED)
		})
	}
}

func await(t testing.TB, what string, there func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !there(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no " + what)
		}
	}
}

// Link is a cable between this host, where the calling goroutine is (192.0.2.1 and 2001:db8::1 on
// veth0), and another one (192.0.2.2 and 2001:db8::2 on veth1).
type Link struct{ here, there int }

// NewLink moves the calling goroutine to this host.
func NewLink(t testing.TB) (l Link) {
	t.Helper()
	Enter(t, 0)
	l.there = current(t)
	Enter(t, 0)
	l.here = current(t)
	IP(t, fmt.Sprintf("link add veth0 type veth peer name veth1 netns /proc/%d/fd/%d", os.Getpid(), l.there),
		"link set veth0 up", "addr add 192.0.2.1/24 dev veth0", "addr add 2001:db8::1/64 dev veth0 nodad")
	l.There(func() {
		IP(t, "link set veth1 up", "addr add 192.0.2.2/24 dev veth1", "addr add 2001:db8::2/64 dev veth1 nodad")
	})
	AwaitWay(t, "192.0.2.2", "2001:db8::2")
	return l
}

// There calls f on the other host.
func (l Link) There(f func()) {
	unix.Setns(l.there, unix.CLONE_NEWNET)
	defer unix.Setns(l.here, unix.CLONE_NEWNET)
	f()
}

// Join moves another goroutine to this host.
func (l Link) Join() {
	runtime.LockOSThread()
	unix.Setns(l.here, unix.CLONE_NEWNET)
}

// current opens the namespace of the calling goroutine.
func current(t testing.TB) (fd int) {
	t.Helper()
	fd, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}
