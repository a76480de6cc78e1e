package dns_anycast

import (
	"net/netip"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// resumption makes paths of what a file holds of targets whose servers are asked now.
type resumption struct {
	servers map[[2]string]*server // by cloud, and as written
	paths   map[pathKey]*path
}

func newResumption(servers []server) *resumption {
	r := &resumption{make(map[[2]string]*server, len(servers)), map[pathKey]*path{}}
	for i := range servers {
		s := &servers[i]
		r.servers[[2]string{s.name, s.written()}] = s
	}
	return r
}

// resume takes what is known of one target.
func (r *resumption) resume(e *stateEntry) {
	s := r.servers[[2]string{e.Cloud, e.Server}]
	if s == nil || s.rule() != e.Site {
		return
	}
	if p := r.path(s, e.Address, e.Transport); p != nil {
		p.Tracker, p.Baselines = judge.Resume(e.Stay), baselines(e.Usuals)
	}
}

// path is that of a target in the file; nil: there is none of such an address.
func (r *resumption) path(s *server, address, transport string) *path {
	addr, err := netip.ParseAddrPort(address)
	transports := []observation.Transport{observation.UDP, observation.TCP}
	i := slices.IndexFunc(transports, func(t observation.Transport) bool { return t.String() == transport })
	if err != nil || i < 0 {
		return nil
	}
	k := pathKey{s, addr, transports[i]}
	p, made := r.paths[k]
	if !made {
		p = newPath(k.server, k.addr, k.transport)
		r.paths[k] = p
	}
	return p
}

// resumeZones takes what is known of zones, and of the copies that targets have of them.
func (r *resumption) resumeZones(zones judge.Zones, all []storedZone, now time.Time) {
	for i := range all {
		z := &all[i]
		var copies []*judge.Copy
		for n := range z.Targets {
			if c := r.copy(z.Zone, &z.Targets[n]); c != nil {
				copies = append(copies, c)
			}
		}
		var sights []judge.Sight
		for n := range z.Serials {
			sights = append(sights, z.Serials[n].sight())
		}
		if len(copies) > 0 {
			zones.Resume(z.Zone, sights, copies, now)
		}
	}
}

// copy is the copy of a zone that a target has; nil: it is not asked now, or the file has two. It is
// valid until there is one of another zone.
func (r *resumption) copy(zone string, t *storedCopy) *judge.Copy {
	s := r.servers[[2]string{t.Cloud, t.Server}]
	if s == nil {
		return nil
	}
	p := r.path(s, t.Address, t.Transport)
	if p == nil {
		return nil
	}
	if before := p.Copies.All(); len(before) > 0 && before[len(before)-1].Zone == zone {
		return nil
	}
	return p.Copies.Add(t.copy(zone))
}
