// Package judge says what observations mean: which instance and site answered, whether it was far
// or slow, whether the target changed its site, how late a zone was. It opens no socket and has no
// clock, so that it serves for answers to all queries, also those that others have asked.
//
// Reading order: judge.go (one target in one round), path.go (what is known of a target and its
// cloud), names.go (which instance an answer names), location.go (where that is), timing.go,
// verdict.go and baseline.go (far or slow), change.go (what a target's answers say over time),
// summary.go (what the targets of a cloud say together), zone.go, serials.go and attribution.go
// (whether the zone is served), copy.go and updates.go (how long a new serial takes to a target),
// resume.go (what of that outlives a restart), trace.go (where a traced path turned), collected.go
// (the rules, for answers that others have collected).
package judge

import (
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// Round judges what was observed at about one time. Its slices are valid until its next call.
type Round struct {
	Began time.Time

	judged  []Judged
	changes []Change
}

// Judge judges all queries of a round to one target, and returns them in the order sent, with the
// changes that they complete.
func (r *Round) Judge(p *Path, all []*observation.Observation) ([]Judged, []Change) {
	r.judged, r.changes = r.judged[:0], r.changes[:0]
	for _, o := range all {
		r.judged = append(r.judged, p.Cloud.named(o, r.Began))
	}
	slices.SortStableFunc(r.judged, func(a, b Judged) int { return a.Sent.Compare(b.Sent) })
	p.judgeTimes(r.judged)
	for i := range r.judged {
		if s, named := p.sample(&r.judged[i]); named {
			r.changes = append(r.changes, p.Tracker.Add(s, p.Cloud.Confirm)...)
		}
	}
	return r.judged, r.changes
}
