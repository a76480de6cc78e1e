//go:build linux && !portable

package dns_anycast

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// TestTracedBesideRounds: from the first round on a target's path is traced once, and told between
// rounds: the path, then its hops.
func TestTracedBesideRounds(t *testing.T) {
	d := newAsking(t, []string{play(t, "127.0.0.1", "lhr1.example").At()}, func(d *DNSAnycast) {
		d.Trace, d.Transports = "change", []string{"udp"}
	})
	defer d.Close(context.Background())
	var lines []string
	write := func(b []byte) {
		if strings.HasPrefix(string(b), "dns_anycast_path,") || strings.HasPrefix(string(b), "dns_anycast_hop,") {
			lines = append(lines, string(b))
		}
	}
	d.RoundLines(context.Background(), write)
	select {
	case <-d.Arrived():
	case <-time.After(10 * time.Second):
		t.Fatal("no path was traced")
	}
	d.ArrivedLines(write)
	d.RoundLines(context.Background(), write)
	d.ArrivedLines(write)
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "dns_anycast_path,") ||
		!strings.Contains(lines[0], "instance=lhr1.example,") ||
		!strings.Contains(lines[0], `hops=1i,last_hop=1i,path="127.0.0.1"`) ||
		!strings.Contains(lines[1], `,hop=01,`) {
		t.Errorf("%q", lines)
	}
}

// TestTracedToldByRound: who takes no path between rounds gets it at the end of the next one. The
// point of the plugin itself says that nothing was left out.
func TestTracedToldByRound(t *testing.T) {
	d := newAsking(t, []string{play(t, "127.0.0.1", "lhr1.example").At()}, func(d *DNSAnycast) {
		d.Trace, d.Internal = "change", true
	})
	defer d.Close(context.Background())
	first := roundOf(t, d)
	select {
	case <-d.Arrived():
	case <-time.After(10 * time.Second):
		t.Fatal("no path was traced")
	}
	second := roundOf(t, d)
	for _, name := range []string{point.MeasurementPath, point.MeasurementHop} {
		if n := len(first[name]) + len(second[name]); n != 1 {
			t.Errorf("%d points of %s, want 1: TCP is not traced", n, name)
		}
	}
	if n, _ := second[point.MeasurementInternal][0].GetField(point.FieldTracesSkipped); n != int64(0) {
		t.Errorf("traces_skipped is %v", n)
	}
}

// TestTraceTagWarned: whose tags have names of paths, where they are traced.
func TestTraceTagWarned(t *testing.T) {
	for trace, want := range map[string]string{
		"off":    "[]",
		"change": `[W! cloud "c": its tag hop has a name of traced paths, whose points are without the tag: rename it]`,
	} {
		var log journal
		d := New()
		d.Log, d.Trace = &log, trace
		d.Clouds = []Cloud{{Name: "c", Servers: []string{"192.0.2.1"}, Tags: map[string]string{"hop": "x", "hub": "y"}}}
		if err := d.Init(); err != nil || fmt.Sprint(log.lines) != want {
			t.Errorf("%s: %v, %q, want %s", trace, err, log.lines, want)
		}
	}
}
