package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// platform is a system and processor, in Go's words; variant is how they call ARM versions elsewhere.
type platform struct {
	os, arch, variant string
}

var platforms = []platform{
	{"linux", "amd64", ""},
	{"linux", "arm64", ""},
	{"linux", "arm", "v7"},
	{"darwin", "amd64", ""},
	{"darwin", "arm64", ""},
	{"windows", "amd64", ""},
}

func (p platform) String() string { return p.os + "-" + p.arch + p.variant }

func (p platform) binary() string {
	if p.os == "windows" {
		return name + ".exe"
	}
	return name
}

// env is what a build may see of the caller's environment: where Go's caches and modules are, and nothing that changes
// the bytes.
func (p platform) env() []string {
	return append(os.Environ(),
		"CGO_ENABLED=0", "GOOS="+p.os, "GOARCH="+p.arch, "GOARM="+strings.TrimPrefix(p.variant, "v"),
		"GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=", "GODEBUG=", "GOFIPS140=off", "GOWORK=off",
	)
}

// build returns the static binary.
func (r release) build(p platform) ([]byte, error) {
	dir, err := os.MkdirTemp("", name)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, p.binary())
	if _, err := r.goTool(p, "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", file, "./cmd/"+name); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}

// goTool runs Go in the repository, for a platform.
func (r release) goTool(p platform, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = r.source, p.env()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, &stderr)
	}
	return out, nil
}
