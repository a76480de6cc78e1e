package slo

import (
	"cmp"
	"slices"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// group is what a row of services is about: a zone, or a cloud without one.
type group struct {
	zone, cloud, transport string
}

// members are the targets of a row, and its servers, also those without an address.
type members struct {
	targets []levels.Target
	servers map[string]bool
}

// groups sorts targets into rows.
func (l *Ledger) groups() map[group]*members {
	all := map[group]*members{}
	of := func(t levels.Target) *members {
		g := group{t.Zone, "", t.Transport}
		if t.Zone == "" {
			g.cloud = t.Cloud
		}
		m := all[g]
		if m == nil {
			m = &members{servers: map[string]bool{}}
			all[g] = m
		}
		return m
	}
	for _, t := range l.targets() {
		m := of(t)
		m.targets = append(m.targets, t)
		m.servers[t.Server] = true
	}
	for t := range l.unresolved {
		if m := all[group{t.Zone, "", t.Transport}]; t.Zone != "" && m != nil {
			m.servers[t.Server] = true
		}
	}
	return all
}

// clouds lists those of targets.
func clouds(targets []levels.Target) []string {
	var all []string
	for _, t := range targets {
		all = append(all, t.Cloud)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (l *Ledger) addServices(r *levels.Report) {
	for g, m := range l.groups() {
		row := levels.ServiceRow{Zone: g.zone, Clouds: clouds(m.targets), Transport: g.transport}
		within := 0
		for _, t := range m.targets {
			row.Tests += l.addresses[t].Tests
			within += l.addresses[t].Within
		}
		row.WithinShare = levels.Share(within, row.Tests)
		if row.Tests > 0 {
			row.WithinMet = new(levels.Reaches(within, row.Tests, levels.WithinPercent))
		}
		if g.zone != "" && len(m.servers) >= levels.GoodServers {
			l.judgeService(&row, l.service(levels.Service{Zone: g.zone, Transport: g.transport}), m.targets)
		}
		r.Services = append(r.Services, row)
	}
	slices.SortFunc(r.Services, func(a, b levels.ServiceRow) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), slices.Compare(a.Clouds, b.Clouds),
			cmp.Compare(a.Transport, b.Transport))
	})
}

func (l *Ledger) judgeService(row *levels.ServiceRow, t *track, targets []levels.Target) {
	row.CountedMinutes = new(t.counted)
	row.Inconclusive = new(l.terms.Month.Minutes() - t.counted)
	if t.counted == 0 {
		return
	}
	gross, net := t.downMinutes(l.under(targets))
	row.DownMinutes, row.DownNetMinutes = &gross, &net
	row.DownMet = new(gross == 0)
}
