package slo

import "telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"

// StoredHour says that the counters of an hour are stored: its minutes are not counted again.
func (l *Ledger) StoredHour(first int) {
	for minute := first; minute < min(first+minutesOfHour, l.terms.Month.Minutes()); minute++ {
		l.stored.add(minute)
	}
}

// StoredSums adds the counters of a target.
func (l *Ledger) StoredSums(t levels.Target, s Sums) {
	if t.Address == "" {
		l.unresolved[t] += s.Queried
		if t.Zone != "" {
			l.zoned[t.Cloud] = true
		}
		return
	}
	a := l.address(t)
	a.add(s)
	a.fromStored = a.fromStored || s.Tests > 0
}

// StoredCount adds minutes in which enough vantage points asked a target.
func (l *Ledger) StoredCount(t levels.Target, n int) { l.address(t).counted += n }

// StoredDown sets what vantage points said of a target in a stored minute.
func (l *Ledger) StoredDown(t levels.Target, minute, asked, failed int) {
	l.address(t).set(minute, asked, failed)
}

// StoredServiceCount is StoredCount of a service.
func (l *Ledger) StoredServiceCount(s levels.Service, n int) { l.service(s).counted += n }

// StoredServiceDown is StoredDown of a service.
func (l *Ledger) StoredServiceDown(s levels.Service, minute, asked, failed int) {
	l.service(s).set(minute, asked, failed)
}

// StoredVantage adds what a vantage point has done: its tests, the minutes that had one, and the
// first and the last of these.
func (l *Ledger) StoredVantage(host string, tests, tested, first, last int) {
	v := l.vantagePoint(host)
	v.tests += tests
	v.stored += tested
	if v.first < 0 || first < v.first {
		v.first = first
	}
	v.last = max(v.last, last)
}
