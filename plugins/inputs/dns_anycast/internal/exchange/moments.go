package exchange

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"
)

const (
	// moment is how far apart the moments of a round that is spread over a time are.
	moment = 10 * time.Millisecond
	// lookEvery is how far apart those are at which answers are looked for: to be sent in time is
	// worth more than to be read soon.
	lookEvery = 2 * moment
)

// Moments are the times of a round at which there is something to be done. One goroutine does it,
// one after the other, and sleeps between: to be woken up costs more than most that is done then.
type Moments struct {
	keeper *Keeper // nil: nothing tells when the clock is set
	spread bool    // what is due within one moment is due at its end
	sooner chan struct{}
	over   chan struct{}

	mu        sync.Mutex
	due       []task // by time
	cancelled bool
}

// task is something to be done at a time.
type task struct {
	at   time.Time
	do   func()
	look bool // it reads what has come, and may be done before
}

// NewMoments is for one round. The keeper may be nil. Nothing is done before Run is called.
func NewMoments(k *Keeper, spread bool) *Moments {
	return &Moments{keeper: k, spread: spread, sooner: make(chan struct{}, 1), over: make(chan struct{})}
}

// Moment returns the first moment that is not before t.
func (m *Moments) Moment(t time.Time) time.Time { return m.next(t, moment) }

// next returns the first time from t on that is a multiple of step after the keeper's beginning,
// where the round is spread over a time.
func (m *Moments) next(t time.Time, step time.Duration) time.Time {
	if m.keeper == nil || !m.spread {
		return t
	}
	return t.Add((step - t.Sub(m.keeper.began)%step) % step)
}

// At has do called at t, or a millisecond later. What is called must not wait for anything. Once the
// context of Run is done all is called at once.
func (m *Moments) At(t time.Time, do func()) { m.add(task{at: t, do: do}) }

// look is At for what reads what has come: that is done at once when the clock is set, in which the
// kernel stamps.
func (m *Moments) look(t time.Time, do func()) { m.add(task{at: t, do: do, look: true}) }

func (m *Moments) add(t task) {
	m.mu.Lock()
	if m.cancelled {
		t.at = time.Time{}
	}
	i, _ := slices.BinarySearchFunc(m.due, t.at, func(x task, at time.Time) int {
		if x.at.After(at) {
			return 1
		}
		return -1 // of one time the first one is first
	})
	m.due = slices.Insert(m.due, i, t)
	m.mu.Unlock()
	if i == 0 {
		select {
		case m.sooner <- struct{}{}:
		default:
		}
	}
}

// clockSet returns a channel that is closed when the clock is set; nil: nothing would tell.
func (m *Moments) clockSet() <-chan struct{} {
	if m == nil {
		return nil
	}
	return m.keeper.whenSet()
}

// Close ends Run.
func (m *Moments) Close() { close(m.over) }

// Run does what is due, until Close is called.
func (m *Moments) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	cancelled, clockSet := ctx.Done(), m.clockSet()
	for {
		do, wait := m.take(time.Now())
		if do != nil {
			do()
			runtime.Gosched() // what has come is handed on before more is read: less is held
		}
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-m.sooner:
		case <-clockSet:
			clockSet = m.clockSet()
			m.hurry(func(t task) bool { return t.look })
		case <-cancelled:
			cancelled = nil
			m.cancel()
		case <-m.over:
			return
		}
	}
}

// take returns the first task that is due, and how long to sleep behind it.
func (m *Moments) take(now time.Time) (do func(), wait time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case len(m.due) == 0:
		return nil, longest
	case m.due[0].at.After(now):
		return nil, sleep(m.due[0].at.Sub(now))
	}
	do = m.due[0].do
	m.due = slices.Delete(m.due, 0, 1)
	return do, 0
}

// hurry makes tasks due at once, in the order that they have.
func (m *Moments) hurry(some func(task) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.due {
		if some(m.due[i]) {
			m.due[i].at = time.Time{}
		}
	}
	slices.SortStableFunc(m.due, func(a, b task) int { return a.at.Compare(b.at) })
}

func (m *Moments) cancel() {
	m.mu.Lock()
	m.cancelled = true
	m.mu.Unlock()
	m.hurry(func(task) bool { return true })
}

const (
	longest = time.Hour             // of a sleep, where nothing is to be done
	slack   = 50 * time.Microsecond // by which the kernel lets a sleep be longer
)

// sleep is how long to sleep for what is due in d. The runtime's poller waits for whole
// milliseconds: it would wake up before the time, and once more behind it.
func sleep(d time.Duration) time.Duration {
	return (d + time.Millisecond - 1).Truncate(time.Millisecond) + slack
}
