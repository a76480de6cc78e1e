// Package asntest writes databases of AS numbers for tests and tools, by scripts/asdatabase. It is
// never part of the command.
package asntest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// Write makes or replaces the database at path, as Make does. It ends the test where a module that
// writes it is missing.
func Write(t testing.TB, path string, numbers map[string]uint32) {
	t.Helper()
	err := Make(path, numbers)
	if errors.Is(err, errMissing) {
		skiptest.Missing(t, "a module of scripts/asdatabase", "go -C scripts/asdatabase mod download")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// errMissing says that a module is not there and cannot be fetched.
var errMissing = errors.New("a module is missing")

// Make makes or replaces the database at path: an AS number for each prefix, of which the longest
// counts. Where none is of IPv6, the database is one of IPv4 alone.
func Make(path string, numbers map[string]uint32) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	var lines strings.Builder
	for prefix, number := range numbers {
		fmt.Fprintf(&lines, "%s %d\n", prefix, number)
	}
	cmd := exec.Command("go", "run", ".", path) // Go keeps what it has built
	if cmd.Dir, err = module(); err != nil {
		return err
	}
	cmd.Stdin = strings.NewReader(lines.String())
	out, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		return nil
	case bytes.Contains(out, []byte("dial tcp")):
		err = errMissing
	}
	return fmt.Errorf("scripts/asdatabase: %w\n%s", err, out)
}

// module is the folder of scripts/asdatabase, in a folder above this one.
func module() (string, error) {
	above, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		dir := filepath.Join(above, "scripts", "asdatabase")
		if _, err := os.Stat(dir); err == nil {
			return dir, nil
		}
		if above == filepath.Dir(above) {
			return "", errors.New("no scripts/asdatabase in a folder above this one")
		}
		above = filepath.Dir(above)
	}
}
