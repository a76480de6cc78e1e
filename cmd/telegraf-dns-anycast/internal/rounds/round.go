// Package rounds holds what rounds say and puts it into words: one round (Round), all rounds since
// a watch began (History), and the paths that were traced behind a round (Paths).
//
// Reading order: round.go and sort.go, query.go and row.go (what a target says in a round),
// fault.go (what is wrong with it), columns.go (how a row becomes cells), summary.go; stats.go and
// history.go (what several rounds say), event.go and via.go (what happened in between); page.go (what
// a person sees); paths.go and pair.go (what traced paths say), pathtable.go and pathtext.go (what a
// person sees of them); words.go.
package rounds

import (
	"slices"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// Round is what one round says. The zero value is one without points.
type Round struct {
	Took      time.Duration
	PlaceName func(cloud, site string) string // empty: not known; nil: none is

	queries []*dns_anycast.QueryRow // for the identity
	zones   []*dns_anycast.QueryRow // for zones
	changes []*dns_anycast.ChangeRow
	clouds  []*dns_anycast.CloudRow
	paths   []*dns_anycast.PathRow // traced beside rounds
	others  []telegraf.Metric      // points that are of no query
}

// Add takes in a point.
func (r *Round) Add(row dns_anycast.Row) {
	switch {
	case row.Query == nil:
		r.others = append(r.others, row.Metric)
	case row.Query.Zone == "":
		r.queries = append(r.queries, row.Query)
	default:
		r.zones = append(r.zones, row.Query)
	}
	if row.Change != nil {
		r.changes = append(r.changes, row.Change)
	}
	if row.Cloud != nil {
		r.clouds = append(r.clouds, row.Cloud)
	}
	if row.Path != nil {
		r.paths = append(r.paths, row.Path)
	}
}

// Sort brings queries into the order of the configuration.
func (r *Round) Sort(plan []dns_anycast.PlannedQuery) {
	p := newPositions(plan)
	r.queries, r.zones = p.sorted(r.queries), p.sorted(r.zones)
}

// Queries is how many there are, for the identity and for zones.
func (r *Round) Queries() int { return len(r.queries) + len(r.zones) }

// Failed reports whether any query has failed.
func (r *Round) Failed() bool {
	return slices.ContainsFunc(r.queries, isFailure) || slices.ContainsFunc(r.zones, isFailure)
}

// Points are all of them: queries for the identity, for zones, and then the rest.
func (r *Round) Points() (all []telegraf.Metric) {
	for _, q := range slices.Concat(r.queries, r.zones) {
		all = append(all, q.Metric)
	}
	return append(all, r.others...)
}
