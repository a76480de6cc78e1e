package slo

import (
	"slices"
	"time"
)

// Maintenance is a declared one, of a cloud, or of one of its servers.
type Maintenance struct {
	Cloud  string
	Server string // "": all of the cloud
	Site   string // not "": of one site, which takes nothing off
	Text   string
	From   time.Time
	Until  time.Time // exclusive
}

// Maintenance adds one, unless it is there: of the same, from the same second on.
func (l *Ledger) Maintenance(m Maintenance) {
	same := func(o Maintenance) bool {
		return o.Cloud == m.Cloud && o.Server == m.Server && o.Site == m.Site && o.From.Unix() == m.From.Unix()
	}
	if !slices.ContainsFunc(l.maintenances, same) {
		l.maintenances = append(l.maintenances, m)
	}
}

// covers reports whether the minutes of m are no fault of a server.
func (m Maintenance) covers(cloud, server string) bool {
	return m.Site == "" && m.Cloud == cloud && (m.Server == "" || m.Server == server)
}

// under are the minutes of the month in which one of these is under maintenance.
func (l *Ledger) under(targets []Target) minutes {
	month := l.terms.Month
	set := newMinutes(month.Minutes())
	for _, m := range l.maintenances {
		if !slices.ContainsFunc(targets, func(t Target) bool { return m.covers(t.Cloud, t.Server) }) {
			continue
		}
		to := min(month.MinuteOf(m.Until.Unix()), month.Minutes())
		for minute := max(month.MinuteOf(m.From.Unix()), 0); minute < to; minute++ {
			set.add(minute)
		}
	}
	return set
}
