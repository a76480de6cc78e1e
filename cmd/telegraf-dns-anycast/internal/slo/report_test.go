package slo

import (
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

func noted(r levels.Report, note string) bool { return slices.Contains(r.Notes, note) }

// TestMet: what is missed wins over what is not known.
func TestMet(t *testing.T) {
	local := Query{Result: "local"}
	for name, test := range map[string]struct {
		profile levels.Profile
		feed    func(*fleet)
		want    *bool
		why     string
	}{
		"nothing": {levels.ICANN, func(*fleet) {}, nil, "the database holds no test of 2026-10"},
		"all met": {levels.ICANN, func(f *fleet) { f.askOften("vp", ns1, 0, 99, in(1)) }, new(true), ""},
		"an address was not asked": {levels.ICANN, func(f *fleet) {
			f.askOften("vp", ns1, 0, 99, in(1))
			f.ask("vp", ns2, 0, local)
		}, nil, "service of zone example.net over udp could not be judged, nor 1 more"},
		"missed, and one not asked": {levels.ICANN, func(f *fleet) {
			f.askOften("vp", ns1, 0, 99, in(600))
			f.ask("vp", ns2, 0, local)
		}, new(false), ""},
		"too few asked": {levels.ICANN, func(f *fleet) {
			f.terms.Minimum = 2
			f.askOften("vp", ns1, 0, 99, in(1))
		}, nil, "ns1 (192.0.2.1) of cloud c, zone example.net, over udp could not be judged"},
		"rssac047: N is not asked for": {levels.RSSAC047, func(f *fleet) {
			f.terms.Minimum = 2
			f.askOften("vp", ns1, 0, 99, in(1))
		}, new(true), ""},
		"rssac047: not asked": {levels.RSSAC047, func(f *fleet) {
			f.askOften("vp", ns1, 0, 99, in(1))
			f.ask("vp", ns2, 0, local)
		}, nil, "ns2 (192.0.2.2) of cloud c, zone example.net, over udp could not be judged, nor 1 more"},
		"rssac047: no answer": {levels.RSSAC047, func(f *fleet) { f.ask("vp", ns1, 0, timeout) }, new(false), ""},
	} {
		f := october()
		f.terms.Profile = test.profile
		test.feed(f)
		r := f.report()
		if (r.Met == nil) != (test.want == nil) || r.Met != nil && *r.Met != *test.want || r.Met == nil && r.Why() != test.why {
			t.Errorf("%s: met %v, %s", name, r.Met, r.Why())
		}
	}
}

// TestRSSAC047: NOERROR counts whatever the rest says, 96 % of what was sent.
func TestRSSAC047(t *testing.T) {
	for lost, met := range map[int]bool{4: true, 5: false} {
		f := october()
		f.terms.Profile = levels.RSSAC047
		slow := in(9000)
		slow.Result = "not_authoritative"
		f.askOften("vp", ns1, 0, 10, slow)
		f.askOften("vp", ns1, 10, 90-lost, in(240))
		f.askOften("vp", ns1, 100, lost-1, timeout)
		f.ask("vp", ns1, 300, Query{Result: "rcode_error", Rcode: "SERVFAIL", Answered: true, Timed: true, TimeMS: 1})
		f.ask("vp", ns1, 301, Query{Result: "local"})
		r := f.report()
		row := rowOf(t, r, ns1)
		if row.Tests != 100 || !is(row.NoErrorTests, 100-lost) || !is(row.Availability, float64(100-lost)/100) ||
			!is(row.AvailabilityMet, met) || !is(row.MedianMet, true) || *row.MedianMS < 238 || *row.MedianMS > 242 {
			t.Errorf("%+v", row)
		}
		if row.DownMinutes != nil || row.WithinShare != nil || len(r.Services)+len(r.Incidents) != 0 {
			t.Errorf("it has levels.ICANN's: %+v", row)
		}
		if !noted(r, "queries that could not leave their host (result=local) are left out") {
			t.Errorf("notes: %q", r.Notes)
		}
	}
}

// TestNotes name what the figures do not stand for.
func TestNotes(t *testing.T) {
	f := october()
	stream := at("ns1", "192.0.2.1", "tcp")
	f.askOften("vp", ns1, 0, 42408, in(1)) // 95 %
	f.askOften("vp", stream, 0, 42407, in(1))
	f.ask("vp", ns2, 0, Query{Result: "local"})
	lost := levels.Target{Cloud: "c", Zone: "example.net", Server: "ns3.example.net", Address: "", Family: "ipv6", Transport: "udp"}
	f.askOften("vp", lost, 0, 3, Query{Result: "unresolved"})
	r := f.report()
	for _, want := range []string{
		"ns2 (192.0.2.2) of cloud c, zone example.net, over udp could not be measured: no vantage point could ask it (1 minute in which one tried)",
		"ns1 (192.0.2.1) of cloud c, zone example.net, over tcp: only 42407 of 44640 minutes count",
		"ns1 (192.0.2.1) of cloud c, zone example.net, over tcp: 42407 tests are without connect_time_ms, judged by query_time_ms alone",
		"ns3.example.net of cloud c, zone example.net, over udp had no known IPv6 address in 3 minutes of vantage points: those were not measured",
	} {
		if !noted(r, want) {
			t.Errorf("no note %q", want)
		}
	}
	if all := strings.Join(r.Notes, "\n"); strings.Count(all, "minutes count") != 1 || len(r.Addresses) != 3 {
		t.Errorf("%d addresses, notes:\n%s", len(r.Addresses), all)
	}
}
