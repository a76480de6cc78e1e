// Package slo judges a month of a fleet's tests by the levels of a profile. It reads nothing: who
// has the points feeds a Ledger, by whole days in their order, and takes its Report.
//
// Reading order: month.go, terms.go, query.go (what a test is); ledger.go (what is fed), hostday.go
// (points as they were written), stored.go (what is counted already), track.go and minutes.go,
// updates.go and hostupdates.go, maintenance.go; report.go and the files of its rows, notes.go.
package slo

import (
	"slices"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// Ledger holds what a month comes to: counters, of a size that its length does not change, and the
// votes of one day.
type Ledger struct {
	terms        Terms
	addresses    map[levels.Target]*address
	unresolved   map[levels.Target]int // minutes of vantage points, of names without an address
	services     map[levels.Service]*track
	vantage      map[string]*vantage
	zoned        map[string]bool // clouds that have a zone
	stored       minutes         // of hours whose counters are stored
	updates      map[updateKey]*updates
	maintenances []Maintenance
}

// address is what a target has come to.
type address struct {
	Sums
	track
	times      times
	fromStored bool
}

// vantage is what a vantage point has done.
type vantage struct {
	tests   int
	minutes minutes // with a test
	stored  int     // minutes with a test beside those
	first   int     // minutes, of the stored
	last    int
}

// NewLedger starts an empty one.
func NewLedger(terms Terms) *Ledger {
	return &Ledger{
		terms:      terms,
		addresses:  map[levels.Target]*address{},
		unresolved: map[levels.Target]int{},
		services:   map[levels.Service]*track{},
		vantage:    map[string]*vantage{},
		zoned:      map[string]bool{},
		stored:     newMinutes(terms.Month.Minutes()),
		updates:    map[updateKey]*updates{},
	}
}

// Zoned reports whether a point so far says that a cloud has a zone.
func (l *Ledger) Zoned(cloud string) bool { return l.zoned[cloud] }

// CloseDay judges the minutes of a day. Zones and identities may be read one after the other, each
// from the first day on.
func (l *Ledger) CloseDay(day Span) {
	for _, a := range l.addresses {
		a.close(day, l.minimum(), l.stored.has)
	}
	for _, s := range l.services {
		s.close(day, l.minimum(), l.stored.has)
	}
}

func (l *Ledger) minimum() int {
	if l.terms.Profile == levels.RSSAC047 {
		return 1
	}
	return l.terms.Minimum
}

func (l *Ledger) address(t levels.Target) *address {
	if t.Zone != "" {
		l.zoned[t.Cloud] = true
	}
	a := l.addresses[t]
	if a == nil {
		a = &address{times: times{}, Sums: noSums}
		l.addresses[t] = a
	}
	return a
}

func (l *Ledger) service(s levels.Service) *track {
	t := l.services[s]
	if t == nil {
		t = &track{}
		l.services[s] = t
	}
	return t
}

func (l *Ledger) vantagePoint(host string) *vantage {
	v := l.vantage[host]
	if v == nil {
		v = &vantage{minutes: newMinutes(l.terms.Month.Minutes()), first: -1, last: -1}
		l.vantage[host] = v
	}
	return v
}

// JudgesIdentities reports whether a cloud is judged by its identity queries.
func (l *Ledger) JudgesIdentities() bool {
	for t := range l.addresses {
		if t.Zone == "" && !l.zoned[t.Cloud] {
			return true
		}
	}
	return false
}

// Maintenance adds one, unless it is there: of the same, from the same second on.
func (l *Ledger) Maintenance(m Maintenance) {
	same := func(o Maintenance) bool {
		return o.Cloud == m.Cloud && o.Server == m.Server && o.Site == m.Site &&
			o.From.Unix() == m.From.Unix()
	}
	if !slices.ContainsFunc(l.maintenances, same) {
		l.maintenances = append(l.maintenances, m)
	}
}

// targets lists those that are judged: of a cloud that has a zone not what says who answers.
func (l *Ledger) targets() []levels.Target {
	var all []levels.Target
	for t := range l.addresses {
		if t.Zone != "" || !l.zoned[t.Cloud] {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, levels.CompareTargets)
	return all
}
