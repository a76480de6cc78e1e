// Package rounds holds what rounds say and puts it into words: one round (Round), and all rounds
// since a watch began (History).
//
// Reading order: round.go, row.go (what a target says in a round), fault.go (what is wrong with
// it), columns.go (how a row becomes cells), summary.go, history.go and stats.go (what several
// rounds say), page.go (a watch on a screen).
package rounds

import (
	"slices"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
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
	others  []telegraf.Metric // points that are of no query
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

// Table is a round that has been sorted for a person: clouds together, then one line that sums up.
func (r *Round) Table(look table.Look) string {
	lines := append(tableOf(r.rows()).LayOut(look), look.Wrap(r.summary(), "  ")...)
	if slices.ContainsFunc(r.queries, hasDistance) {
		const hint = "one answer says near, far or impossible; slow takes several: --watch"
		lines = append(lines, look.Wrap(hint, "  ")...)
	}
	return table.Text(lines)
}

// isFailure reports whether a query has no name for an answer, or one that its cloud does not
// expect.
func isFailure(q *dns_anycast.QueryRow) bool {
	return q.Result != dns_anycast.ResultSuccess || q.Unexpected
}

func isAnswered(q *dns_anycast.QueryRow) bool   { return q.Answered }
func isUnexpected(q *dns_anycast.QueryRow) bool { return q.Unexpected }
func hasDistance(q *dns_anycast.QueryRow) bool  { return q.DistanceKM != nil }
