package slo

import (
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// Report judges what the ledger holds. All days are closed.
func (l *Ledger) Report() levels.Report {
	month := l.terms.Month
	r := levels.Report{
		Month: month.From.Format("2006-01"), From: month.From, To: month.To, Minutes: month.Minutes(),
		Profile: l.terms.Profile, MinimumVantagePoints: l.terms.Minimum,
		Notes:     []string{},
		Addresses: []levels.AddressRow{}, Services: []levels.ServiceRow{},
		Updates: []levels.UpdateRow{}, Incidents: []levels.IncidentRow{},
		VantagePoints: []levels.VantagePointRow{},
		Maintenances:  []levels.MaintenanceRow{},
	}
	targets := l.targets()
	for _, t := range targets {
		r.Addresses = append(r.Addresses, l.addressRow(t))
	}
	if l.terms.Profile == levels.ICANN {
		l.addServices(&r)
		l.addIncidents(&r, targets)
	}
	l.addUpdates(&r)
	l.addVantagePoints(&r)
	l.addMaintenances(&r)
	r.Met = r.Judge()
	r.Notes = append(r.Notes, l.notes(&r)...)
	return r
}
