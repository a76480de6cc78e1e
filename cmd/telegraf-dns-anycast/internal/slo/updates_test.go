package slo

import (
	"testing"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

type arrived struct {
	target  levels.Target
	serial  int64
	latency float64 // negative: none
	missing bool
}

func (f *fleet) serials(host string, all ...arrived) {
	before := f.more
	f.more = func(l *Ledger) {
		if before != nil {
			before(l)
		}
		u := l.HostUpdates()
		for _, a := range all {
			u.Serial(a.target, a.serial, a.latency, a.missing)
		}
		u.End()
	}
}

// TestUpdates: each target's serial is one vote, however often it is told of.
func TestUpdates(t *testing.T) {
	f := october()
	f.serials("a",
		arrived{ns1, 1, 3600, false}, arrived{ns1, 1, 3600, false}, // and its copy
		arrived{ns1, 2, 3600.5, false},
		arrived{ns1, 3, -1, true},
		arrived{ns1, 4, -1, true}, arrived{ns1, 4, 4000, false},
		arrived{ns1, 5, -1, false},
		arrived{ns2, 1, 0, false}, arrived{ns2, 2, 10, false},
	)
	f.serials("b", arrived{ns1, 1, 1, false})
	u := f.report().Updates
	if len(u) != 1 || u[0].Updates != 7 || !is(u[0].UnknownUpdates, 1) || !is(u[0].WithinShare, 4.0/7) || !is(u[0].WithinMet, false) {
		t.Errorf("%+v", u)
	}
}

func TestUpdatesLevel(t *testing.T) {
	for late, met := range map[int64]bool{1: true, 2: false} {
		f := october()
		f.ask("vp", ns1, 0, in(1))
		var all []arrived
		for serial := range int64(20) {
			latency := 5.0
			if serial < late {
				latency = 4000
			}
			all = append(all, arrived{ns1, serial, latency, false})
		}
		f.serials("a", all...)
		r := f.report()
		if u := r.Updates[0]; !is(u.WithinMet, met) || !is(r.Met, met) {
			t.Errorf("%d of 20 are late: %v of %d, met %v", late, *u.WithinShare, u.Updates, *u.WithinMet)
		}
	}
}

// TestUnknownUpdates are no votes, and keep no report from meeting all.
func TestUnknownUpdates(t *testing.T) {
	f := october()
	f.ask("vp", ns1, 0, in(1))
	f.serials("a", arrived{ns1, 1, -1, false})
	r := f.report()
	if u := r.Updates; len(u) != 1 || u[0].Updates != 0 || u[0].WithinShare != nil || u[0].WithinMet != nil || !is(r.Met, true) {
		t.Errorf("%+v, met %v", u, r.Met)
	}
}

// TestPublication: a vantage point and serial is one vote, that of its latest target, in each cloud.
func TestPublication(t *testing.T) {
	other := ns1
	other.Cloud = "d"
	for name, test := range map[string]struct {
		serials []arrived
		votes   int
		median  float64 // negative: none
		met     bool
	}{
		"latest target":   {[]arrived{{ns1, 1, 10, false}, {ns2, 1, 3900, false}}, 1, 3900, true},
		"above":           {[]arrived{{ns1, 1, 3901, false}, {ns2, 1, 10, false}}, 1, 3901, false},
		"mean of two":     {[]arrived{{ns1, 1, 3000, false}, {ns1, 2, 4800, false}}, 2, 3900, true},
		"mean above":      {[]arrived{{ns1, 1, 3000, false}, {ns1, 2, 4802, false}}, 2, 3901, false},
		"one never came":  {[]arrived{{ns1, 1, 5, false}, {ns1, 2, 5, false}, {ns1, 3, -1, true}}, 3, 5, true},
		"half never came": {[]arrived{{ns1, 1, 5, false}, {ns1, 2, -1, true}}, 2, -1, false},
		"came late":       {[]arrived{{ns1, 1, -1, true}, {ns1, 1, 3700, false}}, 1, 3700, true},
		"unknown":         {[]arrived{{ns1, 1, -1, false}, {ns1, 2, 5, false}}, 1, 5, true},
		"another cloud":   {[]arrived{{ns1, 1, 5, false}, {other, 1, 9000, false}}, 1, 5, true},
	} {
		f := october()
		f.terms.Profile = levels.RSSAC047
		f.serials("a", test.serials...)
		u := f.report().Updates[0]
		if u.Updates != test.votes || !is(u.MedianMet, test.met) || (test.median < 0) != (u.MedianS == nil) ||
			u.MedianS != nil && *u.MedianS != test.median || len(u.Clouds) != 1 || u.Clouds[0] != "c" {
			t.Errorf("%s: %+v", name, u)
		}
	}
}
