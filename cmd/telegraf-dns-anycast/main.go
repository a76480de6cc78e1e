// Command telegraf-dns-anycast runs the plugin dns_anycast: for Telegraf's inputs.execd, which
// asks for a round with a newline, or by hand with --once, --watch and --check.
//
// Reading order: main.go, flags.go; execd.go and requests.go (rounds that Telegraf asks for),
// bounds.go (what they take), linewriter.go, stdin_linux.go and stdout_linux.go (pipes that no
// thread waits for); once.go, trace.go, atlas.go, watch.go and screen.go (rounds by hand),
// progress.go, terminal.go, plan.go; reportflags.go and report.go (a month from the stack's
// database). Beneath, in internal: config (plugin.conf becomes options), rounds (what rounds say, in
// words), table (words in columns that fit), cells (how wide words are), console (what goes to stderr); slo (a month is judged), levels
// (by what, and what is shown of it), archive (where it is read), influxql (what is asked of a
// database), report (how it is written).
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/config"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/console"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	o, err := parseFlags(args)
	con := console.New(os.Stderr, o.level, o.mode == modeExecd)
	if err != nil {
		return fail(con, err)
	}
	switch o.mode {
	case modeHelp:
		return show(con, usage)
	case modeVersion:
		return show(con, fmt.Sprintf("telegraf-dns-anycast %s %s/%s %s\n",
			dns_anycast.Version, runtime.GOOS, runtime.GOARCH, runtime.Version()))
	case modeSample:
		return show(con, dns_anycast.New().SampleConfig())
	}
	if o.mode == modeReport {
		return printReport(o.report, o.format, con)
	}
	stop := make(chan os.Signal, 1)
	var signals <-chan os.Signal
	if o.mode == modeExecd {
		signals = catchRequests() // before anything that takes time
		catchSignals(stop)
	}
	d, err := configure(o, con)
	if err != nil {
		return fail(con, err)
	}
	switch o.mode {
	case modeCheck:
		return show(con, planText(o.config, d.Plan(), d.Measurements(), d.ByRoute()))
	case modeOnce:
		if o.readsAtlas {
			return printAtlas(d, o, con)
		}
		return once(d, o, con)
	case modeWatch:
		return watch(d, o, con)
	}
	return execd(d, o.poll, con, signals, stop)
}

// show prints what was asked for, and returns the exit status.
func show(con *console.Console, text string) int {
	if _, err := os.Stdout.WriteString(text); err != nil {
		con.Errorf("cannot write to stdout: %v", err)
		return statusFailed
	}
	return statusOK
}

// fail reports bad input. execd loses the last message of a program that ends at once.
func fail(con *console.Console, err error) int {
	con.Error(err)
	if con.Prefixed() {
		time.Sleep(100 * time.Millisecond)
	}
	return statusUsage
}

// configure makes the plugin of file and flags.
func configure(o options, con *console.Console) (*dns_anycast.DNSAnycast, error) {
	d := dns_anycast.New()
	d.Log, d.ConfigFile = con, o.config
	var file config.File
	if o.config != "" {
		var err error
		if file, err = config.Load(o.config, d, os.LookupEnv); err != nil {
			return nil, err
		}
	}
	if o.byHand() {
		if err := d.CheckOptions(); err != nil { // the flags hide nothing that is wrong in the file
			return nil, file.Place(err)
		}
		o.override(d)
	}
	if o.readsAtlas && o.config == "" { // there is no cloud that has rules
		return d, nil
	}
	if err := d.Init(); err != nil {
		return nil, o.refusal(file, err)
	}
	return d, nil
}

// refusal says where Init's error stands: on the command line, or in the file.
func (o *options) refusal(file config.File, err error) error {
	var option *dns_anycast.OptionError
	switch noServer := errors.Is(err, dns_anycast.ErrNoServer); {
	case noServer && o.ipv4:
		return errors.New("command line: -4 leaves no server: all are addresses of the other family")
	case noServer && o.ipv6:
		return errors.New("command line: -6 leaves no server: all are addresses of the other family")
	case errors.As(err, &option) && o.sets(option.Path[0].Key):
		return fmt.Errorf("command line: %w", err)
	case len(o.servers) > 0: // of which the file's families leave none
		return err
	}
	return file.Place(err)
}
