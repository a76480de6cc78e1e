package slo

import (
	"testing"
	"time"
)

// TestMaintenance takes its minutes off, once, where it is of the row's cloud and server.
func TestMaintenance(t *testing.T) {
	clock := func(text string) time.Time {
		at, err := time.Parse(time.DateTime, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	cloud := func(from, until string) Maintenance {
		return Maintenance{Cloud: "c", From: clock(from), Until: clock(until)}
	}
	whole := cloud("2026-10-01 00:00:00", "2026-10-01 00:10:00")
	with := func(m Maintenance, change func(*Maintenance)) Maintenance { change(&m); return m }
	for name, test := range map[string]struct {
		declared []Maintenance
		ns1, ns2 int // minutes down, net, of ten each from 00:00 on
		service  int
	}{
		"none":                   {nil, 10, 10, 10},
		"whole":                  {[]Maintenance{whole}, 0, 0, 0},
		"another cloud":          {[]Maintenance{with(whole, func(m *Maintenance) { m.Cloud = "d" })}, 10, 10, 10},
		"one server":             {[]Maintenance{with(whole, func(m *Maintenance) { m.Server = "ns1" })}, 0, 10, 0},
		"another server":         {[]Maintenance{with(whole, func(m *Maintenance) { m.Server = "ns9" })}, 10, 10, 10},
		"a site":                 {[]Maintenance{with(whole, func(m *Maintenance) { m.Site = "LHR" })}, 10, 10, 10},
		"from before the month":  {[]Maintenance{cloud("2026-08-20 12:00:00", "2026-10-01 00:04:00")}, 6, 6, 6},
		"ends in a minute":       {[]Maintenance{cloud("2026-10-01 00:00:00", "2026-10-01 00:03:59")}, 7, 7, 7},
		"begins in a minute":     {[]Maintenance{cloud("2026-10-01 00:03:30", "2026-10-01 00:05:00")}, 8, 8, 8},
		"ends after the month":   {[]Maintenance{cloud("2026-10-01 00:08:00", "2026-12-01 00:00:00")}, 8, 8, 8},
		"before the month alone": {[]Maintenance{cloud("2026-08-01 00:00:00", "2026-09-01 00:00:00")}, 10, 10, 10},
		"ends before it begins":  {[]Maintenance{cloud("2026-10-01 00:08:00", "2026-10-01 00:01:00")}, 10, 10, 10},
		"without an end":         {[]Maintenance{{Cloud: "c", From: clock("2026-10-01 00:00:00")}}, 10, 10, 10},
		"two that overlap": {[]Maintenance{
			cloud("2026-10-01 00:00:00", "2026-10-01 00:03:00"), cloud("2026-10-01 00:02:00", "2026-10-01 00:05:00"),
		}, 5, 5, 5},
		"the first of two of one second": {[]Maintenance{cloud("2026-10-01 00:00:00", "2026-10-01 00:03:00"), whole}, 7, 7, 7},
	} {
		f := october()
		f.askOften("vp", ns1, 0, 10, timeout)
		f.askOften("vp", ns2, 0, 10, timeout)
		f.more = func(l *Ledger) {
			for _, m := range test.declared {
				l.Maintenance(m)
			}
		}
		r := f.report()
		a, b, s := rowOf(t, r, ns1), rowOf(t, r, ns2), r.Services[0]
		if *a.DownNetMinutes != test.ns1 || *b.DownNetMinutes != test.ns2 || *s.DownNetMinutes != test.service {
			t.Errorf("%s: net %d, %d, service %d; want %d, %d, %d", name, *a.DownNetMinutes, *b.DownNetMinutes, *s.DownNetMinutes,
				test.ns1, test.ns2, test.service)
		}
		if *a.DownMinutes != 10 || *s.DownMinutes != 10 || !is(s.DownMet, false) {
			t.Errorf("%s: what counts is gross: %d, %d", name, *a.DownMinutes, *s.DownMinutes)
		}
		for _, i := range r.Incidents {
			want := map[string]int{"": test.service, "ns1": test.ns1, "ns2": test.ns2}[i.Server]
			if i.DownMinutes != 10 || i.DownNetMinutes != want {
				t.Errorf("%s: %+v, want %d net", name, i, want)
			}
		}
	}
}
