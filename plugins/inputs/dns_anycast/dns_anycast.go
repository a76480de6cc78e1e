// Package dns_anycast asks anycast name servers which of their instances answers and how long that
// takes: one hostname.bind CH TXT query (RFC 4892) with NSID (RFC 5001) for every address of every
// cloud, one point for every query.
//
// Reading order: dns_anycast.go (the plugin as Telegraf sees it), options.go (what a configuration
// may say), build.go (settings become what asks and what judges), plan.go (what will be asked),
// path.go and round.go (one round: asked, judged, told), arrived.go (what is found beside rounds),
// tracing.go and tracer.go (paths, traced), atlas.go, catchments.go and watched.go (what RIPE
// Atlas' probes were answered), atlas_reader.go (the same by hand), state.go, state_file.go,
// state_zones.go, state_copies.go, state_writer.go, state_reader.go and state_resume.go (what
// outlives a restart), self.go and version.go (the plugin about itself), row.go (points to be
// shown).
// Beneath, in internal: options reads what a configuration says; prober asks, exchange has its
// sockets and clocks and wire its bytes; observation is what passes on; judge says what it means,
// places where codes are; asn whose an address of a path is; point writes it.
package dns_anycast

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/plugins/inputs"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/options"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/prober"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/trace"
)

//go:embed sample.conf
var sampleConfig string

// DNSAnycast is the plugin. Make one with New, which sets the defaults, then call Init.
type DNSAnycast struct {
	Options

	Log        telegraf.Logger `toml:"-"` // may be nil
	ConfigFile string          `toml:"-"` // the tag config, and where paths begin; empty: none
	Patient    bool            `toml:"-"` // a round waits until look-ups end, not for one timeout

	// Interval is the time between the last two requests for a round, set before one begins; zero:
	// not known.
	Interval time.Duration `toml:"-"`

	monitor  *monitor          // nil before Init
	lookup   prober.LookupFunc // nil: the prober's own
	gathered time.Time         // when Gather was called last
	skipped  atomic.Int64      // rounds, since the last point about that
}

// New returns the plugin with its defaults, which sample.conf shows.
func New() *DNSAnycast { return &DNSAnycast{Options: options.Defaults()} }

// SampleConfig returns a commented configuration that works.
func (*DNSAnycast) SampleConfig() string { return sampleConfig }

// SetServers replaces the clouds by servers that belong to none.
func (d *DNSAnycast) SetServers(servers []string) {
	d.Clouds = []Cloud{options.Adhoc(servers)}
}

// CheckOptions checks all options but the clouds and the AS database. Init does so as well: this is for a caller that
// lays other values over some of them before.
func (d *DNSAnycast) CheckOptions() error {
	_, err := options.ReadOwn(&d.Options, d.ConfigFile)
	return err
}

// Init checks the options and turns them into targets. It opens no socket and looks nothing up. An
// error about an option is an *OptionError.
func (d *DNSAnycast) Init() error {
	s, err := options.Read(&d.Options, d.ConfigFile)
	log := prober.Log{Warnf: d.warnf, Infof: d.infof}
	warnOfTags(log, s.Clouds) // of those before a fault, too
	if err != nil {
		return err
	}
	if s.Trace {
		if !TraceSupported {
			return At(Step{Key: "trace"}, fmt.Errorf(`%w: write "off"`, trace.ErrUnsupported))
		}
		warnOfTraceTags(log, s.Clouds)
	}
	warnOfAtlasTags(log, s.Clouds)
	d.monitor = newMonitor(&s, log, d.lookup, d.describe)
	return nil
}

// Gather runs one round. Its caller asks for none while one runs.
func (d *DNSAnycast) Gather(acc telegraf.Accumulator) error {
	now := time.Now()
	if !d.gathered.IsZero() {
		d.Interval = now.Sub(d.gathered)
	}
	d.gathered = now
	d.Follow()
	d.Round(context.Background(), acc.AddMetric)
	return nil
}

// Round asks every target and emits, from the calling goroutine, a point for each query once those
// to its target have ended, with the changes that they make, then the points of zones and of
// clouds. It returns when all queries have ended, within the spread, twice the timeout, and 350 ms
// for each query to a target beyond the first, as long as there are descriptors for all sockets at
// once; when ctx is done it returns at once, and the queries that have no result by then emit
// nothing. Rounds of one plugin must not overlap.
func (d *DNSAnycast) Round(ctx context.Context, emit func(telegraf.Metric)) {
	d.round(ctx, func(p *point.Point) { emit(p.Metric()) })
}

// RoundLines is Round in line protocol, at half the cost: write takes one line, with its newline,
// and must not keep it.
func (d *DNSAnycast) RoundLines(ctx context.Context, write func(line []byte)) {
	var line []byte
	d.round(ctx, func(p *point.Point) {
		line = p.AppendLine(line[:0])
		write(line)
	})
}

func (d *DNSAnycast) round(ctx context.Context, emit func(*point.Point)) {
	if d.monitor == nil { // there is nothing to ask
		return
	}
	d.monitor.prober.Patient = d.Patient
	d.monitor.round(ctx, emit)
}

// Resume reads the state file before the first round, which does so where nobody has. It returns of
// how many targets the file tells.
func (d *DNSAnycast) Resume() (targets int) {
	if d.monitor == nil {
		return 0
	}
	d.monitor.state.load(d.monitor.servers)
	return len(d.monitor.state.waiting)
}

// Close calls off what runs beside rounds and what lasts from one to the next, writes the state of the last
// one, and waits for that until ctx is done. No round may run.
func (d *DNSAnycast) Close(ctx context.Context) {
	if d.monitor != nil {
		d.monitor.end()
		d.monitor.prober.Close()
		if d.monitor.rounds > 0 { // else the file is as it was
			d.monitor.state.close(ctx, d.monitor.known)
		}
	}
}

// CountSkipped tells that a round was asked for that will be none of its own, since one runs and
// another waits. The next point of the plugin's about itself says how many. It may be called at any
// time.
func (d *DNSAnycast) CountSkipped() { d.skipped.Add(1) }

// describe says what is known of the plugin itself but for the round.
func (d *DNSAnycast) describe(s *point.Self) {
	s.Config = d.ConfigFile
	s.Coalesced = d.skipped.Swap(0)
	s.Stamps = exchange.KernelStamps
	s.Interval = d.Interval
	s.Version = Version
}

// Light reports whether rounds take little of a processor, and nothing in time: all queries are
// datagrams that are spread over a time, the kernel stamps their answers, and nothing is read of
// RIPE Atlas beside them.
func (d *DNSAnycast) Light() bool {
	p := &d.monitor.prober
	return exchange.KernelStamps && p.Spread != 0 && !d.connects() && d.monitor.atlas == nil
}

// connects reports whether a server is asked over TCP.
func (d *DNSAnycast) connects() bool {
	return slices.ContainsFunc(d.monitor.prober.Servers, func(s *prober.Server) bool {
		return slices.Contains(s.Transports, observation.TCP)
	})
}

// AtOnce reports whether a round asks each target one datagram, and all at the same time.
func (d *DNSAnycast) AtOnce() bool { return d.monitor.prober.Spread == 0 && !d.Holds() }

// Holds reports whether much is held for a part of a round: answers that are judged together, or
// connections.
func (d *DNSAnycast) Holds() bool {
	return d.monitor.queries > 1 || d.monitor.zoneQueries > 0 || d.connects()
}

// PlaceName returns what the place of a cloud's site is called; empty where no place is known.
func (d *DNSAnycast) PlaceName(cloud, site string) string {
	for _, c := range d.monitor.clouds {
		if c.name == cloud {
			return c.Locations.Place(site).Name
		}
	}
	return ""
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
