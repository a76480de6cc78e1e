//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStateFile: execd mode alone touches it, and has written it when it ends.
func TestStateFile(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state")
	conf := strings.Replace(asking("2s", serve(t, "127.0.0.1:0", named("lhr1"))), "timeout", "state_file = '"+state+"'\ntimeout", 1)
	file := writeFile(t, conf)
	for _, c := range []struct {
		stdin string
		args  []string
		want  bool
	}{
		{"", []string{"--check", "--config", file}, false},
		{"", []string{"--once", "--config", file}, false},
		{"", []string{"--config", file}, false}, // no round, nothing to keep
		{"\n", []string{"--config", file}, true},
	} {
		if got := runCommand(t, c.stdin, c.args...); got.status != statusOK || got.stderr != "" {
			t.Errorf("%q: %s", c.args, got)
		}
		if b, err := os.ReadFile(state); (err == nil) != c.want || c.want && !strings.Contains(string(b), `"place": "lhr1"`) {
			t.Errorf("%q, stdin %q: the state is %q, %v", c.args, c.stdin, b, err)
		}
	}
}
