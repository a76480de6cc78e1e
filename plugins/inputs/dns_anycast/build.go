package dns_anycast

import (
	"slices"
	"strings"

	"github.com/influxdata/telegraf"
)

// build makes clouds, servers and targets of the settings.
func (d *DNSAnycast) build(s *settings) {
	d.sources, d.here = s.sources, s.location
	d.clouds, d.servers, d.references = nil, nil, nil
	for i := range s.clouds {
		o := &s.clouds[i]
		c := newCloud(o, s)
		d.warnOfTags(c, o)
		if len(o.servers) > 0 {
			d.clouds = append(d.clouds, c)
		}
		for _, o := range o.servers {
			d.servers = append(d.servers, newServer(o, c, s.families))
		}
	}
	references := &cloud{
		name: referenceCloud, tags: cloudTags(referenceCloud, nil), reference: true,
		instances: newInstances(s.maxInstances),
	}
	for _, o := range s.references {
		d.references = append(d.references, newServer(o, references, s.families))
	}
	if len(s.leftOut) > 0 {
		d.warnf("left out, since families = %s: %s", quoted(s.families), strings.Join(s.leftOut, ", "))
	}
}

func newCloud(o *cloudSettings, s *settings) *cloud {
	return &cloud{
		name: o.name, tags: o.tags, names: o.names, site: o.site, expect: o.expect,
		instances: newInstances(s.maxInstances), tally: newTally(),
		locations: newLocations(o.places, s.location), limits: newLimits(o.thresholds),
	}
}

func newLimits(t thresholds) limits {
	return limits{
		slowFactor: t.slowFactor, slowOver: milliseconds(t.slowOver), slowAfter: t.slowAfter,
		floorFactor: t.floorFactor, floorOver: milliseconds(t.floorOver),
		farOver: milliseconds(t.farOver), farFloor: milliseconds(t.farFloor),
	}
}

func newServer(o serverSettings, c *cloud, families []string) *server {
	s := &server{
		text: o.text, cloud: c, addr: o.addr, port: o.port, transports: o.transports, zones: o.zones,
	}
	if o.host != "" {
		s.host = &host{name: o.host, families: families}
	}
	s.build()
	return s
}

// warnOfTags says which fields the cloud is without, since its tags have their names.
func (d *DNSAnycast) warnOfTags(c *cloud, o *cloudSettings) {
	for _, f := range []struct {
		name  string
		there bool
	}{{"refresh_s", len(o.zones) > 0}, {"sites_announced", len(o.places.sites) > 0}} {
		taken := slices.ContainsFunc(o.tags, func(t telegraf.Tag) bool { return t.Key == f.name })
		if taken && f.there {
			d.warnf("%sits tag %s has the name of a newer field, which is left out: rename the tag", c.prefix(), f.name)
		}
	}
}
