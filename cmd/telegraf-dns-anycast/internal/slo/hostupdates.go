package slo

import "telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"

// HostUpdates takes the serials of one vantage point, target by target.
type HostUpdates struct {
	ledger  *Ledger
	target  levels.Target
	serials map[int64]arrival       // of the target
	latest  map[cloudSerial]float64 // s, in levels.RSSAC047
}

type cloudSerial struct {
	cloud, zone string
	serial      int64
}

// HostUpdates begins those of a vantage point. End it before the next.
func (l *Ledger) HostUpdates() *HostUpdates {
	return &HostUpdates{ledger: l, serials: map[int64]arrival{}, latest: map[cloudSerial]float64{}}
}

// Serial takes what one point says. All of a target come one after the other; one that came before
// counts once. A negative latency is not known.
func (h *HostUpdates) Serial(t levels.Target, serial int64, latency float64, missing bool) {
	if t != h.target {
		h.endTarget()
		h.target = t
	}
	a, known := h.serials[serial]
	if !known {
		a.latency = -1
	}
	h.serials[serial] = arrival{max(a.latency, latency), a.missing || missing}
}

// End votes.
func (h *HostUpdates) End() {
	h.endTarget()
	for of, latency := range h.latest {
		u := h.ledger.updatesOf(of.zone, of.cloud)
		u.votes++
		u.latencies = append(u.latencies, latency)
	}
}

func (h *HostUpdates) endTarget() {
	for serial, a := range h.serials {
		u := h.ledger.updatesOf(h.target.Zone, h.target.Cloud)
		switch late := a.latency > levels.UpdateWithinS; {
		case a.latency < 0 && !a.missing:
			u.unknown++
		case h.ledger.terms.Profile == levels.RSSAC047:
			of := cloudSerial{h.target.Cloud, h.target.Zone, serial}
			h.latest[of] = max(h.latest[of], a.publication())
		default:
			u.votes++
			if !late && !a.missing {
				u.within++
			}
		}
	}
	clear(h.serials)
}

func (l *Ledger) updatesOf(zone, cloud string) *updates {
	key := updateKey{zone: zone}
	if l.terms.Profile == levels.RSSAC047 {
		key.cloud = cloud
	}
	u := l.updates[key]
	if u == nil {
		u = &updates{clouds: map[string]bool{}}
		l.updates[key] = u
	}
	u.clouds[cloud] = true
	return u
}
