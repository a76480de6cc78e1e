//go:build linux

package main

import (
	"strings"
	"testing"
	"time"
)

// good are rows with which every goal is reached.
func good() results {
	ours := row{
		program: pluginName, verdict: verdict{probes: 2, errors: []time.Duration{0, 0}, widths: []time.Duration{500, 700}},
		cpu: 20 * time.Microsecond, asked: 2, sweep: []time.Duration{30 * time.Millisecond}, peak: 20e6,
	}
	theirs := row{
		program: dnsQuery.name, verdict: verdict{probes: 2, errors: []time.Duration{time.Millisecond, 1234567}},
		cpu: 100 * time.Microsecond, asked: 2, sweep: []time.Duration{120 * time.Millisecond}, peak: 100e6,
	}
	spread, oursTCP, theirsTCP := ours, ours, theirs
	spread.program, oursTCP.program, theirsTCP.program = spreadOut.name, pluginTCP.name, dnsQueryTCP.name
	var rs results
	for _, s := range scenarios(false) {
		ours.scenario, spread.scenario, theirs.scenario = s.name, s.name, s.name
		rs = append(rs, ours, spread, theirs)
	}
	oursTCP.scenario, theirsTCP.scenario = tcp1000, tcp1000
	return append(rs, oursTCP, theirsTCP)
}

func TestTable(t *testing.T) {
	var b strings.Builder
	rows := good()[:3]
	rows[2].errors, rows[2].unasked = append(rows[2].errors, 56789012), 1200
	writeTable(&b, append(rows, row{scenario: "another", program: pluginName}))
	const want = `
                                |reported - wire| in µs             CPU µs     sweep     peak
                              p50        p99        max   missed   a probe        ms       MB
1 target
  plugin                      0.0        0.0        0.0        0      10.0      30.0     20.0
  plugin default              0.0        0.0        0.0        0      10.0      30.0     20.0
  dns_query                 1,235     56,789     56,789        0      50.0       120      100  (1,200 of 2 not asked)
another
  plugin                        -          -          -        -         -         -        -
`
	if got := "\n" + b.String(); got != want {
		t.Errorf("%s\nwant%s", got, want)
	}
}

func TestReach(t *testing.T) {
	for _, c := range []struct {
		name   string
		spoil  func(results)
		reach  bool
		inPart bool // also where only a part is run
	}{
		{"all is well", func(results) {}, true, true},
		{"an answer missed with an option", func(rs results) {
			r := rs.find("1,000 targets, options", pluginName)
			r.program, r.missed = "plugin zone", 1
		}, false, false},
		{"a time that is not on the wire", func(rs results) { rs.find(idle1000, pluginName).invented = 1 }, false, false},
		{"half of the errors", func(rs results) { rs.find(busy1000, pluginName).errors[0] = 1001 }, false, false},
		{"one error", func(rs results) {
			r := rs.find(idle1000, pluginName)
			r.errors = append(make([]time.Duration, 19999), 1000001)
		}, false, true},
		{"CPU", func(rs results) { rs.find(same1000, pluginName).cpu *= 2 }, false, true},
		{"CPU of a small round", func(rs results) { rs.find(idle100, spreadOut.name).cpu *= 3 }, false, true},
		{"CPU of a spread-out round", func(rs results) { rs.find(same10000, spreadOut.name).cpu *= 3 }, false, true},
		{"no small round", func(rs results) { rs.find(idle100, spreadOut.name).scenario = "" }, false, true},
		{"CPU over TCP", func(rs results) { rs.find(tcp1000, pluginTCP.name).cpu *= 6 }, false, true},
		{"over TCP not measured", func(rs results) { rs.find(tcp1000, dnsQueryTCP.name).scenario = "" }, false, true},
		{"errors of a spread-out round", func(rs results) { rs.find(busy1000, spreadOut.name).errors[0] = 1001 }, false, false},
		{"time", func(rs results) { rs.find(same10000, pluginName).sweep[0] *= 2 }, false, true},
		{"memory", func(rs results) { rs.find(idle10000, pluginName).peak = 26e6 }, false, true},
		{"memory with an option", func(rs results) { rs.find(options10000, pluginName).peak = 30e6 }, false, true},
		{"others' errors", func(rs results) { rs.find(idle1000, dnsQuery.name).missed = 7 }, true, true},
		{"not asked", func(rs results) { rs.find(limited, pluginName).errors = nil }, false, false},
		{"not measured", func(rs results) { rs.find(same1000, dnsQuery.name).scenario = "" }, false, true},
	} {
		for part, want := range map[bool]bool{false: c.reach, true: c.inPart} {
			rs := good()
			for i := range rs {
				rs[i].errors = append([]time.Duration(nil), rs[i].errors...)
				rs[i].sweep = append([]time.Duration(nil), rs[i].sweep...)
			}
			c.spoil(rs)
			var b strings.Builder
			if got := writeReach(&b, rs, part, false); got != want {
				t.Errorf("%s: %t, want %t\n%s", c.name, got, want, &b)
			}
		}
	}
}

// TestReachWhereCold: cold memory is an excuse for the processor time of small rounds, and of nothing else.
func TestReachWhereCold(t *testing.T) {
	for scenario, want := range map[string]bool{idle10: true, idle100: true, same1000: false, same10000: false} {
		rs := good()
		rs.find(scenario, spreadOut.name).cpu *= 4
		var b strings.Builder
		if cold := writeReach(&b, rs, false, true); cold != want || !strings.Contains(b.String(), "NOT REACHED") {
			t.Errorf("%s: %t, want %t\n%s", scenario, cold, want, &b)
		}
		if warm := writeReach(&b, rs, false, false); warm {
			t.Errorf("%s: reached where memory is warm\n%s", scenario, &b)
		}
	}
	rs := good()
	rs.find(idle100, spreadOut.name).scenario = ""
	if writeReach(&strings.Builder{}, rs, false, true) {
		t.Error("what was not measured is reached")
	}
}
