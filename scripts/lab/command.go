//go:build linux

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/nstest"
)

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
	l, err := newLab(o.ecmp)
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
