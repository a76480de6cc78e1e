//go:build linux

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

const usage = `usage: lab [--ecmp] [--delay 5ms,20ms,60ms] [--control]
       lab do [--lab NAME] COMMAND
`

// refusal is an error of the command line or of the machine: exit status 2.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

func refuse(format string, a ...any) error { return refusal{fmt.Errorf(format, a...)} }

func run(args []string) int {
	// A user's PATH lacks the directory where Debian keeps daemons.
	os.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
	err := dispatch(args)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	fmt.Fprintf(os.Stderr, "lab: %v\n", err)
	var refused refusal
	if errors.As(err, &refused) {
		return 2
	}
	return 1
}

func dispatch(args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "do":
			return tell(args[1:])
		case "wire":
			return runWire(args[1:])
		case "keep":
			return keep(args[1:])
		}
	}
	return runLab(args)
}

// options are those of a lab that starts.
type options struct {
	ecmp, control bool
	delays        []time.Duration // one way, a site each
}

func parse(args []string) (o options, err error) {
	set := newFlagSet()
	set.BoolVar(&o.ecmp, "ecmp", false, "prefer lhr1 and arn1 alike")
	set.BoolVar(&o.control, "control", false, "take commands from stdin")
	delays := set.String("delay", "5ms,20ms,60ms", "`one-way` delay of each site")
	if err := set.Parse(args); err != nil {
		return o, refusal{err}
	}
	if set.NArg() > 0 {
		return o, refuse("%q is not understood\n%s", set.Arg(0), usage)
	}
	for word := range strings.SplitSeq(*delays, ",") {
		d, err := parseDelay(word)
		if err != nil {
			return o, refusal{err}
		}
		o.delays = append(o.delays, d)
	}
	if len(o.delays) != len(cloud) {
		return o, refuse("--delay %s: %d sites want as many delays", *delays, len(cloud))
	}
	return o, nil
}

// newFlagSet leaves errors to run.
func newFlagSet() *flag.FlagSet {
	set := flag.NewFlagSet("lab", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() { fmt.Fprint(os.Stderr, usage) }
	return set
}

func parseDelay(word string) (time.Duration, error) {
	d, err := time.ParseDuration(word)
	if err != nil || d < 0 || d > longest {
		return 0, fmt.Errorf("delay %q: want a duration such as 20ms, from 0 to %v", word, longest)
	}
	return d, nil
}

func runLab(args []string) (err error) {
	o, err := parse(args)
	if err != nil {
		return err
	}
	if err := able(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	l, err := newLab(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	if err := l.up(ctx, o.delays); err != nil {
		if ctx.Err() != nil {
			return nil // told to end before it was up
		}
		return err
	}
	if o.control {
		return l.serve(ctx, os.Stdin, os.Stdout)
	}
	return l.attend(ctx)
}

// able says what keeps a lab from running here.
func able() error {
	if os.Geteuid() != 0 {
		return refuse("needs root")
	}
	var binaries, packages []string
	for _, p := range programs {
		if _, err := exec.LookPath(p.binary); err != nil {
			binaries = append(binaries, p.binary)
			packages = append(packages, p.debian)
		}
	}
	if len(binaries) > 0 {
		return refuse("missing: %s: apt-get install %s", strings.Join(binaries, ", "), strings.Join(slices.Compact(packages), " "))
	}
	if err := nstest.Try(unix.CLONE_NEWNET | unix.CLONE_NEWNS); err != nil {
		return refuse("makes network namespaces: %w", err)
	}
	return nil
}

var programs = []struct{ binary, debian string }{
	{"ip", "iproute2"}, {"bird", "bird2"}, {"birdc", "bird2"}, {"nsd", "nsd"}, {"knotd", "knot"}, {"named", "bind9"},
}

// attend serves other terminals until it is told to end.
func (l *lab) attend(ctx context.Context) error {
	socket, err := l.listen()
	if err != nil {
		return err
	}
	// A killed go run tells its child nothing. The thread of the signal must last.
	if err := l.visitor.Do(func() error {
		return unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGTERM), 0, 0, 0)
	}); err != nil {
		return err
	}
	l.explain(os.Stdout)
	go func() {
		<-ctx.Done()
		socket.Close()
	}()
	l.answer(ctx, socket)
	fmt.Println("\nlab: removing it all")
	return nil
}

// explain says what there is to see, and how to break it.
func (l *lab) explain(w io.Writer) {
	fmt.Fprintf(w, `An anycast cloud: %s and %s, announced by lhr1, arn1 and yyz1. It is yours until Ctrl-C.

Configuration: %s
Watch it, in a second terminal:

  ip netns exec %s bin/telegraf-dns-anycast --watch --config %[3]s

Break it, in a third:

`, service[0], service[1], l.configFile(), l.namespace(vantage))
	for _, c := range [][2]string{
		{"withdraw lhr1", "the cloud moves to arn1"},
		{"announce lhr1", "and back"},
		{"withdraw lhr1 6", "IPv6 alone moves: a split catchment"},
		{"announce lhr1 6", "and back"},
		{"kill lhr1", "the server dies, its routes stay: nobody answers"},
		{"start lhr1", "and is back"},
		{"delay lhr1 40ms", "a longer way to the same site"},
		{"delay lhr1 5ms", "near again"},
		{"ecmp on", "every source port has a site of its own, lhr1 or arn1"},
		{"ecmp off", "lhr1 alone again"},
		{"publish 2 arn1 yyz1", "a zone update that does not reach lhr1"},
		{"publish 2", "and now does"},
	} {
		fmt.Fprintf(w, "  %s do %-19s # %s\n", os.Args[0], c[0], c[1])
	}
}
