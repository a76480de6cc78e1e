//go:build linux

package main

import (
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	stopTimeout = "300ms"
	answerDelay = 100 * time.Millisecond
	standsStill = 2 * time.Second // well over the spread and two timeouts
)

// after answers a while later.
func after(d time.Duration, answer func([]byte) [][]byte) func([]byte) [][]byte {
	return func(q []byte) [][]byte {
		time.Sleep(d)
		return answer(q)
	}
}

// standStill lets the process stand still, as a paused virtual machine does.
func (p *process) standStill(t *testing.T) {
	t.Helper()
	p.signal(t, syscall.SIGSTOP)
	time.Sleep(standsStill)
	p.signal(t, syscall.SIGCONT)
}

// TestStoppedBeforeAsking: what leaves late has its time all the same, as its server answers in time.
func TestStoppedBeforeAsking(t *testing.T) {
	t.Parallel()
	conf := asking(stopTimeout, serve(t, "127.0.0.1:0", after(answerDelay, named("lhr1"))))
	p := startExecd(t, strings.Replace(conf, blockLine, blockLine+"spread = \"900ms\"\nqueries = 2\n", 1), nil, nil)
	for i := range 4 { // two rounds, since a program that has only just been started may be stopped before the first
		if i%2 == 0 {
			p.write(t, "\n")
		}
		if i == 2 {
			time.Sleep(20 * time.Millisecond)
			p.standStill(t)
		}
		if line := next(t, p.stdout); !strings.Contains(line, "result=success") {
			t.Errorf("got %s", line)
		}
	}
}

// TestStoppedWhileAnswered: an answer that came in time counts, and its time is the kernel's.
func TestStoppedWhileAnswered(t *testing.T) {
	t.Parallel()
	came := make(chan struct{}, 1)
	server := serve(t, "127.0.0.1:0", announced(t, came, after(answerDelay, named("lhr1"))))
	p := startExecd(t, asking(stopTimeout, server), nil, nil)
	p.write(t, "\n")
	awaitQuery(t, came)
	p.standStill(t)
	line := next(t, p.stdout)
	took := regexp.MustCompile(`query_time_ms=1[0-9]{2}\.[0-9]+,.*time_source="kernel"`)
	if !strings.Contains(line, "result=success") || !took.MatchString(line) {
		t.Errorf("got %s", line)
	}
}
