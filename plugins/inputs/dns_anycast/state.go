package dns_anycast

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
)

const (
	stateFormat    = "dns_anycast state 1"
	stateSize      = 64 << 20  // bytes; 10,000 targets take 4 MB
	stateEntrySize = 512 << 10 // bytes of one target: twice what 32 names of a kilobyte take
	stateEvery     = time.Minute
	stateKept      = 7 * 24 * time.Hour // of a target that is not asked now, such as a former address of a host name
)

// state is what is known of the targets from an earlier run, and how that of this one gets into the file. Only the writing runs beside the
// rounds: a disk that hangs holds none of them up.
type state struct {
	loaded  bool
	waiting map[stateKey]stateEntry // read from the file, of targets that are not there yet
	began   time.Time               // when the last writing did
	writing chan error              // nil: nothing is being written
	failing bool                    // the last writing failed, which has been said
}

// stateKey names a target. A period holds under the same site rule alone: another rule makes other places of the same
// names.
type stateKey struct {
	Cloud     string `json:"cloud"`
	Site      string `json:"site,omitempty"` // the rule
	Server    string `json:"server"`
	Address   string `json:"address"` // with its port
	Transport string `json:"transport"`
}

// stateEntry is one target in the file.
type stateEntry struct {
	stateKey
	Stay   judge.Period     `json:"stay,omitzero"`
	Usuals []storedBaseline `json:"usual,omitempty"`
}

// storedBaseline is a judge.Baseline in the file, with its times in milliseconds.
type storedBaseline struct {
	Instance string        `json:"instance"`
	MS       float64       `json:"ms,omitempty"`
	First    []float64     `json:"first,omitempty"`
	Heard    int64         `json:"heard"`           // since 1970
	Since    int64         `json:"since,omitempty"` // likewise
	Run      int16         `json:"run,omitempty"`
	Slow     bool          `json:"slow,omitempty"`
	Verdict  judge.Verdict `json:"verdict"`
}

func stored(bs judge.Baselines) (all []storedBaseline) {
	for _, b := range bs {
		s := storedBaseline{
			Instance: b.Instance, MS: inMS(b.Usual), Heard: b.Heard, Since: b.Since,
			Run: b.Run, Slow: b.Slow, Verdict: b.Verdict,
		}
		for _, d := range b.First {
			s.First = append(s.First, inMS(d))
		}
		all = append(all, s)
	}
	return all
}

func baselines(all []storedBaseline) (bs judge.Baselines) {
	for _, s := range all {
		b := judge.Baseline{
			Instance: s.Instance, Usual: fromMS(s.MS), Heard: s.Heard, Since: s.Since,
			Run: s.Run, Slow: s.Slow, Verdict: s.Verdict,
		}
		for _, ms := range s.First {
			b.First = append(b.First, fromMS(ms))
		}
		bs = append(bs, b)
	}
	return bs
}

func inMS(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// fromMS is a time from a file. What no Duration can hold is below zero.
func fromMS(ms float64) time.Duration {
	if ms < 0 || ms > inMS(maxTimeout)+1 || ms != ms {
		return -1
	}
	return time.Duration(math.Round(ms * float64(time.Millisecond)))
}

// last is when the target was heard.
func (e *stateEntry) last() time.Time {
	last := e.Stay.Last
	for _, u := range e.Usuals {
		if at := time.UnixMilli(u.Heard); at.After(last) {
			last = at
		}
	}
	return last
}

type stateContent struct {
	Format  string       `json:"format"`
	Targets stateEntries `json:"targets"`
}

// stateEntries are decoded one by one up to the first that is none: a file may hold twenty million of three bytes.
type stateEntries []stateEntry

func (es *stateEntries) UnmarshalJSON(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	if start, err := dec.Token(); err == nil && start == nil {
		return nil // none has been heard
	} else if err != nil || start != json.Delim('[') {
		return errDamaged
	}
	for dec.More() {
		var raw json.RawMessage
		var e stateEntry
		if dec.Decode(&raw) != nil || len(raw) > stateEntrySize || json.Unmarshal(raw, &e) != nil || !e.valid() {
			return errDamaged
		}
		*es = append(*es, e)
	}
	return nil
}

var errDamaged = errors.New("is damaged")

func (e *stateEntry) valid() bool {
	return !e.last().IsZero() && e.Stay.Valid() && baselines(e.Usuals).Valid(maxTimeout)
}

func (p *path) stateKey() stateKey {
	k := p.server.stateKey()
	k.Address, k.Transport = p.addr.String(), p.transport.String()
	return k
}

// stateKey is what the keys of the server's targets have in common.
func (s *server) stateKey() stateKey {
	k := stateKey{Cloud: s.name, Server: s.text}
	if s.Site != nil {
		k.Site = s.Site.String()
	}
	return k
}

// loadState reads the state file before the first round. What cannot be used is one warning and a fresh start; what is
// not this program's stays as it is.
func (d *DNSAnycast) loadState() {
	s := &d.state
	if s.loaded || d.settings.stateFile == "" {
		return
	}
	s.loaded = true
	if err := mayReplace(d.settings.stateFile); err != nil {
		s.failing = true // writing would say the same
		d.warnf("state_file: %v", err)
		return
	}
	entries, err := readState(d.settings.stateFile)
	if err != nil {
		d.warnf("state_file: %v: starting afresh", err)
		return
	}
	asked := map[stateKey]bool{}
	for _, server := range d.servers {
		asked[server.stateKey()] = true
	}
	s.waiting = map[stateKey]stateEntry{}
	for _, e := range entries {
		k := e.stateKey
		k.Address, k.Transport = "", ""
		if asked[k] {
			s.waiting[e.stateKey] = e
		}
	}
}

// restore gives a path that has heard nothing what was known of it in an earlier run.
func (s *state) restore(p *path) {
	if len(s.waiting) == 0 {
		return
	}
	k := p.stateKey()
	if e, found := s.waiting[k]; found {
		p.Tracker, p.Baselines = judge.Resume(e.Stay), baselines(e.Usuals)
		delete(s.waiting, k)
	}
}

// saveState begins to write the state, once a minute at most, and takes in how the last time went.
func (d *DNSAnycast) saveState(now time.Time) {
	s := &d.state
	select {
	case err := <-s.writing:
		d.saved(err)
	default:
	}
	if d.settings.stateFile == "" || s.writing != nil || now.Sub(s.began) < stateEvery && !now.Before(s.began) {
		return
	}
	s.began, s.writing = now, make(chan error, 1)
	go func(done chan<- error, entries []stateEntry) { done <- writeState(d.settings.stateFile, entries) }(s.writing, d.entries(now))
}

// Close writes the state of the last round and waits for that until ctx is done. No round may run.
func (d *DNSAnycast) Close(ctx context.Context) {
	if d.settings.stateFile == "" || !d.state.loaded {
		return
	}
	if !d.state.await(ctx, d) {
		return
	}
	d.state.began = time.Time{}
	d.saveState(time.Now())
	d.state.await(ctx, d)
}

// await waits for what is being written; false where ctx ends first.
func (s *state) await(ctx context.Context, d *DNSAnycast) bool {
	if s.writing == nil {
		return true
	}
	select {
	case err := <-s.writing:
		d.saved(err)
		return true
	case <-ctx.Done():
		return false
	}
}

// saved says once when writing begins to fail, and when that is over.
func (d *DNSAnycast) saved(err error) {
	s := &d.state
	s.writing = nil
	switch {
	case err != nil && !s.failing:
		d.warnf("state_file: %v", err)
	case err == nil && s.failing:
		d.infof("state_file: %s is written again", d.settings.stateFile)
	}
	s.failing = err != nil
}

// entries lists what is known of the targets, for a week of those that are not asked now.
func (d *DNSAnycast) entries(now time.Time) (all []stateEntry) {
	for _, p := range d.paths {
		if p == nil {
			continue
		}
		e := stateEntry{p.stateKey(), p.Tracker.Now(), stored(p.Baselines)}
		current := !d.whole || p.asked == d.rounds
		if heard := e.last(); !heard.IsZero() && (current || now.Sub(heard) < stateKept) {
			all = append(all, e)
		}
	}
	for _, e := range d.state.waiting {
		if now.Sub(e.last()) < stateKept {
			all = append(all, e)
		}
	}
	return all
}

// stateHead is how the file begins, whatever version of this program wrote it.
var stateHead = regexp.MustCompile(`^\{\s*"format":\s*"dns_anycast state \d+"`)

// mayReplace refuses what was not written here: to replace /dev/null would harm everybody, and a file its owner. What
// was written here may be damaged since; an empty file is nobody's loss.
func mayReplace(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no regular file, and is left alone: name another file", path)
	case info.Size() == 0:
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%w: the file is left alone: make it readable, or name another", err)
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 64))
	if err != nil {
		return err
	}
	if !stateHead.Match(head) {
		return fmt.Errorf("%s is no state file of this program, and is left alone: name another file, or remove it", path)
	}
	return nil
}

// writeState replaces the file at once: who reads it finds the old content or the new. A symbolic link to a state file is
// replaced, not followed.
func writeState(path string, entries []stateEntry) (err error) {
	if err := mayReplace(path); err != nil {
		return err
	}
	b, err := json.MarshalIndent(stateContent{stateFormat, entries}, "", " ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// readState reads what may be replaced. It returns nothing, and no error, where there is no file, or an empty one.
func readState(path string) ([]stateEntry, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > stateSize {
		return nil, fmt.Errorf("%s is larger than %d MiB", path, stateSize>>20)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var content stateContent
	if json.Unmarshal(b, &content) != nil {
		return nil, fmt.Errorf("%s %w", path, errDamaged)
	}
	if content.Format != stateFormat {
		return nil, fmt.Errorf("%s is of another version of this program", path)
	}
	return content.Targets, nil
}
