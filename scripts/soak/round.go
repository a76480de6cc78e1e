//go:build linux

package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

const (
	kept      = 24 * time.Hour // how long a name holds its place
	clockSlip = time.Millisecond
	faultsMax = 20 // that are told
)

// key tells the points of a round apart.
type key struct{ measurement, cloud, server, address, transport string }

func keyOf(p execdtest.Point) key {
	return key{p.Name, p.Tags["cloud"], p.Tags["server"], p.Tags["address"], p.Tags["transport"]}
}

func (t target) key(measurement string) key {
	return key{measurement, t.cloud.name, t.text, t.addr.Addr().String(), t.transport}
}

func (k key) family() string {
	if strings.Contains(k.address, ":") {
		return "ipv6"
	}
	return "ipv4"
}

// book compares rounds with what the servers did in them.
type book struct {
	world   *world
	queries int
	due     map[key]int // points a round
	targets map[key]target
	movers  map[key]*mover
	asked   map[string]int64                // targets by cloud and family
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
	b := &book{
		world: w, queries: queries, due: map[key]int{}, targets: map[key]target{}, movers: map[key]*mover{},
		asked: map[string]int64{}, names: map[string]map[string]time.Time{}, sights: map[int64]time.Time{},
	}
	expect := func(k key, t target, points int) { b.due[k], b.targets[k] = points, t }
	for _, c := range w.clouds {
		b.due[key{measurement: "dns_anycast_cloud", cloud: c.name}] = 1
	}
	for _, t := range w.targets() {
		k := t.key("dns_anycast")
		expect(k, t, queries)
		b.movers[k] = &mover{}
		b.asked[t.cloud.name+" "+k.family()]++
		if t.cloud.zoned {
			expect(t.key("dns_anycast_soa"), t, 1)
		}
	}
	if p := w.primary; p != nil {
		t := target{p, p.Addrs[0], "udp"}
		expect(t.key("dns_anycast_soa"), t, 1)
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
	b.compareChanges(round, all["dns_anycast"], all["dns_anycast_change"])
	b.compareLags(round, all["dns_anycast_soa"])
}

func (b *book) takeOne(round int, k key, p execdtest.Point) {
	switch p.Name {
	case "dns_anycast_internal":
		b.takeInternal(round, p)
	case "dns_anycast_cloud":
		b.compareCloud(round, p)
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

// times: what was measured is above zero, and below what anything may take here; what lasts is not below zero.
func times(p execdtest.Point) error {
	for key, value := range p.Fields {
		v, isFloat := value.(float64)
		switch {
		case strings.HasSuffix(key, "_ms") && (!isFloat || v <= 0 || v > 1000*execdtest.Patience.Seconds()),
			strings.HasSuffix(key, "_s") && key != "refresh_s" && (!isFloat || v < 0): // REFRESH is copied, not measured
			return fmt.Errorf("%s is %v", key, value)
		// Over TCP an answer that is there already when a starved process comes to read is taken after the deadline too.
		case key == "query_time_ms" && v > 1000*timeout.Seconds() && p.Tags["transport"] == "udp":
			return fmt.Errorf("%s is %v, beyond the timeout", key, value)
		}
	}
	return nil
}

// unresolved takes the one point of a host name, or of one family of it, whose look-up took longer than the first round
// waits; true where all of its targets are known to be missing.
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

// compare holds a point against the manner of its server.
func (b *book) compare(round int, k key, t target, p execdtest.Point) {
	w, soa := t.want(), k.measurement == "dns_anycast_soa"
	result := w.result
	if soa && w.zone != "" {
		result = w.zone
	}
	got, err := p.Tags["result"], p.Text("error")
	if got != result || !strings.HasPrefix(err, w.err) || w.err == "" && err != "" {
		if got == "timeout" || slices.Contains(strings.Fields(w.late), got) {
			b.tardy(t, soa, p)
			return
		}
		b.fault(round, "%v: result %s %q, not %s %q", k, got, err, result, w.err)
		return
	}
	if (p.Tags["instance"] != "") != (result == "success") && !soa {
		b.fault(round, "%v: result %s with instance %q", k, got, p.Tags["instance"])
	}
	if n := p.Int("discarded"); !soa && t.transport == "udp" && n != w.discarded && (w.discarded >= 0 || n < 1) {
		b.fault(round, "%v: discarded %d, not %d", k, n, w.discarded)
	}
	if result != "success" {
		return
	}
	if soa {
		b.compareZone(round, k, t, p)
		return
	}
	name := p.Text("hostname")
	if w.name != nil && name != w.name(int64(round)) {
		b.fault(round, "%v: hostname %q, not %q", k, name, w.name(int64(round)))
	}
	if want := int64(1); t.cloud.expect {
		if name == "intruder" {
			want = 0
		}
		if p.Int("expected") != want {
			b.fault(round, "%v: expected %d of %q", k, p.Int("expected"), name)
		}
	}
}

// tardy takes a point that may be right if its server was late: with another result than the answer would have made.
func (b *book) tardy(t target, soa bool, p execdtest.Point) {
	if b.stalled || t.slow(t.transport == "tcp", soa, p.Time) {
		b.excused++
		return
	}
	b.late++
}

func (b *book) compareZone(round int, k key, t target, p execdtest.Point) {
	want := serial(int64(round))
	if t.want().lagging {
		want = lateSerial(int64(round))
	}
	if got := p.Int("serial"); got != int64(want) {
		b.fault(round, "%v: serial %d, not %d", k, got, want)
	}
	if got := p.Int("refresh_s"); got != refresh {
		b.fault(round, "%v: refresh_s %d, not %d", k, got, refresh)
	}
}

const refresh = 60 // seconds, of every zone's SOA record

// compareLags holds each lag against the first sight of a newer serial anywhere. Here serials rise by one.
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

func (b *book) compareCloud(round int, p execdtest.Point) {
	for _, family := range []string{"ipv4", "ipv6"} {
		n, want := p.Int(family+"_asked"), b.asked[p.Tags["cloud"]+" "+family]
		if n != want && !(round == 0 && n < want) { // unresolved
			b.fault(round, "cloud %s: %s_asked is %d, not %d", p.Tags["cloud"], family, n, want)
		}
	}
}

func (b *book) takeInternal(round int, p execdtest.Point) {
	b.internal++
	if n := p.Int("targets"); n != -1 && int(n) != len(b.world.targets()) {
		b.fault(round, "dns_anycast_internal: %d targets, not %d", n, len(b.world.targets()))
	}
	if n := p.Int("rounds_coalesced"); n > 0 {
		b.fault(round, "dns_anycast_internal: %d rounds coalesced", n)
	}
}

// admit holds the number of series a cloud makes in any day against max_instances.
func (b *book) admit(round int, p execdtest.Point) {
	cloud, instance, now := p.Tags["cloud"], p.Tags["instance"], p.Time
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

// trailing takes what came after the last round: nothing but points about the plugin itself may.
func (b *book) trailing(rest []execdtest.Point) {
	for _, p := range rest {
		if p.Name == "dns_anycast_internal" {
			b.takeInternal(b.rounds, p)
			continue
		}
		b.fault(b.rounds, "a point of %s that nobody asked for", p.Name)
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
