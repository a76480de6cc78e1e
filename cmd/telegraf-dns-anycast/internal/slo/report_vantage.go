package slo

import (
	"cmp"
	"maps"
	"slices"
)

// addVantagePoints lists those with a test.
func (l *Ledger) addVantagePoints(r *Report) {
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
		r.VantagePoints = append(r.VantagePoints, VantagePointRow{
			Host: host, Tests: v.tests, TestedMinutes: tested, Completeness: share(tested, month.Minutes()),
			First: new(month.At(first)), Last: new(month.At(last)),
		})
	}
}

// addMaintenances lists those that reach into the month.
func (l *Ledger) addMaintenances(r *Report) {
	month := l.terms.Month
	for _, m := range l.maintenances {
		if m.From.Before(month.To) && m.Until.After(month.From) && m.Until.After(m.From) {
			r.Maintenances = append(r.Maintenances, MaintenanceRow{
				Cloud: m.Cloud, Server: m.Server, Site: m.Site, From: m.From, Until: m.Until, Text: m.Text,
			})
		}
	}
	slices.SortFunc(r.Maintenances, func(a, b MaintenanceRow) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Cloud, b.Cloud), cmp.Compare(a.Server, b.Server),
			cmp.Compare(a.Site, b.Site))
	})
}
