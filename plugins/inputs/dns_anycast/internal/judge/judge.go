// Package judge says what observations mean: which instance and site answered, whether it was far or
// slow, whether the target changed its site, how late a zone was. It opens no socket and has no clock,
// so that it serves for whatever was asked, by whomever and whenever.
//
// Reading order: judge.go (one target in one round), names.go (whom an answer names), location.go (where that
// is), baseline.go (how long an instance takes), verdict.go (far or slow), change.go (what a target's answers
// say over time), summary.go (what the targets of a cloud say together), zone.go and serials.go (whether the
// zone is served).
package judge

import (
	"regexp"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// Cloud is what the paths to one cloud share: its rules, and the names that are known of it.
type Cloud struct {
	Site       *regexp.Regexp // its first group that matches is the site; nil: there are no sites
	Expect     *regexp.Regexp // must match all of an identity, see LongestMatch; nil: any will do
	Locations  Locations
	Thresholds Thresholds
	Confirm    int  // answers running that make a change of site
	Reference  bool // each of its paths is a source of serials by itself
	Names      Names
}

// Path is what is remembered of one target, asked from one vantage point. The zero value but for Cloud and
// View has heard nothing.
type Path struct {
	Cloud     *Cloud
	View      *View
	Tracker   Tracker
	Baselines Baselines
}

// Judged is an observation and what it means.
type Judged struct {
	*observation.Observation
	Name      Name
	Checked   bool // Expected means something
	Expected  bool // the identity matches the cloud's rule
	Timing    Timing
	FirstFull bool // Name is the first that found no room, see Names.Allow
}

// Unjudged is an observation that no target made, of which there is nothing to judge.
func Unjudged(o *observation.Observation) Judged {
	return Judged{Observation: o, Timing: Timing{Verdict: NoVerdict}}
}

// Round judges what was observed at about one time. Its slices are valid until its next call.
type Round struct {
	Began time.Time

	judged  []Judged
	changes []Change
	paired  map[*Path]pairing
	zoned   []JudgedZone
}

// Judge judges all queries of a round to one target, and returns them in the order sent, with the changes that
// they complete.
func (r *Round) Judge(p *Path, all []*observation.Observation) ([]Judged, []Change) {
	r.judged, r.changes = r.judged[:0], r.changes[:0]
	for _, o := range all {
		r.judged = append(r.judged, r.named(p.Cloud, o))
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

// named says whom an observation names.
func (r *Round) named(c *Cloud, o *observation.Observation) Judged {
	j := Judged{Observation: o}
	if o.Reply != nil {
		j.Name, j.FirstFull = c.name(o.Reply.Identity, r.Began)
		if c.Expect != nil && o.Result != observation.Truncated {
			j.Checked, j.Expected = true, matchesWhole(c.Expect, j.Name.Name)
		}
	}
	return j
}

// sample is the answer as Tracker takes it; named is false where it names no place.
func (p *Path) sample(j *Judged) (s sample, named bool) {
	s = sample{sent: j.Sent, place: j.Name.Site, instance: j.Name.Text, source: j.Name.Source}
	if p.Cloud.Site != nil {
		s.source = ""
	} else {
		s.place = s.instance
	}
	return s, s.place != ""
}
