package dns_anycast

import (
	"context"
	"iter"
	"net/netip"
	"sync"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/prober"
)

const stateEvery = time.Minute

// state is what is known of the targets from an earlier run, and how that of this one gets into the
// file. Only the writing runs beside the rounds: a disk that hangs holds none of them up.
type state struct {
	mu      sync.Mutex // on what is known of a target: it is changed while all of it is written
	file    string     // empty: none
	log     prober.Log
	loaded  bool
	waiting map[pathKey]*path // as the file has them: they have not been heard of yet
	zones   judge.Zones       // the monitor's
	began   time.Time         // when the last writing did
	writing chan error        // nil: nothing is being written
	failing bool              // the last writing failed, which has been said
}

// pathKey is what tells a path from all others.
type pathKey struct {
	server    *server
	addr      netip.AddrPort
	transport observation.Transport
}

// load reads the state file once, before the first round. What cannot be used is one warning and a fresh
// start; what is not this program's stays as it is.
func (s *state) load(servers []server) {
	if s.loaded || s.file == "" {
		return
	}
	s.loaded = true
	if err := mayReplace(s.file); err != nil {
		s.failing = true // writing would say the same
		s.log.Warnf("state_file: %v", err)
		return
	}
	r := newResumption(servers)
	zones, err := readState(s.file, r.resume)
	if err != nil {
		s.log.Warnf("state_file: %v: starting afresh", err)
		return
	}
	r.resumeZones(s.zones, zones, time.Now())
	s.waiting = r.paths
}

// path returns a target that is heard of: as the file has it, else a new one.
func (s *state) path(server *server, addr netip.AddrPort, transport observation.Transport) *path {
	k := pathKey{server, addr, transport}
	p, read := s.waiting[k]
	if !read {
		return newPath(server, addr, transport)
	}
	if delete(s.waiting, k); len(s.waiting) == 0 {
		s.waiting = nil // an empty map is as large as it ever was
	}
	return p
}

// save begins to write the state, once a minute at most, and takes in how the last time went.
func (s *state) save(now time.Time, known iter.Seq2[*path, bool]) {
	select {
	case err := <-s.writing:
		s.ended(err)
	default:
	}
	if s.file == "" || s.writing != nil || now.Sub(s.began) < stateEvery && !now.Before(s.began) {
		return
	}
	s.began, s.writing = now, make(chan error, 1)
	done, content := s.writing, s.content(now, known)
	go func() { done <- writeState(s.file, content) }()
}

// close writes the state of the last round and waits for that until ctx is done.
func (s *state) close(ctx context.Context, known iter.Seq2[*path, bool]) {
	if !s.await(ctx) {
		return
	}
	s.began = time.Time{}
	s.save(time.Now(), known)
	s.await(ctx)
}

// await waits for what is being written; false where ctx ends first.
func (s *state) await(ctx context.Context) bool {
	if s.writing == nil {
		return true
	}
	select {
	case err := <-s.writing:
		s.ended(err)
		return true
	case <-ctx.Done():
		return false
	}
}

// ended says once when writing begins to fail, and when that is over.
func (s *state) ended(err error) {
	s.writing = nil
	switch {
	case err != nil && !s.failing:
		s.log.Warnf("state_file: %v", err)
	case err == nil && s.failing:
		s.log.Infof("state_file: %s is written again", s.file)
	}
	s.failing = err != nil
}

// content is what the file is to hold. Its targets are looked up as they are written: all at once
// they would take as much memory as is known of them.
func (s *state) content(now time.Time, known iter.Seq2[*path, bool]) *stateContent {
	paths := s.all(known)
	return &stateContent{s.entries(now, paths), storedZones(s.zones, now, paths)}
}

// knownPath is a path, and whether it is asked now.
type knownPath struct {
	*path
	asked bool
}

// all are the paths that are known, and those that wait to be.
func (s *state) all(known iter.Seq2[*path, bool]) (all []knownPath) {
	for p, asked := range known {
		all = append(all, knownPath{p, asked})
	}
	for _, p := range s.waiting {
		all = append(all, knownPath{p, false})
	}
	return all
}

// entries are what is known of targets, for a week of those that are not asked now. Each is valid
// until the next one.
func (s *state) entries(now time.Time, paths []knownPath) iter.Seq[*stateEntry] {
	return func(yield func(*stateEntry) bool) {
		var e stateEntry
		for _, p := range paths {
			s.entry(&e, p.path)
			heard := e.last()
			if !heard.IsZero() && (p.asked || now.Sub(heard) < stateKept) && !yield(&e) {
				return
			}
		}
	}
}

// entry makes that of a path, in the room of another one.
func (s *state) entry(e *stateEntry, p *path) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*e = stateEntry{p.stateKey(), p.Tracker.Now(), appendStored(e.Usuals[:0], p.Baselines)}
}
