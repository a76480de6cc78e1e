package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/influxdata/telegraf"
	"golang.org/x/term"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// resizeEvery is how often the terminal is asked for its size while nothing else happens.
const resizeEvery = 250 * time.Millisecond

// watch runs rounds until interrupted, shows them, and returns the exit status of the last whole one.
func watch(d *dns_anycast.DNSAnycast, o options, con *console) int {
	ctx, stop := untilInterrupted()
	defer stop()
	h := newHistory(d.Plan())
	var err error
	switch {
	case !term.IsTerminal(int(os.Stdout.Fd())):
		err = watchAsLines(ctx, d, h, o.watch)
		con.Info(h.summary())
	case isPlain():
		err = watchAsTables(ctx, d, h, o.watch)
	default:
		err = watchOnScreen(ctx, d, h, o.watch, con)
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
	out := newLineWriter(os.Stdout)
	return repeat(ctx, interval, func() error {
		h.round(ctx, d, out.writePoint)
		return out.flush()
	})
}

// watchAsTables prints a table a round below the one before, on a terminal that cannot draw in place.
func watchAsTables(ctx context.Context, d *dns_anycast.DNSAnycast, h *history, interval time.Duration) error {
	err := repeat(ctx, interval, func() error {
		before := h.changed
		if h.round(ctx, d, func(telegraf.Metric) {}); ctx.Err() != nil {
			return nil
		}
		_, err := io.WriteString(os.Stdout, h.roundText(lookFor(os.Stdout), h.changed-before))
		return err
	})
	if err == nil {
		_, err = io.WriteString(os.Stdout, textOf(lookFor(os.Stdout).wrap(h.summary(), "  ")))
	}
	return err
}

// repeat runs rounds, the starts of two of them an interval apart where they are not longer.
func repeat(ctx context.Context, interval time.Duration, round func() error) error {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if err := round(); err != nil {
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
	ctx, stop := context.WithCancel(ctx)
	var asking sync.WaitGroup
	s := screen{out: os.Stdout, interval: interval, suspend: catchSuspend()}
	err := s.open()
	for tick := time.NewTicker(interval); err == nil && ctx.Err() == nil; {
		asked := make(chan round, 1)
		asking.Go(func() { asked <- ask(ctx, d, func(telegraf.Metric) {}) })
		err = s.showRound(ctx, h, asked, tick.C)
	}
	stop()
	s.close()
	asking.Wait()
	if err == nil {
		err = s.print(h)
	}
	return err
}

// showRound draws h, and again when a round has ended and whenever the size has changed, until the next round is due.
// Ctrl-Z waits for the end of the round: what stands still would measure its own sleep.
func (s *screen) showRound(ctx context.Context, h *history, asked <-chan round, tick <-chan time.Time) error {
	resized := time.NewTicker(resizeEvery)
	defer resized.Stop()
	var due <-chan time.Time
	var suspended <-chan os.Signal
	for {
		if err := s.draw(h); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case r := <-asked:
			if ctx.Err() != nil { // it was cut short
				return nil
			}
			h.add(r)
			due, suspended = tick, s.suspend
		case <-due:
			return nil
		case <-suspended:
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
