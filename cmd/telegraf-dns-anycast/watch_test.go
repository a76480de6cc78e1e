//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// TestWatchLines: where stdout is no terminal, line protocol alone; the exit status is that of the last round.
func TestWatchLines(t *testing.T) {
	t.Parallel()
	var dead atomic.Bool
	server := serve(t, "127.0.0.1:0", func(q *dnstest.Query) {
		if !dead.Load() {
			named("lhr1")(q)
		}
	})
	for _, c := range []struct {
		dies    bool
		timeout string // of one that lives: longer than a busy machine stalls
		status  int
	}{{false, "5s", statusOK}, {true, "50ms", statusFailed}} {
		dead.Store(false)
		cmd := exec.Command(binary(t), "--watch", "100ms", "--timeout", c.timeout, server.String())
		out, lines := collect(t)
		var stderr strings.Builder
		cmd.Stdout, cmd.Stderr = out, &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		out.Close()
		for range 3 {
			checkServers(t, []string{next(t, lines)}, server)
		}
		if dead.Store(c.dies); c.dies {
			for !strings.Contains(next(t, lines), "result=timeout") {
			}
		}
		cmd.Process.Signal(syscall.SIGINT)
		rest(lines)
		cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != c.status {
			t.Errorf("status %d, want %d", got, c.status)
		}
		if !regexp.MustCompile(`^\d+ rounds in \ds: \d+ of \d+ queries answered, 0 changes\n$`).MatchString(stderr.String()) {
			t.Errorf("it said %q", &stderr)
		}
	}
}

// terminal is a tmux server of its own with one window.
type terminal struct{ socket string }

func startTerminal(t *testing.T) terminal {
	t.Helper()
	skiptest.Program(t, "tmux", "tmux")
	term := terminal{filepath.Join(t.TempDir(), "tmux")}
	term.tmux(t, "-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "20", "bash", "--norc")
	t.Cleanup(func() { term.tmux(t, "kill-server") })
	term.keys(t, "PS1='$ '; clear", "Enter")
	return term
}

func (m terminal) tmux(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("tmux", append([]string{"-S", m.socket}, args...)...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LC_ALL=C.UTF-8", "TMUX=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

func (m terminal) keys(t *testing.T, keys ...string) {
	t.Helper()
	m.tmux(t, append([]string{"send-keys"}, keys...)...)
}

// shows waits until the screen is as wanted, and returns it.
func (m terminal) shows(t *testing.T, want string) string {
	t.Helper()
	re := regexp.MustCompile(want)
	var text string
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if text = m.tmux(t, "capture-pane", "-p"); re.MatchString(text) {
			return text
		}
	}
	t.Fatalf("the screen is\n%s\nwant it like %s", text, want)
	return ""
}

// TestWatchScreen looks at a real terminal: drawn in place, changes below, resized, and left as it was.
func TestWatchScreen(t *testing.T) {
	t.Parallel()
	var name atomic.Value
	name.Store("LHR1")
	server := serve(t, "127.0.0.1:0", func(q *dnstest.Query) { named(name.Load().(string))(q) })
	conf := strings.Replace(asking("200ms", server), "servers =", "site = '^([A-Z]{3})'\nservers =", 1)
	m := startTerminal(t)
	m.keys(t, "echo before", "Enter")
	m.shows(t, `\nbefore\n`)
	m.keys(t, binary(t)+" --watch 200ms --config "+writeFile(t, conf), "Enter")
	first := m.shows(t, `(?s)^every 200ms, \d+ rounds? since .*\n  server +instance +site +since +last +best +median +loss +result\na\n  127\.0\.0\.1:\d+ +LHR1 +LHR .* 0\.0 %  success\n1 of 1 query answered`)
	if strings.Contains(first, "before") || strings.Count(first, "success") != 1 {
		t.Errorf("it does not draw in place:\n%s", first)
	}
	name.Store("ARN1")
	m.shows(t, `ARN1 +ARN .*\n(.*\n)+\d\d:\d\d:\d\d  127.0.0.1:\d+: LHR \(LHR1\) -> ARN \(ARN1\), after \d`)
	m.tmux(t, "resize-window", "-x", "40", "-y", "8")
	narrow := m.shows(t, `(?s)^every 200ms.*\n  server +site +loss  result\n.*\n1 of 1 query`)
	if n := strings.Count(narrow, "127.0.0.1:"); n > 2 {
		t.Errorf("lines are wrapped:\n%s", narrow)
	}
	m.tmux(t, "resize-window", "-x", "100", "-y", "20")
	m.shows(t, `(?s)^every 200ms.* +best +median +loss +result\n`)
	m.keys(t, "C-z", "")
	m.shows(t, `(?s)before\n.*Stopped`)
	m.keys(t, "fg", "Enter")
	m.shows(t, `(?s)^every 200ms, .*\n1 of 1 query`)
	m.keys(t, "C-c", "")
	m.shows(t, `(?s)\nbefore\n.*\d+ rounds in \d+s: \d+ of \d+ queries answered, 1 change\n\$ ?\n`)
	m.keys(t, "echo status $?", "Enter")
	last := m.shows(t, `\nstatus 0\n`)
	if !strings.Contains(last, "-> ARN (ARN1)") {
		t.Errorf("the end lacks the change:\n%s", last)
	}
	modes := m.tmux(t, "display-message", "-p", "#{cursor_flag} #{alternate_on} #{wrap_flag}")
	if modes != "1 0 1\n" {
		t.Errorf("cursor, alternate screen, wrapping: %s, want 1 0 1", modes)
	}
}
