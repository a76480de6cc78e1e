package options

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// ErrNoServer is Read's error where all servers are addresses of families that are not asked over.
var ErrNoServer = errors.New("no server is left")

// Read reads every option once, and changes none. configFile is where a relative path begins, and
// what the state file must not replace; empty: none is known. An error about an option is an
// *Error. With one comes what was read before it: whole clouds, the last perhaps without servers.
func Read(o *Options, configFile string) (s Settings, err error) {
	if s, err = ReadOwn(o, configFile); err != nil {
		return s, err
	}
	if s.Numbers, err = readNumbers(o.ASDatabase, configFile); err != nil {
		return s, err
	}
	if len(o.Clouds) == 0 {
		return s, errors.New("no cloud: write an [[inputs.dns_anycast.cloud]] block " +
			"with name and servers")
	}
	if err := readClouds(&s, o.Clouds, configFile); err != nil {
		return s, err
	}
	if err := cmp.Or(readReferences(&s, o.Clouds), checkMeasurements(o.Clouds)); err != nil {
		return s, err
	}
	asked := func(c CloudSettings) bool { return len(c.Servers) > 0 || len(c.Atlas) > 0 }
	if !slices.ContainsFunc(s.Clouds, asked) {
		return s, fmt.Errorf("%w for families = %s", ErrNoServer, s.QuotedFamilies())
	}
	return s, nil
}

// ReadOwn reads all but the clouds and the AS database.
func ReadOwn(o *Options, configFile string) (s Settings, err error) {
	if err := cmp.Or(
		checkFamilies(o.Families),
		checkWords("transports", o.Transports, "udp", "tcp"),
		checkIdentityNames(o.IdentityNames),
		checkSpan("timeout", &o.Timeout, time.Millisecond),
		checkCount("queries", &o.Queries, maxQueries),
		checkSpan("spread", o.Spread, 0),
		checkCount("confirm", &o.Confirm, maxConfirm),
		checkStateFile(o.StateFile, configFile),
		checkCount("max_instances", &o.MaxInstances, maxInstances),
		checkTrace(o),
	); err != nil {
		return s, err
	}
	s = Settings{
		Families: readFamilies(o.Families), Routed: o.Families.auto(),
		Transports: readWords(o.Transports, observation.UDP, observation.TCP), names: o.IdentityNames,
		EDNS: o.EDNS, Timeout: time.Duration(o.Timeout), Queries: o.Queries,
		Spread: (*time.Duration)(o.Spread), Confirm: o.Confirm, StateFile: o.StateFile,
		MaxInstances: o.MaxInstances, Internal: o.Internal,
		Trace: o.Trace == traceChange, TraceEvery: time.Duration(o.TraceEvery), TraceHops: o.TraceHops,
	}
	if s.Vantage, err = readVantage(o.Location); err != nil {
		return s, At(Step{Key: "location"}, err)
	}
	if s.thresholds, err = readThresholds(&o.Thresholds, judge.Thresholds{}); err != nil {
		return s, err
	}
	if s.Sources, err = readSources(o.SourceIPv4, o.SourceIPv6); err != nil {
		return s, err
	}
	s.Atlas, err = readAtlas(&o.Atlas, configFile)
	return s, At(Step{Key: "atlas"}, err)
}

// checkStateFile refuses a path at which the state would replace the configuration, under any name.
func checkStateFile(path, configFile string) error {
	const example = `"/var/lib/telegraf/dns_anycast.state"`
	step := Step{Key: "state_file"}
	switch {
	case path == "":
		return nil
	case !filepath.IsAbs(path):
		return At(step, fmt.Errorf("%q is no absolute path: write one like %s", path, example))
	case configFile == "":
		return nil
	}
	state, err := os.Stat(path)
	if err != nil {
		return nil // it need not exist; what else is wrong with it shows when it is read
	}
	if config, err := os.Stat(configFile); err == nil && os.SameFile(state, config) {
		return At(step, fmt.Errorf("%q is the configuration itself, which it would replace: "+
			"write another path, like %s", path, example))
	}
	return nil
}

// readSources reads the addresses to query from.
func readSources(ipv4, ipv6 string) (sources [2]netip.Addr, err error) {
	for i, option := range []struct{ key, text, family string }{
		{"source_ipv4", ipv4, "IPv4"},
		{"source_ipv6", ipv6, "IPv6"},
	} {
		if option.text == "" {
			continue
		}
		step := Step{Key: option.key}
		a, err := netip.ParseAddr(option.text)
		if err != nil || a.Is6() != (i == 1) || a.Is4In6() || !observation.OfOneHost(a) {
			return sources, At(step,
				fmt.Errorf("%q is no %s address to query from", option.text, option.family))
		}
		if err := checkAddress(a); err != nil {
			return sources, At(step, fmt.Errorf("%q %w", option.text, err))
		}
		sources[i] = a
	}
	return sources, nil
}
