//go:build linux

// Soak runs the command as Telegraf does, for thousands of rounds, against name servers that it plays itself on
// loopback: good, dead, silent, moving, renamed and lying ones. Each round it compares every point with what its server
// did, and in the end it asks whether the process still is what it was: memory, descriptors, threads, goroutines.
//
//	soak [-rounds N] [-for D] BINARY
//
// Three runs: a short one, whose goroutines are the measure; the long one; and one with queries = 2 and the default
// spread, a fortieth as long, since its rounds take longer. Exit status: 0 nothing drifts and no point is lost, 1
// something does, 2 it cannot tell.
//
// Reading order: main.go (the runs), world.go (the clouds), manners.go (how servers treat queries), server.go, config.go,
// process.go (the command and what it takes), round.go (what a round must say), moves.go (and when a change is due),
// judge.go (what is drift).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

const (
	timeout      = 100 * time.Millisecond // what silent servers cost each round
	maxInstances = 80
	reference    = 5  // rounds whose goroutines are the measure
	several      = 40 // so many rounds of the long run are one of the run with several queries
)

// errUnfit says that nothing was proven.
var errUnfit = errors.New("cannot tell")

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
		return fmt.Errorf("%w: the machine stood still: %d of %d points are excused", errUnfit, long.book.excused, long.book.taken)
	}
	fmt.Fprintf(w, "steady: %d goroutines at the end as in a fresh process, no drift, no point lost\n", len(long.goroutines))
	return nil
}

// run is one life of the command.
type run struct {
	name, binary, dir string
	queries           int
	spread            string // empty: the default
	rounds            int
	limit             time.Duration // in place of rounds
	finish            bool          // end it by the end of stdin; else by SIGQUIT, for its goroutines
	drifts            bool          // long enough to judge drift

	world      *world
	process    process
	state      string // file
	began      time.Time
	asked      int // rounds
	book       *book
	samples    []sample
	goroutines []string
	late       []string // what the end brought
}

func (r *run) do(ctx context.Context, w io.Writer) (err error) {
	unfit := func(err error) error { return fmt.Errorf("%w: %s: %w", errUnfit, r.name, err) }
	if r.world, err = newWorld(skiptest.HasIPv6()); err != nil {
		return unfit(err)
	}
	defer r.world.close()
	r.state = filepath.Join(r.dir, r.name+".state")
	file := filepath.Join(r.dir, r.name+".conf")
	if err := os.WriteFile(file, []byte(config(r.world, r.queries, r.spread, r.state)), 0o644); err != nil {
		return unfit(err)
	}
	if r.process, err = start(ctx, r.binary, file); err != nil {
		return unfit(err)
	}
	defer r.process.Kill()
	r.book = newBook(r.world, r.queries)
	fmt.Fprintf(w, "\n%s: %d targets, %d points a round\n", r.name, len(r.world.targets()), r.book.points())
	if err := r.ask(ctx, w); err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	return r.end(w)
}

// ask asks for the rounds, and looks at the process between them.
func (r *run) ask(ctx context.Context, w io.Writer) error {
	r.began = time.Now()
	watching, stop := context.WithCancel(ctx)
	defer stop()
	stalls := watchStalls(watching)
	expected, done := r.rounds, func() bool { return r.asked >= r.rounds }
	if r.limit > 0 {
		expected, done = int(r.limit/(timeout+20*time.Millisecond)), func() bool { return time.Since(r.began) >= r.limit }
	}
	if r.drifts {
		fmt.Fprint(w, sampleHeader)
	}
	for !done() {
		if err := r.askOnce(ctx, w, stalls); err != nil {
			return err
		}
		if !r.drifts || r.asked%max(expected/300, 1) != 0 {
			continue
		}
		s, err := r.process.sample(r.state)
		if err != nil {
			return fmt.Errorf("%w: %w", errUnfit, err)
		}
		s.round, s.at = r.asked, time.Since(r.began)
		if r.samples = append(r.samples, s); len(r.samples)%30 == 0 {
			fmt.Fprint(w, s.line(r.book))
		}
	}
	b := r.book
	fmt.Fprintf(w, "%d rounds in %s, %d points, %d changes; late %d, excused %d (this machine stood still in %d rounds)\n", r.asked,
		time.Since(r.began).Round(100*time.Millisecond), b.taken, b.changes, b.late, b.excused, b.stalledRounds)
	return nil
}

// askOnce asks for a round and compares it.
func (r *run) askOnce(ctx context.Context, w io.Writer, stalls *stalls) error {
	r.world.turn(r.asked)
	stalls.most.Store(0)
	points, from, to, err := r.process.round(len(r.world.clouds))
	if ctx.Err() != nil {
		return fmt.Errorf("%w: interrupted after %d rounds", errUnfit, r.asked)
	}
	if err != nil {
		return fmt.Errorf("round %d: %w", r.asked, err)
	}
	told := len(r.book.faults)
	// Silent servers cost the timeout, and further queries follow at 350 ms. What takes much longer had to wait for a processor.
	least := timeout + time.Duration(r.queries-1)*370*time.Millisecond
	r.book.take(r.asked, points, from, to, stalls.worst() > timeout/4 || to.Sub(from) > least+timeout/4)
	for _, f := range r.book.faults[told:] {
		fmt.Fprintf(w, "FAULT %s: %s\n", r.name, f)
	}
	r.asked++
	return nil
}

// end ends the command, and looks at what it leaves behind.
func (r *run) end(w io.Writer) (err error) {
	time.Sleep(idle)
	end := r.process.End
	if !r.finish {
		r.process.Cmd.Process.Signal(syscall.SIGQUIT)
		end = r.process.Rest
	}
	text, err := end()
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	rest, err := execdtest.Points(text)
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	said, dump, _ := strings.Cut(r.process.Said(), quitted)
	r.goroutines = goroutines(dump)
	r.book.trailing(rest)
	r.late = append(r.late, unexpected(said)...)
	if size, most := fileSize(r.state), r.book.stateLimit(); size == 0 || size > most {
		r.late = append(r.late, fmt.Sprintf("the state file has %d bytes, of %d at most", size, most))
	} else {
		fmt.Fprintf(w, "state file: %d bytes\n", size)
	}
	return nil
}

func (r *run) faults() []string {
	faults := append(r.book.verdict(), r.late...)
	if r.drifts {
		faults = append(faults, drift(r.samples)...)
	}
	return faults
}
