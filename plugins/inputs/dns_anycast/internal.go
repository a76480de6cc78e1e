package dns_anycast

import (
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
)

// counters are what a round says of the plugin itself.
type counters struct {
	targets, answered int64
	discarded         int64 // datagrams, of zone queries too
	unstamped         int64 // replies
	overLimit         int64 // queries whose instance is other
}

// take takes in the queries to one target.
func (n *counters) take(all []seen) {
	answered := false
	for i := range all {
		s := &all[i]
		n.takeProbe(s.probe)
		if s.instance == other {
			n.overLimit++
		}
		a, _ := s.result.answered()
		answered = answered || a == 1
	}
	n.targets++
	n.answered += truth(answered)
}

func (n *counters) takeProbe(p *probe) {
	n.discarded += int64(p.discarded)
	if p.told != nil && !p.told.Kernel {
		n.unstamped++
	}
}

// Coalesced tells that a round was asked for that will be none of its own, since one runs and another waits. The next
// point of the plugin's about itself says how many. It may be called at any time.
func (d *DNSAnycast) Coalesced() { d.coalesced.Add(1) }

// internal makes the point of the round that began at a time and has taken so long.
func (d *DNSAnycast) internal(m *point, n *counters, began time.Time, took time.Duration) *point {
	m.begin(internalMeasurement, began.Round(0))
	if d.ConfigFile != "" {
		m.addTag("config", printable(d.ConfigFile, fieldSize))
	}
	m.addWhole("targets", n.targets)
	m.addWhole("targets_answered", n.answered)
	m.addFloat("round_ms", milliseconds(took))
	m.addWhole("rounds_coalesced", d.coalesced.Swap(0))
	m.addWhole("discarded", n.discarded)
	if exchange.KernelStamps {
		m.addWhole("stamps_missing", n.unstamped)
	}
	m.addWhole("over_max_instances", n.overLimit)
	if d.Interval > 0 {
		m.addFloat("interval_s", d.Interval.Seconds())
	}
	if d.here.known {
		m.addFloat("latitude", d.here.latitude)
		m.addFloat("longitude", d.here.longitude)
	}
	m.addText("version", Version)
	return m
}
