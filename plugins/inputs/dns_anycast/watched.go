package dns_anycast

import (
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/ripeatlas"
)

// watched is what is known of a probe of RIPE Atlas and an address that it asks, as of a target of
// the plugin's own.
type watched struct {
	judge.Path
	seen observation.Probe // where it stood then
}

// watchedKey says which.
type watchedKey struct {
	cloud       *cloud
	probe       int
	measurement int
	labels      string // what else tells its points apart
}

// tellWatched emits a point of each answer to a probe that is watched.
func (m *monitor) tellWatched(w *window, emit func(*point.Point)) {
	var made point.Point
	round := judge.Round{Began: w.from.To}
	for i := range w.from.Watched {
		r := &w.from.Watched[i]
		o := identityOf(&r.Observation)
		about := subjectOf(w.from, r, w.cloud)
		l := point.Labels{
			Cloud: w.cloud.tags, Server: observation.Printable(about.Server, observation.TagSize),
			Family: o.Family, Transport: o.Transport,
		}
		if about.Addr.IsValid() {
			l.Address = about.Addr.String()
		}
		judged, _ := round.Judge(&m.watchedPath(w, r, l).Path, []*observation.Observation{o})
		m.warnOfNames(w.cloud, judged[0].FirstFull)
		emit(made.Watched(l, &judged[0], r.Probe))
	}
}

// watchedPath is what is known of the probe that got a result. One that has moved begins anew.
func (m *monitor) watchedPath(w *window, r *ripeatlas.Result, l point.Labels) *watched {
	key := watchedKey{w.cloud, r.Probe, r.Measurement, l.Address + " " + l.Transport.String()}
	probe, _ := w.probes.Find(r.Probe)
	known := m.watched[key]
	if known == nil || known.seen != probe {
		at := judge.Vantage{Latitude: probe.Latitude, Longitude: probe.Longitude, Known: probe.Placed && !probe.Guessed}
		known = &watched{
			Path: judge.Path{View: w.cloud.From(at)}, seen: probe,
		}
		if m.watched == nil {
			m.watched = map[watchedKey]*watched{}
		}
		m.watched[key] = known
	}
	return known
}

// identityOf is an observation as that of an identity, which an answer for a zone names by NSID.
func identityOf(o *observation.Observation) *observation.Observation {
	if o.Zone == "" {
		return o
	}
	one := *o
	one.Zone = ""
	if one.Reply != nil {
		one.Result, one.Cause = one.Reply.Result()
	}
	return &one
}
