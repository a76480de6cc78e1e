package options

import (
	"cmp"
	"fmt"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/asn"
)

// What the option trace may say.
const (
	traceOff    = "off"
	traceChange = "change"
)

// leastEvery bounds how often a target is traced by the clock: it is traced once a minute at most.
const leastEvery = time.Minute

// checkTrace checks the options of paths.
func checkTrace(o *Options) error {
	return cmp.Or(
		checkTraceWord(o.Trace),
		checkTraceEvery(time.Duration(o.TraceEvery)),
		checkCount("trace_hops", &o.TraceHops, maxHops),
	)
}

func checkTraceWord(word string) error {
	if word == traceOff || word == traceChange {
		return nil
	}
	return At(Step{Key: "trace"}, fmt.Errorf("%q is not one of %s", word,
		quoted([]string{traceOff, traceChange})))
}

func checkTraceEvery(every time.Duration) error {
	if every == 0 || every >= leastEvery {
		return nil
	}
	return At(Step{Key: "trace_every"},
		fmt.Errorf(`%s is too short: write "1m" or more, or "0s" for never by the clock`, every))
}

// readNumbers reads the AS database; nil: there is none.
func readNumbers(path, configFile string) (*asn.Database, error) {
	if path == "" {
		return nil, nil
	}
	path, err := fromFolder(path, configFile)
	if err != nil {
		return nil, At(Step{Key: "as_database"}, err)
	}
	d, err := asn.Open(path)
	return d, At(Step{Key: "as_database"}, err)
}
