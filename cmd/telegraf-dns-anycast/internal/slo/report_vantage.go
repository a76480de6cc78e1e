package slo

import (
	"maps"
	"slices"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// addVantagePoints lists those with a test.
func (l *Ledger) addVantagePoints(r *levels.Report) {
	month := l.terms.Month
	for _, host := range slices.Sorted(maps.Keys(l.vantage)) {
		v := l.vantage[host]
		if v.tests == 0 {
			continue
		}
		first, last := v.minutes.first(), max(v.minutes.last(), v.last)
		if first < 0 || v.first >= 0 && v.first < first {
			first = v.first
		}
		tested := v.minutes.count() + v.stored
		r.VantagePoints = append(r.VantagePoints, levels.VantagePointRow{
			Host: host, Tests: v.tests, TestedMinutes: tested,
			Completeness: levels.Share(tested, month.Minutes()),
			First:        new(month.At(first)), Last: new(month.At(last)),
		})
	}
}
