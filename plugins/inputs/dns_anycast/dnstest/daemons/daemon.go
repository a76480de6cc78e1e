//go:build unix

package daemons

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// Daemon is a server's process, in a group of its own since NSD and YADIFA fork.
type Daemon struct {
	PID  int
	Kill func() // the whole group, once
}

// NewHome makes a home on a free port of loopback, for a server that calls itself something, until the test ends.
func NewHome(t testing.TB, self string) *Home {
	t.Helper()
	// The parent of t.TempDir is closed to other users.
	dir, err := os.MkdirTemp("", "dns_anycast-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	h := &Home{Dir: dir, At: loopback(FreePort(t)), UID: os.Getuid(), GID: os.Getgid(), Self: self}
	if h.UID == 0 {
		h.UID, h.GID = Nobody, Nobody
		if err := os.Chown(dir, h.UID, h.GID); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// Serve runs a server until the test ends and returns its addresses as one writes them in plugin.conf.
func Serve(t testing.TB, k Kind, self string) []string {
	t.Helper()
	h := NewHome(t, self)
	Run(t, k, h)
	return h.Servers()
}

// Servers are its addresses as one writes them in plugin.conf.
func (h *Home) Servers() (all []string) {
	for _, at := range h.At {
		all = append(all, at.String())
	}
	return all
}

// Run starts a server, which ends with the test, and returns when it answers everywhere.
func Run(t testing.TB, k Kind, h *Home) Daemon {
	t.Helper()
	cmd, err := h.Command(k, skiptest.Program(t, k.Binary, k.Debian))
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(h.Dir, "test.log")
	out, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	d := Daemon{cmd.Process.Pid, sync.OnceFunc(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-ended
	})}
	t.Cleanup(d.Kill)
	if !awaitReplies(h.At, ended) {
		b, _ := os.ReadFile(log)
		t.Fatalf("%s does not answer on %v; it wrote:\n%s", k.Binary, h.At, b)
	}
	return d
}

// awaitReplies gives a server ten seconds, and none once its process has ended.
func awaitReplies(servers []netip.AddrPort, ended <-chan struct{}) bool {
	deadline := time.After(10 * time.Second)
	for _, server := range servers {
		for _, network := range []string{"udp", "tcp"} {
			for !replies(network, server.String()) {
				select {
				case <-deadline:
					return false
				case <-ended:
					return false
				case <-time.After(20 * time.Millisecond):
				}
			}
		}
	}
	return true
}

// replies asks ". IN NS", which any server answers somehow, and which costs none of the three CHAOS replies a second
// that BIND gives.
func replies(network, server string) bool {
	c, err := net.Dial(network, server)
	if err != nil {
		return false
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(200 * time.Millisecond))
	query := []byte("\x00\x11" + "\x1a\x2b\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00" + "\x00\x00\x02\x00\x01")
	if network == "udp" {
		query = query[2:]
	}
	c.Write(query)
	n, _ := c.Read(make([]byte, 512))
	return n > 0
}

func loopback(port int) []netip.AddrPort {
	at := []netip.AddrPort{netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port))}
	if skiptest.HasIPv6() {
		at = append(at, netip.AddrPortFrom(netip.IPv6Loopback(), uint16(port)))
	}
	return at
}

// portsGiven keeps servers that start at the same time apart: several of them set SO_REUSEPORT, so that two on one
// port would share its traffic without a word.
var portsGiven atomic.Int32

// FreePort returns a port that is free for UDP and TCP, below those that the kernel gives to clients (from 32768).
func FreePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := 10000 + (os.Getpid()*64+int(portsGiven.Add(1)))%20000
		if IsFree(port) {
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}

// IsFree reports whether nothing listens on a port of loopback.
func IsFree(port int) bool {
	for _, at := range loopback(port) {
		l, err := net.Listen("tcp", at.String())
		if err != nil {
			return false
		}
		l.Close()
		c, err := net.ListenPacket("udp", at.String())
		if err != nil {
			return false
		}
		c.Close()
	}
	return true
}
