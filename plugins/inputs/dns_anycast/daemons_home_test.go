//go:build unix

package dns_anycast

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"text/template"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// nobody is the user and the group of the servers when root runs the tests.
const nobody = 65534

// home is where one server lives: what its templates are filled from.
type home struct {
	Dir      string // belongs to the server's user
	Port     int
	IPv6     bool // it listens on ::1 as well as on 127.0.0.1
	UID, GID int
	Self     string // the lines of configuration that say who it is
}

func newHome(t *testing.T, self string) home {
	t.Helper()
	// The parent of t.TempDir is closed to other users.
	dir, err := os.MkdirTemp("", "dns_anycast-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	h := home{Dir: dir, Port: freePort(t), IPv6: skiptest.HasIPv6(), UID: os.Getuid(), GID: os.Getgid(), Self: self}
	if h.UID == 0 {
		h.UID, h.GID = nobody, nobody
		if err := os.Chown(dir, h.UID, h.GID); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// addresses returns where the server listens, as one writes it in plugin.conf.
func (h home) addresses() []string {
	port := strconv.Itoa(h.Port)
	if !h.IPv6 {
		return []string{net.JoinHostPort("127.0.0.1", port)}
	}
	return []string{net.JoinHostPort("127.0.0.1", port), net.JoinHostPort("::1", port)}
}

func (h home) fill(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	if err := template.Must(template.New("").Parse(text)).Execute(&b, h); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (h home) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(h.Dir, name), []byte(h.fill(t, text)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// portsGiven keeps servers that start at the same time apart: several of them set SO_REUSEPORT, so that two on one
// port would share its traffic without a word.
var portsGiven atomic.Int32

// freePort returns a port that is free for UDP and TCP, below those that the kernel gives to clients (from 32768).
func freePort(t *testing.T) int {
	t.Helper()
	for range 100 {
		port := 10000 + (os.Getpid()*64+int(portsGiven.Add(1)))%20000
		if isFree(port) {
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}

func isFree(port int) bool {
	for _, addr := range (home{Port: port, IPv6: skiptest.HasIPv6()}).addresses() {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return false
		}
		l.Close()
		c, err := net.ListenPacket("udp", addr)
		if err != nil {
			return false
		}
		c.Close()
	}
	return true
}
