package slo

import (
	"maps"
	"math"
	"slices"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

func (l *Ledger) addressRow(t levels.Target) levels.AddressRow {
	a := l.addresses[t]
	row := levels.AddressRow{
		Cloud: t.Cloud, Zone: t.Zone, Server: t.Server, Address: t.Address, Family: t.Family,
		Transport: t.Transport, Query: levels.QuerySOA,
		Tests: a.Tests, NotAskedTests: a.Queried - a.Tests, MedianMS: a.medianMS(),
	}
	if t.Zone == "" {
		row.Query = levels.QueryIdentity
	}
	if l.terms.Profile == levels.RSSAC047 {
		rssac047(&row, &a.Sums)
	} else {
		l.icann(&row, t, a)
	}
	return row
}

func (l *Ledger) icann(row *levels.AddressRow, t levels.Target, a *address) {
	row.WithinShare = levels.Share(a.Within, a.Tests)
	row.CountedMinutes = new(a.counted)
	row.Inconclusive = new(l.terms.Month.Minutes() - a.counted)
	if a.counted == 0 {
		return
	}
	gross, net := a.downMinutes(l.under([]levels.Target{t}))
	row.DownMinutes, row.DownNetMinutes = &gross, &net
	row.DownMet = new(gross <= levels.AddressDownMinutes)
	row.Availability = new(1 - float64(gross)/float64(a.counted))
}

func rssac047(row *levels.AddressRow, s *Sums) {
	row.NoErrorTests = new(s.NoError)
	row.Availability = levels.Share(s.NoError, s.Tests)
	if s.Tests == 0 {
		return
	}
	row.AvailabilityMet = new(levels.Reaches(s.NoError, s.Tests, levels.AvailabilityPercent))
	if s.NoError > 0 {
		row.MedianMet = new(s.medianWithin(float64(levels.NoErrorWithinMS(row.Transport))))
	}
}

// medianMS is the mean of the middle two; stored counters know none.
func (a *address) medianMS() *float64 {
	n := 0
	for _, of := range a.times {
		n += of
	}
	if n == 0 || a.fromStored {
		return nil
	}
	steps := slices.Sorted(maps.Keys(a.times))
	at := func(rank int) float64 {
		for _, s := range steps {
			if rank -= a.times[s]; rank < 0 {
				return timeOf(s)
			}
		}
		return math.NaN()
	}
	ms := (at((n-1)/2) + at(n/2)) / 2
	return new(math.Round(ms*1e6) / 1e6)
}
