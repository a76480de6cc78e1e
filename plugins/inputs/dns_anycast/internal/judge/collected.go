package judge

import "time"

// TellsForeign reports whether the cloud has a rule by which an answer is its own or is not.
func (c *Cloud) TellsForeign() bool { return c.Expect != nil || c.Site != nil }

// Owns reports whether an instance that goes by a name is the cloud's own: its rule expect matches,
// or without one its site rule; without either any name will do. site is as of Name.
func (c *Cloud) Owns(name string) (site string, own bool) {
	if name == "" {
		return "", false
	}
	site = siteOf(c.Site, name)
	switch {
	case c.Expect != nil:
		return site, matchesWhole(c.Expect, name)
	case c.Site != nil:
		return site, site != ""
	}
	return site, true
}

// Hear adds that a site of a cloud answered a serial, as others have collected it: in any order of
// time, and once for all answers with it of some minutes. Of what a site answered within these the
// newest serial comes last, since it stands by the last ten, see review.
func (z *Serials) Hear(at time.Time, serial uint32, c *Cloud, site string) {
	latest := at
	if s := z.known[serial]; s != nil && s.last.After(at) {
		latest = s.last
	}
	z.add(at, serial, source{cloud: c, instance: site}, false)
	s := z.known[serial]
	if s.last = latest; at.Before(s.first) {
		s.first, z.byFirst = at, nil
	}
}

// Review forgets the serials that were set back: all sites that ever answered them have gone back
// to older ones, ten times running.
func (z *Serials) Review() { z.review() }

// NewerSince is when a serial newer than one was first answered; zero: none is known.
func (z *Serials) NewerSince(serial uint32) time.Time {
	for _, s := range z.inOrder() {
		if NewerSerial(s.serial, serial) {
			return s.first
		}
	}
	return time.Time{}
}
