//go:build unix

package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/console"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// requestSignals are those that execd's option signal knows.
var requestSignals = []syscall.Signal{syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2}

// TestExecdRequests: each signal that execd knows starts a round, as a newline does, and a newline still does.
func TestExecdRequests(t *testing.T) {
	t.Parallel()
	for _, s := range requestSignals {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			server := serve(t, "127.0.0.1:0", named("lhr1"))
			p := startExecd(t, asking("2s", server), nil, nil)
			p.write(t, "\n") // from here on it runs
			for range 3 {
				checkServers(t, []string{next(t, p.stdout)}, server)
				p.quiet(t, 50*time.Millisecond)
				p.signal(t, s)
			}
			checkServers(t, []string{next(t, p.stdout)}, server)
			p.write(t, "\n")
			checkServers(t, []string{next(t, p.stdout)}, server)
			p.In.Close()
			p.end(t, time.Second)
			if said := rest(p.stderr); len(said) > 0 {
				t.Errorf("said %q", said)
			}
		})
	}
}

// TestExecdRequestsCoalesce: signals that come while a round runs are remembered once, beside newlines, and told once.
func TestExecdRequestsCoalesce(t *testing.T) {
	t.Parallel()
	p, server, release := startHeld(t)
	for range 3 {
		for _, s := range requestSignals {
			p.signal(t, s)
		}
		p.write(t, "\n")
	}
	if said := next(t, p.stderr); !strings.HasPrefix(said, "W! ") || !strings.Contains(said, "longer") {
		t.Errorf("said %q, want a warning that rounds take longer than they are asked for", said)
	}
	p.quiet(t, 200*time.Millisecond)
	for range 2 {
		allowAnswer(t, release)
		checkServers(t, []string{next(t, p.stdout)}, server)
	}
	p.quiet(t, 300*time.Millisecond)
}

// TestExecdRequestsFinish: after EOF no signal starts a round, and none ends one.
func TestExecdRequestsFinish(t *testing.T) {
	t.Parallel()
	p, server, release := startHeld(t, "--poll_interval", "1m")
	p.signal(t, syscall.SIGUSR1) // beside polling too
	next(t, p.stderr)
	p.In.Close()
	p.quiet(t, 100*time.Millisecond)
	for _, s := range requestSignals {
		p.signal(t, s)
	}
	close(release)
	checkServers(t, p.end(t, time.Second), server, server)
}

// TestExecdRequestInterval: a round that a signal asks for says how far apart rounds are asked for.
func TestExecdRequestInterval(t *testing.T) {
	t.Parallel()
	stdout, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdout.Close()
	p := startExecd(t, asking("2s", serve(t, "127.0.0.1:0", named("lhr1"))), w, nil)
	lines := bufio.NewScanner(stdout)
	p.write(t, "\n")
	for i := 0; ; i++ {
		interval := intervalOfRound(t, lines)
		if s, err := strconv.ParseFloat(interval, 64); i > 0 && (err != nil || s < 0.3 || s > 10) {
			t.Errorf("interval %q, want 0.3", interval)
		}
		if i == len(requestSignals) {
			break
		}
		time.Sleep(300 * time.Millisecond)
		p.signal(t, requestSignals[i])
	}
	p.In.Close()
	p.end(t, time.Second)
}

// intervalOfRound reads the lines of a round and returns its interval_s; empty: it has none.
func intervalOfRound(t *testing.T, lines *bufio.Scanner) (interval string) {
	t.Helper()
	for lines.Scan() {
		if m := regexp.MustCompile(`interval_s=([0-9.]+)`).FindStringSubmatch(lines.Text()); m != nil {
			interval = m[1]
		}
		if cloudPoint.MatchString(lines.Text()) {
			return interval
		}
	}
	t.Fatalf("a round has no end: %v", lines.Err())
	return ""
}

// TestExecdTellsQuiet: a process that was asked for nothing in its first minute says so, once.
func TestExecdTellsQuiet(t *testing.T) {
	for _, c := range []struct {
		name   string
		poll   time.Duration
		asked  time.Duration // when a newline comes; zero: never
		signal bool          // in its place
		want   int
	}{
		{"nothing asks", 0, 0, false, 1},
		{"a newline", 0, 59 * time.Second, false, 0},
		{"a signal", 0, 59 * time.Second, true, 0},
		{"a newline, late", 0, 61 * time.Second, false, 1},
		{"it polls", time.Hour, 0, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var said bytes.Buffer
				in, out := io.Pipe()
				signals, stop := make(chan os.Signal), make(chan os.Signal)
				r := &runner{
					d: dns_anycast.New(), con: console.New(&said, telegraf.Info, true), out: newLineWriter(&bytes.Buffer{}),
					done: make(chan error, 1), resume: func() {},
				}
				r.ctx, r.cancel = t.Context(), func() {}
				go func() {
					if c.asked > 0 {
						time.Sleep(c.asked)
						if c.signal {
							signals <- syscall.SIGHUP
						} else {
							io.WriteString(out, "\n")
						}
					}
					time.Sleep(10*time.Minute - c.asked)
					stop <- syscall.SIGTERM
				}()
				if status := r.loop(newRequests(in, signals, c.poll), stop); status != statusOK {
					t.Errorf("status %d", status)
				}
				out.Close()
				if got := strings.Count(said.String(), "W! no round was asked for"); got != c.want || strings.Count(said.String(), "\n") != c.want ||
					c.want > 0 && !(strings.Contains(said.String(), `signal = "STDIN"`) && strings.Contains(said.String(), "--poll_interval")) {
					t.Errorf("said %q, want %d warnings", said.String(), c.want)
				}
			})
		})
	}
}
