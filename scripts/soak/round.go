//go:build linux

package main

import (
	"math"
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

// take takes in the points of a round that took place in a time. stalled: the machine stood still.
func (b *book) take(round int, points []execdtest.Point, from, to time.Time, stalled bool) {
	b.rounds++
	if b.stalled = stalled; stalled {
		b.stalledRounds++
	}
	got := map[key]int{}
	all := map[string][]execdtest.Point{}
	for _, p := range points {
		b.taken++
		if err := times(p); err != nil {
			b.fault(round, "%s of %s over %s: %v", p.Name, p.Tags["server"], p.Tags["transport"], err)
		}
		k := keyOf(p)
		if round == 0 && p.Tags["result"] == "unresolved" && b.unresolved(got, k, p.Tags["family"]) {
			continue
		}
		all[p.Name] = append(all[p.Name], p)
		b.takeOne(round, k, p)
		switch p.Name {
		case "dns_anycast", "dns_anycast_soa", "dns_anycast_cloud":
			if got[k]++; p.Time.Before(from.Add(-clockSlip)) || p.Time.After(to.Add(clockSlip)) {
				b.fault(round, "%v: time stamp %s of a round from %s to %s", k, p.Time, from, to)
			}
		}
	}
	for k, due := range b.due {
		if got[k] != due {
			b.fault(round, "%d points of %v, not %d", got[k], k, due)
		}
		delete(got, k)
	}
	for k, n := range got {
		b.fault(round, "%d points of %v, which nobody asked for", n, k)
	}
	b.endPath(round)
	b.compareChanges(round, all["dns_anycast"], all["dns_anycast_change"])
	b.compareLags(round, all["dns_anycast_soa"])
	b.compareUpdates(round, all["dns_anycast_soa"], all["dns_anycast_serial"])
}

func (b *book) takeOne(round int, k key, p execdtest.Point) {
	switch p.Name {
	case "dns_anycast_internal":
		b.takeInternal(round, p)
	case "dns_anycast_cloud":
		b.compareCloud(round, p)
	case "dns_anycast_path":
		b.takePath(round, k, p)
	case "dns_anycast_hop":
		b.takeHop(round, k, p)
	default:
		if p.Name != "dns_anycast" && !strings.HasPrefix(p.Name, "dns_anycast_") {
			b.fault(round, "a point of %s", p.Name)
		}
	}
	if t, known := b.targets[k]; known {
		b.compare(round, k, t, p)
		b.admit(round, p)
	}
}

// unresolved takes the one point of a host name, or of one family of it, whose look-up took longer
// than the first round waits; true where all of its targets are known to be missing.
func (b *book) unresolved(got map[key]int, k key, family string) (all bool) {
	for known := range b.targets {
		if nowhere := known; family == "" || family == known.family() {
			if nowhere.address = ""; nowhere == k {
				got[known] = b.due[known]
				b.excused++
				all = true
			}
		}
	}
	return all
}

// compareLags holds each lag against the first sight of a newer serial anywhere. Here serials rise
// by one.
func (b *book) compareLags(round int, all []execdtest.Point) {
	answers := slices.DeleteFunc(all, func(p execdtest.Point) bool { return p.Tags["result"] != "success" })
	for _, p := range answers {
		n := p.Int("serial")
		if first, known := b.sights[n]; !known || p.Time.Before(first) {
			b.sights[n] = p.Time
		}
	}
	for _, p := range answers {
		var want float64
		if first, known := b.sights[p.Int("serial")+1]; known {
			want = max(0, p.Time.Sub(first).Seconds())
		}
		lag, there := p.Fields["serial_lag_s"].(float64)
		if !there || math.Abs(lag-want) > 1e-6 {
			b.fault(round, "%s over %s: serial_lag_s %v of serial %d, not %v", p.Tags["server"], p.Tags["transport"], p.Fields["serial_lag_s"], p.Int("serial"), want)
		}
	}
}

// compareChanges asks of each target whether the changes that its answers make due are there, and
// no other.
func (b *book) compareChanges(round int, named, moved []execdtest.Point) {
	var told []change
	for _, p := range moved {
		told = append(told, change{keyOf(p), p.Text("from"), p.Text("to"), p.Time.UnixNano(), p.Int("changes")})
	}
	slices.SortStableFunc(named, func(x, y execdtest.Point) int { return x.Time.Compare(y.Time) })
	for _, p := range named {
		k, place := keyOf(p), p.Text("hostname")
		t, known := b.targets[k]
		if known && t.cloud.site != "" {
			place = p.Tags["site"]
		}
		if !known || place == "" {
			continue
		}
		due := b.movers[k].hear(place, p.Time)
		if due == nil {
			continue
		}
		b.changes++
		due.of = t.key("dns_anycast_change")
		if i := slices.Index(told, *due); i >= 0 {
			told = slices.Delete(told, i, i+1)
		} else {
			b.fault(round, "the change %+v is missing", *due)
		}
	}
	for _, c := range told {
		b.fault(round, "a change that is not due: %+v", c)
	}
}

// trailing takes what came after the last round: nothing but paths and points about the plugin
// itself may.
func (b *book) trailing(rest []execdtest.Point) {
	for _, p := range rest {
		switch p.Name {
		case "dns_anycast_internal":
			b.takeInternal(b.rounds, p)
		case "dns_anycast_path":
			b.takePath(b.rounds, keyOf(p), p)
		case "dns_anycast_hop":
			b.takeHop(b.rounds, keyOf(p), p)
		default:
			b.fault(b.rounds, "a point of %s that nobody asked for", p.Name)
		}
	}
	b.endPath(b.rounds)
}
