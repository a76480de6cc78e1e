package main

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

// mayUnshare skips the test of who may not make namespaces: users, and root in most containers. It tries on a thread that
// ends with its goroutine.
func mayUnshare(t *testing.T, flags int) {
	t.Helper()
	tried := make(chan error)
	go func() {
		runtime.LockOSThread()
		tried <- unix.Unshare(flags)
	}()
	skiptest.Namespaces(t, <-tried)
}

// enterNamespace moves the calling goroutine into new namespaces, of the network at least, for good: they end with it.
// What it starts or opens from here on is in there.
func enterNamespace(t *testing.T, others int) {
	t.Helper()
	mayUnshare(t, unix.CLONE_NEWNET|others)
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET | others); err != nil {
		t.Fatal(err)
	}
	tool(t, "iproute2", "ip", "link set lo up\n", "-batch", "-")
}

// tool runs a program in the namespaces of the calling goroutine.
func tool(t *testing.T, debian, name, input string, args ...string) {
	t.Helper()
	cmd := exec.Command(skiptest.Program(t, name, debian), args...)
	cmd.Stdin = strings.NewReader(input)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %q: %v\n%s\n%s", name, args, err, input, out)
	}
}

func ip(t *testing.T, lines ...string) {
	t.Helper()
	tool(t, "iproute2", "ip", strings.Join(lines, "\n")+"\n", "-batch", "-")
}

func sysctl(t *testing.T, name, value string) {
	t.Helper()
	if err := os.WriteFile("/proc/sys/net/"+name, []byte(value), 0); err != nil {
		skiptest.Missing(t, "a /proc/sys/net to write to", errors.Unwrap(err).Error())
	}
}

func openNamespace(t *testing.T) (fd int) {
	t.Helper()
	fd, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

// link is a cable from this host (192.0.2.1, 2001:db8::1), where the calling goroutine is, to that of the servers.
type link struct{ here, there int }

var linkServers = []netip.AddrPort{netip.MustParseAddrPort("192.0.2.2:53"), netip.MustParseAddrPort("[2001:db8::2]:53")}

func newLink(t *testing.T) (l link) {
	t.Helper()
	enterNamespace(t, 0)
	l.there = openNamespace(t)
	enterNamespace(t, 0)
	l.here = openNamespace(t)
	ip(t, fmt.Sprintf("link add veth0 type veth peer name veth1 netns /proc/%d/fd/%d", os.Getpid(), l.there))
	l.servers(t, func() {
		ip(t, "link set veth1 up", "addr add 192.0.2.2/24 dev veth1", "addr add 2001:db8::2/64 dev veth1 nodad")
	})
	l.up(t)
	return l
}

// servers calls f on their host.
func (l link) servers(t *testing.T, f func()) {
	t.Helper()
	unix.Setns(l.there, unix.CLONE_NEWNET)
	defer unix.Setns(l.here, unix.CLONE_NEWNET)
	f()
}

func (l link) down(t *testing.T) { t.Helper(); ip(t, "link set veth0 down", "addr flush dev veth0") }

// up waits until both families have a way: with IPv6 the kernel takes a moment.
func (l link) up(t *testing.T) {
	t.Helper()
	ip(t, "link set veth0 up", "addr replace 192.0.2.1/24 dev veth0", "addr replace 2001:db8::1/64 dev veth0 nodad")
	for end := time.Now().Add(soon); ; time.Sleep(5 * time.Millisecond) {
		ways := 0
		for _, s := range linkServers {
			if c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(s)); err == nil {
				if _, err := c.Write([]byte("is there a way?")); err == nil {
					ways++
				}
				c.Close()
			}
		}
		if ways == len(linkServers) {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the link does not come up")
		}
	}
}
