package judge

import (
	"maps"
	"slices"
	"time"
)

const (
	serialKept   = 7 * 24 * time.Hour // after the last answer with it
	serialsMax   = 1 << 15            // of one zone, since servers decide: one every 18 s for a week
	answersKept  = 10                 // of each source
	setBackEvery = time.Hour          // between two warnings about one zone
)

// Serials is what has been seen of one zone's serial: when each was first answered, and by which
// sources. It has no clock; the zero value has seen nothing.
type Serials struct {
	known   map[uint32]*sighting
	sources map[source]*attribution
	expired time.Time // when old ones were last thrown away
	warned  time.Time // that a serial was set back
}

// sighting is one serial.
type sighting struct {
	first, last time.Time
	by          []*attribution // all sources that have answered it
}

// source is what stands by a serial: an instance of a cloud, or a path where no instance is named.
type source struct {
	cloud    *Cloud
	instance string
	path     *Path
}

// attribution is what one source has answered.
type attribution struct {
	last    time.Time
	answers [answersKept]uint32 // the last ones, in no order
	count   int                 // of all
}

// NewerSerial reports whether serial a comes after b (RFC 1982, section 3.2). Of two that are half
// the numbers apart neither does.
func NewerSerial(a, b uint32) bool { return int32(a-b) > 0 }

// add adds that a source answered a serial at a time.
func (z *Serials) add(at time.Time, serial uint32, from source) {
	if z.known == nil {
		z.known, z.sources = map[uint32]*sighting{}, map[source]*attribution{}
	}
	z.expire(at)
	a := z.sources[from]
	if a == nil {
		a = &attribution{}
		z.sources[from] = a
	}
	a.answers[a.count%answersKept] = serial
	a.count++
	a.last = at
	s := z.known[serial]
	if s == nil {
		z.makeRoom()
		s = &sighting{first: at}
		z.known[serial] = s
	}
	s.last = at
	if !slices.Contains(s.by, a) {
		s.by = append(s.by, a)
	}
}

// review returns the serials that it forgets: those of which all sources that ever answered them
// have gone back to older ones for ten answers.
func (z *Serials) review() (forgotten []uint32) {
	for n, s := range z.known {
		if !slices.ContainsFunc(s.by, func(a *attribution) bool { return !a.olderThan(n) }) {
			delete(z.known, n)
			forgotten = append(forgotten, n)
		}
	}
	slices.Sort(forgotten)
	return forgotten
}

// olderThan reports whether the last ten answers were all older than a serial.
func (a *attribution) olderThan(serial uint32) bool {
	return a.count >= answersKept &&
		!slices.ContainsFunc(a.answers[:], func(n uint32) bool { return !NewerSerial(serial, n) })
}

// outdated returns the first sight of any serial newer than one; zero where none is known.
func (z *Serials) outdated(serial uint32) (since time.Time) {
	for n, s := range z.known {
		if NewerSerial(n, serial) && (since.IsZero() || s.first.Before(since)) {
			since = s.first
		}
	}
	return since
}

// expire throws away what has been silent for a week, once a minute at most.
func (z *Serials) expire(now time.Time) {
	if age := now.Sub(z.expired); age >= 0 && age < time.Minute {
		return
	}
	z.expired = now
	for n, s := range z.known {
		if now.Sub(s.last) > serialKept {
			delete(z.known, n)
		}
	}
	for from, a := range z.sources {
		if now.Sub(a.last) > serialKept {
			delete(z.sources, from)
		}
	}
}

// makeRoom drops the eighth of the serials that were answered last the longest ago.
func (z *Serials) makeRoom() {
	if len(z.known) < serialsMax {
		return
	}
	byAge := slices.SortedFunc(maps.Keys(z.known), func(a, b uint32) int {
		return z.known[a].last.Compare(z.known[b].last)
	})
	for _, n := range byAge[:serialsMax/8] {
		delete(z.known, n)
	}
}
