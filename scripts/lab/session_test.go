//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// TestMain adds where Debian keeps daemons, which a user's PATH lacks.
func TestMain(m *testing.M) {
	os.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
	os.Exit(m.Run())
}

// build makes the command, or skips the test where no lab can run; in CI that is a failure.
func build(t *testing.T) string {
	t.Helper()
	if err := able(); err != nil {
		skiptest.Root(t)
		skiptest.Missing(t, "what a lab runs on", err.Error())
	}
	binary := filepath.Join(t.TempDir(), "lab")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

func command(t *testing.T, binary string, args ...string) *exec.Cmd {
	return exec.CommandContext(t.Context(), binary, args...)
}

// session is a lab that runs.
type session struct {
	*execdtest.Process
	name, vantage string
}

func startControlled(t *testing.T, binary string, args ...string) *session {
	t.Helper()
	s := start(t, binary, append([]string{"--control"}, args...)...)
	line := s.ask(t, "")
	var file string
	if n, err := fmt.Sscanf(line, "ready %s %s", &s.vantage, &file); n != 2 {
		t.Fatalf("first line %q: %v\n%s", line, err, s.Said())
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != pluginConfig() {
		t.Errorf("the configuration: %v\n%s", err, text)
	}
	s.name = strings.TrimSuffix(s.vantage, "-"+vantage)
	return s
}

// startForPerson reads the page until it says how to watch, and the rest of it.
func startForPerson(t *testing.T, binary string) *session {
	t.Helper()
	s := start(t, binary)
	for {
		line := s.ask(t, "")
		if _, rest, found := strings.Cut(line, "ip netns exec "); found {
			s.vantage, _, _ = strings.Cut(rest, " ")
			s.name = strings.TrimSuffix(s.vantage, "-"+vantage)
		}
		if strings.Contains(line, "ecmp off") {
			return s
		}
		if line == "" {
			t.Fatalf("the page ends early\n%s", s.Said())
		}
	}
}

func start(t *testing.T, binary string, args ...string) *session {
	t.Helper()
	p, err := execdtest.Start(command(t, binary, args...))
	if err != nil {
		t.Fatal(err)
	}
	s := &session{Process: p}
	t.Cleanup(func() {
		s.Kill()
		s.expectNothingLeft(t)
	})
	return s
}

// ask writes a command, or none, and returns the line that answers; "" where there is none.
func (s *session) ask(t *testing.T, command string) string {
	t.Helper()
	line, _ := s.Ask(command, execdtest.Lines(1))
	return string(line)
}

func (s *session) tell(t *testing.T, command string) {
	t.Helper()
	if answer := s.ask(t, command+"\n"); answer != "ok\n" {
		t.Fatalf("%s: answer %q", command, answer)
	}
}

func (s *session) interrupt(t *testing.T) {
	t.Helper()
	if err := s.Cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
}

// expectEnd waits for an end without a complaint, after which nothing may be left at once.
func (s *session) expectEnd(t *testing.T) {
	t.Helper()
	if _, err := s.Rest(); err != nil || !s.Cmd.ProcessState.Success() || s.Said() != "" {
		t.Errorf("end: %v, %v\n%s", err, s.Cmd.ProcessState, s.Said())
	}
	if left := s.left(t); len(left) > 0 {
		t.Errorf("left after the end: %v", left)
	}
}

// expectNothingLeft gives the keeper of a lab that died a few seconds.
func (s *session) expectNothingLeft(t *testing.T) {
	t.Helper()
	left := s.left(t)
	for deadline := time.Now().Add(5 * time.Second); len(left) > 0 && time.Now().Before(deadline); left = s.left(t) {
		time.Sleep(pace)
	}
	if len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// left lists the lab's namespaces, files and processes: the latter all have its name on their
// command lines.
func (s *session) left(t *testing.T) (list []string) {
	t.Helper()
	if s.name == "" {
		return nil
	}
	for _, pattern := range []string{filepath.Join("/run/netns", s.name+"-*"), filepath.Join(home, s.name)} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, files...)
	}
	processes, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range processes {
		// A process may be gone by now.
		if line, _ := os.ReadFile(file); bytes.Contains(line, []byte(s.name)) {
			list = append(list, string(bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
		}
	}
	return list
}
