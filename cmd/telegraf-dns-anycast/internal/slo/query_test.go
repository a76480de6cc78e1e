package slo

import (
	"testing"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// TestLimits: a limit is within it, and a stream's time is that of connecting too.
func TestLimits(t *testing.T) {
	udp, stream := ns1, at("ns1", "192.0.2.1", "tcp")
	identity := levels.Target{Cloud: "c", Zone: "", Server: "ns1", Address: "192.0.2.1", Family: "ipv4", Transport: "udp"}
	with := func(q Query, change func(*Query)) Query { change(&q); return q }
	refused := with(in(10), func(q *Query) { q.Result, q.Rcode = "rcode_error", "REFUSED" })
	for name, test := range map[string]struct {
		target     levels.Target
		query      Query
		ok, within bool
		noError    bool
	}{
		"500 ms":                 {udp, in(500), true, true, true},
		"500.001 ms":             {udp, in(500.001), true, false, true},
		"2500 ms":                {udp, in(2500), true, false, true},
		"2500.001 ms":            {udp, in(2500.001), false, false, true},
		"stream of 1500 ms":      {stream, in(1000).connected(500), true, true, true},
		"stream of 1500.5 ms":    {stream, in(1000).connected(500.5), true, false, true},
		"stream of 7500 ms":      {stream, in(2500).connected(5000), true, false, true},
		"stream of 7501 ms":      {stream, in(2501).connected(5000), false, false, true},
		"stream without connect": {stream, in(1500), true, true, true},
		"timeout":                {udp, timeout, false, false, false},
		"success without a time": {udp, with(in(0), func(q *Query) { q.Timed = false }), false, false, true},
		"not authoritative":      {udp, with(in(10), func(q *Query) { q.Result = "not_authoritative" }), false, false, true},
		"refused":                {udp, refused, false, false, false},
		"identity":               {identity, in(10), true, true, true},
		"identity, refused":      {identity, refused, true, true, false},
		"identity, 2500.5 ms":    {identity, in(2500.5), false, false, true},
		"identity, not answered": {identity, with(in(10), func(q *Query) { q.Answered = false }), false, false, true},
	} {
		e := testOf(test.target, test.query)
		s := e.sums(test.target.Transport)
		if e.ok != test.ok || (s.Within == 1) != test.within || e.noError != test.noError {
			t.Errorf("%s: ok %v, within %v, NOERROR %v; want %v, %v, %v", name, e.ok, s.Within == 1, e.noError,
				test.ok, test.within, test.noError)
		}
	}
}

// TestFirstOfMinute: it is the test, if it could be sent, whatever comes after.
func TestFirstOfMinute(t *testing.T) {
	local, unresolved := Query{Result: "local"}, Query{Result: "unresolved"}
	for name, test := range map[string]struct {
		queries             []Query
		tests, failed, left int
	}{
		"ok, then timeouts":        {[]Query{in(10), timeout, timeout}, 1, 0, 0},
		"timeout, then ok":         {[]Query{timeout, in(10)}, 1, 1, 0},
		"local, then ok":           {[]Query{local, in(10)}, 1, 0, 0},
		"unresolved, then timeout": {[]Query{unresolved, timeout, in(10)}, 1, 1, 0},
		"local alone":              {[]Query{local, local}, 0, 0, 1},
	} {
		f := october()
		for _, q := range test.queries {
			f.ask("vp", ns1, 7, q)
		}
		row := rowOf(t, f.report(), ns1)
		failed := 0
		if row.DownMinutes != nil {
			failed = *row.DownMinutes
		}
		if row.Tests != test.tests || failed != test.failed || row.NotAskedTests != test.left {
			t.Errorf("%s: %d tests, %d failed, %d not asked; want %d, %d, %d", name, row.Tests, failed, row.NotAskedTests,
				test.tests, test.failed, test.left)
		}
	}
}

// TestMedianWithin: of an even number the two in the middle are what counts.
func TestMedianWithin(t *testing.T) {
	for name, test := range map[string]struct {
		ms   []float64
		want bool
	}{
		"one at the limit":          {[]float64{250}, true},
		"one above":                 {[]float64{250.01}, false},
		"most within":               {[]float64{10, 250, 900}, true},
		"most above":                {[]float64{10, 251, 900}, false},
		"half, their mean at it":    {[]float64{10, 200, 300, 900}, true},
		"half, their mean above it": {[]float64{10, 200, 300.1, 900}, false},
		"half, far below":           {[]float64{10, 20, 300, 900}, true},
	} {
		f := october()
		f.terms.Profile = levels.RSSAC047
		for minute, ms := range test.ms {
			f.ask("vp", ns1, minute, in(ms))
		}
		if row := rowOf(t, f.report(), ns1); !is(row.MedianMet, test.want) {
			t.Errorf("%s: met %v, want %v", name, row.MedianMet, test.want)
		}
	}
}

// TestMedianMS is within a percent of the mean of the middle two.
func TestMedianMS(t *testing.T) {
	for _, test := range []struct {
		ms   []float64
		want float64
	}{
		{[]float64{17}, 17}, {[]float64{1, 2400}, 1200.5}, {[]float64{3, 1, 2}, 2}, {[]float64{0.02, 0.04, 9, 900}, 4.52},
	} {
		f := october()
		for minute, ms := range test.ms {
			f.ask("vp", ns1, minute, in(ms))
		}
		f.ask("vp", ns1, 1000, timeout) // is in no median
		got := rowOf(t, f.report(), ns1).MedianMS
		if got == nil || *got < test.want*0.99 || *got > test.want*1.01 {
			t.Errorf("%v: %v, want %v", test.ms, got, test.want)
		}
	}
}
