package judge

import (
	"regexp"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

// Cloud is what the paths to one cloud share: its rules, and the names that are known of it.
type Cloud struct {
	Site       *regexp.Regexp // its first group that matches is the site; nil: there are no sites
	Expect     *regexp.Regexp // must match all of an identity, and prefer the longest match; nil: any will do
	Locations  Locations
	Thresholds Thresholds
	Confirm    int  // answers running that make a change of site
	Reference  bool // each of its paths is a source of serials by itself
	Names      Names
}

// Path is what is remembered of one target, asked from one vantage point. The zero value but for
// View has heard nothing.
type Path struct {
	*View
	Tracker   Tracker
	Baselines Baselines
	Copies    Copies            // of the zones that it is asked for
	traced    *observation.Path // the last; nil: none
}

// Judged is an observation and what it means.
type Judged struct {
	*observation.Observation
	Name      Name
	Checked   bool // Expected means something
	Expected  bool // the identity matches the cloud's rule
	Timing    Timing
	FirstFull bool // Name is the first that found no room, see Names
}

// Timing is what is said of the time of one answer; of a query without one, nothing.
type Timing struct {
	Place    places.Place  // of the site that answered; without a code: not known
	Distance Distance      // from the vantage point to there
	Usual    time.Duration // zero: not known
	Verdict  Verdict
}

// Unjudged is an observation that no target made, of which there is nothing to judge.
func Unjudged(o *observation.Observation) Judged {
	return Judged{Observation: o, Timing: Timing{Verdict: NoVerdict}}
}

// named says which instance an observation names. now is when the round began.
func (c *Cloud) named(o *observation.Observation, now time.Time) Judged {
	j := Judged{Observation: o}
	if o.Reply != nil {
		j.Name, j.FirstFull = c.name(o.Reply.Identity, now)
		if c.Expect != nil && o.Result != observation.Truncated {
			j.Checked, j.Expected = true, matchesWhole(c.Expect, j.Name.Name)
		}
	}
	return j
}

// name applies the rules of the cloud to an identity. firstFull is as of Names.allow.
func (c *Cloud) name(id observation.Identity, now time.Time) (n Name, firstFull bool) {
	if id.Name == "" {
		return Name{}, false
	}
	n = Name{Identity: id, Site: siteOf(c.Site, id.Name)}
	n.Instance, firstFull = c.instance(id, now)
	if n.Text == n.Instance {
		n.Text = n.Instance // one text in memory
	}
	return n, firstFull
}

// instance is what the tag says of an identity; empty where that names none.
func (c *Cloud) instance(id observation.Identity, now time.Time) (instance string, firstFull bool) {
	if id.Name == "" {
		return "", false
	}
	return c.Names.allow(id.Tag(), now)
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
