// Package dns_anycast asks anycast name servers who they are and how long that takes: one hostname.bind CH TXT query
// (RFC 4892) with NSID (RFC 5001) for every address of every cloud, one point for every query.
//
// Reading order: dns_anycast.go (the options), options.go and server.go (what they may say), target.go (they become targets),
// plan.go (what will be asked), host.go and lookup.go (names become addresses), round.go (all targets once), resolve.go (those
// of names of which a family is not known yet), schedule.go (which when), cookie.go (who stays silent), probe.go (one target once: the
// main path), edns.go (who minds EDNS), result.go (how it went), identity.go (what a server may call itself), story.go (a
// round's queries become points), cloud.go (what they say together), moves.go (what a target's answers say over time), state.go
// (what outlives a restart), zone.go and serials.go (whether they serve the zone), place.go, place_file.go and verdict.go (far
// or slow), internal.go and version.go (the plugin about itself), metric.go and point.go (what a point says, and how), label.go
// (what Prometheus makes of a tag). Beneath: internal/wire (bytes and meaning), internal/exchange (sockets and clocks),
// internal/places (where codes are).
package dns_anycast

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/plugins/inputs"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

//go:embed sample.conf
var sampleConfig string

// DNSAnycast is the plugin and its options. Make one with New, which sets the defaults, then call Init.
type DNSAnycast struct {
	Families      []string  `toml:"families"`       // "ipv4", "ipv6"
	Transports    []string  `toml:"transports"`     // "udp", "tcp"
	IdentityNames []string  `toml:"identity_names"` // "hostname.bind", "id.server", in the order asked
	EDNS          bool      `toml:"edns"`           // NSID, cookie, size 1232; false sends the bare packet
	Timeout       Duration  `toml:"timeout"`        // the whole of one query
	Queries       int       `toml:"queries"`        // to each target in a round
	Spread        *Duration `toml:"spread"`         // time over which a round's queries start; nil: grows with the targets
	Confirm       int       `toml:"confirm"`        // answers running that make a change of site
	StateFile     string    `toml:"state_file"`     // keeps the last site of each target; empty: none
	MaxInstances  int       `toml:"max_instances"`  // distinct instance tags kept per cloud
	Internal      bool      `toml:"internal"`       // a point a round about the plugin itself
	SourceIPv4    string    `toml:"source_ipv4"`    // local address to query from; empty: the system's choice
	SourceIPv6    string    `toml:"source_ipv6"`    // likewise
	Location      string    `toml:"location"`       // where we are: a code, or "lat,lon"; empty: nobody knows
	Thresholds
	Clouds []Cloud `toml:"cloud"` // at least one, each of another name

	Log        telegraf.Logger `toml:"-"` // may be nil
	ConfigFile string          `toml:"-"` // the tag config of its own points, and where paths begin; empty: none
	Patient    bool            `toml:"-"` // a round waits until look-ups end, not for one timeout
	Interval   time.Duration   `toml:"-"` // between the last two requests for a round, set before one begins; zero: not known

	sources [2]netip.Addr // IPv4, IPv6; invalid where the system chooses
	here    here
	clouds  []*cloud
	servers []*server
	lookup  lookupFunc
	keeper  io.Closer
	state   state
	sockets room
	lookups [2]room // of each family

	gathered  time.Time    // when Gather was called last
	ended     time.Time    // the round before
	coalesced atomic.Int64 // rounds, since the last point about that

	placeFiles map[string]placeTable // by path, as they were read in Init

	references []*server
	zones      map[string]*serials
}

// Cloud is one anycast service: a name and the addresses it is announced on.
type Cloud struct {
	Name          string            `toml:"name"`           // the tag cloud
	Servers       []string          `toml:"servers"`        // addresses and host names, with a port where it is not 53
	Site          string            `toml:"site"`           // regular expression; its first group is the site
	Expect        string            `toml:"expect"`         // regular expression that all of an identity must match
	IdentityNames []string          `toml:"identity_names"` // empty: the plugin's
	Zones         Zones             `toml:"zone"`           // zones that the cloud serves, asked for their SOA records
	Reference     []string          `toml:"reference"`      // further addresses to ask for them, such as the primary's
	Tags          map[string]string `toml:"tags"`           // on every point of the cloud
	Places        string            `toml:"places"`         // "iata": the built-in table; else a CSV file; empty: own places alone
	Place         []Place           `toml:"place"`          // its own places, which win
	Sites         []string          `toml:"sites"`          // codes where the cloud is announced; empty: it does not say
	Thresholds                      // those that it overrides

	adhoc bool // servers given on the command line: no name, no cloud tag
}

// Duration is a span of time written with its unit, as "2s" or "500ms".
type Duration time.Duration

// UnmarshalText parses a duration and refuses a number without a unit: it could mean anything.
func (d *Duration) UnmarshalText(b []byte) error {
	s := string(b)
	for _, quote := range []string{`"`, `'`} { // Telegraf's TOML library hands them over
		if rest, found := strings.CutPrefix(s, quote); found && strings.HasSuffix(rest, quote) {
			s = strings.TrimSuffix(rest, quote)
			break
		}
	}
	v, err := time.ParseDuration(s)
	if err == nil && !number(s) {
		*d = Duration(v)
		return nil
	}
	if number(s) {
		return fmt.Errorf("%s has no unit: write %s", s, withUnit(s))
	}
	return fmt.Errorf(`%q is no duration: write it like "2s" or "500ms"`, s)
}

// MarshalText is what the flag package shows as a default.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// withUnit is what a bare number is likely to mean, where every option would take that.
func withUnit(number string) string {
	if v, err := time.ParseDuration(number + "s"); err == nil && v >= 100*time.Millisecond && v <= maxTimeout {
		return fmt.Sprintf(`"%ss"`, number)
	}
	return `it like "2s" or "500ms"`
}

func number(s string) bool {
	return s != "" && strings.Trim(s, "0123456789.+-_") == ""
}

// New returns the plugin with its defaults, which sample.conf shows.
func New() *DNSAnycast {
	return &DNSAnycast{
		Families:      []string{"ipv4", "ipv6"},
		Transports:    []string{"udp"},
		IdentityNames: []string{"hostname.bind", "id.server"},
		EDNS:          true,
		Timeout:       Duration(2 * time.Second),
		Queries:       1,
		Confirm:       2,
		MaxInstances:  500,
		Internal:      true,
		Thresholds:    newThresholds(),
		lookup:        lookupNetIP,
		lookups:       [2]room{newLookupRoom(), newLookupRoom()},
	}
}

// SampleConfig returns a commented configuration that works.
func (*DNSAnycast) SampleConfig() string { return sampleConfig }

// AskOnly replaces the clouds by servers that belong to none.
func (d *DNSAnycast) AskOnly(servers []string) {
	d.Clouds = []Cloud{{Servers: servers, adhoc: true}}
}

// Init checks the options and turns them into targets. It opens no socket and looks nothing up.
func (d *DNSAnycast) Init() error {
	servers, err := d.build()
	if err != nil {
		return err
	}
	d.servers, d.sockets = servers, make(room, exchange.MaxSockets())
	d.clouds = nil
	for _, s := range servers {
		if !slices.Contains(d.clouds, s.cloud) {
			d.clouds = append(d.clouds, s.cloud)
		}
	}
	return nil
}

// Gather runs one round. Its caller asks for none while one runs.
func (d *DNSAnycast) Gather(acc telegraf.Accumulator) error {
	now := time.Now()
	if !d.gathered.IsZero() {
		d.Interval = now.Sub(d.gathered)
	}
	d.gathered = now
	d.Round(context.Background(), acc.AddMetric)
	return nil
}

func (d *DNSAnycast) warnf(format string, args ...any) {
	if d.Log != nil {
		d.Log.Warnf(format, args...)
	}
}

func (d *DNSAnycast) infof(format string, args ...any) {
	if d.Log != nil {
		d.Log.Infof(format, args...)
	}
}

func init() {
	inputs.Add("dns_anycast", func() telegraf.Input { return New() })
}
