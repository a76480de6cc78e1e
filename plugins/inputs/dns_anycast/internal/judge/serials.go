package judge

import (
	"maps"
	"slices"
	"time"
)

const (
	serialKept   = 7 * 24 * time.Hour // after the last answer with it
	serialsMax   = 1 << 15            // of one zone, since servers decide: one every 18 s for a week
	setBackEvery = time.Hour          // between two warnings about one zone
)

// UnknownLag is the lag of an answer that says nothing of it, and a latency that is not known.
const UnknownLag time.Duration = -1

// Serials is what has been seen of one zone's serial: when each was first answered, and by which
// sources. It has no clock; the zero value has seen nothing.
type Serials struct {
	known   map[uint32]*sighting
	byFirst []*sighting // all of known, in the order of their first sight; nil: to be made
	top     *sighting   // none of known is newer; nil: to be found
	sources map[source]*attribution
	before  []witness // the targets of an earlier run; nil: none, or what they stood by is gone
	expired time.Time // when old ones were last thrown away
	warned  time.Time // that a serial was set back
}

// sighting is one serial.
type sighting struct {
	serial      uint32
	first, last time.Time
	dated       bool           // it was not there before first: that answer's target had an older one
	by          []*attribution // all sources that have answered it
	resumed     bool           // from an earlier run: the witnesses that had it stand by it as well
}

// source is what stands by a serial: an instance of a cloud, or a path where no instance is named.
type source struct {
	cloud    *Cloud
	instance string
	path     *Path
}

// add adds that a source answered a serial at a time. stepped: the target had answered an older one
// before.
func (z *Serials) add(at time.Time, serial uint32, from source, stepped bool) {
	if z.known == nil {
		z.known, z.sources = map[uint32]*sighting{}, map[source]*attribution{}
	}
	z.expire(at)
	a := z.sources[from]
	if a == nil {
		a = &attribution{}
		z.sources[from] = a
	}
	a.note(at, serial)
	s := z.known[serial]
	if s == nil {
		z.makeRoom()
		s = &sighting{serial: serial, first: at, dated: stepped}
		if top := z.newest(); top == nil || NewerSerial(serial, top.serial) {
			z.top = s
		}
		z.known[serial] = s
		if n := len(z.byFirst); n > 0 && !at.Before(z.byFirst[n-1].first) {
			z.byFirst = append(z.byFirst, s)
		} else {
			z.byFirst = nil
		}
	} else if stepped && at.Equal(s.first) { // several may leave at one moment
		s.dated = true
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
		if !z.stands(s) {
			z.forget(n)
			forgotten = append(forgotten, n)
		}
	}
	slices.Sort(forgotten)
	return forgotten
}

// stands reports whether a source that ever answered a serial has not gone back to older ones.
func (z *Serials) stands(s *sighting) bool {
	if slices.ContainsFunc(s.by, func(a *attribution) bool { return !a.olderThan(s.serial) }) {
		return true
	}
	return s.resumed && slices.ContainsFunc(z.before, func(w witness) bool {
		return !NewerSerial(s.serial, w.serial) && !w.olderThan(s.serial)
	})
}

func (z *Serials) forget(serial uint32) {
	delete(z.known, serial)
	z.byFirst, z.top = nil, nil
}

// newerThan returns the first seen of the serials newer than one; nil where none is known.
func (z *Serials) newerThan(serial uint32) (earliest *sighting) {
	for n, s := range z.known {
		if NewerSerial(n, serial) && (earliest == nil || s.first.Before(earliest.first)) {
			earliest = s
		}
	}
	return earliest
}

// newest returns the serial than which none is newer; nil where none is known.
func (z *Serials) newest() *sighting {
	if z.top != nil {
		return z.top
	}
	for n, s := range z.known {
		if z.top == nil || NewerSerial(n, z.top.serial) {
			z.top = s
		}
	}
	return z.top
}

// inOrder returns all serials in the order of their first sight.
func (z *Serials) inOrder() []*sighting {
	if z.byFirst == nil {
		z.byFirst = slices.SortedFunc(maps.Values(z.known), func(a, b *sighting) int {
			return a.first.Compare(b.first)
		})
	}
	return z.byFirst
}

// expire throws away what has been silent for a week, once a minute at most.
func (z *Serials) expire(now time.Time) {
	if age := now.Sub(z.expired); age >= 0 && age < time.Minute {
		return
	}
	z.expired = now
	resumed := false
	for n, s := range z.known {
		if now.Sub(s.last) > serialKept {
			z.forget(n)
			continue
		}
		resumed = resumed || s.resumed
	}
	if !resumed {
		z.before = nil
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
	byAge := slices.SortedFunc(maps.Values(z.known), func(a, b *sighting) int {
		return a.last.Compare(b.last)
	})
	for _, s := range byAge[:serialsMax/8] {
		z.forget(s.serial)
	}
}
