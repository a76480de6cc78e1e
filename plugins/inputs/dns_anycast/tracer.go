package dns_anycast

import (
	"context"
	"sync"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/agenda"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// tracer traces paths, beside rounds and whatever else. What it has found waits until somebody
// takes it.
type tracer struct {
	trace   func(ctx context.Context, target int) *observation.Path // nil: there is none to tell of
	arrived chan struct{}                                           // is told once something was found

	mu     sync.Mutex
	agenda agenda.Agenda
	found  []*observation.Path
	timer  *time.Timer // for the next trace; nil: none waits for its time

	running sync.WaitGroup
	ctx     context.Context // of all traces
	cancel  context.CancelFunc
}

func newTracer(ctx context.Context, every time.Duration,
	trace func(context.Context, int) *observation.Path, arrived chan struct{},
) *tracer {
	t := &tracer{
		trace: trace, arrived: arrived, agenda: agenda.Agenda{Every: every},
	}
	t.ctx, t.cancel = context.WithCancel(ctx)
	return t
}

// asked says which targets a round has asked, and how many traces have been left out since the last
// one.
func (t *tracer) asked(targets []*agenda.Entry, now time.Time) (skipped int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range targets {
		t.agenda.Asked(e, now)
	}
	t.begin()
	return t.agenda.Skipped()
}

// changed says that a target's site has changed.
func (t *tracer) changed(e *agenda.Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.agenda.Changed(e)
	t.begin()
}

// add puts targets in line that somebody asks for.
func (t *tracer) add(targets []*agenda.Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range targets {
		t.agenda.Add(e, observation.Hand)
	}
	t.begin()
}

// begin begins what can be begun. The lock is held.
func (t *tracer) begin() {
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
	for t.ctx.Err() == nil {
		e, again := t.agenda.Next(time.Now())
		switch {
		case e != nil:
			why := e.Reason()
			t.running.Go(func() { t.run(e, why) })
			continue
		case !again.IsZero():
			t.timer = time.AfterFunc(time.Until(again), t.awake)
		}
		return
	}
}

func (t *tracer) awake() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begin()
}

func (t *tracer) run(e *agenda.Entry, why observation.Reason) {
	o := t.trace(t.ctx, e.Target)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.agenda.Done(e)
	t.begin()
	if o != nil {
		o.Reason = why
		t.found = append(t.found, o)
	}
	select {
	case t.arrived <- struct{}{}:
	default:
	}
}

// take returns what has been found since it was called last.
func (t *tracer) take() []*observation.Path {
	t.mu.Lock()
	defer t.mu.Unlock()
	found := t.found
	t.found = nil
	return found
}

// idle reports whether nothing runs or waits in line.
func (t *tracer) idle() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.agenda.Idle()
}

// end calls off what runs, and returns when nothing does.
func (t *tracer) end() {
	t.cancel()
	t.awake() // stops the timer
	t.running.Wait()
}
