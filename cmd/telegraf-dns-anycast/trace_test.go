package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestTraceUnsupported: where the system hands out no ICMP errors --trace is refused, and a file that
// has paths traced is none for --watch.
func TestTraceUnsupported(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "portable.exe")
	cmd := exec.Command("go", "build", "-tags=portable", "-o", program, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	server := serve(t, "127.0.0.1:0", named("lhr1"))
	file := writeFile(t, blockLine+"trace = \"change\"\n"+cloudLine+"name = \"a\"\nservers = [\""+server.String()+"\"]\n")
	for _, c := range []struct {
		args   []string
		status int
		said   string
	}{
		{[]string{"--once", "--trace", server.String()}, statusUsage, "command line: --trace: this system hands out no ICMP errors\n"},
		{[]string{"--once", "--config", file}, statusOK, ""},
		{[]string{"--watch", "--config", file}, statusUsage, file + ":2: trace: this system hands out no ICMP errors: write \"off\"\n"},
	} {
		got, err := runProgram(program, "", c.args...)
		if err != nil || got.status != c.status || got.stderr != c.said || got.status != statusOK && got.stdout != "" {
			t.Errorf("%q: %v, %s, want status %d, %q", c.args, err, got, c.status, c.said)
		}
	}
}
