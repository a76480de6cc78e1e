package ripeatlas

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
)

// lab is an API and a feed from it, in a bubble whose time passes at once: connections are pipes.
type lab struct {
	atlastest.Server
	feed Feed

	mu      sync.Mutex
	windows []*Window
	at      []time.Time // when they were handed over
	said    []string
	end     func() // ends Run, and waits for that
}

// inBubble runs a test with measurement 10301, which begins at 2000-01-01 00:00:00 UTC. That no
// goroutine is left is synctest's to say.
func inBubble(t *testing.T, test func(t *testing.T, l *lab)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &lab{}
		l.Measure(measurement10301(nil))
		pipes := make(pipes)
		server := &http.Server{Handler: l}
		go server.Serve(pipes)
		client := NewClient("http://atlas.example/api/v2/", "")
		client.http.Transport.(*http.Transport).DialContext = pipes.dial
		say := func(level string) func(string, ...any) {
			return func(format string, args ...any) {
				l.mu.Lock()
				defer l.mu.Unlock()
				l.said = append(l.said, level+fmt.Sprintf(format, args...))
			}
		}
		l.feed = Feed{
			Client: client, ID: 10301, Names: names, Addrs: []netip.Addr{v4Addr}, Grace: 5 * time.Minute,
			Deliver: l.take, Log: Log{say("W! "), say("I! ")},
		}
		test(t, l)
		if l.end != nil {
			l.end()
		}
		client.Close()
		server.Close()
	})
}

func (l *lab) take(w *Window) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.windows, l.at = append(l.windows, w), append(l.at, time.Now())
}

// run follows the feed until the bubble's test ends.
func (l *lab) run() {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); l.feed.Run(ctx) }()
	l.end = func() { cancel(); <-ended }
}

// asks has probes answered each four minutes from a time on, for so long. Probe n asks n seconds
// later than probe 0.
func (l *lab) asks(from time.Time, long time.Duration, probes int, edit func(*atlastest.Result)) (n int) {
	for at := from; at.Before(from.Add(long)); at = at.Add(4 * time.Minute) {
		for p := range probes {
			r := of(func(r *atlastest.Result) {
				r.Probe, r.At, r.Reply = p+1, at.Add(time.Duration(p)*time.Second), atlastest.Named("hostname.bind", "lhr1", nil)
			})
			if edit != nil {
				edit(&r)
			}
			l.Add(r)
			n++
		}
	}
	return n
}

// told returns what was said since, and which windows came, in short: begin, results, late.
func (l *lab) told() (windows, said []string) {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, w := range l.windows {
		late := ""
		if max(w.Late, 0)+w.Duplicates > 0 {
			late = fmt.Sprintf(" late %d twice %d", w.Late, w.Duplicates)
		}
		windows = append(windows, fmt.Sprintf("%s+%v %d%s at %s", w.From.Format(time.TimeOnly), w.To.Sub(w.From), w.Total, late, l.at[i].UTC().Format(time.TimeOnly)))
	}
	said = l.said
	l.windows, l.at, l.said = nil, nil, nil
	return windows, said
}

// pipes is a listener whose connections are pipes.
type pipes chan net.Conn

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	p <- theirs
	return ours, nil
}

func (p pipes) Accept() (net.Conn, error) {
	c, open := <-p
	if !open {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p pipes) Close() error   { close(p); return nil }
func (p pipes) Addr() net.Addr { return &net.IPAddr{} }
