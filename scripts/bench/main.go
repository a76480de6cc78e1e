//go:build linux

// Bench measures how exact the plugin's times are and what they cost, beside Telegraf's own inputs.dns_query, a loop that
// asks one server after the other, as the plugin of 2017 did, and a floor, which is what the kernel alone takes. It prints
// one table, and what of it the plugin is meant to reach.
//
//	bench [-quick] [-only TEXT] PLUGIN      needs root: it makes network namespaces
//
// -quick is a short form, -only leaves out the scenarios whose names lack TEXT. Of a part of the scenarios only those goals
// count that a busy machine cannot spoil.
//
// All are programs of their own under the same runner: a newline on stdin asks for a round, line protocol on stdout
// answers. They take turns, round by round. A responder answers in a namespace of its own after 0, 5, 20 or 80 ms. The
// truth is what the kernel saw at both ends of the veth between them. CPU, time and memory are measured without that
// capture.
//
// Exit status: 0 all is reached, 1 something is not or failed, 2 it cannot run here.
//
// Reading order: main.go, scenario.go (what is measured), program.go (one program, its rounds and its cost), capture.go,
// wire.go and judge.go (its reports against the wire), results.go, reach.go, host.go, table.go; below them network.go,
// responder.go; rivals.go and dnsquery.go, sequential.go, floor.go, rival.go. The modes responder, as, busy and limit are
// the bench's own processes.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// files is room for a socket for each of 10,000 targets, which is what dns_query needs.
const files = 10500

func main() {
	if len(os.Args) > 1 {
		if mode := modes[os.Args[1]]; mode != nil {
			fail(1, mode(os.Args[2:]))
			return
		}
	}
	quick := flag.Bool("quick", false, "a short form")
	only := flag.String("only", "", "only scenarios whose names contain this")
	flag.Usage = func() { fmt.Fprintln(os.Stderr, "usage: bench [-quick] [-only TEXT] PLUGIN") }
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if os.Geteuid() != 0 {
		fail(2, errors.New("needs root: it makes network namespaces"))
	}
	fail(2, raiseFiles())
	n, err := newNetwork()
	fail(2, err)
	good, err := bench(os.Stdout, n, flag.Arg(0), *quick, *only)
	fail(1, err)
	if !good {
		os.Exit(1)
	}
}

func fail(status int, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(status)
	}
}

// modes are the processes beside the one that measures.
var modes = map[string]func(args []string) error{
	"as":        runRival,
	"responder": func([]string) error { return respond() },
	"busy": func([]string) error {
		//lint:ignore SA5002 to spin is its purpose
		for {
		}
	},
	"limit": limit,
}

// limit is limit DESCRIPTORS PROGRAM ARGUMENT…
func limit(args []string) error {
	n, err := strconv.ParseUint(args[0], 10, 64)
	if err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
		return err
	}
	return syscall.Exec(args[1], args[1:], os.Environ())
}

// bench reports whether all that is measured reaches its goal.
func bench(w io.Writer, n *network, plugin string, quick bool, only string) (good bool, err error) {
	responder, err := startResponder(n.far)
	if err != nil {
		return false, err
	}
	defer responder.Process.Kill()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var rows results
	for _, s := range scenarios(quick) {
		if !strings.Contains(s.name, only) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s …\n", s.name)
		more, err := s.run(ctx, n, plugin)
		if ctx.Err() != nil {
			return false, errors.New("interrupted")
		}
		if err != nil {
			return false, fmt.Errorf("%s: %w", s.name, err)
		}
		rows = append(rows, more...)
	}
	fmt.Fprintln(w, conditions())
	writeTable(w, rows)
	fmt.Fprintln(w)
	writeBounds(w, rows)
	writeExtrapolation(w, rows)
	cold := writeHost(w, firstTouch())
	fmt.Fprintln(w)
	return writeReach(w, rows, quick || only != "", cold), nil
}

// raiseFiles sets the limit of descriptors for this process and those that it starts.
func raiseFiles() error {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return err
	}
	l.Cur, l.Max = files, max(files, l.Max)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return fmt.Errorf("dns_query needs %d descriptors: ulimit -Hn %[1]d: %w", files, err)
	}
	return nil
}

// startResponder returns when it listens.
func startResponder(at *place) (*exec.Cmd, error) {
	cmd := exec.Command("/proc/self/exe", "responder")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := at.start(cmd); err != nil {
		return nil, fmt.Errorf("start the responder: %w", err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		return nil, fmt.Errorf("the responder says nothing: %w", err)
	}
	return cmd, nil
}

// conditions is the table's first line.
func conditions() string {
	var u unix.Utsname
	unix.Uname(&u)
	telegraf := "?"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/influxdata/telegraf" {
				telegraf = m.Version
			}
		}
	}
	return fmt.Sprintf("Linux %s, %d CPUs, %s, Telegraf %s's dns_query; veth between two namespaces; IPv4 and IPv6 by turns.",
		unix.ByteSliceToString(u.Release[:]), runtime.NumCPU(), runtime.Version(), telegraf)
}
