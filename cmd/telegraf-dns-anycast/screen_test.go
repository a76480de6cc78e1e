//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

// resize also waits until whoever asks for the size is told: tmux lets some time pass.
func (m terminal) resize(t *testing.T, width, height int) {
	t.Helper()
	m.tmux(t, "resize-window", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height))
	tty := strings.TrimSpace(m.tmux(t, "display-message", "-p", "#{pane_tty}"))
	want := fmt.Sprintf("%d %d\n", height, width)
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		f, err := os.Open(tty)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("stty", "size")
		cmd.Stdin = f
		out, _ := cmd.Output()
		if f.Close(); string(out) == want {
			return
		}
	}
	t.Fatalf("the terminal never got %d columns", width)
}

// start runs the command with an exit status shown behind it, and returns its process.
func (m terminal) start(t *testing.T, command string) int {
	t.Helper()
	file := filepath.Join(t.TempDir(), "pid")
	m.keys(t, fmt.Sprintf(`sh -c 'echo $$ >%s; exec %s'; echo "status $?"`, file, command), "Enter")
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		b, _ := os.ReadFile(file)
		if pid, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil {
			return pid
		}
	}
	t.Fatalf("%s does not start", command)
	return 0
}

// judged has a cloud with one server that answers and one that is silent, and a column for everything.
func judged(t *testing.T) string {
	t.Helper()
	answers, silent := serve(t, "127.0.0.1:0", named("LHR46-"+strings.Repeat("x", 40))), serve(t, "127.0.0.1:0", silence)
	return writeFile(t, blockLine+"location = \"LHR\"\ntimeout = \"300ms\"\n"+cloudLine+
		fmt.Sprintf("name = %q\nservers = [%q, %q]\nsite = '^([A-Z]{3})'\nplaces = \"iata\"\n", "example", answers, silent))
}

// TestScreenWidths: at every width result, loss and verdict are on the screen while they can be, and no line is wrapped.
func TestScreenWidths(t *testing.T) {
	t.Parallel()
	conf := judged(t)
	m := startTerminal(t)
	m.keys(t, "clear; "+binary(t)+" --watch 200ms --config "+conf, "Enter")
	for _, test := range []struct {
		width int
		want  string
	}{
		{220, `site +place +since +distance +last +best +median +loss  verdict  result\nexample\n  127.0.0.1:\d+  LHR46-x{40}  LHR .* \d+\.\d %  \w+ +success\n  127.0.0.1:\d+ +\d+\.\d % +timeout\n`},
		{80, `instance +site +last +loss  verdict  result\nexample\n  127.0.0.1:\d+  LHR46-x+~ +LHR .* \d+\.\d %  \w+ +success\n  127.0.0.1:\d+ +\d+\.\d % +timeout\n`},
		{40, `server +loss  verdict  result\nexample\n  \S+\d +\d+\.\d %  \w+ +success\n  \S+\d +\d+\.\d % +timeout\n`},
		{20, `server +result\nexample\n  \S+\d +success\n  \S+\d +timeout\n`},
		{110, `site +since .*loss  verdict  result\nexample\n`},
		{1, `^~\n`},
		{80, `instance +site +last +loss  verdict  result\nexample\n`},
	} {
		m.resize(t, test.width, 12)
		if got := m.shows(t, test.want); test.width > 1 && strings.Count(got, "timeout\n") != 1 {
			t.Errorf("%d columns: the screen is\n%s", test.width, got)
		}
	}
	m.keys(t, "C-c", "")
	m.shows(t, `loss  verdict  result\nexample\n.*success\n.*timeout\n\d+ rounds? in`)
	m.keys(t, "clear; "+binary(t)+" --once --config "+conf, "Enter")
	m.shows(t, `result\nexample\n  127.0.0.1:\d+  LHR46-x+~ +LHR .* \w+ +success\n  127.0.0.1:\d+ +timeout\n1 of 2 queries`)
}

// TestScreenFull: a line as wide as the screen keeps its last cell.
func TestScreenFull(t *testing.T) {
	t.Parallel()
	m := startTerminal(t)
	m.resize(t, 40, 12)
	m.keys(t, "clear; "+binary(t)+" --watch 200ms --timeout 100ms "+serve(t, "127.0.0.1:0", silence).String(), "Enter")
	m.shows(t, `^every 200ms, \d+ rounds? since \d\d:\d\d:.*~\n`)
	m.keys(t, "C-c", "")
}

// TestScreenResizedWhileAsking: a round that takes long does not hold up what is shown.
func TestScreenResizedWhileAsking(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server := serve(t, "127.0.0.1:0", func(q *dnstest.Query) {
		if asked.Add(1) == 1 {
			named("LHR46")(q)
		}
	})
	m := startTerminal(t)
	m.keys(t, "clear; "+binary(t)+" --watch 100ms --timeout 30s "+server.String(), "Enter")
	m.shows(t, `since +last +best +median +loss  result\n`)
	for asked.Load() < 2 {
		time.Sleep(10 * time.Millisecond)
	}
	m.resize(t, 30, 12)
	m.shows(t, `(?m)^  server +loss  result$`)
	m.keys(t, "C-c", "")
	m.shows(t, `\n1 round in \d+s`)
}

// TestScreenSignals: whatever ends it, the terminal is what it was.
func TestScreenSignals(t *testing.T) {
	t.Parallel()
	server := serve(t, "127.0.0.1:0", named("LHR46")).String()
	m := startTerminal(t)
	for _, end := range []struct {
		name string
		send func(pid int)
	}{
		{"SIGINT", func(pid int) { syscall.Kill(pid, syscall.SIGINT) }},
		{"SIGTERM", func(pid int) { syscall.Kill(pid, syscall.SIGTERM) }},
		{"SIGHUP", func(pid int) { syscall.Kill(pid, syscall.SIGHUP) }},
		{"SIGQUIT", func(pid int) { syscall.Kill(pid, syscall.SIGQUIT) }},
		{`Ctrl-\`, func(int) { m.keys(t, `C-\`) }},
	} {
		m.keys(t, "clear; echo before", "Enter")
		m.shows(t, `^before\n`)
		pid := m.start(t, binary(t)+" --watch 200ms "+server)
		m.shows(t, `^every 200ms`)
		end.send(pid)
		got := m.shows(t, `(?s)before\n.*\d+ rounds? in \d+s: .*status \d+\n`)
		modes := m.tmux(t, "display-message", "-p", "#{cursor_flag} #{alternate_on} #{wrap_flag}")
		if !strings.Contains(got, "status 0\n") || strings.Contains(got, "goroutine") || modes != "1 0 1\n" {
			t.Errorf("%s: cursor, alternate screen, wrapping: %s, want 1 0 1, and status 0:\n%s", end.name, modes, got)
		}
	}
}

// TestScreenGone: without its terminal it ends, also where it may not be told so.
func TestScreenGone(t *testing.T) {
	t.Parallel()
	server := serve(t, "127.0.0.1:0", named("LHR46")).String()
	for _, before := range []string{"", "trap '' HUP; "} {
		m := startTerminal(t)
		m.tmux(t, "new-window", "bash", "--norc")
		m.keys(t, "PS1='$ '; clear; "+before, "Enter")
		pid := m.start(t, binary(t)+" --watch 200ms "+server)
		m.shows(t, `^every 200ms`)
		if before != "" { // as nohup(1) does
			syscall.Kill(pid, syscall.SIGHUP)
			time.Sleep(500 * time.Millisecond)
			if err := syscall.Kill(pid, 0); err != nil {
				t.Errorf("it obeys a SIGHUP that is ignored: %v", err)
			}
		}
		m.tmux(t, "kill-pane")
		for deadline := time.Now().Add(5 * time.Second); syscall.Kill(pid, 0) == nil; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				syscall.Kill(pid, syscall.SIGKILL)
				t.Fatalf("%q: it runs on without a terminal", before)
			}
		}
	}
}

// TestPlainTerminal: neither escape nor carriage return where TERM names no terminal that takes them; plain lines.
func TestPlainTerminal(t *testing.T) {
	t.Parallel()
	script := terminalScript(t)
	answers, silent := serve(t, "127.0.0.1:0", named("LHR46")).String(), serve(t, "127.0.0.1:0", silence).String()
	once := binary(t) + " --once --timeout 1300ms " + answers + " " + silent
	watch := "timeout -s INT 2 " + binary(t) + " --watch 500ms --timeout 400ms " + answers + " " + silent
	const (
		table     = `  server .*\n  127.* LHR46 .*success\n  127.* timeout\n1 of 2 queries answered, .*\n`
		wantOnce  = `^(\d of 2 have answered …\n)+` + table + `$`
		wantWatch = `^round 1, [0-9:]{8}\n` + table + `\nround 2, [0-9:]{8}\n` + table + `\n(?s:.*)\d rounds in \ds: \d of \d queries answered, 0 changes\n$`
	)
	for _, environment := range []string{"TERM=dumb", "TERM=", "-u TERM"} {
		for command, want := range map[string]string{once: wantOnce, watch: wantWatch} {
			cmd := exec.Command(script, "-qc", "env "+environment+" COLUMNS=132 "+command, "/dev/null")
			out, _ := cmd.CombinedOutput() // a silent server makes it fail
			text := strings.ReplaceAll(string(out), "\r\n", "\n")
			if strings.ContainsAny(text, "\x1b\r") || !regexp.MustCompile(want).MatchString(text) {
				t.Errorf("%s %s: %q, want %q", environment, command, text, want)
			}
		}
	}
}

// TestColumns: a terminal that does not know its size is as wide as COLUMNS says, else 80 columns.
func TestColumns(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, test := range []struct {
		columns, lines string
		width, height  int
	}{{"132", "50", 132, 50}, {"", "", 80, 24}, {"0", "-1", 80, 24}, {"wide", "9x", 80, 24}} {
		t.Setenv("COLUMNS", test.columns)
		t.Setenv("LINES", test.lines)
		if width, height := sizeOf(f); width != test.width || height != test.height {
			t.Errorf("COLUMNS=%s LINES=%s: %d by %d, want %d by %d", test.columns, test.lines, width, height, test.width, test.height)
		}
	}
}
