// Package skiptest ends tests for which something is missing on this machine. On a user's machine they are skipped and
// say what is missing; where CI is set they fail, since a test that did not run proves nothing.
package skiptest

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Missing ends the test, which lacks what, and says how to get that.
func Missing(t testing.TB, what, remedy string) {
	t.Helper()
	text := what + " is missing: " + remedy
	if os.Getenv("CI") != "" {
		t.Fatal(text)
	}
	t.Skip("SKIPPED: " + text)
}

// Package ends the test, which lacks a program of a Debian package.
func Package(t testing.TB, program, debian string) {
	t.Helper()
	Missing(t, program, "apt-get install "+debian)
}

// Program returns the path of a program of a Debian package, and ends the test where there is none. A user's PATH lacks
// the directory where Debian keeps daemons.
func Program(t testing.TB, name, debian string) string {
	t.Helper()
	for _, name := range []string{name, filepath.Join("/usr/sbin", name)} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Package(t, name, debian)
	return ""
}

// Telegraf returns the path of the one that the tests run, and ends the test where there is none: from the variable
// TELEGRAF, from bin in the root of the repository, or from PATH.
func Telegraf(t testing.TB, root string) string {
	t.Helper()
	for _, name := range []string{os.Getenv("TELEGRAF"), filepath.Join(root, "bin", "telegraf"), "telegraf"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, "Telegraf", "make telegraf")
	return ""
}

// Root ends the test of a user other than root.
func Root(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		Missing(t, "root", "run the tests as root")
	}
}

// Namespaces ends the test of who may not make namespaces, by the error that says so: users, and root in most containers.
func Namespaces(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		Root(t)
		Missing(t, "the right to make namespaces", err.Error())
	}
}

// IPv6 ends the test where loopback has no ::1.
func IPv6(t testing.TB) {
	t.Helper()
	if !HasIPv6() {
		Missing(t, "::1", "sysctl net.ipv6.conf.lo.disable_ipv6=0, in a container at its start")
	}
}

// HasIPv6 reports whether loopback has ::1.
func HasIPv6() bool {
	c, err := net.ListenPacket("udp", "[::1]:0")
	if err != nil {
		return false
	}
	c.Close()
	return true
}
