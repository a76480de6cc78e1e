//go:build linux

package main

import (
	"net/netip"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest"
)

const (
	stopTimeout = "300ms"
	answerDelay = 100 * time.Millisecond
	standsStill = 2 * time.Second // well over the spread and two timeouts
)

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
	conf := asking(stopTimeout, serve(t, "127.0.0.1:0", dnstest.After(answerDelay, named("lhr1"))))
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
	took := regexp.MustCompile(`query_time_ms=1[0-9]{2}\.[0-9]+,.*time_source="kernel"`)
	for transport, start := range map[string]func(*testing.T, string, dnstest.Handler) netip.AddrPort{"udp": serve, "tcp": serveStreams} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			came := make(chan struct{}, 1)
			server := start(t, "127.0.0.1:0", announced(t, came, dnstest.After(answerDelay, named("lhr1"))))
			conf := strings.Replace(asking(stopTimeout, server), blockLine, blockLine+"transports = [\""+transport+"\"]\n", 1)
			p := startExecd(t, conf, nil, nil)
			p.write(t, "\n")
			awaitQuery(t, came)
			p.standStill(t)
			if line := next(t, p.stdout); !strings.Contains(line, "result=success") || !took.MatchString(line) {
				t.Errorf("got %s", line)
			}
		})
	}
}
