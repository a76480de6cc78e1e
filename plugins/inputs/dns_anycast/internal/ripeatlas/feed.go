package ripeatlas

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"
)

const (
	shortestWindow = 5 * time.Minute // unless a length is asked for
	keptFor        = 24 * time.Hour  // that a window can be fetched later, from its grace on
)

// Log takes what is to be said of measurements.
type Log struct {
	Warnf, Infof func(format string, args ...any)
}

// Feed is a measurement whose windows are fetched, one after the other. Client, ID, Names, Deliver
// and Log are needed.
type Feed struct {
	Client  *Client
	ID      int           // of the measurement
	Names   []string      // of identities, as Measurement.Unfit has them
	Addrs   []netip.Addr  // of the cloud; empty: whatever the measurement asks will do
	Length  time.Duration // of windows, whole seconds; zero: the measurement's interval, 5 min at least
	Grace   time.Duration // behind a window's end, that results have to arrive
	Cache   string        // folder for the end of the last window; empty: it is not kept
	Watch   []int         // probes of which a window has all results
	Deliver func(*Window) // takes each window that has results, in their order; what it takes is its own
	Log     Log

	// Keep, unless it is nil, returns JSON to be kept with the end of a window that was handed over,
	// and Recall gets it in another run, with that end.
	Keep   func() json.RawMessage
	Recall func(kept json.RawMessage, to time.Time)

	sliced time.Duration // length of a request's span, for tests; zero: sliceLength
}

// Run follows the measurement until the context ends, or returns at once where it is of no use,
// which is said. Whatever else happens is said once, and tried again.
func (d *Feed) Run(ctx context.Context) {
	f := d.follower()
	for f.m == nil {
		m, err := d.Client.Measurement(ctx, d.ID)
		switch {
		case err == nil:
			f.take(m)
		case !f.failed(ctx, err):
			return
		}
	}
	f.over()
	if err := f.m.Unfit(d.Names, d.Addrs); err != nil {
		d.Log.Warnf("RIPE Atlas: measurement %d is left out: %v", d.ID, err)
		return
	}
	f.begin(time.Now())
	for f.step(ctx) {
	}
}

// emptyTries is how often somebody who waits is told of a window without results: mostly there are none.
const emptyTries = 3

// Last returns the last window that is whole, grace and all. Faults are tried again until the context
// ends. The error says what was wrong last.
func (d *Feed) Last(ctx context.Context) (*Window, error) {
	f := d.follower()
	var fault error
	for tries := 1; ; tries++ {
		w, err := f.last(ctx)
		if err == nil {
			return w, nil
		}
		if ctx.Err() == nil {
			fault = err
		}
		var known *Fault
		if !errors.As(err, &known) || known.Final || isFault(err, kindEmpty) && tries >= emptyTries || !sleep(ctx, f.pause(known)) {
			return nil, f.named(cmp.Or(fault, err))
		}
	}
}

// named says whose fault it is.
func (f *follower) named(err error) error {
	if fault := (*Fault)(nil); errors.As(err, &fault) {
		return fmt.Errorf("%s %w", f.Client.url, err)
	}
	return err
}

func (f *follower) last(ctx context.Context) (*Window, error) {
	if f.m == nil {
		m, err := f.Client.Measurement(ctx, f.ID)
		if err != nil {
			return nil, err
		}
		if err := m.Unfit(f.Names, f.Addrs); err != nil {
			return nil, err
		}
		f.take(m)
	}
	return f.fetch(ctx, f.due(time.Now()), true)
}
