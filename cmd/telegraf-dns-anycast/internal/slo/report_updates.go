package slo

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

func (l *Ledger) addUpdates(r *levels.Report) {
	for key, u := range l.updates {
		row := levels.UpdateRow{Zone: key.zone, Clouds: slices.Sorted(maps.Keys(u.clouds)), Updates: u.votes}
		if l.terms.Profile == levels.RSSAC047 {
			row.MedianS, row.MedianMet = publication(u.latencies)
		} else {
			row.UnknownUpdates, row.WithinShare = new(u.unknown), levels.Share(u.within, u.votes)
			if u.votes > 0 {
				row.WithinMet = new(levels.Reaches(u.within, u.votes, levels.WithinPercent))
			}
		}
		r.Updates = append(r.Updates, row)
	}
	slices.SortFunc(r.Updates, func(a, b levels.UpdateRow) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), slices.Compare(a.Clouds, b.Clouds))
	})
}

// publication is the median, the mean of the middle two. Where it is one of serials that never
// came, it has no value and is late.
func publication(latencies []float64) (median *float64, met *bool) {
	n := len(latencies)
	if n == 0 {
		return nil, nil
	}
	slices.Sort(latencies)
	s := (latencies[(n-1)/2] + latencies[n/2]) / 2
	if met = new(s <= levels.PublicationS); math.IsInf(s, 1) {
		return nil, met
	}
	return &s, met
}
