// Package catchment says what many vantage points heard of an anycast cloud: which of its sites
// they reach, how far away, who moved, and who was answered by somebody else. It takes the results
// that others have collected in a window of time, and has neither socket nor clock.
//
// Reading order: catchment.go (windows become summaries), window.go (what a window holds),
// answer.go (what one result says), vote.go (of each probe one counts), path.go (what is remembered
// of a probe and an address), suspect.go (probes whose word does not count), site.go (the sites of
// an address), distance.go (how far they are, and the nearest), summary.go (all votes together),
// figure.go (percentiles), group.go (by country and AS), move.go (who moved), zone.go (serials),
// seen.go (what another run is to know).
package catchment

import (
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

const (
	remembered = 24 * time.Hour     // sites, foreign answers, times too short
	pathKept   = 7 * 24 * time.Hour // without a result
	swept      = time.Hour          // between two looks for what is not kept any longer
)

// Memory is what outlives a window, of all clouds. Windows of different measurements may come in
// any order, those of one in the order of time, but one at a time. Make one with NewMemory.
type Memory struct {
	MinProbes int // of a country or AS with a Group
	MaxASes   int // with a Group: those with most probes

	subjects map[Subject]*subject
	clouds   map[*judge.Cloud][]*subject
	suspects map[int32]*suspect        // probes that ever gave cause, by ID
	zones    map[string]*judge.Serials // by name, of all clouds
	sweptAt  time.Time                 // as of the windows
}

// subject is what is remembered of one.
type subject struct {
	Subject
	paths map[int32]path // by the probe's ID
	sites sites
	last  time.Time // the beginning of its last window
}

// NewMemory has heard nothing.
func NewMemory(minProbes, maxASes int) *Memory {
	return &Memory{
		MinProbes: minProbes, MaxASes: maxASes,
		subjects: map[Subject]*subject{}, clouds: map[*judge.Cloud][]*subject{},
		suspects: map[int32]*suspect{}, zones: map[string]*judge.Serials{},
	}
}

// Judge judges windows that have ended, and remembers what they say. What probes are suspected of
// holds in all of them, whichever comes first: so the windows of a measurement, or of a file, are
// judged together. There is a summary of each that has a result, in the same order.
func (m *Memory) Judge(probes *observation.Probes, windows []*Window) []*Summary {
	var counts []*count
	for _, w := range windows {
		if len(w.Results) > 0 {
			counts = append(counts, m.open(w, probes))
		}
	}
	for _, c := range counts {
		c.readAnswers()
	}
	for _, c := range counts {
		c.readTimes()
	}
	for _, c := range counts {
		c.hearSerials()
	}
	var all []*Summary
	for _, c := range counts {
		all = append(all, c.summary())
	}
	m.sweep(windows)
	return all
}

// of returns what is remembered of a subject.
func (m *Memory) of(key Subject) *subject {
	s := m.subjects[key]
	if s == nil {
		s = &subject{Subject: key, paths: map[int32]path{}, sites: newSites()}
		m.subjects[key] = s
		m.clouds[key.Cloud] = append(m.clouds[key.Cloud], s)
	}
	return s
}

// sweep forgets what is not kept any longer.
func (m *Memory) sweep(windows []*Window) {
	now := m.sweptAt
	for _, w := range windows {
		if w.To.After(now) {
			now = w.To
		}
	}
	if now.Sub(m.sweptAt) < swept {
		return
	}
	m.sweptAt = now
	oldest := seconds(now.Add(-pathKept))
	for key, s := range m.subjects {
		if now.Sub(s.last) > pathKept {
			m.drop(key)
			continue
		}
		for id, p := range s.paths {
			if max(p.asked, p.heard) < oldest {
				delete(s.paths, id)
			}
		}
	}
	for id, s := range m.suspects {
		if s.idle(int32(id), oldest) {
			delete(m.suspects, id)
		}
	}
}

// drop forgets a subject.
func (m *Memory) drop(key Subject) {
	s := m.subjects[key]
	delete(m.subjects, key)
	rest := without(m.clouds[key.Cloud], s)
	if m.clouds[key.Cloud] = rest; len(rest) == 0 {
		delete(m.clouds, key.Cloud)
	}
	for _, suspect := range m.suspects {
		suspect.foreign = without(suspect.foreign, s)
	}
}
