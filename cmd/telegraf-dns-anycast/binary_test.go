package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

var buildOnce = sync.OnceValues(build)

// binary returns the path of the command, built once for all tests of the package.
func binary(t *testing.T) string {
	t.Helper()
	path, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// binaryDir outlives any one test, so that no t.TempDir can hold it.
var binaryDir string

func build() (string, error) {
	dir, err := os.MkdirTemp("", "telegraf-dns-anycast-")
	if err != nil {
		return "", err
	}
	binaryDir = dir
	path := filepath.Join(dir, "telegraf-dns-anycast")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	cmd := exec.Command("go", "build", "-trimpath", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the command: %w\n%s", err, out)
	}
	return path, nil
}

func TestMain(m *testing.M) {
	status := m.Run()
	os.RemoveAll(binaryDir) // "" removes nothing
	os.Exit(status)
}
