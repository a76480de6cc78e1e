//go:build linux

package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

const (
	kept      = 24 * time.Hour // how long a name holds its place
	clockSlip = time.Millisecond
	faultsMax = 20 // that are told
)

// key tells the points of a round apart.
type key struct{ measurement, cloud, server, address, transport string }

// book compares rounds with what the servers did in them.
type book struct {
	world   *world
	queries int
	due     map[key]int // points a round
	targets map[key]target
	movers  map[key]*mover
	names   map[string]map[string]time.Time // by cloud: when each instance was last seen
	sights  map[int64]time.Time             // of each serial the first

	taken, changes, internal int
	late                     int  // points of a failure though the server answered in time
	excused                  int  // likewise, but the server was late, or the machine stood still in that round
	stalled                  bool // it did in this one
	stalledRounds            int
	rounds                   int
	faults                   []string // the first ones
	count                    int      // of all
}

func newBook(w *world, queries int) *book {
	b := &book{world: w, queries: queries, due: map[key]int{}, targets: map[key]target{}, movers: map[key]*mover{}, names: map[string]map[string]time.Time{}, sights: map[int64]time.Time{}}
	for _, c := range w.clouds {
		b.due[key{measurement: "dns_anycast_cloud", cloud: c.name}] = 1
	}
	for _, t := range w.targets() {
		k := key{"dns_anycast", t.cloud.name, t.text, t.addr.Addr().String(), t.transport}
		b.due[k], b.targets[k], b.movers[k] = queries, t, &mover{}
		if t.cloud.zoned {
			k.measurement = "dns_anycast_soa"
			b.due[k], b.targets[k] = 1, t
		}
	}
	if p := w.primary; p != nil {
		k := key{"dns_anycast_soa", "reference", p.text, p.addrs[0].Addr().String(), "udp"}
		b.due[k], b.targets[k] = 1, target{p, p.addrs[0], "udp"}
	}
	return b
}

func (b *book) points() (n int) {
	for _, due := range b.due {
		n += due
	}
	return n
}

func (b *book) fault(round int, format string, args ...any) {
	if b.count++; len(b.faults) < faultsMax {
		b.faults = append(b.faults, fmt.Sprintf("round %d: ", round)+fmt.Sprintf(format, args...))
	}
}

// take takes in the points of a round that took place in a time. stalled: the machine stood still.
func (b *book) take(round int, points []point, from, to time.Time, stalled bool) {
	b.rounds++
	b.stalled = stalled
	got := map[key]int{}
	var moved, named, zoned []point
	for _, p := range points {
		b.taken++
		if err := p.times(); err != nil {
			b.fault(round, "%s of %s over %s: %v", p.name, p.tags["server"], p.tags["transport"], err)
		}
		k := key{p.name, p.tags["cloud"], p.tags["server"], p.tags["address"], p.tags["transport"]}
		if round == 0 && p.tags["result"] == "unresolved" && b.unresolved(got, k, p.tags["family"]) {
			continue
		}
		switch p.name {
		case "dns_anycast", "dns_anycast_soa", "dns_anycast_cloud":
			got[k]++
			if p.at.Before(from.Add(-clockSlip)) || p.at.After(to.Add(clockSlip)) {
				b.fault(round, "%v: time stamp %s of a round from %s to %s", k, p.at, from, to)
			}
		case "dns_anycast_change":
			moved = append(moved, p)
		case "dns_anycast_internal":
			b.tellInternal(round, p)
		default:
			if !strings.HasPrefix(p.name, "dns_anycast_") {
				b.fault(round, "a point of %s", p.name)
			}
		}
		if t, known := b.targets[k]; known {
			b.compare(round, k, t, p)
			b.admit(round, p, to)
		}
		if p.name == "dns_anycast" {
			named = append(named, p)
		}
		if p.name == "dns_anycast_soa" && p.tags["result"] == "success" {
			zoned = append(zoned, p)
		}
		if p.name == "dns_anycast_cloud" {
			b.compareCloud(round, p)
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
	b.compareChanges(round, named, moved)
	b.compareLags(round, zoned)
	if stalled {
		b.stalledRounds++
	}
}

// unresolved takes the one point of a host name, or of one family of it, whose look-up took longer than the first round
// waits; true where all of its targets are known to be missing.
func (b *book) unresolved(got map[key]int, k key, family string) (all bool) {
	for known := range b.targets {
		address := known.address
		if family != "" && (family == "ipv6") != strings.Contains(address, ":") {
			continue
		}
		if known.address = ""; known == k {
			known.address = address
			got[known] = b.due[known]
			b.excused++
			all = true
		}
	}
	return all
}

// compare holds a point against the manner of its server.
func (b *book) compare(round int, k key, t target, p point) {
	w, soa := t.want(), k.measurement == "dns_anycast_soa"
	result := w.result
	if soa && w.zone != "" {
		result = w.zone
	}
	got, err := p.tags["result"], p.text("error")
	if got != result || !strings.HasPrefix(err, w.err) || w.err == "" && err != "" {
		if got == "timeout" || slices.Contains(strings.Fields(w.late), got) {
			b.tardy(t, soa, p)
			return
		}
		b.fault(round, "%v: result %s %q, not %s %q", k, got, err, result, w.err)
		return
	}
	if (p.tags["instance"] != "") != (result == "success") && !soa {
		b.fault(round, "%v: result %s with instance %q", k, got, p.tags["instance"])
	}
	if n := p.whole("discarded"); !soa && t.transport == "udp" && n != w.discarded && (w.discarded >= 0 || n < 1) {
		b.fault(round, "%v: discarded %d, not %d", k, n, w.discarded)
	}
	if result != "success" {
		return
	}
	if soa {
		b.compareZone(round, k, t, p)
		return
	}
	name := p.text("hostname")
	if w.name != nil && name != w.name(int64(round)) {
		b.fault(round, "%v: hostname %q, not %q", k, name, w.name(int64(round)))
	}
	if want := int64(1); t.cloud.expect {
		if name == "intruder" {
			want = 0
		}
		if p.whole("expected") != want {
			b.fault(round, "%v: expected %d of %q", k, p.whole("expected"), name)
		}
	}
}

// tardy takes a point that may be right if its server was late: with another result than the answer would have made.
func (b *book) tardy(t target, soa bool, p point) {
	if b.stalled || t.slow(t.transport == "tcp", soa, p.at) {
		b.excused++
		return
	}
	b.late++
}

func (b *book) compareZone(round int, k key, t target, p point) {
	want := serial(int64(round))
	if t.want().lagging {
		want = lateSerial(int64(round))
	}
	if got := p.whole("serial"); got != int64(want) {
		b.fault(round, "%v: serial %d, not %d", k, got, want)
	}
	if got := p.whole("refresh_s"); got != refresh {
		b.fault(round, "%v: refresh_s %d, not %d", k, got, refresh)
	}
}

const refresh = 60 // seconds, of every zone's SOA record

// compareLags holds each lag against the first sight of a newer serial anywhere. Here serials rise by one.
func (b *book) compareLags(round int, answers []point) {
	for _, p := range answers {
		n := p.whole("serial")
		if first, known := b.sights[n]; !known || p.at.Before(first) {
			b.sights[n] = p.at
		}
	}
	for _, p := range answers {
		var want float64
		if first, known := b.sights[p.whole("serial")+1]; known {
			want = max(0, p.at.Sub(first).Seconds())
		}
		lag, there := p.fields["serial_lag_s"].(float64)
		if !there || math.Abs(lag-want) > 1e-6 {
			b.fault(round, "%s over %s: serial_lag_s %v of serial %d, not %v", p.tags["server"], p.tags["transport"], p.fields["serial_lag_s"], p.whole("serial"), want)
		}
	}
}

func (b *book) compareCloud(round int, p point) {
	asked := map[string]int64{}
	for k := range b.targets {
		if k.measurement == "dns_anycast" && k.cloud == p.tags["cloud"] {
			family := "ipv4"
			if strings.Contains(k.address, ":") {
				family = "ipv6"
			}
			asked[family]++
		}
	}
	for _, family := range []string{"ipv4", "ipv6"} {
		if n := p.whole(family + "_asked"); n != asked[family] && !(round == 0 && n < asked[family]) { // unresolved
			b.fault(round, "cloud %s: %s_asked is %d, not %d", p.tags["cloud"], family, n, asked[family])
		}
	}
}

func (b *book) tellInternal(round int, p point) {
	b.internal++
	if n := p.whole("targets"); n != -1 && int(n) != len(b.world.targets()) {
		b.fault(round, "dns_anycast_internal: %d targets, not %d", n, len(b.world.targets()))
	}
	if n := p.whole("rounds_coalesced"); n > 0 {
		b.fault(round, "dns_anycast_internal: %d rounds coalesced", n)
	}
}

// admit holds the number of series a cloud makes in any day against max_instances.
func (b *book) admit(round int, p point, now time.Time) {
	cloud, instance := p.tags["cloud"], p.tags["instance"]
	if instance == "" {
		return
	}
	if b.names[cloud] == nil {
		b.names[cloud] = map[string]time.Time{}
	}
	names := b.names[cloud]
	_, known := names[instance]
	names[instance] = now
	if known || len(names) <= maxInstances+1 {
		return
	}
	maps.DeleteFunc(names, func(_ string, last time.Time) bool { return now.Sub(last) > kept })
	if len(names) > maxInstances+1 {
		b.fault(round, "cloud %s: %d instances, the last is %q", cloud, len(names), instance)
	}
}

// compareChanges asks of each target whether the changes that its answers make due are there, and no other.
func (b *book) compareChanges(round int, named, moved []point) {
	slices.SortStableFunc(named, func(x, y point) int { return x.at.Compare(y.at) })
	for _, p := range named {
		k := key{p.name, p.tags["cloud"], p.tags["server"], p.tags["address"], p.tags["transport"]}
		t, known := b.targets[k]
		if !known {
			continue
		}
		place := p.text("hostname")
		if t.cloud.site != "" {
			place = p.tags["site"]
		}
		if place == "" {
			continue
		}
		due := b.movers[k].hear(place, p.at)
		if due == nil {
			continue
		}
		b.changes++
		i := slices.IndexFunc(moved, func(m point) bool { return due.is(k, m) })
		if i < 0 {
			b.fault(round, "%v: the change from %q to %q at %s is missing", k, due.from, due.to, due.at)
			continue
		}
		moved = slices.Delete(moved, i, i+1)
	}
	for _, m := range moved {
		b.fault(round, "%s: a change that is not due: %v at %s", m.tags["server"], m.fields, m.at)
	}
}

// is reports whether a point tells of this change of a target.
func (c *change) is(k key, p point) bool {
	return p.tags["cloud"] == k.cloud && p.tags["server"] == k.server && p.tags["address"] == k.address && p.tags["transport"] == k.transport &&
		p.text("from") == c.from && p.text("to") == c.to && p.at.Equal(c.at) && p.whole("changes") == c.changes
}

// trailing takes what came after the last round: nothing but points about the plugin itself may.
func (b *book) trailing(rest []point) {
	for _, p := range rest {
		if p.name == "dns_anycast_internal" {
			b.tellInternal(b.rounds, p)
			continue
		}
		b.fault(b.rounds, "a point of %s that nobody asked for", p.name)
	}
}

// verdict is what all rounds say together.
func (b *book) verdict() []string {
	faults := slices.Clone(b.faults)
	if more := b.count - len(b.faults); more > 0 {
		faults = append(faults, fmt.Sprintf("and %d more", more))
	}
	if b.late*latePart > b.taken {
		faults = append(faults, fmt.Sprintf("%d of %d points read timeout though their server had answered", b.late, b.taken))
	}
	if b.internal != 0 && b.internal != b.rounds {
		faults = append(faults, fmt.Sprintf("%d points of dns_anycast_internal in %d rounds", b.internal, b.rounds))
	}
	if _, full := b.names["renamed"]["other"]; !full && b.rounds > maxInstances {
		faults = append(faults, "max_instances was never reached: nothing is proven about it")
	}
	return faults
}

// stateLimit is what the state file may have: thirty-two usual times a target, each with a name of 1,024 bytes at most,
// most with one of 30, and ten times of answers.
func (b *book) stateLimit() int64 { return int64(len(b.world.targets())) * 32 * 512 }
