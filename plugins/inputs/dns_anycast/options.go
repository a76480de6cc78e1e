package dns_anycast

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

const (
	maxTimeout   = time.Minute // of a query, and of every other option that is a time
	maxQueries   = 10
	maxConfirm   = 100
	maxInstances = 1_000_000
)

// Options are the plugin's block of plugin.conf, or of telegraf.conf.
type Options struct {
	Families      []string `toml:"families"`       // "ipv4", "ipv6"
	Transports    []string `toml:"transports"`     // "udp", "tcp"
	IdentityNames []string `toml:"identity_names"` // "hostname.bind", "id.server", in the order asked
	EDNS          bool     `toml:"edns"`           // NSID, cookie, size 1232; false: the bare packet

	Timeout Duration  `toml:"timeout"` // of one query, connecting included
	Queries int       `toml:"queries"` // to each target in a round
	Spread  *Duration `toml:"spread"`  // over which a round's queries start; nil: grows with them

	Confirm      int    `toml:"confirm"`       // answers running that make a change of site
	StateFile    string `toml:"state_file"`    // keeps the last site of each target; empty: none
	MaxInstances int    `toml:"max_instances"` // distinct instance tags kept of each cloud
	Internal     bool   `toml:"internal"`      // a point a round about the plugin itself

	SourceIPv4 string `toml:"source_ipv4"` // address to query from; empty: the system chooses
	SourceIPv6 string `toml:"source_ipv6"` // the same for IPv6
	Location   string `toml:"location"`    // of the vantage point: a code or "lat,lon"; empty: none

	Thresholds
	Clouds []Cloud `toml:"cloud"` // at least one, each of another name
}

// defaults are the options that sample.conf shows.
func defaults() Options {
	return Options{
		Families:      []string{"ipv4", "ipv6"},
		Transports:    []string{"udp"},
		IdentityNames: []string{"hostname.bind", "id.server"},
		EDNS:          true,
		Timeout:       Duration(2 * time.Second),
		Queries:       1,
		Confirm:       2,
		MaxInstances:  500,
		Internal:      true,
		Thresholds:    defaultThresholds(),
	}
}

// settings are the options as the plugin uses them: read once, each in its own type and in range.
type settings struct {
	families     []observation.Family
	transports   []observation.Transport
	edns         bool
	timeout      time.Duration  // 1 ms to maxTimeout
	queries      int            // to each target in a round, 1 to maxQueries
	spread       *time.Duration // 0 to maxTimeout; nil: grows with the targets
	confirm      int            // answers, 1 to maxConfirm
	stateFile    string         // an absolute path; empty: none
	maxInstances int            // of each cloud, 1 to maxInstances
	internal     bool
	sources      [2]netip.Addr // IPv4, IPv6; invalid: the system chooses

	// What a cloud may have of its own.
	names      []string // of identity queries, in the order asked
	location   judge.Vantage
	thresholds judge.Thresholds

	clouds     []cloudSettings  // in the order of the file
	references []serverSettings // of all clouds, each address once
	leftOut    []string         // servers and references that the families leave out, as written
}

// ErrNoServer is Init's error where all servers are addresses of families that are not asked over.
var ErrNoServer = errors.New("no server is left")

// readOptions reads every option once. configFile is where a relative path begins, and what the
// state file must not replace; empty: none is known. An error about an option is an *OptionError.
func readOptions(o *Options, configFile string) (s settings, err error) {
	if s, err = readOwn(o, configFile); err != nil {
		return s, err
	}
	if len(o.Clouds) == 0 {
		return s, errors.New("no cloud: write an [[inputs.dns_anycast.cloud]] block " +
			"with name and servers")
	}
	if err := readClouds(&s, o.Clouds, configFile); err != nil {
		return s, err
	}
	if err := readReferences(&s, o.Clouds); err != nil {
		return s, err
	}
	if !slices.ContainsFunc(s.clouds, func(c cloudSettings) bool { return len(c.servers) > 0 }) {
		return s, fmt.Errorf("%w for families = %s", ErrNoServer, quotedFamilies(s.families))
	}
	return s, nil
}

// readOwn reads all but the clouds.
func readOwn(o *Options, configFile string) (s settings, err error) {
	if err := cmp.Or(
		checkWords("families", o.Families, "ipv4", "ipv6"),
		checkWords("transports", o.Transports, "udp", "tcp"),
		checkIdentityNames(o.IdentityNames),
		checkSpan("timeout", &o.Timeout, time.Millisecond),
		checkCount("queries", &o.Queries, maxQueries),
		checkSpan("spread", o.Spread, 0),
		checkCount("confirm", &o.Confirm, maxConfirm),
		checkStateFile(o.StateFile, configFile),
		checkCount("max_instances", &o.MaxInstances, maxInstances),
	); err != nil {
		return s, err
	}
	s = settings{
		families:   readWords(o.Families, observation.IPv4, observation.IPv6),
		transports: readWords(o.Transports, observation.UDP, observation.TCP), names: o.IdentityNames,
		edns: o.EDNS, timeout: time.Duration(o.Timeout), queries: o.Queries,
		spread: (*time.Duration)(o.Spread), confirm: o.Confirm, stateFile: o.StateFile,
		maxInstances: o.MaxInstances, internal: o.Internal,
	}
	if s.location, err = readLocation(o.Location); err != nil {
		return s, At(Step{Key: "location"}, err)
	}
	if s.thresholds, err = readThresholds(&o.Thresholds, judge.Thresholds{}); err != nil {
		return s, err
	}
	s.sources, err = readSources(o.SourceIPv4, o.SourceIPv6)
	return s, err
}

func checkIdentityNames(names []string) error {
	return checkWords("identity_names", names, "hostname.bind", "id.server")
}

// checkWords checks a list: not empty, none twice, each known.
func checkWords(option string, words []string, known ...string) error {
	if len(words) == 0 {
		return At(Step{Key: option},
			fmt.Errorf("the list is empty: name at least one of %s", quoted(known)))
	}
	for i, w := range words {
		item := Step{Key: option, Index: i + 1}
		if !slices.Contains(known, w) {
			return At(item, fmt.Errorf("%q is not one of %s", w, quoted(known)))
		}
		if slices.Contains(words[:i], w) {
			return At(item, fmt.Errorf("%q is listed twice", w))
		}
	}
	return nil
}

// readWords returns the values of words that have been checked.
func readWords[T fmt.Stringer](words []string, known ...T) (values []T) {
	for _, w := range words {
		i := slices.IndexFunc(known, func(v T) bool { return v.String() == w })
		values = append(values, known[i])
	}
	return values
}

func quotedFamilies(families []observation.Family) string {
	var words []string
	for _, f := range families {
		words = append(words, f.String())
	}
	return quoted(words)
}

func quoted(words []string) string {
	q := make([]string, len(words))
	for i, w := range words {
		q[i] = strconv.Quote(w)
	}
	return strings.Join(q, ", ")
}

// checkCount checks a number from 1 on; nil is none.
func checkCount(option string, n *int, most int) error {
	if n == nil || *n >= 1 && *n <= most {
		return nil
	}
	return At(Step{Key: option},
		fmt.Errorf("%d is out of range: write a number from 1 to %d", *n, most))
}

// checkSpan checks a time up to maxTimeout; nil is none.
func checkSpan(option string, d *Duration, least time.Duration) error {
	if d == nil || time.Duration(*d) >= least && time.Duration(*d) <= maxTimeout {
		return nil
	}
	return At(Step{Key: option},
		fmt.Errorf(`%s is out of range: write one from "%s" to "1m"`, time.Duration(*d), least))
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
			return sources, At(step, fmt.Errorf("%q is no %s address to query from", option.text, option.family))
		}
		if err := checkAddress(a); err != nil {
			return sources, At(step, fmt.Errorf("%q %w", option.text, err))
		}
		sources[i] = a
	}
	return sources, nil
}
