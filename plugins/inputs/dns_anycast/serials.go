package dns_anycast

import (
	"maps"
	"slices"
	"time"
)

const (
	serialKept   = 7 * 24 * time.Hour // after the last answer with it
	serialsMax   = 1 << 15            // of one zone: one every 18 s for a week. Whoever answers decides how many there are
	answersKept  = 10                 // of each speaker
	setBackEvery = time.Hour          // between two warnings about one zone
)

// serials is what has been seen of one zone's serial: when each was first answered, and by whom. It has no clock; the
// zero value has seen nothing.
type serials struct {
	known    map[uint32]*sighting
	speakers map[string]*speaker
	expired  time.Time // when old ones were last thrown away
	warned   time.Time // that a serial was set back
}

// sighting is one serial.
type sighting struct {
	first, last time.Time
	by          []*speaker // everybody who has answered it
}

// speaker is an instance, or a target or reference address where nobody is named.
type speaker struct {
	last    time.Time
	answers [answersKept]uint32 // the last ones, in no order
	count   int                 // of all
}

// NewerSerial reports whether serial a comes after b (RFC 1982, section 3.2). Of two that are half the numbers apart neither
// does.
func NewerSerial(a, b uint32) bool { return int32(a-b) > 0 }

// hear takes in that who answered a serial at a time.
func (z *serials) hear(at time.Time, serial uint32, who string) {
	if z.known == nil {
		z.known, z.speakers = map[uint32]*sighting{}, map[string]*speaker{}
	}
	z.expire(at)
	p := z.speakers[who]
	if p == nil {
		p = &speaker{}
		z.speakers[who] = p
	}
	p.answers[p.count%answersKept] = serial
	p.count++
	p.last = at
	s := z.known[serial]
	if s == nil {
		z.makeRoom()
		s = &sighting{first: at}
		z.known[serial] = s
	}
	s.last = at
	if !slices.Contains(s.by, p) {
		s.by = append(s.by, p)
	}
}

// review returns the serials that it forgets: those of which everybody who ever answered them has gone back to older
// ones for ten answers.
func (z *serials) review() (forgotten []uint32) {
	for n, s := range z.known {
		if !slices.ContainsFunc(s.by, func(p *speaker) bool { return !p.olderThan(n) }) {
			delete(z.known, n)
			forgotten = append(forgotten, n)
		}
	}
	slices.Sort(forgotten)
	return forgotten
}

// olderThan reports whether the last ten answers were all older than a serial.
func (p *speaker) olderThan(serial uint32) bool {
	return p.count >= answersKept && !slices.ContainsFunc(p.answers[:], func(n uint32) bool { return !NewerSerial(serial, n) })
}

// outdated returns the first sight of any serial newer than one; zero where none is known.
func (z *serials) outdated(serial uint32) (since time.Time) {
	for n, s := range z.known {
		if NewerSerial(n, serial) && (since.IsZero() || s.first.Before(since)) {
			since = s.first
		}
	}
	return since
}

// expire throws away what has been silent for a week, once a minute at most.
func (z *serials) expire(now time.Time) {
	if age := now.Sub(z.expired); age >= 0 && age < time.Minute {
		return
	}
	z.expired = now
	for n, s := range z.known {
		if now.Sub(s.last) > serialKept {
			delete(z.known, n)
		}
	}
	for who, p := range z.speakers {
		if now.Sub(p.last) > serialKept {
			delete(z.speakers, who)
		}
	}
}

// makeRoom drops the eighth of the serials that were answered last the longest ago.
func (z *serials) makeRoom() {
	if len(z.known) < serialsMax {
		return
	}
	byAge := slices.SortedFunc(maps.Keys(z.known), func(a, b uint32) int { return z.known[a].last.Compare(z.known[b].last) })
	for _, n := range byAge[:serialsMax/8] {
		delete(z.known, n)
	}
}
