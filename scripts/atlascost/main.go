// Atlascost measures what results of RIPE Atlas cost the plugin: it plays the API for as many clouds
// as there are root letters, each with a measurement over IPv4 and one over IPv6, and lets the command
// follow all of them.
//
//	atlascost [--letters 13] [--probes 12000] [--windows 3] [--length 30s] COMMAND
//
// It prints the peak of the command's memory, and its CPU time for 24,000 results, which are what a
// letter's probes say in one window of both families. Exit status: 0 within the limits, 1 above one of
// them or something failed, 2 the command line.
//
// Reading order: main.go, world.go (what probes are answered), follow.go (the command follows it).
package main

import (
	"flag"
	"fmt"
	"os"
	"time"
)

const (
	memoryMost = 150 << 20       // bytes in all
	cpuMost    = 2 * time.Second // for pair results
	pair       = 24_000          // results
)

func main() {
	w := world{}
	flag.IntVar(&w.letters, "letters", 13, "clouds")
	flag.IntVar(&w.probes, "probes", 12_000, "probes that ask each of them")
	flag.IntVar(&w.windows, "windows", 3, "windows that are read")
	flag.DurationVar(&w.length, "length", 30*time.Second, "of a window, whole seconds")
	flag.Parse()
	if flag.NArg() != 1 || w.letters < 1 || w.probes < 1 || w.windows < 1 || w.length < 10*time.Second {
		fmt.Fprintln(os.Stderr, "atlascost [--letters N] [--probes N] [--windows N] [--length 10s or more] COMMAND")
		os.Exit(2)
	}
	c, err := follow(w, flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, "atlascost:", err)
		os.Exit(1)
	}
	fmt.Print(c.text(w))
	if c.memory > memoryMost || c.forPair() > cpuMost {
		fmt.Fprintf(os.Stderr, "atlascost: more than %d MB or %v\n", memoryMost>>20, cpuMost)
		os.Exit(1)
	}
}
