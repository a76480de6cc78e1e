//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestConfigIsNoFile: whatever stands where plugin.conf is looked for is one line, at once.
func TestConfigIsNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe, loop := filepath.Join(dir, "pipe"), filepath.Join(dir, "loop")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	binary(t)                               // building it is in no time
	time.AfterFunc(10*time.Second, func() { // whoever waits for it is let go
		if w, err := os.OpenFile(pipe, os.O_RDWR, 0); err == nil {
			w.Close()
		}
	})
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	large := filepath.Join(dir, "large")
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, 1<<40); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, file, want string }{
		{"pipe that nobody writes to", pipe, "has no [[inputs.dns_anycast]] block"},
		{"directory", dir, "cannot be read: is a directory"},
		{"zeros without end", "/dev/zero", "cannot be read: is larger than 16 MiB"},
		{"a terabyte", large, "cannot be read: is larger than 16 MiB"},
		{"nothing", "/dev/null", "has no [[inputs.dns_anycast]] block"},
		{"link to itself", loop, "cannot be read: too many levels of symbolic links"},
	} {
		t.Run(c.name, func(t *testing.T) {
			began := time.Now()
			got := runCommand(t, "\n", "--config", c.file)
			if got.status != statusUsage || got.stdout != "" || got.stderr != "E! "+c.file+": "+c.want+"\n" {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if took := time.Since(began); took > 8*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestConfigFromPipe: what a shell hands over is read to its end, however slowly it comes.
func TestConfigFromPipe(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	first, second, _ := strings.Cut(withServers(`"127.0.0.1"`), "name")
	w.WriteString(first)
	cmd := exec.Command(binary(t), "--check", "--config", "/dev/stdin")
	cmd.Stdin = r
	time.AfterFunc(300*time.Millisecond, func() { w.WriteString("name" + second); w.Close() })
	if got, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(got), "127.0.0.1  udp  ipv4") {
		t.Errorf("%s, %v", got, err)
	}
}
