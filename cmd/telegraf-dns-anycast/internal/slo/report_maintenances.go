package slo

import (
	"cmp"
	"slices"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// addMaintenances lists those that reach into the month.
func (l *Ledger) addMaintenances(r *levels.Report) {
	month := l.terms.Month
	for _, m := range l.maintenances {
		if m.From.Before(month.To) && m.Until.After(month.From) && m.Until.After(m.From) {
			r.Maintenances = append(r.Maintenances, levels.MaintenanceRow{
				Cloud: m.Cloud, Server: m.Server, Site: m.Site, From: m.From, Until: m.Until, Text: m.Text,
			})
		}
	}
	slices.SortFunc(r.Maintenances, func(a, b levels.MaintenanceRow) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Cloud, b.Cloud), cmp.Compare(a.Server, b.Server),
			cmp.Compare(a.Site, b.Site))
	})
}

// under are the minutes of the month in which one of these is under maintenance.
func (l *Ledger) under(targets []levels.Target) minutes {
	month := l.terms.Month
	set := newMinutes(month.Minutes())
	for _, m := range l.maintenances {
		if !slices.ContainsFunc(targets, func(t levels.Target) bool { return m.covers(t.Cloud, t.Server) }) {
			continue
		}
		to := min(month.MinuteOf(m.Until.Unix()), month.Minutes())
		for minute := max(month.MinuteOf(m.From.Unix()), 0); minute < to; minute++ {
			set.add(minute)
		}
	}
	return set
}
