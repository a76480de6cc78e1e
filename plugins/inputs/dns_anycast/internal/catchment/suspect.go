package catchment

import (
	"net/netip"
	"slices"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
)

// suspect is a probe whose queries may be answered on the way, or that may not stand where it says.
type suspect struct {
	foreign []*subject // whose last answer to it was
	tooFast [2]reading // the last times that light cannot make, to two different sites
}

// reading is a time that light cannot make.
type reading struct {
	site string
	at   uint32 // s since 1970; zero: there is none
}

// mark notes whether the last answer of a subject is foreign.
func (m *Memory) mark(probe int32, s *subject, foreign bool) {
	known := m.suspects[probe]
	if known == nil {
		if !foreign {
			return
		}
		known = &suspect{}
		m.suspects[probe] = known
	}
	switch at := slices.Index(known.foreign, s); {
	case foreign && at < 0:
		known.foreign = append(known.foreign, s)
	case !foreign && at >= 0:
		known.foreign = slices.Delete(known.foreign, at, at+1)
	}
}

// markTooFast notes a time that light cannot make.
func (m *Memory) markTooFast(probe int32, site string, at uint32) {
	known := m.suspects[probe]
	if known == nil {
		known = &suspect{}
		m.suspects[probe] = known
	}
	r := &known.tooFast
	i := slices.IndexFunc(r[:], func(r reading) bool { return r.at != 0 && r.site == site })
	if i < 0 && r[0].at <= r[1].at {
		i = 0
	} else if i < 0 {
		i = 1
	}
	if at >= r[i].at {
		r[i] = reading{site, at}
	}
}

// misplaced reports whether the probe was too fast for two sites: one alone may stand elsewhere
// than its cloud says.
func (s *suspect) misplaced(w *Window) bool {
	return w.remembers(s.tooFast[0].at) && w.remembers(s.tooFast[1].at)
}

// intercepted reports whether somebody else answers the probe whomever it asks: two clouds, or all
// addresses of one that it could ask, two at least.
func (m *Memory) intercepted(probe int32, w *Window) bool {
	s := m.suspects[probe]
	if s == nil {
		return false
	}
	var at []*judge.Cloud
	for _, subject := range s.foreign {
		if w.remembers(subject.paths[probe].heard) && !slices.Contains(at, subject.Cloud) {
			at = append(at, subject.Cloud)
		}
	}
	return len(at) > 1 || len(at) == 1 && m.foreignAll(probe, at[0], w)
}

// foreignAll reports whether all addresses of a cloud that the probe could ask are foreign to it,
// two at least. An address is where one of its subjects is.
func (m *Memory) foreignAll(probe int32, cloud *judge.Cloud, w *Window) bool {
	var asked, foreign []netip.Addr
	for _, s := range m.clouds[cloud] {
		p, known := s.paths[probe]
		if !known || !w.remembers(p.asked) {
			continue
		}
		asked = add(asked, s.Addr)
		if p.foreign && w.remembers(p.heard) {
			foreign = add(foreign, s.Addr)
		}
	}
	return len(foreign) > 1 && len(foreign) == len(asked)
}

// idle reports whether the probe has given no cause for long.
func (s *suspect) idle(probe int32, oldest uint32) bool {
	heard := func(s *subject) bool { return s.paths[probe].heard >= oldest }
	return s.tooFast[0].at < oldest && s.tooFast[1].at < oldest &&
		!slices.ContainsFunc(s.foreign, heard)
}

func add[T comparable](all []T, one T) []T {
	if slices.Contains(all, one) {
		return all
	}
	return append(all, one)
}

func without(all []*subject, one *subject) []*subject {
	return slices.DeleteFunc(all, func(s *subject) bool { return s == one })
}
