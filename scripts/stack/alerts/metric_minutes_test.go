package alerts

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// query is one of a vantage point, as many seconds ago.
type query struct {
	host, of, result string // of: the measurement and what is asked
	ago              int
	fields           string
}

// TestMetricMinutes: of each vantage point the newest query of a minute is the test. What counts is what counts in slo.iql.
func TestMetricMinutes(t *testing.T) {
	t.Parallel()
	const (
		udp  = "dns_anycast_soa,cloud=c,zone=example.net,server=s,address=192.0.2.1,family=ipv4,transport=udp"
		tcp  = "dns_anycast_soa,cloud=c,zone=example.net,server=s,address=192.0.2.1,family=ipv4,transport=tcp"
		name = "dns_anycast,cloud=c,server=s,address=192.0.2.1,family=ipv4,transport=udp"
		bare = "dns_anycast,cloud=d,server=s,address=192.0.2.2,family=ipv4,transport=udp"
		seen = "dns_anycast,probe=7,cloud=d,server=s,address=192.0.2.2,family=ipv4,transport=udp"
		ok   = "result_code=0i,query_time_ms=10"
		slow = "result_code=0i,query_time_ms=2501"
		lost = "result_code=1i"
	)
	now := time.Now().Truncate(24 * time.Hour).Add(-time.Hour)
	var lines []string
	for _, q := range []query{
		{"1", udp, "success", 10, ok},
		{"2", udp, "timeout", 10, lost},
		{"3", udp, "success", 10, slow},
		{"4", udp, "timeout", 50, lost},
		{"4", udp, "success", 5, ok},
		{"5", udp, "success", 50, ok},
		{"5", udp, "timeout", 5, lost},
		{"6", udp, "local", 10, "result_code=8i"},
		{"7", udp, "success", 70, ok},
		{"1", tcp, "success", 10, "result_code=0i,query_time_ms=7000,connect_time_ms=499"},
		{"2", tcp, "success", 10, "result_code=0i,query_time_ms=7000,connect_time_ms=501"},
		{"1", name, "timeout", 10, lost + ",answered=0i"},
		{"1", bare, "success", 10, ok + ",answered=1i"},
		{"2", bare, "timeout", 10, lost + ",answered=0i"},
		{"3", bare, "success", 10, slow + ",answered=1i"},
		{"4", bare, "rcode_error", 10, "result_code=3i,query_time_ms=9,answered=1i"},
		{"5", seen, "timeout", 10, lost + ",answered=0i"},
	} {
		at := now.Add(-time.Duration(q.ago) * time.Second).UnixMilli()
		lines = append(lines, fmt.Sprintf("%s,host=%s,result=%s %s %d", q.of, q.host, q.result, q.fields, at))
	}
	want := []string{"udp 192.0.2.1: 3 of 5", "udp 192.0.2.2: 2 of 4", "tcp 192.0.2.1: 1 of 2"}
	slices.Sort(want)
	for _, store := range []*stacktest.Metrics{stacktest.StartVictoriaMetrics(t), stacktest.StartPrometheus(t)} {
		if err := store.Write(stacktest.MetricsOf(t, lines, nil, nil)); err != nil {
			t.Fatal(err)
		}
		const asked, failed = "dns_anycast:minute_asked", "dns_anycast:minute_failed"
		store.Record(t, now.Add(time.Minute), now.Add(2*time.Minute), "dns_anycast:test_ms", asked, failed)
		var got []string
		failures := recordedAt(t, store, failed, now.Add(2*time.Minute))
		for target, n := range recordedAt(t, store, asked, now.Add(2*time.Minute)) {
			got = append(got, fmt.Sprintf("%s: %v of %v", target, failures[target], n))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: failed %q, want %q", store.Name, got, want)
		}
	}
}

// recordedAt is what was recorded at a moment, by transport and address.
func recordedAt(t *testing.T, store *stacktest.Metrics, name string, at time.Time) map[string]float64 {
	t.Helper()
	rows, err := store.At(name, at)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, row := range rows {
		values[row.Labels["transport"]+" "+row.Labels["address"]] = row.Value.Value
	}
	return values
}
