package ripeatlas

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

const (
	firstPause = time.Second // after a fault; doubled each time
	lastPause  = 5 * time.Minute
	kindCache  = "cache" // a fault of this machine
	kindLost   = "lost"  // windows that are too old
	kindLate   = "late"  // what came late is not counted
)

// failed says what is wrong, unless it lasts, and pauses. It returns false once the context has
// ended.
func (f *follower) failed(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	var fault *Fault
	if !errors.As(err, &fault) {
		fault = &Fault{Kind: kindConnection, Text: err.Error()}
	}
	if fault.Kind != kindEmpty || !f.gaps {
		f.say(fault.Kind, fmt.Sprintf("%s %s: trying again", f.Client.url, fault.Text))
	}
	return sleep(ctx, f.pause(fault))
}

// say says what is wrong, once.
func (f *follower) say(kind, text string) {
	if _, said := f.faults[kind]; !said {
		f.faults[kind] = text
		f.Log.Warnf("RIPE Atlas: measurement %d: %s", f.ID, text)
	}
}

// pause is how long to wait after a fault.
func (f *follower) pause(fault *Fault) time.Duration {
	pause := lastPause
	if doubled := firstPause << min(f.pauses, 16); doubled < pause {
		pause = doubled
	}
	f.pauses++
	switch {
	case fault.After > 0:
		return fault.After
	case fault.Kind == kindEmpty: // the next window may tell that this one has none
		return min(pause, time.Duration(f.length)*time.Second)
	}
	return pause
}

// over says that what was wrong with answers is over, fault by fault.
func (f *follower) over() {
	f.pauses = 0
	for _, kind := range slices.Sorted(maps.Keys(f.faults)) {
		if kind != kindCache && kind != kindLate {
			f.recovered(kind)
		}
	}
}

func (f *follower) recovered(kind string) {
	if text, said := f.faults[kind]; said {
		delete(f.faults, kind)
		f.Log.Infof("RIPE Atlas: measurement %d: is over: %s", f.ID, strings.TrimSuffix(text, ": trying again"))
	}
}

// sleep waits, and returns false once the context has ended.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
