// Demo shows on loopback what the command does: two small anycast clouds whose sites it plays
// itself, one round as a table, then rounds as Telegraf sees them, between which a site of one
// cloud moves.
//
//	demo BINARY
//
// Reading order: main.go (what is shown), rounds.go (the part of Telegraf), network.go (the
// clouds), step.go (a heading).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// patience ends a demo that hangs; it takes one second, two where a dead server is silent.
const patience = 10 * time.Second

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: demo BINARY")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := demo(ctx, os.Stdout, os.Args[1], skiptest.HasIPv6()); err != nil {
		fmt.Fprintf(os.Stderr, "demo: %v\n", err)
		os.Exit(1)
	}
}

func demo(ctx context.Context, w io.Writer, binary string, ipv6 bool) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	clouds, err := newNetwork(ipv6)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "demo-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "plugin.conf")
	if err := os.WriteFile(file, []byte(config(clouds)), 0o644); err != nil {
		return err
	}

	fmt.Fprintln(w, "Two anycast clouds, played on loopback: their addresses, sites and distances are made up, the rest is real.")
	if !ipv6 {
		fmt.Fprintln(w, "This machine has no IPv6 on loopback: you see IPv4 alone.")
	}
	step(w, "1. The configuration: which servers to ask, and how to read a site from a name.")
	fmt.Fprint(w, config(clouds))
	step(w, "2. One round by hand, as `telegraf-dns-anycast --once --config plugin.conf` prints it on a terminal.")
	if err := showTable(ctx, w, binary, file); err != nil {
		return err
	}
	if err := showRounds(ctx, w, binary, file, clouds); err != nil {
		return err
	}
	showNext(w, binary)
	return nil
}

// showNext says what to type after the demo.
func showNext(w io.Writer, binary string) {
	step(w, "Next, type:")
	for _, c := range [][2]string{
		{binary + " --once k.root-servers.net", "who answers you?"},
		{binary + " --sample-config > plugin.conf", "every option: put your servers in"},
		{binary + " --check --config plugin.conf", "what would be asked, without a packet"},
		{"make test", "with real name servers and a real Telegraf"},
	} {
		fmt.Fprintf(w, "  %-*s  # %s\n", len(binary)+len(" --sample-config > plugin.conf"), c[0], c[1])
	}
}

// showTable hands w to the command itself, so that a terminal gets colour.
func showTable(ctx context.Context, w io.Writer, binary, file string) error {
	cmd := exec.CommandContext(ctx, binary, "--once", "--config", file, "--format", "table")
	cmd.Stdout, cmd.Stderr = w, os.Stderr
	err := cmd.Run()
	// Status 1 says that some target has no name to show: one server is dead.
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return nil
	}
	if err == nil {
		return errors.New("--once took the dead server for alive")
	}
	return fmt.Errorf("run --once: %w", err)
}
