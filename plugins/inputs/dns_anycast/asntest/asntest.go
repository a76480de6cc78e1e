// Package asntest writes databases of AS numbers for tests, by scripts/asdatabase. It is never part
// of the command.
package asntest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// Write makes or replaces the database at path: an AS number for each prefix, of which the longest
// counts. Where none is of IPv6, the database is one of IPv4 alone.
func Write(t testing.TB, path string, numbers map[string]uint32) {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for prefix, number := range numbers {
		fmt.Fprintf(&lines, "%s %d\n", prefix, number)
	}
	cmd := exec.Command("go", "run", ".", path) // Go keeps what it has built
	cmd.Dir = module(t)
	cmd.Stdin = strings.NewReader(lines.String())
	out, err := cmd.CombinedOutput()
	if err == nil {
		return
	}
	if !bytes.Contains(out, []byte("dial tcp")) {
		t.Fatalf("scripts/asdatabase: %v\n%s", err, out)
	}
	skiptest.Missing(t, "a module of scripts/asdatabase", "go -C scripts/asdatabase mod download")
}

// module is the folder of scripts/asdatabase, in a folder above the test's.
func module(t testing.TB) string {
	t.Helper()
	above, err := os.Getwd()
	for err == nil {
		dir := filepath.Join(above, "scripts", "asdatabase")
		if _, err := os.Stat(dir); err == nil {
			return dir
		}
		if above == filepath.Dir(above) {
			break
		}
		above = filepath.Dir(above)
	}
	t.Fatal("no scripts/asdatabase above the test: ", err)
	return ""
}
