package judge

import (
	"sort"
	"time"
)

const (
	updatesAtOnce = 10               // of those beside the first: of one target and zone in a round
	updateStep    = time.Millisecond // between the times of those: Telegraf's precision for these points
)

// Update is a serial that a target has come to answer, or still does not after an hour.
type Update struct {
	At      time.Time     // when the query was sent; further ones of the same query a millisecond apart
	Serial  uint32        // that was published
	Latency time.Duration // until this answer; UnknownLag: not known, or Missing
	Missing bool
}

// take takes in what a target said of a zone when it was asked at a time, and returns what that
// makes of updates. serial is nil where it did not answer as it should.
func (z *Serials) take(c *Copy, at time.Time, serial *uint32) (all []Update) {
	if serial != nil {
		all = z.answered(c, at, *serial)
	}
	all = z.missing(c, at, all)
	c.Asked = at
	for i := range all {
		all[i].At = at.Add(time.Duration(i) * updateStep)
	}
	return all
}

// answered takes in an answer. Its own serial comes first of what it makes, then those that were
// missing and that it makes up for.
func (z *Serials) answered(c *Copy, at time.Time, serial uint32) (all []Update) {
	s := z.known[serial]
	switch {
	case s == nil: // there was no room for it
		return nil
	case c.Answered && c.Serial == serial:
		return nil
	case c.Answered && !NewerSerial(serial, c.Serial):
		if z.known[c.Serial] == nil { // set back
			c.Serial, c.Since, c.Told = serial, at, at
		}
		return nil
	}
	if c.lacks(s) {
		all = append(all, Update{Serial: serial, Latency: c.latency(s, at)})
	}
	all = z.madeUp(c, s, at, all)
	if !c.Answered {
		all = z.begin(c, serial, at, all)
	}
	c.Answered, c.Serial = true, serial
	return all
}

// madeUp appends the serials older than an answer's that the target was told to miss, the last ones
// seen first.
func (z *Serials) madeUp(c *Copy, answer *sighting, at time.Time, all []Update) []Update {
	known := z.inOrder()
	for i := firstAfter(known, c.Told) - 1; i >= 0 && known[i].first.After(c.Since); i-- {
		s := known[i]
		if s == answer || !c.lacks(s) || NewerSerial(s.serial, answer.serial) {
			continue
		}
		if all = append(all, Update{Serial: s.serial, Latency: c.latency(s, at)}); len(all) > updatesAtOnce {
			break
		}
	}
	return all
}

// begin takes in the first answer of a target, which is no update. Of the serials that were there
// before it was asked, it must come to have the newest: it is late where that is.
func (z *Serials) begin(c *Copy, serial uint32, at time.Time, all []Update) []Update {
	s := z.newest()
	switch {
	case !NewerSerial(s.serial, serial) || c.lacks(s):
	case !s.first.After(c.Told) && at.Sub(s.first) >= missingAfter:
		all = append(all, Update{Serial: s.serial, Latency: UnknownLag, Missing: true})
	case !s.first.After(c.Told):
		c.Since = s.first.Add(-1)
		c.Told = c.Since
	}
	return all
}

// missing appends the serials that the target still lacks an hour after their first sight, each
// once. What is too much for one round comes in the next.
func (z *Serials) missing(c *Copy, at time.Time, all []Update) []Update {
	due := at.Add(-missingAfter)
	known := z.inOrder()
	for _, s := range known[firstAfter(known, c.Told):] {
		if s.first.After(due) {
			break
		}
		if !c.lacks(s) {
			continue
		}
		all = append(all, Update{Serial: s.serial, Latency: UnknownLag, Missing: true})
		if len(all) > updatesAtOnce {
			c.Told = s.first
			return all
		}
	}
	if due.After(c.Told) {
		c.Told = due
	}
	return all
}

// latency is how long it took a serial to come to the target, if that is known: unless it was there
// already when the zone was first seen, or the target was not asked for so long that it cannot be
// told whether it came in time. What has been missing for an hour is late in any case.
func (c *Copy) latency(s *sighting, at time.Time) time.Duration {
	longest := max(0, at.Sub(s.first))
	lacked := c.Asked.Sub(s.first) // at least
	unseen := at.Sub(c.Asked)
	switch {
	case lacked >= missingAfter:
		return longest
	case !s.dated:
		return UnknownLag
	case longest > missingAfter && min(longest, unseen) > missingAfter:
		return UnknownLag
	}
	return longest
}

// firstAfter is the index of the first serial that was first seen after a time.
func firstAfter(known []*sighting, at time.Time) int {
	return sort.Search(len(known), func(i int) bool { return known[i].first.After(at) })
}

// lacks reports whether the target must come to have a serial, and has neither it nor a newer one.
// Of a target that never answered that is known where the serial was published while it was asked.
func (c *Copy) lacks(s *sighting) bool {
	if c.Answered {
		return NewerSerial(s.serial, c.Serial)
	}
	return s.dated && s.first.After(c.Since)
}
