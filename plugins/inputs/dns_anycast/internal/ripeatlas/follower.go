package ripeatlas

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// follower follows a feed's measurement.
type follower struct {
	*Feed
	m      *Measurement
	parser *Parser
	length int64             // of windows, in s
	next   int64             // where the next window begins, in s since 1970
	known  int               // results of the window before; -1: it was not fetched
	proven int64             // until when windows without results are known to have none: there is a later one with some
	faults map[string]string // that last and were told, by kind
	lost   int64             // where the first window began of those that were given up last
	pauses int               // in a row
	gaps   bool              // there were windows that had no results indeed
}

func (d *Feed) follower() *follower {
	return &follower{Feed: d, known: -1, faults: map[string]string{}}
}

// take takes in what the measurement is.
func (f *follower) take(m *Measurement) {
	f.m, f.parser = m, NewParser(m.Question())
	length := f.Length
	if length == 0 {
		length = max(m.Interval, shortestWindow)
	}
	f.length = max(int64(length/time.Second), 1)
}

// slicing is how long the span of one request is at most.
func (f *follower) slicing() time.Duration {
	if f.sliced > 0 {
		return f.sliced
	}
	return sliceLength
}

// window begins at next.
func (f *follower) window() span { return span{f.next, f.next + f.length} }

// due is the last window that has ended, and its grace with it.
func (f *follower) due(now time.Time) span {
	end := floor(now.Add(-f.Grace).Unix(), f.length)
	return span{end - f.length, end}
}

// floor is the last multiple of length up to t.
func floor(t, length int64) int64 { return t - (t%length+length)%length }

// begin finds the first window: after the last one that was fetched, or after now.
func (f *follower) begin(now time.Time) {
	f.next = -floor(-now.Add(time.Second-1).Unix(), f.length)
	if f.Cache == "" {
		return
	}
	c, err := readCursor(f.Cache, f.ID)
	switch {
	case err != nil:
		f.Log.Warnf("RIPE Atlas: measurement %d: %v: starting afresh", f.ID, err)
	case c.To == 0:
	case c.To > now.Unix():
		f.Log.Warnf("RIPE Atlas: measurement %d: the last window ends later than now: starting afresh", f.ID)
	default:
		f.next = -floor(-c.To, f.length)
		if f.Recall != nil && len(c.Kept) > 0 {
			f.Recall(c.Kept, time.Unix(c.To, 0))
		}
		if c.To == f.next && c.To-c.From == f.length {
			f.known = c.Results
		}
	}
}

// step waits for the next window, fetches it, and hands it over. It returns false once the context
// has ended.
func (f *follower) step(ctx context.Context) bool {
	f.forget(time.Now())
	ready := time.Unix(f.next+f.length, 0).Add(f.Grace)
	if !sleep(ctx, time.Until(ready)) {
		return false
	}
	err := f.whole(ctx)
	if isFault(err, kindEmpty) {
		err = f.prove(ctx, err)
	}
	if isFault(err, kindEmpty) && f.ended(ctx) {
		return false
	}
	return err == nil || f.failed(ctx, err)
}

// ended reports whether the measurement has been stopped since it was read, which it says.
func (f *follower) ended(ctx context.Context) bool {
	m, err := f.Client.Measurement(ctx, f.ID)
	if err != nil || !m.Over {
		return false
	}
	f.over()
	f.Log.Warnf("RIPE Atlas: measurement %d is left out: %v", f.ID, m.ended())
	return true
}

// whole fetches the next window with all that belongs to it. Few are in memory at a time.
func (f *follower) whole(ctx context.Context) error {
	select {
	case f.Client.slots <- struct{}{}:
		defer func() { <-f.Client.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	w, err := f.fetch(ctx, f.window(), f.proven <= f.next)
	if err != nil {
		return err
	}
	if w.Late, err = f.counted(ctx); err != nil {
		return err
	}
	if w.Total > 0 {
		f.Deliver(w)
	}
	f.done(w.Total)
	return nil
}

// lateTries is how often a window waits for the count of what came late for the one before.
const lateTries = 3

// counted counts what came late for the window before; -1: that is not known. What cannot be had
// holds no window up for long, and is said once.
func (f *follower) counted(ctx context.Context) (late int, err error) {
	_, lasts := f.faults[kindLate]
	for tries := 1; ; tries++ {
		late, err = f.late(ctx, f.window())
		if err == nil && late >= 0 {
			f.recovered(kindLate)
		}
		if err == nil || ctx.Err() != nil {
			return late, err
		}
		f.say(kindLate, fmt.Sprintf("what came late cannot be counted: %s %v", f.Client.url, err))
		var fault *Fault
		final := !errors.As(err, &fault) || fault.Final
		if lasts || final || tries == lateTries || !sleep(ctx, firstPause<<(tries-1)) {
			return -1, ctx.Err()
		}
	}
}

// prove finds out whether the next window, which is empty, has no results indeed: then a later one,
// whose grace is over as well, has some, there is no error, and the window is believed when it is
// fetched again.
func (f *follower) prove(ctx context.Context, empty error) error {
	later := span{f.next + f.length, f.due(time.Now()).to}
	if later.from >= later.to {
		return empty
	}
	at, err := f.some(ctx, later)
	switch {
	case err != nil:
		return err
	case at == 0:
		return empty
	}
	f.proven, f.gaps = floor(at, f.length), true
	return nil
}

// done goes on behind the next window, which had so many results.
func (f *follower) done(results int) {
	f.over()
	c := cursor{cursorFormat, f.ID, f.next, f.next + f.length, results, nil}
	f.next, f.known = c.To, c.Results
	if f.Cache == "" {
		return
	}
	if f.Keep != nil {
		c.Kept = f.Keep()
	}
	if err := c.write(f.Cache); err != nil {
		f.say(kindCache, "cache: "+err.Error())
	} else {
		f.recovered(kindCache)
	}
}

// forget gives up windows that are too old to be fetched, which is said once for all in a row.
func (f *follower) forget(now time.Time) {
	oldest := now.Add(-f.Grace - keptFor).Unix()
	if f.next+f.length >= oldest {
		return
	}
	if f.faults[kindLost] == "" {
		f.lost = f.next
	}
	f.next, f.known = -floor(-(oldest-f.length), f.length), -1
	text := fmt.Sprintf("what its probes were answered from %s to %s is lost: it is older than %v",
		clock(f.lost), clock(f.next), f.Grace+keptFor)
	f.say(kindLost, text)
	f.faults[kindLost] = text
}

func clock(s int64) string { return time.Unix(s, 0).UTC().Format(time.RFC3339) }
