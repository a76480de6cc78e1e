package catchment

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// Seen is which sites of an address were reached lately, so that one that is lost while nobody looks
// is missed all the same. It holds under the same site rule alone: another makes other sites.
type Seen struct {
	Rule      string                `json:"rule,omitempty"`
	Server    string                `json:"server"`
	Addr      netip.Addr            `json:"address"`
	Transport observation.Transport `json:"transport"`
	Zone      string                `json:"zone,omitempty"`
	Sites     map[string]uint32     `json:"sites"` // the last vote, in s since 1970
}

// Seen returns what is to be kept of a measurement of a cloud.
func (m *Memory) Seen(cloud *judge.Cloud, measurement int) (all []Seen) {
	for _, s := range m.clouds[cloud] {
		if s.Measurement != measurement {
			continue
		}
		kept := Seen{ruleOf(cloud), s.Server, s.Addr, s.Transport, s.Zone, map[string]uint32{}}
		for name, site := range s.sites.named {
			kept.Sites[name] = site.seen
		}
		all = append(all, kept)
	}
	slices.SortFunc(all, func(a, b Seen) int {
		return cmp.Or(a.Addr.Compare(b.Addr), cmp.Compare(a.Transport, b.Transport), cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.Server, b.Server))
	})
	return all
}

// Recall takes in what was kept of a measurement by an earlier run, whose last window ended then. What
// cannot be is passed over.
func (m *Memory) Recall(cloud *judge.Cloud, measurement int, all []Seen, then time.Time) {
	for _, kept := range all {
		if kept.Rule != ruleOf(cloud) || len(kept.Sites) > sitesMax+2 {
			continue
		}
		s := m.of(Subject{cloud, measurement, kept.Server, kept.Addr, kept.Transport, kept.Zone})
		s.last = then
		for name, at := range kept.Sites {
			if name != "" && at > 0 && at <= seconds(then) && s.sites.named[name] == nil {
				s.sites.add(name).seen = at
			}
		}
	}
}

func ruleOf(c *judge.Cloud) string {
	if c.Site == nil {
		return ""
	}
	return c.Site.String()
}
