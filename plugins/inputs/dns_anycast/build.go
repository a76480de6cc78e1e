package dns_anycast

import (
	"os"
	"slices"
	"strings"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/prober"
)

// build makes of the settings what asks and what judges.
func (d *DNSAnycast) build(s *settings) *monitor {
	log := prober.Log{Warnf: d.warnf, Infof: d.infof}
	m := &monitor{
		prober: newProber(s), queries: s.queries, maxInstances: s.maxInstances,
		internal: s.internal, log: log,
		describe: func(self *point.Self) { self.Vantage = s.location; d.describe(self) },
		zones:    judge.Zones{}, state: state{file: s.stateFile, log: log},
	}
	m.prober.Log, m.prober.Lookup = log, d.lookup
	for i := range s.clouds {
		o := &s.clouds[i]
		c := newCloud(o, s)
		warnOfTags(log, c, o)
		if len(o.servers) > 0 {
			m.clouds = append(m.clouds, c)
		}
		for _, server := range o.servers {
			m.addServer(server, c, o.names, s.families)
		}
	}
	references := newReferences(s)
	for _, server := range s.references {
		m.addServer(server, references, nil, s.families)
	}
	if len(s.leftOut) > 0 {
		log.Warnf("left out, since families = %s: %s",
			quotedFamilies(s.families), strings.Join(s.leftOut, ", "))
	}
	m.prober.Start()
	return m
}

func newProber(s *settings) prober.Prober {
	p := prober.Prober{Options: prober.Options{
		EDNS: s.edns, Timeout: s.timeout, Queries: s.queries, Spread: -1, Sources: s.sources,
	}}
	if s.spread != nil {
		p.Spread = *s.spread
	}
	p.Seed, _ = os.Hostname() // without one, all such hosts have the same order
	return p
}

func newCloud(o *cloudSettings, s *settings) *cloud {
	return &cloud{
		Cloud: judge.Cloud{
			Site: o.site, Expect: o.expect, Locations: o.locations, Thresholds: o.thresholds,
			Confirm: s.confirm, Names: judge.NewNames(s.maxInstances),
		},
		name: o.name, tags: o.tags, view: o.locations.From(s.location), summary: judge.NewSummary(),
	}
}

func newReferences(s *settings) *cloud {
	return &cloud{
		Cloud: judge.Cloud{Reference: true, Names: judge.NewNames(s.maxInstances)},
		name:  referenceCloud, tags: point.CloudTags(referenceCloud, nil),
	}
}

// addServer adds a server, to be asked for its identity by names; by none, for its zones alone.
func (m *monitor) addServer(o serverSettings, c *cloud, names []string, families []observation.Family) {
	m.servers = append(m.servers, &server{cloud: c, text: o.text, zoned: len(o.zones) > 0})
	m.prober.Servers = append(m.prober.Servers, &prober.Server{
		Key: c.name + "\x00" + o.text, Addr: o.addr, Host: o.host, Port: o.port, Families: families,
		Transports: o.transports, Names: names, Zones: o.zones,
	})
}

// warnOfTags says which fields the cloud is without, since its tags have their names.
func warnOfTags(log prober.Log, c *cloud, o *cloudSettings) {
	for _, f := range []struct {
		name  string
		there bool
	}{{point.FieldRefreshS, len(o.zones) > 0}, {point.FieldSitesAnnounced, len(o.locations.Announced) > 0}} {
		taken := slices.ContainsFunc(o.tags, func(t telegraf.Tag) bool { return t.Key == f.name })
		if taken && f.there {
			log.Warnf("%sits tag %s has the name of a newer field, which is left out: rename the tag",
				c.prefix(), f.name)
		}
	}
}
