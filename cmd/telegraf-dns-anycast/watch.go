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

// watcher runs rounds and keeps what they say.
type watcher struct {
	d        *dns_anycast.DNSAnycast
	history  *rounds.History
	interval time.Duration // between the starts of two rounds, where they are not longer
}

// watch runs rounds until interrupted, shows them, and returns the exit status of the last whole
// one.
func watch(d *dns_anycast.DNSAnycast, o options, con *console.Console) int {
	ctx, stop := untilInterrupted()
	defer stop()
	w := &watcher{d: d, history: rounds.NewHistory(d.Plan()), interval: o.watch}
	var err error
	switch {
	case !term.IsTerminal(int(os.Stdout.Fd())):
		err = w.asLines(ctx)
		con.Info(w.history.Summary())
	case isPlain():
		err = w.asTables(ctx)
	default:
		err = w.onScreen(ctx, con)
	}
	if err != nil {
		con.Errorf("cannot write to stdout: %v", err)
		return statusFailed
	}
	if w.history.Failed() {
		return statusFailed
	}
	return statusOK
}

// asLines writes line protocol, as execd mode does.
func (w *watcher) asLines(ctx context.Context) error {
	out := newLineWriter(os.Stdout)
	err := repeat(ctx, w.interval, func() error {
		r := runRound(ctx, w.d, func(row dns_anycast.Row) { out.writePoint(row.Metric) })
		if ctx.Err() == nil {
			w.history.Add(r)
		}
		return out.flush()
	})
	if err == nil { // of paths whose traces ended behind the last round
		w.d.ArrivedLines(out.write)
		err = out.flush()
	}
	return err
}

// asTables prints a table a round below the one before, on a terminal that cannot draw in place.
func (w *watcher) asTables(ctx context.Context) error {
	h := w.history
	err := repeat(ctx, w.interval, func() error {
		r := runRound(ctx, w.d, func(dns_anycast.Row) {})
		if ctx.Err() != nil {
			return nil
		}
		h.Add(r)
		_, err := io.WriteString(os.Stdout, h.RoundText(lookFor(os.Stdout)))
		return err
	})
	if err == nil {
		summary := lookFor(os.Stdout).Wrap(h.Summary(), "  ")
		_, err = io.WriteString(os.Stdout, table.Text(summary))
	}
	return err
}

// repeat does something until interrupted, an interval apart from start to start where it takes no
// longer.
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

// onScreen redraws one page in place, and prints it in full at the end, when the terminal is as it
// was.
func (w *watcher) onScreen(ctx context.Context, con *console.Console) error {
	if term.IsTerminal(int(os.Stderr.Fd())) {
		defer con.Redirect(w.history)() // a message would stand in the middle of the page
	}
	ctx, stop := context.WithCancel(ctx)
	var asking sync.WaitGroup
	s := screen{out: os.Stdout, interval: w.interval, suspend: catchSuspend()}
	err := s.open()
	for tick := time.NewTicker(w.interval); err == nil && ctx.Err() == nil; {
		ended := make(chan rounds.Round, 1)
		asking.Go(func() { ended <- runRound(ctx, w.d, func(dns_anycast.Row) {}) })
		err = s.showRound(ctx, w.history, ended, tick.C)
	}
	stop()
	s.close()
	asking.Wait()
	if err == nil {
		err = s.print(w.history)
	}
	return err
}

// showRound draws h, and again when a round has ended and whenever the size has changed, until the
// next round is due. Ctrl-Z waits for the end of the round: what stands still would measure its own
// sleep.
func (s *screen) showRound(ctx context.Context, h *rounds.History,
	ended <-chan rounds.Round, tick <-chan time.Time,
) error {
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
