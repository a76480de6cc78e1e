package dns_anycast

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/options"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/prober"
)

// newMonitor makes of the settings what asks and what judges. lookup may be nil: the prober's own.
// describe says what is known of the plugin but for the round and the vantage point.
func newMonitor(
	s *options.Settings, log prober.Log, lookup prober.LookupFunc, describe func(*point.Self),
) *monitor {
	m := &monitor{
		prober: newProber(s), queries: s.Queries, maxInstances: s.MaxInstances, internal: s.Internal,
		vantage: s.Vantage, describe: describe,
		zones: judge.Zones{}, state: state{file: s.StateFile, log: log}, log: log,
		traceHops: s.TraceHops, numbers: s.Numbers, arrived: make(chan struct{}, 1),
	}
	if s.Trace {
		m.tracer = newTracer(context.Background(), s.TraceEvery, m.trace, m.arrived)
	}
	m.state.zones = m.zones
	m.prober.Log, m.prober.Lookup = log, lookup
	m.addClouds(s)
	m.addReferences(s)
	if len(s.LeftOut) > 0 {
		log.Warnf("left out, since families = %s: %s", s.QuotedFamilies(),
			strings.Join(s.LeftOut, ", "))
	}
	m.prober.Start()
	return m
}

// addClouds adds all clouds and their servers. There is room for the references, too: a server that
// is pointed at must not move.
func (m *monitor) addClouds(s *options.Settings) {
	total := len(s.References)
	for i := range s.Clouds {
		total += len(s.Clouds[i].Servers)
	}
	m.servers = make([]server, 0, total)
	m.prober.Servers = make([]*prober.Server, 0, total)
	for i := range s.Clouds {
		o := &s.Clouds[i]
		c := newCloud(o, s)
		if len(o.Servers) > 0 {
			m.clouds = append(m.clouds, c)
		}
		m.addMeasurements(c, o, s)
		asked := &prober.Questions{
			Cloud: o.Name, Families: s.Families, Transports: s.Transports, Names: o.Names, Zones: o.Zones,
		}
		for i := range o.Servers {
			m.addServer(&o.Servers[i], c, asked)
		}
	}
}

// addReferences adds the references of all clouds, as servers of a cloud of their own.
func (m *monitor) addReferences(s *options.Settings) {
	references := newReferences(s)
	for i := range s.References {
		o := &s.References[i]
		m.addServer(&o.ServerSettings, references, &prober.Questions{
			Cloud: references.name, Transports: s.Transports[:1], // it is asked once a round
			Zones: o.Zones,
		})
	}
}

func newProber(s *options.Settings) prober.Prober {
	p := prober.Prober{Options: prober.Options{
		EDNS: s.EDNS, Timeout: s.Timeout, Queries: s.Queries, Spread: -1, Sources: s.Sources,
		Routed: s.Routed,
	}}
	if s.Spread != nil {
		p.Spread = *s.Spread
	}
	p.Seed, _ = os.Hostname() // without one, all such hosts have the same order
	return p
}

func newCloud(o *options.CloudSettings, s *options.Settings) *cloud {
	c := &cloud{
		Cloud: judge.Cloud{
			Site: o.Site, Expect: o.Expect, Locations: o.Locations, Thresholds: o.Thresholds,
			Confirm: s.Confirm, Names: judge.NewNames(s.MaxInstances),
		},
		name: o.Name, tags: point.CloudTags(o.Name, o.Tags), names: o.Names,
		summary: judge.NewSummary(),
	}
	c.view = c.From(s.Vantage)
	return c
}

func newReferences(s *options.Settings) *cloud {
	c := &cloud{
		Cloud: judge.Cloud{Reference: true, Names: judge.NewNames(s.MaxInstances)},
		name:  CloudReference, tags: point.CloudTags(CloudReference, nil),
	}
	c.view = c.From(s.Vantage)
	return c
}

// addMeasurements adds those of RIPE Atlas at a cloud's addresses.
func (m *monitor) addMeasurements(c *cloud, o *options.CloudSettings, s *options.Settings) {
	if len(o.Atlas) == 0 {
		return
	}
	if m.atlas == nil {
		m.atlas = newAtlas(&s.Atlas, m.log, m.arrived)
	}
	m.atlas.add(c, o)
}

// addServer adds a server of a cloud, and what it is asked.
func (m *monitor) addServer(o *options.ServerSettings, c *cloud, asked *prober.Questions) {
	m.servers = append(m.servers, server{
		cloud: c, text: o.Name,
		asked: prober.Server{Key: o.Text, Addr: o.Addr, Questions: asked},
	})
	s := &m.servers[len(m.servers)-1].asked
	if o.Host != "" {
		s.Host = &prober.Host{Name: o.Host, Port: o.Port}
	}
	m.prober.Servers = append(m.prober.Servers, s)
	m.zoneQueries += len(asked.Zones) * len(asked.Transports)
}

// warnOfTags says which fields the clouds are without, since their tags have the names.
func warnOfTags(log prober.Log, clouds []options.CloudSettings) {
	warn := func(c *options.CloudSettings, field string, there bool) {
		if _, taken := c.Tags[field]; taken && there {
			log.Warnf("cloud %q: its tag %s has the name of a newer field, which is left out: "+
				"rename the tag", c.Name, field)
		}
	}
	for i := range clouds {
		c := &clouds[i]
		for _, field := range []string{point.FieldRefreshS, point.FieldLatencyS, point.FieldMissing} {
			warn(c, field, len(c.Zones) > 0)
		}
		warn(c, point.FieldSitesAnnounced, len(c.Locations.Announced) > 0)
	}
}

// warnOfAtlasTags says which tags points of catchments, and of probes that are watched, are without.
func warnOfAtlasTags(log prober.Log, clouds []options.CloudSettings) {
	for i := range clouds {
		for _, tag := range slices.Sorted(maps.Keys(clouds[i].Tags)) {
			if len(clouds[i].Atlas) > 0 && point.OfCatchments(tag) {
				log.Warnf("cloud %q: its tag %s has a name of catchments, whose points are without the tag: "+
					"rename it", clouds[i].Name, tag)
			}
		}
	}
}

// warnOfTraceTags says which tags points of paths are without.
func warnOfTraceTags(log prober.Log, clouds []options.CloudSettings) {
	for i := range clouds {
		for _, tag := range slices.Sorted(maps.Keys(clouds[i].Tags)) {
			if point.OfPaths(tag) {
				log.Warnf("cloud %q: its tag %s has a name of traced paths, whose points are without the tag: "+
					"rename it", clouds[i].Name, tag)
			}
		}
	}
}
