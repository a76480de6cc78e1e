package exchange

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// TestMoment: who is due within one moment is due at its end, where a round is spread over a time.
func TestMoment(t *testing.T) {
	k := &Keeper{began: time.Now()}
	m := &Moments{keeper: k, spread: true}
	for since, want := range map[time.Duration]time.Duration{0: 0, 1: moment, moment - 1: moment, moment: moment, moment + 1: 2 * moment} {
		if got := m.Moment(k.began.Add(since)).Sub(k.began); got != want {
			t.Errorf("after %v: %v, want %v", since, got, want)
		}
	}
	for _, m := range []*Moments{{spread: true}, {keeper: k}} {
		if now := time.Now(); !m.Moment(now).Equal(now) {
			t.Errorf("%+v: not every time is a moment", m)
		}
	}
}

// diary is what was done, in its order.
type diary struct {
	mu   sync.Mutex
	done []string
	more chan struct{} // gets one for each
}

func newDiary() *diary { return &diary{more: make(chan struct{}, 100)} }

func (d *diary) entry(what string) func() {
	return func() {
		d.mu.Lock()
		d.done = append(d.done, what)
		d.mu.Unlock()
		d.more <- struct{}{}
	}
}

// await waits for a number of entries and compares all so far.
func (d *diary) await(t *testing.T, n int, want ...string) {
	t.Helper()
	for range n {
		select {
		case <-d.more:
		case <-time.After(5 * time.Second):
			t.Fatalf("done %q, want %q", d.done, want)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Equal(d.done, want) {
		t.Errorf("done %q, want %q", d.done, want)
	}
}

// TestMomentsInOrder: what is due first is done first, also what is added while it sleeps; nothing
// is done before its time.
func TestMomentsInOrder(t *testing.T) {
	t.Parallel()
	d, start := newDiary(), time.Now()
	m := NewMoments(nil, false)
	defer m.Close()
	at := func(ms int) {
		due := start.Add(time.Duration(ms) * time.Millisecond)
		m.At(due, func() {
			if now := time.Now(); now.Before(due) {
				t.Errorf("%d ms: done %v before", ms, due.Sub(now))
			}
			d.entry(fmt.Sprint(ms))()
		})
	}
	at(60)
	at(40)
	go m.Run(context.Background())
	time.Sleep(5 * time.Millisecond)
	at(20)
	at(80)
	m.At(start.Add(40*time.Millisecond), d.entry("40, second"))
	d.await(t, 5, "20", "40", "40, second", "60", "80")
}

// TestMomentsCancelled: once a round is called off all is done at once, also what comes then.
func TestMomentsCancelled(t *testing.T) {
	t.Parallel()
	d := newDiary()
	m := NewMoments(nil, false)
	defer m.Close()
	ctx, cancel := context.WithCancel(context.Background())
	go m.Run(ctx)
	m.At(time.Now().Add(2*time.Hour), d.entry("second"))
	m.look(time.Now().Add(time.Hour), d.entry("first"))
	cancel()
	d.await(t, 2, "first", "second")
	m.At(time.Now().Add(time.Hour), d.entry("third"))
	d.await(t, 1, "first", "second", "third")
}

// TestSleep: as long as whole milliseconds, and a little longer, and never shorter.
func TestSleep(t *testing.T) {
	for d, want := range map[time.Duration]time.Duration{
		1:                       time.Millisecond + slack,
		time.Millisecond:        time.Millisecond + slack,
		time.Millisecond + 1:    2*time.Millisecond + slack,
		9900 * time.Microsecond: 10*time.Millisecond + slack,
	} {
		if got := sleep(d); got != want {
			t.Errorf("%v: %v, want %v", d, got, want)
		}
	}
}
