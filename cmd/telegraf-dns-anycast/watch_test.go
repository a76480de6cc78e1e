//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/metric"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

const atLHR = "cloud=c,server=192.0.2.1,address=192.0.2.1,family=ipv4,transport=udp,instance=LHR1,site=LHR,rcode=NOERROR,result=success"

// clocks stand for themselves in what a test wants.
var clocks = regexp.MustCompile(`\d\d:\d\d:\d\d`)

// TestHistory: loss, the times and the changes of a target over some rounds.
func TestHistory(t *testing.T) {
	h := newHistory(nil)
	for _, ms := range []float64{12, 10, 30} {
		h.add(roundOf(30*time.Millisecond, newPoint(atLHR, answeredIn(ms))))
	}
	h.add(roundOf(time.Millisecond, newPoint("cloud=c,server=192.0.2.1,address=192.0.2.1,family=ipv4,transport=udp,result=local",
		map[string]any{"error": "no IPv4 route from this host"})))
	h.add(roundOf(time.Second, newPoint("cloud=c,server=192.0.2.1,address=192.0.2.1,family=ipv4,transport=udp,result=timeout", failedFor(""))))
	moved := time.Now()
	h.add(roundOf(41*time.Millisecond,
		newPoint(strings.NewReplacer("LHR1", "ARN1", "LHR", "ARN").Replace(atLHR), answeredIn(40)),
		changeOf(map[string]any{"from": "LHR", "from_instance": "LHR1", "to": "ARN", "to_instance": "ARN1", "held_s": 61.2, "changes": int64(1)}, moved),
		metric.New("dns_anycast_cloud", map[string]string{"cloud": "c"}, map[string]any{"families_agree": int64(0)}, moved),
	))
	fmt.Fprintln(h, "ns1.example: no such host")
	want := `every 1s, 6 rounds since CLOCK; Ctrl-C ends it
  server     instance  site  since          last       best     median    loss  result
c: IPv4 and IPv6 reach different sites
  192.0.2.1  ARN1      ARN   CLOCK  40.000 ms  10.000 ms  21.000 ms  20.0 %  success
1 of 1 query answered, 1 instance at 1 site, in 41ms

CLOCK  ns1.example: no such host
CLOCK  192.0.2.1: LHR (LHR1) -> ARN (ARN1), after 1m1s
`
	if got := clocks.ReplaceAllString(textOf(h.page(time.Second, look{}, 24)), "CLOCK"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got, want := h.summary(), "6 rounds in 0s: 4 of 5 queries answered, 1 change"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestHistoryIsBounded: neither times nor events nor former addresses of a name pile up.
func TestHistoryIsBounded(t *testing.T) {
	h := newHistory(nil)
	for i := range 3 * timesKept {
		address := fmt.Sprintf("192.0.2.%d", i%250)
		h.add(roundOf(time.Second,
			newPoint(atLHR, answeredIn(float64(1+i))),
			newPoint("cloud=c,server=ns.example,address="+address+",transport=udp,result=timeout", failedFor("")),
		))
		fmt.Fprintln(h, i)
	}
	p := h.target(newPoint(atLHR, nil))
	if len(h.targets) != 2 || len(p.times) != timesKept || len(h.events) != eventsKept {
		t.Errorf("%d targets, %d times, %d events", len(h.targets), len(p.times), len(h.events))
	}
	if got, want := p.median(), 2.5*timesKept+0.5; got != want || p.best != 1 {
		t.Errorf("median %v of the last %d, best %v, want %v and 1", got, timesKept, p.best, want)
	}
}

// TestPageFits: no more lines than the screen has, what is wrong and then the newest events before all.
func TestPageFits(t *testing.T) {
	h := newHistory(nil)
	var points []telegraf.Metric
	for i := range 40 {
		result := "success"
		if i%4 == 0 {
			result = "timeout"
		}
		points = append(points, newPoint(fmt.Sprintf("cloud=c,server=192.0.2.%d,address=192.0.2.%[1]d,transport=udp,result=%s", i, result), failedFor("")))
	}
	h.add(roundOf(time.Second, points...))
	for i := range 9 {
		fmt.Fprintln(h, "event", i)
	}
	for height := range 60 {
		page := h.page(time.Second, look{color: true}, height)
		if len(page) > height {
			t.Fatalf("%d lines on a screen of %d", len(page), height)
		}
		text := textOf(page)
		if height >= 17 && !strings.Contains(text, "event 8") || height >= 21 && !strings.Contains(text, "event 4") {
			t.Errorf("%d lines lack the newest events:\n%s", height, text)
		}
		if bad := strings.Count(text, "timeout"+reset); height >= 6 && bad < min(height-5, 10) {
			t.Errorf("%d lines show %d bad rows:\n%s", height, bad, text)
		}
		if more := strings.Contains(text, " more, "); height >= 8 && more != (height < 50) {
			t.Errorf("%d lines: %s", height, text)
		}
	}
	if text := textOf(h.page(time.Second, look{}, 24)); !strings.Contains(text, "  … and 27 more, 0 of them with another result than success\n") {
		t.Errorf("24 lines:\n%s", text)
	}
}

// TestWatchLines: where stdout is no terminal, line protocol alone; the exit status is that of the last round.
func TestWatchLines(t *testing.T) {
	t.Parallel()
	var dead atomic.Bool
	server := serve(t, "127.0.0.1:0", func(q []byte) [][]byte {
		if dead.Load() {
			return nil
		}
		return named("lhr1")(q)
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
	server := serve(t, "127.0.0.1:0", func(q []byte) [][]byte { return named(name.Load().(string))(q) })
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
