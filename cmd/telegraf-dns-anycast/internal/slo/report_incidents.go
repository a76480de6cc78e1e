package slo

import (
	"cmp"
	"slices"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

func (l *Ledger) addIncidents(r *levels.Report, targets []levels.Target) {
	for _, t := range targets {
		row := levels.IncidentRow{
			Of: levels.OfAddress, Cloud: t.Cloud, Zone: t.Zone, Server: t.Server,
			Address: t.Address, Transport: t.Transport,
		}
		l.addRuns(r, row, l.addresses[t].runs, []levels.Target{t})
	}
	for g, m := range l.groups() {
		t := l.services[levels.Service{Zone: g.zone, Transport: g.transport}]
		if g.zone != "" && t != nil && len(m.servers) >= levels.GoodServers {
			row := levels.IncidentRow{Of: levels.OfService, Zone: g.zone, Transport: g.transport}
			l.addRuns(r, row, t.runs, m.targets)
		}
	}
	slices.SortFunc(r.Incidents, func(a, b levels.IncidentRow) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Of, b.Of), cmp.Compare(a.Zone, b.Zone),
			cmp.Compare(a.Cloud, b.Cloud), cmp.Compare(a.Server, b.Server),
			cmp.Compare(a.Address, b.Address), cmp.Compare(a.Transport, b.Transport))
	})
}

func (l *Ledger) addRuns(r *levels.Report, row levels.IncidentRow, runs []run, targets []levels.Target,
) {
	if len(runs) == 0 {
		return
	}
	under := l.under(targets)
	for _, of := range runs {
		row.From, row.To = l.terms.Month.At(of.from), l.terms.Month.At(of.to)
		row.DownMinutes, row.DownNetMinutes = of.to-of.from, of.net(under)
		row.FailedShare = float64(of.failed) / float64(of.asked)
		r.Incidents = append(r.Incidents, row)
	}
}
