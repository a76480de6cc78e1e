//go:build linux

package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

const kept = 24 * time.Hour // how long a name holds its place

// times: what was measured is above zero, and below what anything may take here; what lasts is not
// below zero.
func times(p execdtest.Point) error {
	for key, value := range p.Fields {
		v, isFloat := value.(float64)
		switch {
		case strings.HasSuffix(key, "_ms") && (!isFloat || v <= 0 || v > 1000*execdtest.Patience.Seconds()),
			strings.HasSuffix(key, "_s") && key != "refresh_s" && (!isFloat || v < 0): // REFRESH is copied, not measured
			return fmt.Errorf("%s is %v", key, value)
		// Over TCP an answer that is there already when a starved process comes to read is taken
		// after the deadline too.
		case key == "query_time_ms" && p.Name != "dns_anycast_path" && v > 1000*timeout.Seconds() && p.Tags["transport"] == "udp":
			return fmt.Errorf("%s is %v, beyond the timeout", key, value)
		}
	}
	return nil
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

// tardy takes a point that may be right if its server was late: with another result than the answer
// would have made.
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
