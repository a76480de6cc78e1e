package judge

import (
	"slices"
	"time"
)

const missingAfter = time.Hour // from a serial's first sight

// Copy is what is known of a target's copy of a zone. Times are of queries that could be sent.
type Copy struct {
	Zone     string
	Answered bool      // the target has answered a serial
	Serial   uint32    // the newest that it has answered
	Asked    time.Time // last; zero: not yet
	Since    time.Time // what was first seen after this the target must come to have
	Told     time.Time // what was first seen until this, and was missing for an hour, has been told

	before *attribution // stands by serials of an earlier run, and is told each answer; nil: none
}

// Copies are those of one target. Most targets have none: hence the pointer.
type Copies struct{ all *[]Copy }

// All are they. Add and of may make them anew.
func (cs Copies) All() []Copy {
	if cs.all == nil {
		return nil
	}
	return *cs.all
}

// Add adds that of another zone. What it returns is valid until there is one of yet another.
func (cs *Copies) Add(c Copy) *Copy {
	if cs.all == nil {
		cs.all = &[]Copy{}
	}
	*cs.all = append(*cs.all, c)
	return &(*cs.all)[len(*cs.all)-1]
}

// of returns the copy of a zone, which is asked for at a time. It is valid as Add's.
func (cs *Copies) of(zone string, at time.Time) *Copy {
	all := cs.All()
	if i := slices.IndexFunc(all, func(c Copy) bool { return c.Zone == zone }); i >= 0 {
		return &all[i]
	}
	return cs.Add(Copy{Zone: zone, Since: at, Told: at})
}

// steps reports whether an answer with a serial comes from a newer copy than was there a while ago.
func (c *Copy) steps(serial uint32, at time.Time) bool {
	return c.Answered && NewerSerial(serial, c.Serial) && at.Sub(c.Asked) <= missingAfter
}
