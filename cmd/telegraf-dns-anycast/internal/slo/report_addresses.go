package slo

import (
	"maps"
	"math"
	"slices"
)

func (l *Ledger) addressRow(t Target) AddressRow {
	a := l.addresses[t]
	row := AddressRow{
		Cloud: t.Cloud, Zone: t.Zone, Server: t.Server, Address: t.Address, Family: t.Family,
		Transport: t.Transport, Query: QuerySOA,
		Tests: a.Tests, NotAskedTests: a.Queried - a.Tests, MedianMS: a.medianMS(),
	}
	if t.Zone == "" {
		row.Query = QueryIdentity
	}
	if l.terms.Profile == RSSAC047 {
		row.rssac047(&a.Sums, t.Transport)
	} else {
		l.icann(&row, t, a)
	}
	return row
}

func (l *Ledger) icann(row *AddressRow, t Target, a *address) {
	row.WithinShare = share(a.Within, a.Tests)
	row.CountedMinutes = new(a.counted)
	row.Inconclusive = new(l.terms.Month.Minutes() - a.counted)
	if a.counted == 0 {
		return
	}
	gross, net := a.downMinutes(l.under([]Target{t}))
	row.DownMinutes, row.DownNetMinutes = &gross, &net
	row.DownMet = new(gross <= addressDownMinutes)
	row.Availability = new(1 - float64(gross)/float64(a.counted))
}

func (row *AddressRow) rssac047(s *Sums, transport string) {
	row.NoErrorTests = new(s.NoError)
	row.Availability = share(s.NoError, s.Tests)
	if s.Tests == 0 {
		return
	}
	row.AvailabilityMet = new(reaches(s.NoError, s.Tests, availabilityPercent))
	if s.NoError > 0 {
		row.MedianMet = new(s.medianWithin(float64(NoErrorWithinMS(transport))))
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
