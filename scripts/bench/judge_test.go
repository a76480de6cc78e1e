//go:build linux

package main

import (
	"slices"
	"testing"
	"time"
)

// TestParseReports: of a round's points those about a server's identity.
func TestParseReports(t *testing.T) {
	const text = `dns_anycast,address=10.2.0.1,cloud=bench,result=success,server=10.2.0.1 answered=1i,hostname="lhr1.bench",query_time_ms=20.000123,result_code=0i 17
dns_anycast,server=fd00:2::1 query_time_ms=1,result_code=0i 18
dns_anycast,result=local,server=10.2.0.1 error="no IPv6 route from this host, or none" 19
dns_query,domain=hostname.bind.,result=success,server=10.2.0.1 query_time_ms=0.5,rcode_value=0i 20
dns_query,result=timeout,server=10.2.0.1 query_time_ms=0,result_code=1u 21
dns_anycast_soa,server=10.2.0.1 query_time_ms=1 22
dns_anycast_cloud,cloud=bench instances=4i 23
`
	want := []report{
		{server4, 17, 20000123}, {server6, 18, time.Millisecond}, {server4, 19, 0}, {server4, 20, 500 * time.Microsecond}, {server4, 21, 0},
	}
	if got, err := parseReports([]byte(text)); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

// TestJudge: the query left between 1,000 and 1,400 and was answered at 21,400, so that it took 20,000 to 20,400 ns.
func TestJudge(t *testing.T) {
	const limit = time.Millisecond
	asked := query{1000, 1400, 21400}
	type result struct {
		probes, missed, invented, unasked int
		off                               time.Duration // -1: no error
	}
	for _, c := range []struct {
		name string
		wire []query
		took []time.Duration
		want result
	}{
		{"within", []query{asked}, []time.Duration{20200}, result{probes: 1}},
		{"at its edge", []query{asked}, []time.Duration{20400}, result{probes: 1}},
		{"too long", []query{asked}, []time.Duration{20900}, result{probes: 1, off: 500}},
		{"too short", []query{asked}, []time.Duration{19000}, result{probes: 1, off: 1000}},
		{"missed", []query{asked}, []time.Duration{0}, result{probes: 1, missed: 1, off: -1}},
		{"nothing said", []query{asked}, nil, result{probes: 1, missed: 1, off: -1}},
		{"answered too late", []query{{1000, 1400, 2e6}}, []time.Duration{0}, result{probes: 1, off: -1}},
		{"dead", []query{{near: 1000, far: 1400}}, []time.Duration{0}, result{probes: 1, off: -1}},
		{"invented an answer", []query{{near: 1000, far: 1400}}, []time.Duration{20000}, result{probes: 1, invented: 1, off: -1}},
		{"invented a query", nil, []time.Duration{20000}, result{probes: 1, invented: 1, off: -1}},
		{"not asked", nil, []time.Duration{0}, result{probes: 1, unasked: 1, off: -1}},
		{"in the order they left", []query{asked, {2000, 2400, 7400}}, []time.Duration{20200, 5300}, result{probes: 2}},
	} {
		var reports []report
		for i, took := range c.took {
			// The last first: a report's own time stamp counts, not its place.
			reports = append([]report{{server4, int64(i), took}}, reports...)
		}
		var v verdict
		v.judge(wire{server4: c.wire}, reports, limit)
		got := result{v.probes, v.missed, v.invented, v.unasked, -1}
		if off, ok := quantile(v.errors, 1); ok {
			got.off = off
		}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
