// Package dns_anycast asks anycast name servers who they are and how long that takes: one hostname.bind CH TXT query
// (RFC 4892) with NSID (RFC 5001) for every address of every cloud, one point for every query.
//
// Reading order: dns_anycast.go (the plugin), options.go with option_cloud.go, option_server.go, option_zone.go,
// option_place.go, option_place_file.go, option_tags.go, option_thresholds.go, duration.go and option_error.go (its options,
// a file a block: what they may say, and as what they are read), build.go and target.go (they become targets),
// plan.go (what will be asked), host.go and lookup.go (names become addresses), round.go (all targets once), resolve.go (those
// of names of which a family is not known yet), schedule.go (which when), cookie.go (who stays silent), probe.go (one target once: the
// main path), edns.go (who minds EDNS), result.go (how it went), identity.go (what a server may call itself), story.go (a
// round's queries become points), cloud.go (what they say together), moves.go (what a target's answers say over time), state.go
// (what outlives a restart), zone.go and serials.go (whether they serve the zone), place.go and verdict.go (far
// or slow), internal.go and version.go (the plugin about itself), metric.go and point.go (what a point says, and how).
// Beneath: internal/wire (bytes and meaning), internal/exchange (sockets and clocks), internal/places (where codes are).
package dns_anycast

import (
	"context"
	_ "embed"
	"io"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/plugins/inputs"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

//go:embed sample.conf
var sampleConfig string

// DNSAnycast is the plugin. Make one with New, which sets the defaults, then call Init.
type DNSAnycast struct {
	Options

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

	references []*server
	zones      map[string]*serials
}

// New returns the plugin with its defaults, which sample.conf shows.
func New() *DNSAnycast {
	return &DNSAnycast{
		Options: defaults(),
		lookup:  lookupNetIP,
		lookups: [2]room{newLookupRoom(), newLookupRoom()},
	}
}

// SampleConfig returns a commented configuration that works.
func (*DNSAnycast) SampleConfig() string { return sampleConfig }

// AskOnly replaces the clouds by servers that belong to none.
func (d *DNSAnycast) AskOnly(servers []string) {
	d.Clouds = []Cloud{{Servers: servers, adhoc: true}}
}

// CheckOptions checks all options but the clouds. Init does so as well: this is for a caller that lays
// other values over some of them before.
func (d *DNSAnycast) CheckOptions() error {
	_, err := readOwn(&d.Options, d.ConfigFile)
	return err
}

// Init checks the options and turns them into targets. It opens no socket and looks nothing up. An
// error about an option is an *OptionError.
func (d *DNSAnycast) Init() error {
	s, err := readOptions(&d.Options, d.ConfigFile)
	if err != nil {
		return err
	}
	d.build(&s)
	d.sockets = make(room, exchange.MaxSockets())
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
