package slo

import (
	"fmt"
	"testing"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// TestDown: 51 of 100 vantage points make an address down, and no fewer; of few it is the share that
// counts.
func TestDown(t *testing.T) {
	for _, test := range []struct {
		asked, failed int
		down          bool
	}{
		{100, 51, true},
		{100, 50, false},
		{200, 102, true},
		{200, 101, false},
		{49, 25, true},
		{51, 26, false},
		{1, 1, true},
		{1, 0, false},
		{2, 1, false},
		{2, 2, true},
		{3, 2, true},
		{3, 1, false},
		{0, 0, false},
	} {
		f := october()
		for vp := range test.asked {
			q := in(10)
			if vp < test.failed {
				q = timeout
			}
			f.ask(fmt.Sprint("vp", vp), ns1, 60, q)
		}
		f.ask("vp0", ns1, 100, in(10)) // so that there is a row
		row := rowOf(t, f.report(), ns1)
		if got := *row.DownMinutes == 1; got != test.down {
			t.Errorf("%d of %d failed: down %v", test.failed, test.asked, got)
		}
	}
}

// TestCountedMinutes: those in which enough asked; whoever could not is not among them.
func TestCountedMinutes(t *testing.T) {
	f := october()
	f.terms.Minimum = 3
	for minute, asking := range []int{0, 1, 2, 3, 4} {
		for vp := range asking {
			f.ask(fmt.Sprint("vp", vp), ns1, minute, timeout)
		}
		f.ask("local", ns1, minute, Query{Result: "local"})
	}
	r := f.report()
	row := rowOf(t, r, ns1)
	if !is(row.CountedMinutes, 2) || !is(row.Inconclusive, 31*1440-2) || !is(row.DownMinutes, 2) ||
		row.Tests != 10 || row.NotAskedTests != 5 || !is(row.Availability, 0.0) || !is(row.WithinShare, 0.0) {
		t.Errorf("%+v", row)
	}
	if len(r.Incidents) != 1 || r.Incidents[0].DownMinutes != 2 {
		t.Errorf("incidents: %+v", r.Incidents)
	}
}

// TestAddressLevel: 432 minutes a month are met, 433 are not.
func TestAddressLevel(t *testing.T) {
	for down, met := range map[int]bool{432: true, 433: false} {
		f := october()
		f.askOften("vp", ns1, 100, down, timeout)
		f.askOften("vp", ns1, 5000, 1000, in(10))
		row := rowOf(t, f.report(), ns1)
		if !is(row.DownMinutes, down) || !is(row.DownMet, met) || !is(row.CountedMinutes, 1000+down) {
			t.Errorf("%d: %d minutes of %d, met %v", down, *row.DownMinutes, *row.CountedMinutes, *row.DownMet)
		}
		if want := 1 - float64(down)/float64(1000+down); !is(row.Availability, want) {
			t.Errorf("%d: available %v, want %v", down, *row.Availability, want)
		}
	}
}

// TestIncidents: a run goes on over midnight, and what is not down ends it: a good minute, and one in
// which nobody asked.
func TestIncidents(t *testing.T) {
	f := october()
	f.askOften("a", ns1, 1430, 20, timeout) // 23:50 to 00:10
	f.askOften("b", ns1, 1430, 10, timeout)
	f.askOften("a", ns1, 2000, 3, timeout)
	f.ask("a", ns1, 2003, in(10))
	f.askOften("a", ns1, 2004, 2, timeout)
	f.askOften("a", ns1, 2007, 1, timeout) // nobody asked in 2006
	f.askOften("a", ns1, 31*1440-1, 1, timeout)
	got := f.report().Incidents
	want := []struct {
		from, to string
		minutes  int
		share    float64
	}{
		{"2026-10-01T23:50:00Z", "2026-10-02T00:10:00Z", 20, 1},
		{"2026-10-02T09:20:00Z", "2026-10-02T09:23:00Z", 3, 1},
		{"2026-10-02T09:24:00Z", "2026-10-02T09:26:00Z", 2, 1},
		{"2026-10-02T09:27:00Z", "2026-10-02T09:28:00Z", 1, 1},
		{"2026-10-31T23:59:00Z", "2026-11-01T00:00:00Z", 1, 1},
	}
	if len(got) != len(want) {
		t.Fatalf("%d incidents, want %d: %+v", len(got), len(want), got)
	}
	for i, w := range want {
		g := got[i]
		if levels.Text(g.From) != w.from || levels.Text(g.To) != w.to || g.DownMinutes != w.minutes || g.FailedShare != w.share ||
			g.Of != levels.OfAddress || g.Server != "ns1" || g.Cloud != "c" {
			t.Errorf("%+v, want %+v", g, w)
		}
	}
}

// TestFailedShare is over all who asked in the run.
func TestFailedShare(t *testing.T) {
	f := october()
	f.askOften("a", ns1, 10, 2, timeout)
	f.askOften("b", ns1, 10, 2, timeout)
	f.ask("c", ns1, 10, timeout)
	f.ask("c", ns1, 11, in(10))
	if got := f.report().Incidents; len(got) != 1 || got[0].FailedShare != 5.0/6 {
		t.Errorf("%+v, want 5 of 6", got)
	}
}

// TestVantagePoints: tests of all addresses, minutes with any.
func TestVantagePoints(t *testing.T) {
	f := october()
	f.askOften("whole", ns1, 0, 31*1440, in(10))
	f.askOften("late", ns1, 40000, 10, in(10))
	f.askOften("late", ns2, 40005, 10, timeout)
	f.ask("late", ns2, 1, Query{Result: "local"})
	f.ask("local", ns2, 1, Query{Result: "local"})
	got := f.report().VantagePoints
	if len(got) != 2 || got[0].Host != "late" || got[1].Host != "whole" {
		t.Fatalf("%+v", got)
	}
	if v := got[0]; v.Tests != 20 || v.TestedMinutes != 15 || !is(v.Completeness, 15.0/44640) ||
		levels.Text(*v.First) != "2026-10-28T18:40:00Z" || levels.Text(*v.Last) != "2026-10-28T18:54:00Z" {
		t.Errorf("%+v", v)
	}
	if v := got[1]; v.Tests != 44640 || v.TestedMinutes != 44640 || !is(v.Completeness, 1.0) ||
		levels.Text(*v.First) != "2026-10-01T00:00:00Z" || levels.Text(*v.Last) != "2026-10-31T23:59:00Z" {
		t.Errorf("%+v", v)
	}
}
