package dns_anycast

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	stateFormat    = "dns_anycast state 1"
	stateSize      = 64 << 20  // bytes; 10,000 targets take 4 MB
	stateEntrySize = 512 << 10 // bytes of one target: twice what 32 names of a kilobyte take
	stateEvery     = time.Minute
	stateKept      = 7 * 24 * time.Hour // of a target that is not asked now, such as a former address of a host name
)

// state is the stays of an earlier run, and how those of this one get into the file. Only the writing runs beside the
// rounds: a disk that hangs holds none of them up.
type state struct {
	loaded  bool
	waiting map[stateKey]stateEntry // read from the file, of targets that are not there yet
	saved   time.Time               // when the last writing began
	writing chan error              // nil: nothing is being written
	failing bool                    // the last writing failed, which has been said
}

// stateKey names a target. A stay holds under the same site rule alone: another rule makes other places of the same
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
	Stay   stay   `json:"stay,omitzero"`
	Usuals usuals `json:"usual,omitempty"`
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

func (e *stateEntry) valid() bool { return !e.last().IsZero() && e.Stay.valid() && e.Usuals.valid() }

func (t *target) stateKey() stateKey {
	k := t.server.stateKey()
	if k.Address, k.Transport = t.addr.String(), "udp"; t.tcp {
		k.Transport = "tcp"
	}
	return k
}

// stateKey is what the keys of the server's targets have in common.
func (s *server) stateKey() stateKey {
	k := stateKey{Cloud: s.cloud.name, Server: s.text}
	if s.cloud.site != nil {
		k.Site = s.cloud.site.String()
	}
	return k
}

// recall reads the state file before the first round. What cannot be used is one warning and a fresh start; what is
// somebody else's stays as it is.
func (d *DNSAnycast) recall() {
	s := &d.state
	if s.loaded || d.StateFile == "" {
		return
	}
	s.loaded = true
	if err := mayReplace(d.StateFile); err != nil {
		s.failing = true // writing would say the same
		d.warnf("state_file: %v", err)
		return
	}
	entries, err := readState(d.StateFile)
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
	for _, server := range d.servers {
		s.restore(server.targets)
	}
}

// restore gives targets that have heard nothing the stays of an earlier run.
func (s *state) restore(targets []*target) {
	if len(s.waiting) == 0 {
		return
	}
	for _, t := range targets {
		k := t.stateKey()
		if e, found := s.waiting[k]; found && t.track.now.First.IsZero() && t.usuals == nil {
			t.track, t.usuals = remembered(e.Stay), e.Usuals
		}
		delete(s.waiting, k)
	}
}

// remember begins to write the state, once a minute at most, and takes in how the last time went.
func (d *DNSAnycast) remember(now time.Time) {
	s := &d.state
	select {
	case err := <-s.writing:
		d.written(err)
	default:
	}
	if d.StateFile == "" || s.writing != nil || now.Sub(s.saved) < stateEvery && !now.Before(s.saved) {
		return
	}
	s.saved, s.writing = now, make(chan error, 1)
	go func(done chan<- error, entries []stateEntry) { done <- writeState(d.StateFile, entries) }(s.writing, d.entries(now))
}

// Close writes the state of the last round and waits for that until ctx is done. No round may run.
func (d *DNSAnycast) Close(ctx context.Context) {
	if d.StateFile == "" || !d.state.loaded {
		return
	}
	if !d.state.await(ctx, d) {
		return
	}
	d.state.saved = time.Time{}
	d.remember(time.Now())
	d.state.await(ctx, d)
}

// await waits for what is being written; false where ctx ends first.
func (s *state) await(ctx context.Context, d *DNSAnycast) bool {
	if s.writing == nil {
		return true
	}
	select {
	case err := <-s.writing:
		d.written(err)
		return true
	case <-ctx.Done():
		return false
	}
}

// written says once when writing begins to fail, and when that is over.
func (d *DNSAnycast) written(err error) {
	s := &d.state
	s.writing = nil
	switch {
	case err != nil && !s.failing:
		d.warnf("state_file: %v", err)
	case err == nil && s.failing:
		d.infof("state_file: %s is written again", d.StateFile)
	}
	s.failing = err != nil
}

// entries lists the stays there are, those of targets that are not asked now for a week.
func (d *DNSAnycast) entries(now time.Time) (all []stateEntry) {
	for _, server := range d.servers {
		var gone []*target
		if server.host != nil {
			gone = server.host.gone
		}
		for i, t := range slices.Concat(server.targets, gone) {
			e := stateEntry{t.stateKey(), t.track.now, t.usuals.clone()}
			if heard := e.last(); !heard.IsZero() && (i < len(server.targets) || now.Sub(heard) < stateKept) {
				all = append(all, e)
			}
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

// valid reports whether a stay is one that track may have made: its text goes into fields.
func (s stay) valid() bool {
	if s == (stay{}) {
		return true
	}
	named := s.Place != "" && s.Instance != ""
	return named != s.Split && fits(s.Place) && fits(s.Instance) && fits(s.Source) && !s.First.IsZero() && !s.Last.Before(s.First)
}

// fits reports whether text may be a printable form.
func fits(text string) bool {
	unfit := func(r rune) bool { return !strconv.IsPrint(r) || r == '\\' }
	return len(text) <= fieldSize && utf8.ValidString(text) && !strings.ContainsFunc(text, unfit)
}
