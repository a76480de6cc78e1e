package dns_anycast

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/options"
)

const stateFormat = "dns_anycast state 1"

const (
	stateKept      = 7 * 24 * time.Hour // of a target that is not asked now, such as a name's former address
	stateSize      = 64 << 20           // bytes; a larger file is not read
	stateEntrySize = 512 << 10          // bytes of one target: twice what 32 names of a kilobyte take
)

// stateKey names a target. A period holds under the same site rule alone: another rule makes other
// places of the same names.
type stateKey struct {
	Cloud     string `json:"cloud"`
	Site      string `json:"site,omitempty"` // the rule
	Server    string `json:"server"`
	Address   string `json:"address"` // with its port
	Transport string `json:"transport"`
}

func (p *path) stateKey() stateKey {
	return stateKey{p.server.name, p.server.rule(), p.server.written(), p.addr.String(), p.transport.String()}
}

// rule is the cloud's site rule; empty: none.
func (c *cloud) rule() string {
	if c.Site == nil {
		return ""
	}
	return c.Site.String()
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
	Since    int64         `json:"since,omitempty"` // since 1970
	Run      int16         `json:"run,omitempty"`
	Slow     bool          `json:"slow,omitempty"`
	Verdict  judge.Verdict `json:"verdict"`
}

// appendStored appends those of a target.
func appendStored(all []storedBaseline, bs judge.Baselines) []storedBaseline {
	for _, b := range bs {
		s := storedBaseline{
			Instance: b.Instance, MS: inMS(b.Usual), Heard: b.Heard, Since: b.Since,
			Run: b.Run, Slow: b.Slow, Verdict: b.Verdict,
		}
		for _, d := range b.First.Times() {
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
		var first []time.Duration
		for _, ms := range s.First {
			first = append(first, fromMS(ms))
		}
		b.First = judge.NewFirstTimes(first)
		bs = append(bs, b)
	}
	return bs
}

func inMS(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// fromMS is a time from a file. What no Duration can hold is below zero.
func fromMS(ms float64) time.Duration {
	if ms < 0 || ms > inMS(options.MaxTimeout)+1 || ms != ms {
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

// stateContent is what is written.
type stateContent struct {
	targets iter.Seq[*stateEntry]
	zones   []storedZone
}

func (e *stateEntry) size() int { return stateEntrySize }

func (e *stateEntry) valid() bool {
	return !e.last().IsZero() && e.Stay.Valid() && baselines(e.Usuals).Valid(options.MaxTimeout)
}

// stateHead is how the file begins, whatever version of this program wrote it.
var stateHead = regexp.MustCompile(`^\{\s*"format":\s*"dns_anycast state \d+"`)

// mayReplace refuses what was not written here: to replace /dev/null would harm the machine, and
// another file its owner. What was written here may be damaged since; an empty file is no loss.
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
		return fmt.Errorf("%s is no state file of this program, and is left alone: "+
			"name another file, or remove it", path)
	}
	return nil
}

// writeState replaces the file at once: a reader finds the old content or the new. A symbolic link
// to a state file is replaced, not followed.
func writeState(path string, content *stateContent) (err error) {
	if err := mayReplace(path); err != nil {
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
	if err = encodeState(f, content); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
