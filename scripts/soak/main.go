//go:build linux

// Soak runs the command as Telegraf does, for thousands of rounds, against name servers that it
// plays itself on loopback: good, dead, silent, moving, renamed and lying ones. Each round it
// compares every point with what its server did, and in the end it asks whether the process still
// is what it was: memory, descriptors, threads, goroutines.
//
//	soak [-rounds N] [-for D] BINARY
//
// Three runs: a short one, whose goroutines are the measure; the long one; and one with queries = 2
// and the default spread, a fortieth as long, since its rounds take longer. Exit status: 0 nothing
// drifts and no point is lost, 1 something does, 2 it cannot tell.
//
// Reading order: main.go (the runs), run.go (one life of the command), clouds.go (its servers),
// world.go, manners.go (how servers treat queries), zone.go, server.go, config.go, process.go (the
// command), sample.go (what it takes), round.go (what a round must say), point.go (what each point
// of it must), moves.go (when a change is due), paths.go (what the traces beside rounds must say),
// book.go (what is kept from round to round), key.go, judge.go (what is drift),
// limits.go.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

const (
	reference = 5  // rounds whose goroutines are the measure
	several   = 40 // rounds of the long run for each one of the run with several queries
)

func main() {
	rounds := flag.Int("rounds", 3000, "rounds of the long run")
	limit := flag.Duration("for", 0, "how long the long run takes, in place of a number of rounds")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: soak [-rounds N] [-for D] BINARY")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 || *rounds < 1 || *limit < 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	switch err := soak(ctx, os.Stdout, flag.Arg(0), *rounds, *limit); {
	case errors.Is(err, errUnfit):
		fmt.Fprintf(os.Stderr, "soak: %v\n", err)
		os.Exit(2)
	case err != nil:
		fmt.Fprintf(os.Stderr, "soak: %v\n", err)
		os.Exit(1)
	}
}

// soak does the three runs. Its error is the verdict.
func soak(ctx context.Context, w io.Writer, binary string, rounds int, limit time.Duration) (err error) {
	dir, err := os.MkdirTemp("", "soak-")
	if err != nil {
		return fmt.Errorf("%w: %w", errUnfit, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if !skiptest.HasIPv6() {
		fmt.Fprintln(w, "This machine has no IPv6 on loopback: IPv4 alone is proven.")
	}

	fresh := &run{name: "fresh", binary: binary, dir: dir, queries: 1, spread: "0s", rounds: reference}
	if err := fresh.do(ctx, w); err != nil {
		return err
	}
	long := &run{name: "long", binary: binary, dir: dir, queries: 1, spread: "0s", rounds: rounds, limit: limit, drifts: true}
	if err := long.do(ctx, w); err != nil {
		return err
	}
	twice := &run{name: "twice", binary: binary, dir: dir, queries: 2, rounds: max(long.asked/several, 2), finish: true}
	if err := twice.do(ctx, w); err != nil {
		return err
	}

	return verdict(w, fresh, long, twice)
}

// verdict says what the three runs prove together.
func verdict(w io.Writer, fresh, long, twice *run) error {
	faults := compareGoroutines(fresh.goroutines, long.goroutines)
	for _, r := range []*run{fresh, long, twice} {
		for _, f := range r.faults() {
			faults = append(faults, r.name+": "+f)
		}
	}
	fmt.Fprintln(w)
	for _, f := range faults {
		fmt.Fprintln(w, "FAULT", f)
	}
	switch {
	case len(faults) > 0:
		return fmt.Errorf("%d faults", len(faults))
	case long.book.excused*4 > long.book.taken: // the rest proves little
		return fmt.Errorf("%w: the machine stood still: %d of %d points are excused",
			errUnfit, long.book.excused, long.book.taken)
	}
	fmt.Fprintf(w, "steady: %d goroutines at the end as in a fresh process, no drift, no point lost\n", len(long.goroutines))
	return nil
}
