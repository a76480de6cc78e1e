package dns_anycast

import (
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// count adds the queries of the round to one target to what the plugin says of itself.
func (r *report) count(judged []judge.Judged) {
	answered := int64(0)
	for i := range judged {
		j := &judged[i]
		r.countPackets(j.Observation)
		if j.Name.Instance == judge.Overflow {
			r.counted.Overflow++
		}
		if yes, _ := j.Result.Answered(); yes {
			answered = 1
		}
	}
	r.counted.Targets++
	r.counted.Answered += answered
}

// countPackets adds what is counted of queries for zones, too.
func (r *report) countPackets(o *observation.Observation) {
	r.counted.Discarded += int64(o.Discarded)
	if o.Reply != nil && !o.Stamped {
		r.counted.Unstamped++
	}
}

// CountSkipped tells that a round was asked for that will be none of its own, since one runs and another waits. The
// next point of the plugin's about itself says how many. It may be called at any time.
func (d *DNSAnycast) CountSkipped() { d.skipped.Add(1) }

// selfPoint makes the point of the round that began at a time, with what was counted in it.
func (d *DNSAnycast) selfPoint(p *point.Point, counted *point.Self, began time.Time) *point.Point {
	counted.Config = d.ConfigFile
	counted.Took = time.Since(began)
	counted.Coalesced = d.skipped.Swap(0)
	counted.Stamps = exchange.KernelStamps
	counted.Interval = d.Interval
	counted.Vantage = d.settings.location
	counted.Version = Version
	return p.Self(counted, began)
}
