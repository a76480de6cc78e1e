package stack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
)

// shipped is the folder of what an operator copies.
const shipped = "../../config/"

// process is a program under test; what it writes is in log.
type process struct {
	cmd   *exec.Cmd
	log   string
	ended chan error
}

// start runs a program until the test ends.
func start(t *testing.T, log string, cmd *exec.Cmd) *process {
	t.Helper()
	f, err := os.Create(log)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cmd.Stdout, cmd.Stderr = f, f
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd, log, make(chan error, 1)}
	go func() { p.ended <- cmd.Wait(); close(p.ended) }()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-p.ended
	})
	return p
}

// stop asks a program to end and waits until it has.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.cmd.Process.Signal(os.Interrupt)
	select {
	case err := <-p.ended:
		if err != nil {
			t.Errorf("%s ended with %v:\n%s", p.cmd.Path, err, read(t, p.log))
		}
	case <-time.After(15 * time.Second):
		t.Fatalf("%s does not end:\n%s", p.cmd.Path, read(t, p.log))
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// built is the folder of what is built once for all tests.
var built string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "stack-")
	if err != nil {
		panic(err)
	}
	built = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

var plugin = sync.OnceValues(func() (path string, err error) {
	path = filepath.Join(built, "telegraf-dns-anycast")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	cmd := exec.Command("go", "build", "-o", path, "../../cmd/telegraf-dns-anycast")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the command: %w\n%s", err, out)
	}
	return path, nil
})

func buildPlugin(t *testing.T) string {
	t.Helper()
	path, err := plugin()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
