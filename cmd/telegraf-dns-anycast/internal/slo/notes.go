package slo

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// notes say what the figures do not stand for.
func (l *Ledger) notes(r *levels.Report) []string {
	var all []string
	for _, some := range [][]string{
		l.generalNotes(r), l.unmeasured(r), l.unresolvedNames(), l.identities(r), l.withoutService(r),
		l.incomplete(r), l.unconnected(r), l.medians(r), l.mixed(), l.maintenanceNotes(r),
	} {
		all = append(all, some...)
	}
	return all
}

func (l *Ledger) generalNotes(r *levels.Report) (notes []string) {
	month := l.terms.Month
	if len(r.VantagePoints) == 0 {
		notes = append(notes, "the database holds no test of this month")
	}
	if !month.Over() {
		notes = append(notes, fmt.Sprintf(
			"the month is not over: this is its part until %s",
			levels.Text(month.To)))
	}
	if l.terms.Profile == levels.RSSAC047 {
		notes = append(notes, "queries that could not leave their host (result=local) are left out")
		if l.terms.Minimum > 1 {
			notes = append(notes, "rssac047 has no minimum of vantage points: none was applied")
		}
	}
	return notes
}

// unmeasured names the addresses that keep the report from saying that all is met.
func (l *Ledger) unmeasured(r *levels.Report) (notes []string) {
	for _, a := range r.Addresses {
		switch {
		case a.Tests == 0:
			notes = append(notes, fmt.Sprintf(
				"%s could not be measured: no vantage point could ask it (%s)",

				a.Name(), levels.Count(a.NotAskedTests, "minute in which one tried", "minutes in which one tried")))
		case a.CountedMinutes != nil && *a.CountedMinutes == 0:
			notes = append(notes, fmt.Sprintf("%s could not be judged: in no minute did %s ask it",
				a.Name(), levels.Count(l.terms.Minimum, "vantage point", "vantage points")))
		}
	}
	for _, s := range r.Services {
		if s.CountedMinutes != nil && *s.CountedMinutes == 0 {
			notes = append(notes, fmt.Sprintf(
				"the service of %s over %s could not be judged: in no minute did %s ask two of its servers",

				s.Zone, s.Transport, levels.Count(l.terms.Minimum, "vantage point", "vantage points")))
		}
	}
	return notes
}

func (l *Ledger) unresolvedNames() (notes []string) {
	var targets []levels.Target
	for t := range l.unresolved {
		if t.Zone != "" || !l.zoned[t.Cloud] {
			targets = append(targets, t)
		}
	}
	slices.SortFunc(targets, levels.CompareTargets)
	for _, t := range targets {
		what := "address"
		if t.Family != "" {
			what = strings.Replace(t.Family, "ipv", "IPv", 1) + " address"
		}
		notes = append(notes, fmt.Sprintf(
			"%s had no known %s in %s: those were not measured",
			t.Name(), what,
			levels.Count(l.unresolved[t], "minute of a vantage point", "minutes of vantage points")))
	}
	return notes
}

func (l *Ledger) identities(r *levels.Report) (notes []string) {
	found := map[string]bool{}
	for _, a := range r.Addresses {
		if a.Query == levels.QueryIdentity {
			found[a.Cloud] = true
		}
	}
	for _, cloud := range slices.Sorted(maps.Keys(found)) {
		notes = append(notes, fmt.Sprintf(
			"%s has no zone: it is judged by its identity queries",
			levels.CloudName(cloud)))
	}
	return notes
}

func (l *Ledger) withoutService(r *levels.Report) (notes []string) {
	for _, s := range r.Services {
		if s.Zone != "" && s.CountedMinutes == nil {
			notes = append(notes, fmt.Sprintf(
				"zone %s over %s has one server: that is no service to judge",
				s.Zone, s.Transport))
		}
	}
	return notes
}

// incomplete names addresses that were measured for a part of the time.
func (l *Ledger) incomplete(r *levels.Report) (notes []string) {
	for _, a := range r.Addresses {
		if n := a.CountedMinutes; n != nil && *n > 0 && !levels.Reaches(*n, r.Minutes, levels.EnoughPercent) {
			notes = append(notes, fmt.Sprintf(
				"%s: only %d of %d minutes count",
				a.Name(), *n, r.Minutes))
		}
	}
	return notes
}

// unconnected names streams of before connect_time_ms.
func (l *Ledger) unconnected(r *levels.Report) (notes []string) {
	for _, a := range r.Addresses {
		s := l.addresses[a.Target()].Sums
		if n := s.Timed - s.Connected; a.Transport == levels.TCP && n > 0 {
			notes = append(notes, fmt.Sprintf(
				"%s: %s without connect_time_ms, judged by query_time_ms alone",
				a.Name(),
				levels.Count(n, "test is", "tests are")))
		}
	}
	return notes
}

func (l *Ledger) medians(r *levels.Report) []string {
	for _, a := range r.Addresses {
		if l.addresses[a.Target()].fromStored {
			return []string{"the retention policy slo holds no medians: median_ms is left out"}
		}
	}
	return nil
}

// mixed tells what sums of vantage points hold too, which do not know what has a zone.
func (l *Ledger) mixed() []string {
	if len(l.zoned) == 0 || !l.JudgesIdentities() {
		return nil
	}
	for _, v := range l.vantage {
		if v.stored > 0 {
			return []string{"the tests of vantage points, from the retention policy slo, hold identity queries " +
				"to clouds that have a zone where none was asked for it in the same minute"}
		}
	}
	return nil
}

func (l *Ledger) maintenanceNotes(r *levels.Report) (notes []string) {
	for _, m := range l.maintenances {
		if m.Until.IsZero() && !m.From.Before(r.From) {
			notes = append(notes, fmt.Sprintf(
				"the maintenance of %s from %s on has no until in seconds since 1970: it takes nothing off",
				levels.CloudName(m.Cloud), levels.Text(m.From)))
		}
	}
	for _, m := range r.Maintenances {
		if m.Site != "" {
			notes = append(notes, fmt.Sprintf(
				"the maintenance of site %s of %s, %s to %s, takes nothing off: other sites answer for it",
				m.Site, levels.CloudName(m.Cloud), levels.Text(m.From), levels.Text(m.Until)))
		}
	}
	return notes
}
