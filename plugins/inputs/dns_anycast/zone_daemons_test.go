//go:build unix

package dns_anycast

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest/daemons"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// authority is a name server of zones that runs, is told something else, or is gone, as a test has it.
type authority struct {
	*daemons.Home
	kind    zoneKind
	servers []string // where it listens
	daemon  daemons.Daemon
}

// zoneOf has the content of a zone that its secondaries look after every second, and in vain again after two.
func zoneOf(serial uint32, expire int) string {
	return fmt.Sprintf("$TTL 60\n@ SOA ns root %d 1 2 %d 60\n@ NS ns\nns A 127.0.0.1\n", serial, expire)
}

// newAuthority makes the home of a server, which does not run yet.
func newAuthority(t *testing.T, k zoneKind) *authority {
	t.Helper()
	skiptest.Program(t, k.Binary, k.Debian)
	h := daemons.NewHome(t, k.self)
	return &authority{Home: h, kind: k, servers: h.Servers()}
}

// primaryWith starts a server with the zone from a file.
func primaryWith(t *testing.T, k zoneKind, zone string, s source) *authority {
	t.Helper()
	a := newAuthority(t, k)
	a.write(t, "zone.file", zone)
	a.run(t, s)
	return a
}

// secondaryOf starts a server that has the zone from another one and looks for news as often as refresh says.
func secondaryOf(t *testing.T, k zoneKind, from *authority, refresh int) *authority {
	t.Helper()
	a := newAuthority(t, k)
	a.run(t, source{Primary: from.Port(), Refresh: refresh})
	return a
}

// run starts the server as it is told to, or starts it anew.
func (a *authority) run(t *testing.T, s source) {
	t.Helper()
	a.stop(t)
	if a.Zones = ""; !s.None {
		a.Zones = a.kind.zones(s)
	}
	a.daemon = daemons.Run(t, a.kind.Kind, a.Home)
}

func (a *authority) write(t *testing.T, name, text string) {
	t.Helper()
	if err := a.Write(name, text); err != nil {
		t.Fatal(err)
	}
}

// stop returns when the port is free.
func (a *authority) stop(t *testing.T) {
	t.Helper()
	if a.daemon.Kill == nil {
		return
	}
	a.daemon.Kill()
	within(t, "free port", func() bool { return daemons.IsFree(a.Port()) })
}

// publish has a primary load another content of the zone.
func (a *authority) publish(t *testing.T, zone string) {
	t.Helper()
	a.write(t, "zone.file", zone)
	syscall.Kill(a.daemon.PID, syscall.SIGHUP)
}

// restore leaves of a server's files none but an old copy of the zone, and no primary to ask.
func (a *authority) restore(t *testing.T, zone string) {
	t.Helper()
	a.stop(t)
	a.wipe(t)
	a.write(t, "zone.file", zone)
	if err := os.Chown(filepath.Join(a.Dir, "zone.file"), a.UID, a.GID); err != nil {
		t.Fatal(err)
	}
	a.run(t, source{Primary: daemons.FreePort(t), Refresh: 1})
}

func (a *authority) wipe(t *testing.T) {
	t.Helper()
	entries, err := os.ReadDir(a.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(a.Dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
}

// within waits for something that servers do by themselves.
func within(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s", what)
		}
	}
}
