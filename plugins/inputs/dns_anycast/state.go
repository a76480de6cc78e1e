package dns_anycast

import (
	"context"
	"iter"
	"slices"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/prober"
)

const stateEvery = time.Minute

// state is what is known of the targets from an earlier run, and how that of this one gets into the
// file. Only the writing runs beside the rounds: a disk that hangs holds none of them up.
type state struct {
	file    string // empty: none
	log     prober.Log
	loaded  bool
	waiting map[stateKey]*stateEntry // read from the file, of targets that have not been heard of yet
	began   time.Time                // when the last writing did
	writing chan error               // nil: nothing is being written
	failing bool                     // the last writing failed, which has been said

	zones zoneMemory
}

func (p *path) stateKey() stateKey {
	k := p.server.stateKey()
	k.Address, k.Transport = p.addr.String(), p.transport.String()
	return k
}

// stateKey is what the keys of the server's targets have in common.
func (s *server) stateKey() stateKey {
	k := stateKey{Cloud: s.name, Server: s.written()}
	if s.Site != nil {
		k.Site = s.Site.String()
	}
	return k
}

// load reads the state file before the first round. What cannot be used is one warning and a fresh
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
	content, err := readState(s.file)
	if err != nil {
		s.log.Warnf("state_file: %v: starting afresh", err)
		return
	}
	asked, named := map[stateKey]bool{}, map[[2]string]bool{}
	for i := range servers {
		server := &servers[i]
		asked[server.stateKey()] = true
		named[[2]string{server.name, server.written()}] = true
	}
	s.waiting = map[stateKey]*stateEntry{}
	for i := range content.Targets {
		e := &content.Targets[i]
		k := e.stateKey
		k.Address, k.Transport = "", ""
		if asked[k] {
			s.waiting[e.stateKey] = e
		}
	}
	s.zones.resume(content.Zones, func(cloud, server string) bool {
		return named[[2]string{cloud, server}]
	}, time.Now())
}

// restore gives a path that has heard nothing what was known of it in an earlier run.
func (s *state) restore(p *path) {
	s.zones.restore(p)
	if len(s.waiting) == 0 {
		return
	}
	k := p.stateKey()
	if e, found := s.waiting[k]; found {
		p.Tracker, p.Baselines = judge.Resume(e.Stay), baselines(e.Usuals)
		delete(s.waiting, k)
	}
	if len(s.waiting) == 0 {
		s.waiting = nil // an empty map is as large as it ever was
	}
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
	if !s.loaded || !s.await(ctx) {
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

func (s *state) content(now time.Time, known iter.Seq2[*path, bool]) *stateContent {
	return &stateContent{stateFormat, s.entries(now, known), s.zones.stored(now, known)}
}

// entries lists what is known of the targets, for a week of those that are not asked now.
func (s *state) entries(now time.Time, known iter.Seq2[*path, bool]) (all []stateEntry) {
	count := len(s.waiting)
	for range known {
		count++
	}
	all = slices.Grow(all, count)
	for p, asked := range known {
		e := stateEntry{p.stateKey(), p.Tracker.Now(), stored(p.Baselines)}
		if heard := e.last(); !heard.IsZero() && (asked || now.Sub(heard) < stateKept) {
			all = append(all, e)
		}
	}
	for _, e := range s.waiting {
		if now.Sub(e.last()) < stateKept {
			all = append(all, *e)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}
