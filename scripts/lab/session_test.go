//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// build makes the command, or skips the test where no lab can run; in CI that is a failure.
func build(t *testing.T) string {
	t.Helper()
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
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
	cmd           *exec.Cmd
	in            io.WriteCloser
	out           *bufio.Reader
	errors        bytes.Buffer
	name, vantage string
}

func startControlled(t *testing.T, binary string, args ...string) *session {
	t.Helper()
	s := start(t, binary, append([]string{"--control"}, args...)...)
	line := s.line(t)
	var file string
	if n, err := fmt.Sscanf(line, "ready %s %s", &s.vantage, &file); n != 2 {
		s.cmd.Wait()
		t.Fatalf("first line %q: %v\n%s", line, err, &s.errors)
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
		line := s.line(t)
		if _, rest, found := strings.Cut(line, "ip netns exec "); found {
			s.vantage, _, _ = strings.Cut(rest, " ")
			s.name = strings.TrimSuffix(s.vantage, "-"+vantage)
		}
		if strings.Contains(line, "ecmp off") {
			return s
		}
		if line == "" {
			s.cmd.Wait()
			t.Fatalf("the page ends early\n%s", &s.errors)
		}
	}
}

func start(t *testing.T, binary string, args ...string) *session {
	t.Helper()
	s := &session{cmd: command(t, binary, args...)}
	s.cmd.Stderr = &s.errors
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.out = bufio.NewReader(out)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	hang := time.AfterFunc(time.Minute, func() { s.cmd.Process.Kill() })
	t.Cleanup(func() {
		hang.Stop()
		s.cmd.Process.Kill()
		s.cmd.Wait()
		s.expectNothingLeft(t)
	})
	return s
}

func (s *session) line(t *testing.T) string {
	t.Helper()
	line, _ := s.out.ReadString('\n')
	return line
}

func (s *session) ask(t *testing.T, command string) string {
	t.Helper()
	fmt.Fprintln(s.in, command)
	return s.line(t)
}

func (s *session) tell(t *testing.T, command string) {
	t.Helper()
	if answer := s.ask(t, command); answer != "ok\n" {
		t.Fatalf("%s: answer %q", command, answer)
	}
}

func (s *session) interrupt(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
}

// expectEnd waits for an end without a complaint, after which nothing may be left at once.
func (s *session) expectEnd(t *testing.T) {
	t.Helper()
	if err := s.cmd.Wait(); err != nil || s.errors.Len() > 0 {
		t.Errorf("end: %v\n%s", err, &s.errors)
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

// left lists the lab's namespaces, files and processes: the latter all have its name on their command lines.
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
