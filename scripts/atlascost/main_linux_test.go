package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestAtlasCost: a small world is followed to its end, and each of its results is told of.
func TestAtlasCost(t *testing.T) {
	t.Parallel()
	command := filepath.Join(t.TempDir(), "command")
	if out, err := exec.Command("go", "build", "-o", command, "../../cmd/telegraf-dns-anycast").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	w := world{letters: 2, probes: 500, windows: 1, length: 10 * time.Second}
	c, err := follow(w, command)
	if err != nil {
		t.Fatal(err)
	}
	if c.memory < 1<<20 || c.memory > memoryMost || c.cpu <= c.start || c.points < 4*len(codes) {
		t.Errorf("%+v", c)
	}
	if text := c.text(w); !strings.Contains(text, "4 measurements, 500 probes each, 1 windows of 10s: 2000 results") {
		t.Error(text)
	}
}
