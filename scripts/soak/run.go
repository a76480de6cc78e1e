//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/asntest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// errUnfit says that nothing was proven.
var errUnfit = errors.New("cannot tell")

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
	numbers := filepath.Join(r.dir, r.name+".mmdb")
	if err := asntest.Make(numbers, map[string]uint32{"0.0.0.0/0": asNumber, "::/0": asNumber}); err != nil {
		return unfit(err)
	}
	file := filepath.Join(r.dir, r.name+".conf")
	if err := os.WriteFile(file, []byte(config(r.world, r.queries, r.spread, r.state, numbers)), 0o644); err != nil {
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
			fmt.Fprint(w, s.line(r.book.taken, r.book.count))
		}
	}
	b := r.book
	fmt.Fprintf(w, "%d rounds in %s, %d points, %d changes, %d paths; late %d, excused %d (this machine stood still in %d rounds)\n", r.asked,
		time.Since(r.began).Round(100*time.Millisecond), b.taken, b.changes, b.traces, b.late, b.excused, b.stalledRounds)
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
	// Silent servers cost the timeout, and further queries follow at 350 ms. What takes much longer
	// had to wait for a processor.
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
