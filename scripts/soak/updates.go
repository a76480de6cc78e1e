//go:build linux

package main

import (
	"math"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

// compareUpdates asks of each target whether each newer serial that it answers makes a point, once,
// with the time since the first sight anywhere; not known is that of serials which were there in the
// first round. No run takes so long that one is missing for an hour.
func (b *book) compareUpdates(round int, answers, updates []execdtest.Point) {
	due := map[key]int64{}
	for _, p := range answers {
		k, n := keyOf(p), p.Int("serial")
		if p.Tags["result"] != "success" || p.Tags["cloud"] == "reference" {
			continue
		}
		if round == 0 {
			b.first[n] = true
		}
		if had, known := b.serials[k]; known && n > had {
			due[k] = n
		}
		b.serials[k] = max(b.serials[k], n)
	}
	for _, p := range updates {
		k, n := keyOf(p), p.Int("serial")
		k.measurement = "dns_anycast_soa"
		if due[k] != n {
			b.fault(round, "%v: an update to serial %d, which is not due", k, n)
		}
		delete(due, k)
		latency, known := p.Fields["latency_s"].(float64)
		if want := p.Time.Sub(b.sights[n]).Seconds(); known == b.first[n] || known && math.Abs(latency-want) > 1e-6 {
			b.fault(round, "%v: latency_s %v of serial %d, not %v", k, p.Fields["latency_s"], n, want)
		}
	}
	for k, n := range due {
		b.fault(round, "%v: the update to serial %d is missing", k, n)
	}
}
