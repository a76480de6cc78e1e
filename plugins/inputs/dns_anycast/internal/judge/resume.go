package judge

import "time"

// Sight is what outlives a restart of one serial of a zone.
type Sight struct {
	Serial      uint32
	First, Last time.Time // answers with it
	Dated       bool      // it was not there before First
}

// Valid reports whether a sight is one that judging may have made.
func (s *Sight) Valid() bool {
	return !s.First.IsZero() && !s.Last.IsZero()
}

// Valid reports whether a copy is one that judging may have made.
func (c *Copy) Valid() bool {
	return c.Zone != "" && !c.Asked.IsZero() && !c.Since.IsZero() && !c.Told.IsZero()
}

// Sights lists what is known of a zone's serials, in the order of their first sight. Of more than
// most it leaves out some of the older half, evenly: a lag that is told by them is hardly off.
func (zs Zones) Sights(zone string, most int) (all []Sight) {
	known := zs.of(zone).inOrder()
	older := max(0, len(known)-most/2)
	every := 1
	if len(known) > most {
		every = (older + most/2 - 1) / (most / 2)
	}
	for i, s := range known {
		if i >= older || i%every == 0 {
			all = append(all, Sight{s.serial, s.first, s.last, s.dated})
		}
	}
	return all
}

// Resume goes on from an earlier run: from what was known of a zone's serials, and from the copies
// that targets had. now is the time by which all of that was, whatever the clock said then. A serial
// that no target stands by is left out.
func (zs Zones) Resume(zone string, sights []Sight, copies []*Copy, now time.Time) {
	earlier := func(t time.Time) time.Time {
		if t.After(now) {
			return now
		}
		return t
	}
	z := zs.of(zone)
	z.known, z.sources = map[uint32]*sighting{}, map[source]*attribution{}
	for _, c := range copies {
		c.Asked, c.Since, c.Told = earlier(c.Asked), earlier(c.Since), earlier(c.Told)
		if c.Answered {
			c.before = &attribution{}
			z.before = append(z.before, witness{c.before, c.Serial})
		}
	}
	for _, s := range sights {
		known := &sighting{
			serial: s.Serial, first: earlier(s.First), last: earlier(s.Last),
			dated: s.Dated, resumed: true,
		}
		if len(z.known) < serialsMax && z.stands(known) {
			z.known[s.Serial] = known
		}
	}
}
