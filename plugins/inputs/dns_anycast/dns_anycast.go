// Package dns_anycast asks anycast name servers who they are and how long that takes: one hostname.bind CH TXT query
// (RFC 4892) with NSID (RFC 5001) for every address of every cloud, one point for every query.
//
// Reading order: dns_anycast.go (the plugin as Telegraf sees it), options.go and the option_ files (what a
// configuration may say, a file a block), build.go (settings become what asks and what judges), plan.go (what will be
// asked), round.go (one round: asked, judged, told), state.go (what outlives a restart), self.go and version.go (the
// plugin about itself), row.go (points for who shows them). Beneath, in internal: prober asks, exchange has its
// sockets and clocks and wire its bytes; observation is what passes on; judge says what it means, places where codes
// are; point writes it.
package dns_anycast

import (
	"context"
	_ "embed"
	"sync/atomic"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/plugins/inputs"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/prober"
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

	settings settings
	prober   prober.Prober
	lookup   prober.LookupFunc // nil: the prober's own
	clouds   []*cloud
	servers  []*server // in the prober's order, by whose numbers observations have them
	paths    []*path   // by the prober's number of the target; nil: not heard of yet
	zones    judge.Zones
	state    state

	rounds   int          // begun so far
	whole    bool         // the last one was not cut short
	gathered time.Time    // when Gather was called last
	skipped  atomic.Int64 // rounds, since the last point about that
}

// New returns the plugin with its defaults, which sample.conf shows.
func New() *DNSAnycast { return &DNSAnycast{Options: defaults()} }

// SampleConfig returns a commented configuration that works.
func (*DNSAnycast) SampleConfig() string { return sampleConfig }

// SetServers replaces the clouds by servers that belong to none.
func (d *DNSAnycast) SetServers(servers []string) {
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
	d.build(s)
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
