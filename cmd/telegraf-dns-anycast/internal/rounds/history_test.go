package rounds

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/metric"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

const atLHR = "cloud=c,server=192.0.2.1,address=192.0.2.1,family=ipv4,transport=udp,instance=LHR1,site=LHR,rcode=NOERROR,result=success"

// clocks stand for themselves in what a test wants.
var clocks = regexp.MustCompile(`\d\d:\d\d:\d\d`)

// TestHistory: loss, the times and the changes of a target over some rounds.
func TestHistory(t *testing.T) {
	h := NewHistory(nil)
	for _, ms := range []float64{12, 10, 30} {
		h.Add(roundOf(30*time.Millisecond, newPoint(atLHR, answeredIn(ms))))
	}
	h.Add(roundOf(time.Millisecond, newPoint("cloud=c,server=192.0.2.1,address=192.0.2.1,family=ipv4,transport=udp,result=local",
		map[string]any{"error": "no IPv4 route from this host"})))
	h.Add(roundOf(time.Second, newPoint("cloud=c,server=192.0.2.1,address=192.0.2.1,family=ipv4,transport=udp,result=timeout", failedFor(""))))
	moved := time.Now()
	h.Add(roundOf(41*time.Millisecond,
		newPoint(strings.NewReplacer("LHR1", "ARN1", "LHR", "ARN").Replace(atLHR), answeredIn(40)),
		changeOf(map[string]any{"from": "LHR", "from_instance": "LHR1", "to": "ARN", "to_instance": "ARN1", "held_s": 61.2, "changes": int64(1)}, moved),
		metric.New("dns_anycast_cloud", map[string]string{"cloud": "c"}, map[string]any{"families_agree": int64(0)}, moved),
	))
	fmt.Fprintln(h, "ns1.example: no such host")
	want := `every 1s, 6 rounds since CLOCK; Ctrl-C ends it
  server     instance  site  since          last       best     median    loss  result
c: IPv4 and IPv6 reach different sites
  192.0.2.1  ARN1      ARN   CLOCK  40.000 ms  10.000 ms  21.000 ms  20.0 %  success
1 of 1 query answered, 1 instance at 1 site, in 41ms

CLOCK  ns1.example: no such host
CLOCK  192.0.2.1: LHR (LHR1) -> ARN (ARN1), after 1m1s
`
	if got := clocks.ReplaceAllString(table.Text(h.Page(time.Second, table.Look{}, 24)), "CLOCK"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got, want := h.Summary(), "6 rounds in 0s: 4 of 5 queries answered, 1 change"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestHistoryIsBounded: neither times nor events nor former addresses of a name pile up.
func TestHistoryIsBounded(t *testing.T) {
	h := NewHistory(nil)
	for i := range 3 * timesKept {
		address := fmt.Sprintf("192.0.2.%d", i%250)
		h.Add(roundOf(time.Second,
			newPoint(atLHR, answeredIn(float64(1+i))),
			newPoint("cloud=c,server=ns.example,address="+address+",transport=udp,result=timeout", failedFor("")),
		))
		fmt.Fprintln(h, i)
	}
	s := h.target(dns_anycast.ReadRow(newPoint(atLHR, nil)).Query.TargetKey)
	if len(h.targets) != 2 || len(s.times) != timesKept || len(h.events) != eventsKept {
		t.Errorf("%d targets, %d times, %d events", len(h.targets), len(s.times), len(h.events))
	}
	if got, want := s.median(), 2.5*timesKept+0.5; got != want || s.best != time.Millisecond {
		t.Errorf("median %v of the last %d, best %v, want %v and 1ms", got, timesKept, s.best, want)
	}
}

// TestPageFits: no more lines than the screen has, what is wrong and then the newest events
// before all.
func TestPageFits(t *testing.T) {
	h := NewHistory(nil)
	var points []telegraf.Metric
	for i := range 40 {
		result := "success"
		if i%4 == 0 {
			result = "timeout"
		}
		points = append(points, newPoint(fmt.Sprintf("cloud=c,server=192.0.2.%d,address=192.0.2.%[1]d,transport=udp,result=%s", i, result), failedFor("")))
	}
	h.Add(roundOf(time.Second, points...))
	for i := range 9 {
		fmt.Fprintln(h, "event", i)
	}
	for height := range 60 {
		page := h.Page(time.Second, table.Look{Color: true}, height)
		if len(page) > height {
			t.Fatalf("%d lines on a screen of %d", len(page), height)
		}
		text := table.Text(page)
		if height >= 17 && !strings.Contains(text, "event 8") || height >= 21 && !strings.Contains(text, "event 4") {
			t.Errorf("%d lines lack the newest events:\n%s", height, text)
		}
		if bad := strings.Count(text, "timeout\033[0m"); height >= 6 && bad < min(height-5, 10) {
			t.Errorf("%d lines show %d bad rows:\n%s", height, bad, text)
		}
		if more := strings.Contains(text, " more, "); height >= 8 && more != (height < 50) {
			t.Errorf("%d lines: %s", height, text)
		}
	}
	if text := table.Text(h.Page(time.Second, table.Look{}, 24)); !strings.Contains(text, "  … and 27 more, 0 of them with another result than success\n") {
		t.Errorf("24 lines:\n%s", text)
	}
}
