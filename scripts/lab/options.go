//go:build linux

package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

const usage = `usage: lab [--ecmp] [--delay 5ms,20ms,60ms] [--control]
       lab do [--lab NAME] COMMAND
`

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
