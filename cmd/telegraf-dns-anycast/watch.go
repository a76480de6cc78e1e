package main

import (
	"context"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/console"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/rounds"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// resizeEvery is how often the terminal is asked for its size while nothing else happens.
const resizeEvery = 250 * time.Millisecond

// watch runs rounds until interrupted, shows them, and returns the exit status of the last whole one.
func watch(d *dns_anycast.DNSAnycast, o options, con *console.Console) int {
	ctx, stop := untilInterrupted()
	defer stop()
	h := rounds.NewHistory(d.Plan())
	var err error
	switch {
	case !term.IsTerminal(int(os.Stdout.Fd())):
		err = watchAsLines(ctx, d, h, o.watch)
		con.Info(h.Summary())
	case isPlain():
		err = watchAsTables(ctx, d, h, o.watch)
	default:
		err = watchOnScreen(ctx, d, h, o.watch, con)
	}
	if err != nil {
		con.Errorf("cannot write to stdout: %v", err)
		return statusFailed
	}
	if h.Failed() {
		return statusFailed
	}
	return statusOK
}

// watchAsLines writes line protocol, as execd mode does.
func watchAsLines(ctx context.Context, d *dns_anycast.DNSAnycast, h *rounds.History, interval time.Duration) error {
	out := newLineWriter(os.Stdout)
	return repeat(ctx, interval, func() error {
		r := runRound(ctx, d, func(row dns_anycast.Row) { out.writePoint(row.Metric) })
		if ctx.Err() == nil {
			h.Add(r)
		}
		return out.flush()
	})
}

// watchAsTables prints a table a round below the one before, on a terminal that cannot draw in place.
func watchAsTables(ctx context.Context, d *dns_anycast.DNSAnycast, h *rounds.History, interval time.Duration) error {
	err := repeat(ctx, interval, func() error {
		before := h.Changes()
		r := runRound(ctx, d, func(dns_anycast.Row) {})
		if ctx.Err() != nil {
			return nil
		}
		h.Add(r)
		_, err := io.WriteString(os.Stdout, h.RoundText(lookFor(os.Stdout), h.Changes()-before))
		return err
	})
	if err == nil {
		_, err = io.WriteString(os.Stdout, table.Text(lookFor(os.Stdout).Wrap(h.Summary(), "  ")))
	}
	return err
}

// repeat does something until interrupted, the starts of two times an interval apart where they are
// not longer.
func repeat(ctx context.Context, interval time.Duration, do func() error) error {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if err := do(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// watchOnScreen redraws one page in place, and prints it in full at the end, when the terminal is as
// it was.
func watchOnScreen(ctx context.Context, d *dns_anycast.DNSAnycast, h *rounds.History, interval time.Duration, con *console.Console) error {
	if term.IsTerminal(int(os.Stderr.Fd())) {
		defer con.Redirect(h)() // a message would stand in the middle of the page
	}
	ctx, stop := context.WithCancel(ctx)
	var asking sync.WaitGroup
	s := screen{out: os.Stdout, interval: interval, suspend: catchSuspend()}
	err := s.open()
	for tick := time.NewTicker(interval); err == nil && ctx.Err() == nil; {
		ended := make(chan rounds.Round, 1)
		asking.Go(func() { ended <- runRound(ctx, d, func(dns_anycast.Row) {}) })
		err = s.showRound(ctx, h, ended, tick.C)
	}
	stop()
	s.close()
	asking.Wait()
	if err == nil {
		err = s.print(h)
	}
	return err
}

// showRound draws h, and again when a round has ended and whenever the size has changed, until the
// next round is due. Ctrl-Z waits for the end of the round: what stands still would measure its own
// sleep.
func (s *screen) showRound(ctx context.Context, h *rounds.History, ended <-chan rounds.Round, tick <-chan time.Time) error {
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
		case r := <-ended:
			if ctx.Err() != nil { // it was cut short
				return nil
			}
			h.Add(r)
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
