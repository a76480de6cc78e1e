package stacktest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// built is the folder of what is built once for all tests of a package.
var built string

// Main runs the tests of a package that call Plugin: it is to be called by TestMain.
func Main(m *testing.M) {
	dir, err := os.MkdirTemp("", "stack-")
	if err != nil {
		panic(err)
	}
	built = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// plugin builds the command.
var plugin = sync.OnceValues(func() (path string, err error) {
	path = filepath.Join(built, "telegraf-dns-anycast")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	cmd := exec.Command("go", "build", "-o", path, "./cmd/telegraf-dns-anycast")
	cmd.Dir = Root()
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the command: %w\n%s", err, out)
	}
	return path, nil
})

// Plugin is the path of the command, which is built once for all tests of a package.
func Plugin(t *testing.T) string {
	t.Helper()
	path, err := plugin()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Once returns a round's points: of its queries, of zones, and of the cloud.
func Once(t *testing.T, plugin, options string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "plugin.conf")
	Write(t, file, "[[inputs.dns_anycast]]\ntimeout = \"200ms\"\n"+options)
	out, err := exec.Command(plugin, "--once", "--format", "influx", "--config", file).Output()
	if e, failed := err.(*exec.ExitError); failed && e.ExitCode() != 1 { // 1: some targets did not answer
		t.Fatalf("%v\n%s\n%s", err, out, e.Stderr)
	}
	return regexp.MustCompile(`(?m)^dns_anycast(_cloud|_soa)?,.*$`).FindAllString(string(out), -1)
}

// Only returns the points of a measurement.
func Only(lines []string, measurement string) (points []string) {
	for _, line := range lines {
		if strings.HasPrefix(line, measurement+",") {
			points = append(points, line)
		}
	}
	return points
}
