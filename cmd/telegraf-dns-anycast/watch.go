package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/influxdata/telegraf"
	"golang.org/x/term"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// resizeEvery is how often the terminal is asked for its size while nothing else happens.
const resizeEvery = 250 * time.Millisecond

// watch runs rounds until interrupted, shows them, and returns the exit status of the last whole one.
func watch(d *dns_anycast.DNSAnycast, o options, con *console) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	h := newHistory(d.Plan())
	var err error
	if term.IsTerminal(int(os.Stdout.Fd())) {
		err = watchOnScreen(ctx, d, h, o.watch, con)
	} else {
		err = watchAsLines(ctx, d, h, o.watch)
		con.Info(h.summary())
	}
	if err != nil {
		con.Errorf("cannot write to stdout: %v", err)
		return statusFailed
	}
	if h.rounds == 0 || h.last.failed() {
		return statusFailed
	}
	return statusOK
}

// watchAsLines writes line protocol, as execd mode does.
func watchAsLines(ctx context.Context, d *dns_anycast.DNSAnycast, h *history, interval time.Duration) error {
	out := newLines(os.Stdout)
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		h.round(ctx, d, out.writeMetric)
		if err := out.flush(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// watchOnScreen redraws one page in place, and prints it in full at the end, when the terminal is as it was.
func watchOnScreen(ctx context.Context, d *dns_anycast.DNSAnycast, h *history, interval time.Duration, con *console) error {
	if term.IsTerminal(int(os.Stderr.Fd())) {
		before := con.out
		defer func() { con.out = before }()
		con.out = h // a message would stand in the middle of the page
	}
	s := screen{out: os.Stdout, color: colorWanted(), interval: interval, suspend: catchSuspend()}
	err := s.open()
	for tick := time.NewTicker(interval); err == nil; {
		if h.round(ctx, d, func(telegraf.Metric) {}); ctx.Err() != nil {
			tick.Stop()
			break
		}
		err = s.showUntil(ctx, tick.C, h)
	}
	s.close()
	if err == nil {
		err = s.print(h)
	}
	return err
}

// showUntil draws h, and again whenever the size has changed, until the next round is due.
func (s *screen) showUntil(ctx context.Context, tick <-chan time.Time, h *history) error {
	resized := time.NewTicker(resizeEvery)
	defer resized.Stop()
	for {
		if err := s.draw(h); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
			return nil
		case <-s.suspend:
			s.close()
			suspend()
			if err := s.open(); err != nil {
				return err
			}
		case <-resized.C:
		}
	}
}

// watchFlag may stand alone, or with an interval.
type watchFlag struct {
	given    bool
	interval dns_anycast.Duration
}

func (w *watchFlag) String() string   { return "" }
func (w *watchFlag) IsBoolFlag() bool { return true }

func (w *watchFlag) Set(text string) error {
	w.given = true
	if text == "true" { // it stands alone
		w.interval = dns_anycast.Duration(time.Second)
		return nil
	}
	return w.interval.UnmarshalText([]byte(text))
}

// isSpan tells the interval of --watch from a server. A bare number is none, but is meant as one.
func isSpan(text string) bool {
	_, err := time.ParseDuration(text)
	_, number := strconv.ParseFloat(text, 64)
	return err == nil || number == nil
}

// summary says in one line how it all went.
func (h *history) summary() string {
	asked, answered := 0, 0
	for _, p := range h.targets {
		asked, answered = asked+p.asked, answered+p.answered
	}
	return fmt.Sprintf("%s in %s: %d of %s answered, %s", count(h.rounds, "round", "rounds"),
		time.Since(h.began).Round(time.Second), answered, count(asked, "query", "queries"), count(h.changed, "change", "changes"))
}
