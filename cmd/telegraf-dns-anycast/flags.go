package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/config"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

const usage = `telegraf-dns-anycast asks anycast name servers who is answering, and how fast.

  telegraf-dns-anycast --config FILE                      for Telegraf's inputs.execd: a newline on stdin is one round
  telegraf-dns-anycast --once [--config FILE] [SERVER …]  one round, printed
  telegraf-dns-anycast --watch [D] [--config FILE] [SERVER …]
                                                          a round every D (default: 1s) until interrupted
  telegraf-dns-anycast --check --config FILE              validate FILE and print what would be queried
  telegraf-dns-anycast --sample-config                    print a commented configuration that works
  telegraf-dns-anycast --report MONTH --influxdb URL      the service levels of a month such as 2026-10, printed

  --config FILE         the configuration
  --poll_interval D     execd mode: start a round by itself every D, the first after D (default: off)
  --log-level LEVEL     error, warn, info or debug (default: info)
  --version, --help

With --once and --watch:
  -4, -6                IPv4 alone, IPv6 alone
  --tcp                 ask over TCP
  --timeout D           the whole of one query, such as 2s
  --format FORMAT       --once: table, influx or json (default: table on a terminal, else influx)
  --atlas FILE|ID[,ID]  --once: no server is asked; what RIPE Atlas' probes were answered comes from a file (-: stdin),
                        or fetched: the last whole window of these measurements
  --probes FILE         --atlas: where the probes are, and in which AS
  --trace               --once: trace the path to each server behind the round, hop by hop, by queries over UDP

With --report:
  --influxdb URL        where the points are, such as http://127.0.0.1:8086; user and password are read from
                        INFLUXDB_READ_USER and INFLUXDB_READ_PASSWORD
  --database NAME       of it (default: telegraf)
  --format FORMAT       markdown, csv or json (default: markdown)
  --profile PROFILE     whose levels: icann or rssac047 (default: icann)
  --minimum-vantage-points N
                        icann: a minute counts when N asked (default: 1)

A SERVER is an address, a host name, or one of them with a port: 192.0.2.1:53, [2001:db8::1]:53, ns1.example:53.
Exit status of --once: 0 every query, also for a zone, has the result success, and nobody unexpected answered; 1 some
have not; 2 wrong command line or configuration. That of --watch is the same, of its last round. That of --report:
0 every level is met; 1 one is missed; 2 wrong command line; 3 the data do not suffice, or cannot be read.
`

type mode int

const (
	modeExecd mode = iota
	modeOnce
	modeWatch
	modeCheck
	modeReport
	modeSample
	modeVersion
	modeHelp
)

// options is the command line.
type options struct {
	mode         mode
	config       string
	servers      []string
	format       string // "table", "influx", "json"; empty: by what stdout is
	ipv4, ipv6   bool
	tcp          bool
	trace        bool
	timeout      dns_anycast.Duration
	timeoutGiven bool
	poll         time.Duration // zero: off
	watch        time.Duration // between the starts of two rounds
	level        telegraf.LogLevel
	pollDisabled bool
	report       reportOptions
	readsAtlas   bool // no server is asked: results of RIPE Atlas are read
	atlas        atlasOptions
}

// parseFlags reads the command line; flags may stand before or after servers. With an error it still says which mode
// was meant.
func parseFlags(args []string) (options, error) {
	o := options{level: telegraf.Info}
	modes := map[string]*bool{}
	fs := flag.NewFlagSet("telegraf-dns-anycast", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	for _, name := range []string{"once", "check", "sample-config", "version", "help"} {
		modes[name] = fs.Bool(name, false, "")
	}
	fs.BoolVar(modes["help"], "h", false, "")
	var poll dns_anycast.Duration
	var level string
	var configs []string
	fs.Func("config", "", func(file string) error { configs = append(configs, file); return nil })
	fs.StringVar(&o.format, "format", "", "")
	fs.BoolVar(&o.ipv4, "4", false, "")
	fs.BoolVar(&o.ipv6, "6", false, "")
	fs.BoolVar(&o.tcp, "tcp", false, "")
	fs.BoolVar(&o.trace, "trace", false, "")
	fs.TextVar(&o.timeout, "timeout", dns_anycast.Duration(0), "")
	var watch watchFlag
	fs.Var(&watch, "watch", "")
	fs.TextVar(&poll, "poll_interval", dns_anycast.Duration(0), "")
	fs.BoolVar(&o.pollDisabled, "poll_interval_disabled", false, "")
	fs.StringVar(&level, "log-level", "info", "")
	var atlas string
	fs.StringVar(&atlas, "atlas", "", "")
	fs.StringVar(&o.atlas.probes, "probes", "", "")
	report := registerReport(fs)
	if err := parseMixed(fs, args, &o.servers); err != nil {
		o.mode = meantMode(args)
		return o, explain(err, fs)
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	o.mode = pickMode(modes, given)
	o.poll, o.watch = time.Duration(poll), time.Duration(watch.interval)
	o.timeoutGiven, o.readsAtlas = given["timeout"], given["atlas"]
	if err := o.setLevel(level); err != nil {
		return o, err
	}
	if err := o.setConfig(configs); err != nil {
		return o, err
	}
	err := o.check(given, modes)
	switch {
	case err != nil:
	case o.mode == modeReport:
		o.report, err = report.options(time.Now())
	case o.mode == modeOnce && o.readsAtlas:
		err = o.atlas.read(atlas)
	}
	return o, err
}

// parseMixed lets flags stand behind servers, which package flag does not; "--" ends the flags.
func parseMixed(fs *flag.FlagSet, args []string, servers *[]string) error {
	for {
		if err := fs.Parse(args); err != nil {
			return err
		}
		rest := fs.Args()
		if len(rest) == 0 {
			return nil
		}
		if n := len(args) - len(rest); n > 0 && args[n-1] == "--" {
			*servers = append(*servers, rest...)
			return nil
		}
		if n := len(args) - len(rest); n > 0 && strings.TrimLeft(args[n-1], "-") == "watch" && isSpan(rest[0]) {
			if err := fs.Set("watch", rest[0]); err != nil {
				return fmt.Errorf("invalid value %q for flag -watch: %w", rest[0], err)
			}
		} else {
			*servers = append(*servers, rest[0])
		}
		args = rest[1:]
	}
}

func pickMode(modes map[string]*bool, given map[string]bool) mode {
	switch {
	case *modes["help"]:
		return modeHelp
	case *modes["version"]:
		return modeVersion
	case *modes["sample-config"]:
		return modeSample
	case *modes["check"]:
		return modeCheck
	case *modes["once"]:
		return modeOnce
	case given["watch"]:
		return modeWatch
	case given["report"]:
		return modeReport
	}
	return modeExecd
}

// meantMode reads the mode off a command line that cannot be parsed: it decides how the error is written.
func meantMode(args []string) mode {
	for _, arg := range args {
		switch name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "="); name {
		case "once", "watch":
			return modeOnce
		case "check":
			return modeCheck
		case "report":
			return modeReport
		}
	}
	return modeExecd
}

// explain rewords package flag's errors and names the nearest flag.
func explain(err error, fs *flag.FlagSet) error {
	if text := err.Error(); strings.Contains(text, " for -watch: ") { // which is a boolean only to package flag
		text = strings.Replace(text, "invalid boolean value", "invalid value", 1)
		return errors.New(strings.Replace(text, " for -watch: ", " for --watch: ", 1))
	}
	if name, missing := strings.CutPrefix(err.Error(), "flag needs an argument: -"); missing {
		return fmt.Errorf("%s needs a value", dashed(name))
	}
	if before, after, found := strings.Cut(err.Error(), " for flag -"); found {
		name, cause, _ := strings.Cut(after, ": ")
		return fmt.Errorf("%s for %s: %s", before, dashed(name), cause)
	}
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		return err
	}
	var known []string
	fs.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
	if near := config.Nearest(name, known); near != "" {
		return fmt.Errorf("unknown flag --%s: did you mean --%s?", name, near)
	}
	return fmt.Errorf("unknown flag --%s: --help lists the flags", name)
}

func (o *options) setLevel(text string) error {
	o.level = telegraf.LogLevelFromString(text)
	if o.level == telegraf.None || text == "trace" || strings.ToLower(text) != text {
		o.level = telegraf.Info
		return fmt.Errorf("--log-level %s: write error, warn, info or debug", text)
	}
	return nil
}

// setConfig takes the one file. Of two the first would be left out in silence, with its clouds.
func (o *options) setConfig(files []string) error {
	if len(files) > 1 && o.mode < modeSample {
		return fmt.Errorf("--config is given twice, %q and %q: give one file, which holds all clouds", files[0], files[1])
	}
	if len(files) > 0 {
		o.config = files[len(files)-1]
	}
	return nil
}

// check refuses what cannot be meant together.
func (o *options) check(given map[string]bool, modes map[string]*bool) error {
	if o.mode >= modeSample {
		return nil
	}
	byHand := o.byHand()
	if err := exclusive(*modes["once"], given["watch"], *modes["check"], given["report"]); err != nil {
		return err
	}
	if o.mode == modeReport {
		return checkReport(o.servers, o.format, given)
	}
	for _, name := range reportFlagNames {
		if given[name] {
			return fmt.Errorf("%s goes with --report alone", dashed(name))
		}
	}
	if err := cmp.Or(o.checkTrace(), o.checkAtlas(given)); err != nil {
		return err
	}
	if !byHand {
		if len(o.servers) > 0 {
			return fmt.Errorf("%q: servers on the command line go with --once or --watch", o.servers[0])
		}
		for _, name := range []string{"4", "6", "tcp", "timeout"} {
			if given[name] {
				return fmt.Errorf("%s goes with --once or --watch alone", dashed(name))
			}
		}
	}
	switch {
	case given["format"] && o.mode != modeOnce:
		return errors.New("--format goes with --once or --report alone")
	case o.mode == modeWatch && o.watch < 100*time.Millisecond:
		return fmt.Errorf("--watch %s: write 100ms or more", o.watch)
	case o.config == "" && !byHand:
		return errors.New("--config FILE is missing: --sample-config prints one to begin with, --help the rest")
	case o.config == "" && len(o.servers) == 0 && !o.readsAtlas:
		return errors.New("nothing to ask: name servers, or a --config FILE")
	case o.ipv4 && o.ipv6:
		return errors.New("-4 and -6 together leave no server: give one of them, or neither for both families")
	case o.format != "" && !slices.Contains([]string{"table", "influx", "json"}, o.format):
		return fmt.Errorf("--format %s: write table, influx or json", o.format)
	case given["poll_interval"] && o.mode != modeExecd:
		return errors.New("--poll_interval goes with neither --once, --watch nor --check")
	case given["poll_interval"] && o.poll < 100*time.Millisecond && !o.pollDisabled:
		return fmt.Errorf("--poll_interval %s: write 100ms or more", o.poll)
	}
	if o.pollDisabled {
		o.poll = 0
	}
	return nil
}

func (o *options) checkTrace() error {
	switch {
	case !o.trace || o.mode == modeOnce && dns_anycast.TraceSupported:
		return nil
	case o.mode == modeOnce:
		return errors.New("command line: --trace: this system hands out no ICMP errors")
	case o.mode == modeWatch:
		return errors.New(`--trace goes with --once alone: --watch traces where its --config FILE says trace = "change"`)
	}
	return errors.New("--trace goes with --once alone")
}

// checkAtlas refuses what is not meant for results that others have collected.
func (o *options) checkAtlas(given map[string]bool) error {
	switch {
	case given["probes"] && !given["atlas"]:
		return errors.New("--probes goes with --atlas alone")
	case !given["atlas"]:
		return nil
	case o.mode != modeOnce:
		return errors.New("--atlas goes with --once alone")
	case len(o.servers) > 0:
		return fmt.Errorf("%q: --atlas asks no server: leave it out", o.servers[0])
	}
	for _, name := range []string{"4", "6", "tcp", "timeout", "trace"} {
		if given[name] {
			return fmt.Errorf("%s does not go with --atlas, which asks no server", dashed(name))
		}
	}
	if given["probes"] && o.atlas.probes == "" {
		return errors.New("--probes is empty: write a file, or a URL, that says where probes are")
	}
	return nil
}

func exclusive(once, watch, check, report bool) error {
	var meant []string
	for i, given := range []bool{once, watch, check, report} {
		if given {
			meant = append(meant, []string{"--once", "--watch", "--check", "--report"}[i])
		}
	}
	if len(meant) > 1 {
		return fmt.Errorf("%s and %s exclude each other", meant[0], meant[1])
	}
	return nil
}

func (o *options) byHand() bool { return o.mode == modeOnce || o.mode == modeWatch }

// override lays the flags of --once and --watch over the file.
func (o *options) override(d *dns_anycast.DNSAnycast) {
	if len(o.servers) > 0 {
		d.SetServers(o.servers)
	}
	if o.ipv4 {
		d.Families = []string{"ipv4"}
	}
	if o.ipv6 {
		d.Families = []string{"ipv6"}
	}
	if o.tcp {
		d.Transports = []string{"tcp"}
	}
	if o.timeoutGiven {
		d.Timeout = o.timeout
	}
	d.StateFile, d.Internal = "", false // they belong to what runs under Telegraf
	if o.mode == modeOnce {             // there is no round beside which a path could be traced
		d.Trace = "off"
	}
}

// sets reports whether the command line says an option, as paths have it.
func (o *options) sets(option string) bool {
	switch option {
	case "server":
		return len(o.servers) > 0
	case "families":
		return o.ipv4 || o.ipv6
	case "transports":
		return o.tcp
	case "timeout":
		return o.timeoutGiven
	}
	return false
}
