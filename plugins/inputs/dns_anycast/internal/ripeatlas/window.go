package ripeatlas

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

const (
	sliceLength  = 5 * time.Minute  // of one request: some 19,000 results, 10 MB, of all probes
	sliceOverlap = 10 * time.Second // of a request with the one before, in one window
	mostVotes    = 40_000           // in one window, of which each takes memory: 12,000 probes at three addresses
	mostLines    = 300_000          // of one answer: five times those of 12,000 probes that ask each minute
	mostHeard    = 100_000          // serials by name and address, which servers choose
	mostWatched  = 300_000          // results in one window of probes that are watched: 200 of them each minute for a day
)

// errEmpty says that there was no result where there should be some: RIPE Atlas may not have them
// yet, and nobody is to take that for an outage of a cloud.
var errEmpty = &Fault{Kind: kindEmpty, Text: "has no results"}

// errNoResult says that there was something, but no result.
var errNoResult = &Fault{Kind: kindContent, Text: "answers without a result"}

// errGone says that what was there no longer is.
var errGone = &Fault{Kind: kindContent, Text: "no longer has the results of the window before"}

// span is a time from one second on to before another, in s since 1970.
type span struct{ from, to int64 }

func (s span) holds(t time.Time) bool { return t.Unix() >= s.from && t.Unix() < s.to }

// before is the span of the same length that ends where s begins.
func (s span) before() span { return span{2*s.from - s.to, s.from} }

// slices are the parts of s, no longer than the length in s.
func (s span) slices(length int64) (parts []span) {
	n := max((s.to-s.from+length-1)/length, 1)
	for i := range n {
		parts = append(parts, span{s.from + (s.to-s.from)*i/n, s.from + (s.to-s.from)*(i+1)/n})
	}
	return parts
}

// answer is what one answer of the API held.
type answer struct {
	lines, results int
	torn           bool // its last line is no whole object
}

// slice asks for a part of a window and has use take each result that is of it, torn each line that
// is none. What it returns has been used, whether or not the error says that it was not all.
// An error of use ends that.
func (f *follower) slice(ctx context.Context, s span, overlap int64, use func(Result) error, torn func([]byte)) (a answer, err error) {
	err = f.Client.results(ctx, f.ID, s.from-overlap, s.to-1, func(r io.Reader) error {
		err := newSplitter(r).each(func(piece []byte) error {
			if a.lines++; a.lines > mostLines {
				return &Fault{Kind: kindLong, Text: fmt.Sprintf("answers with more than %d lines", mostLines)}
			}
			a.torn = false
			switch result, err := f.parser.Parse(piece); {
			case err == nil:
				a.results++
				return use(result)
			case errors.Is(err, ErrBusy):
				a.results++
			default:
				a.torn = !json.Valid(piece) || !isObject(bytes.TrimSpace(piece))
				torn(piece)
			}
			return nil
		})
		if err == nil && a.torn {
			err = io.ErrUnexpectedEOF
		}
		return err
	})
	return a, err
}

// fetch asks for the results of a window. Where some are to be there for certain and there are none,
// the error is errEmpty.
func (f *follower) fetch(ctx context.Context, w span, sure bool) (*Window, error) {
	v := newVotes(f.Watch...)
	v.Measurement, v.From, v.To = f.m, time.Unix(w.from, 0).UTC(), time.Unix(w.to, 0).UTC()
	take := func(r Result) error {
		if w.holds(r.Sent) && v.add(r) {
			v.hear(r)
		}
		return v.tooMany()
	}
	overlap := int64(0)
	for _, part := range w.slices(int64(f.slicing() / time.Second)) {
		a, err := f.slice(ctx, part, overlap, take, v.spoilt)
		// Each probe asks in each part that is not shorter than the interval.
		each := f.m.Interval <= time.Duration(part.to-part.from)*time.Second
		switch {
		case err != nil:
			return nil, err
		case a.results == 0 && a.lines > 0:
			return nil, errNoResult
		case a.results == 0 && sure && each:
			return nil, errEmpty
		}
		v.turn()
		overlap = int64(sliceOverlap / time.Second)
	}
	if v.Total == 0 && sure {
		return nil, errEmpty
	}
	return v.window(), nil
}

// late counts the results of the window before w that were not there when it was fetched; -1 where
// that one was not fetched.
func (f *follower) late(ctx context.Context, w span) (int, error) {
	if f.known < 0 {
		return -1, nil
	}
	back, v := w.before(), newVotes()
	overlap := int64(0)
	for _, part := range back.slices(int64(f.slicing() / time.Second)) {
		count := func(r Result) error {
			if back.holds(r.Sent) && v.came.add(r.Key) == first {
				v.Total++
			}
			return nil
		}
		a, err := f.slice(ctx, part, overlap, count, func([]byte) {})
		switch {
		case err != nil:
			return 0, err
		case a.results == 0 && a.lines > 0:
			return 0, errNoResult
		}
		v.turn()
		overlap = int64(sliceOverlap / time.Second)
	}
	if v.Total == 0 && f.known > 0 {
		return 0, errGone
	}
	return max(v.Total-f.known, 0), nil
}

// some returns when any of the results of a time left; zero: there is none. One of them is enough,
// so that the answer may be long.
func (f *follower) some(ctx context.Context, w span) (at int64, err error) {
	err = f.Client.results(ctx, f.ID, w.from, w.to-1, func(r io.Reader) error {
		return newSplitter(r).each(func(piece []byte) error {
			if r, err := f.parser.Parse(piece); err == nil && w.holds(r.Sent) {
				at = r.Sent.Unix()
				return io.EOF
			}
			return nil
		})
	})
	if at != 0 {
		return at, nil
	}
	return 0, err
}
