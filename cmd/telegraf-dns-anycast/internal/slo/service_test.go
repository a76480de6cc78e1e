package slo

import (
	"fmt"
	"testing"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// TestService: what a vantage point sees of a zone in one minute.
func TestService(t *testing.T) {
	ns1v6 := levels.Target{Cloud: "c", Zone: "example.net", Server: "ns1", Address: "2001:db8::1", Family: "ipv6", Transport: "udp"}
	ns3 := at("ns3", "192.0.2.3", "udp")
	other := ns2
	other.Cloud = "d"
	stream := at("ns2", "192.0.2.2", "tcp")
	type answers map[levels.Target]Query
	for name, test := range map[string]struct {
		seen    answers
		counted int
		down    int
	}{
		"two good":                           {answers{ns1: in(1), ns2: in(1)}, 1, 0},
		"one of two":                         {answers{ns1: in(1), ns2: timeout}, 1, 1},
		"two of three":                       {answers{ns1: in(1), ns2: timeout, ns3: in(1)}, 1, 0},
		"one of three":                       {answers{ns1: in(1), ns2: timeout, ns3: in(2501)}, 1, 1},
		"one address of a server is not ok":  {answers{ns1: in(1), ns1v6: timeout, ns2: in(1)}, 1, 1},
		"an address that was not asked":      {answers{ns1: in(1), ns1v6: {Result: "local"}, ns2: in(1)}, 1, 0},
		"one server alone":                   {answers{ns1: in(1)}, 0, 0},
		"two addresses of one server":        {answers{ns1: in(1), ns1v6: in(1)}, 0, 0},
		"servers of two clouds":              {answers{ns1: in(1), other: in(1)}, 1, 0},
		"servers of two clouds, one is bad":  {answers{ns1: in(1), other: timeout}, 1, 1},
		"another transport is another thing": {answers{ns1: in(1), stream: in(1)}, 0, 0},
	} {
		f := october()
		f.ask("known", ns1, 0, in(1)) // so that the zone has two servers
		f.ask("known", ns2, 0, in(1))
		for target, q := range test.seen {
			f.ask("vp", target, 7, q)
		}
		for _, s := range f.report().Services {
			if s.Transport == "udp" && (!is(s.CountedMinutes, test.counted+1) || !is(s.DownMinutes, test.down) ||
				!is(s.DownMet, test.down == 0) || !is(s.Inconclusive, 31*1440-test.counted-1)) {
				t.Errorf("%s: counted %d, down %d; want %d, %d", name, *s.CountedMinutes-1, *s.DownMinutes, test.counted, test.down)
			}
		}
	}
}

// TestServiceQuorum: vantage points that asked one server neither count nor vote.
func TestServiceQuorum(t *testing.T) {
	f := october()
	f.terms.Minimum = 4
	for vp := range 10 {
		host := fmt.Sprint("vp", vp)
		f.ask(host, ns1, 7, in(1))
		if vp < 3 {
			f.ask(host, ns2, 7, timeout) // three of three see one
		}
		f.ask(host, ns1, 8, in(1))
		if vp < 4 {
			f.ask(host, ns2, 8, timeout)
		}
	}
	r := f.report()
	s := r.Services[0]
	if !is(s.CountedMinutes, 1) || !is(s.DownMinutes, 1) || !is(s.DownMet, false) || !is(r.Met, false) {
		t.Errorf("%+v", s)
	}
	if i := r.Incidents; len(i) != 2 || i[1].Of != levels.OfService || i[1].FailedShare != 1 || i[1].Cloud != "" || i[1].Zone != "example.net" {
		t.Errorf("%+v", i) // ns2 is down in the same minute
	}
}

// TestWithin: 95 % of all tests, whatever N and whatever fails.
func TestWithin(t *testing.T) {
	for late, met := range map[int]bool{5: true, 6: false} {
		f := october()
		f.terms.Minimum = 20
		f.askOften("vp", ns1, 0, 100-late, in(500))
		f.askOften("vp", ns1, 200, late-1, in(501))
		f.ask("vp", ns1, 300, timeout)
		f.ask("vp", ns1, 301, Query{Result: "local"})
		s := f.report().Services[0]
		if s.Tests != 100 || !is(s.WithinShare, float64(100-late)/100) || !is(s.WithinMet, met) {
			t.Errorf("%d late: %d tests, %v within, met %v", late, s.Tests, *s.WithinShare, *s.WithinMet)
		}
	}
}

// TestOneServer: its zone has no service level, which keeps no report from meeting all.
func TestOneServer(t *testing.T) {
	f := october()
	f.askOften("vp", ns1, 0, 100, in(1))
	r := f.report()
	if s := r.Services[0]; s.DownMinutes != nil || s.CountedMinutes != nil || s.DownMet != nil || !is(s.WithinMet, true) || !is(r.Met, true) {
		t.Errorf("%+v, met %v", s, r.Met)
	}
	if !noted(r, "zone example.net over udp has one server: that is no service to judge") {
		t.Errorf("notes: %q", r.Notes)
	}
}

// TestIdentities: a cloud without a zone is judged by them, by itself; of one with a zone they are
// none of its tests.
func TestIdentities(t *testing.T) {
	f := october()
	who := levels.Target{Cloud: "w", Zone: "", Server: "ns9", Address: "192.0.2.9", Family: "ipv4", Transport: "udp"}
	f.askOften("vp", who, 0, 10, in(1))
	f.ask("vp", who, 20, timeout)
	f.ask("vp", ns1, 30, in(1))
	hidden := ns1
	hidden.Zone = ""
	f.more = func(l *Ledger) { l.StoredSums(hidden, Sums{Queried: 5, Tests: 5}) }
	r := f.report()
	if row := rowOf(t, r, who); row.Query != levels.QueryIdentity || row.Tests != 11 || !is(row.DownMinutes, 1) {
		t.Errorf("%+v", row)
	}
	if len(r.Addresses) != 2 || len(r.Services) != 2 {
		t.Errorf("%d addresses, %d services", len(r.Addresses), len(r.Services))
	}
	if s := r.Services[0]; s.Zone != "" || s.Clouds[0] != "w" || s.Tests != 11 || s.CountedMinutes != nil || s.DownMet != nil || !is(s.WithinMet, false) {
		t.Errorf("%+v", s)
	}
	if !noted(r, "cloud w has no zone: it is judged by its identity queries") {
		t.Errorf("notes: %q", r.Notes)
	}
}
