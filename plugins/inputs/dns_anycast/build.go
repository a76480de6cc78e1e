package dns_anycast

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/prober"
)

// build makes of the settings what asks and what judges.
func (d *DNSAnycast) build(s settings) {
	d.settings, d.prober = s, newProber(&s)
	d.prober.Lookup, d.prober.Warnf, d.prober.Infof = d.lookup, d.warnf, d.infof
	d.clouds, d.servers, d.paths, d.zones = nil, nil, nil, judge.Zones{}
	for i := range s.clouds {
		o := &s.clouds[i]
		c := newCloud(o, &s)
		d.warnOfTags(c, o)
		if len(o.servers) > 0 {
			d.clouds = append(d.clouds, c)
		}
		for _, server := range o.servers {
			d.addServer(server, c, o.names)
		}
	}
	references := &cloud{name: referenceCloud, tags: point.CloudTags(referenceCloud, nil)}
	references.Reference, references.Names = true, judge.NewNames(s.maxInstances)
	for _, server := range s.references {
		d.addServer(server, references, nil)
	}
	if len(s.leftOut) > 0 {
		d.warnf("left out, since families = %s: %s", quotedFamilies(s.families), strings.Join(s.leftOut, ", "))
	}
	d.prober.Start()
}

func newProber(s *settings) prober.Prober {
	p := prober.Prober{
		EDNS: s.edns, Timeout: s.timeout, Queries: s.queries, Spread: -1, Sources: s.sources,
	}
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

// addServer adds a server, to be asked for its identity by names; by none, for its zones alone.
func (d *DNSAnycast) addServer(o serverSettings, c *cloud, names []string) {
	d.servers = append(d.servers, &server{
		cloud: c, text: o.text, zoned: len(o.zones) > 0,
	})
	d.prober.Servers = append(d.prober.Servers, &prober.Server{
		Key: c.name + "\x00" + o.text, Addr: o.addr, Host: o.host, Port: o.port, Families: d.settings.families,
		Transports: o.transports, Names: names, Zones: o.zones,
	})
}

// warnOfTags says which fields the cloud is without, since its tags have their names.
func (d *DNSAnycast) warnOfTags(c *cloud, o *cloudSettings) {
	for _, f := range []struct {
		name  string
		there bool
	}{{point.FieldRefreshS, len(o.zones) > 0}, {point.FieldSitesAnnounced, len(o.locations.Announced) > 0}} {
		taken := slices.ContainsFunc(o.tags, func(t telegraf.Tag) bool { return t.Key == f.name })
		if taken && f.there {
			d.warnf("%sits tag %s has the name of a newer field, which is left out: rename the tag", c.prefix(), f.name)
		}
	}
}

// prefix names the cloud in a message.
func (c *cloud) prefix() string {
	if c.name == "" {
		return ""
	}
	return fmt.Sprintf("cloud %q: ", c.name)
}

// PlaceName returns what the place of a cloud's site is called; empty where no place is known.
func (d *DNSAnycast) PlaceName(cloud, site string) string {
	for _, c := range d.clouds {
		if c.name == cloud {
			return c.Locations.Place(site).Name
		}
	}
	return ""
}
