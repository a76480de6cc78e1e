package agenda

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// day is an agenda with a time of its own.
type day struct {
	Agenda
	entries []*Entry
	now     time.Time
}

func newDay(every time.Duration, targets int) *day {
	d := &day{Agenda: Agenda{Every: every}, now: time.Unix(1_700_000_000, 0)}
	for i := range targets {
		d.entries = append(d.entries, &Entry{Target: i})
	}
	return d
}

// round has all targets asked.
func (d *day) round() {
	for _, e := range d.entries {
		d.Asked(e, d.now)
	}
}

// next begins what may be begun now: target and reason of each.
func (d *day) next() string {
	var begun []string
	for {
		e, _ := d.Next(d.now)
		if e == nil {
			return strings.Join(begun, " ")
		}
		begun = append(begun, fmt.Sprint(e.Target, " ", e.Reason(), ","))
	}
}

// check compares what begins now.
func (d *day) check(t *testing.T, what, want string) {
	t.Helper()
	if got := d.next(); got != want {
		t.Errorf("%s: begins %q, want %q", what, got, want)
	}
}

func (d *day) done(targets ...int) {
	for _, i := range targets {
		d.Done(d.entries[i])
	}
}

// begun is a trace of a day.
type begun struct {
	target int
	reason observation.Reason
	at     time.Duration // since the day began
}

// live lets a day pass in steps with a round in each, in which every trace takes so long.
func (d *day) live(steps int, step, takes time.Duration, round func(step int)) (all []begun) {
	start := d.now
	ends := map[*Entry]time.Time{}
	for i := range steps {
		d.now = start.Add(time.Duration(i) * step)
		for e, end := range ends {
			if !end.After(d.now) {
				d.Done(e)
				delete(ends, e)
			}
		}
		d.round()
		round(i)
		for e, _ := d.Next(d.now); e != nil; e, _ = d.Next(d.now) {
			all = append(all, begun{e.Target, e.Reason(), d.now.Sub(start)})
			ends[e] = d.now.Add(takes)
		}
	}
	return all
}

func nothing(int) {}

// TestAtOnce: four run, the others wait in their order, and one begins when one is over.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	d := newDay(time.Hour, 6)
	d.round()
	d.check(t, "first", "0 start, 1 start, 2 start, 3 start,")
	d.round()
	d.check(t, "four run", "")
	d.done(2)
	d.check(t, "one is over", "4 start,")
	if d.Idle() {
		t.Error("idle while four run")
	}
	d.done(0, 1, 3, 4)
	d.check(t, "all are over", "5 start,")
	d.done(5)
	if !d.Idle() || d.Skipped() != 0 {
		t.Error("not idle, or something was skipped")
	}
}

// TestChangesFirst: a change comes before all that has not changed, whatever waits longer, and one
// trace serves for both.
func TestChangesFirst(t *testing.T) {
	t.Parallel()
	d := newDay(time.Hour, 9)
	d.round()
	d.next()
	d.Changed(d.entries[7])
	d.Changed(d.entries[6])
	d.Changed(d.entries[7])
	d.done(0, 1, 2, 3)
	d.now = d.now.Add(time.Minute)
	d.check(t, "changes first", "7 change, 6 change, 4 start, 5 start,")
	d.done(7, 6, 4, 5)
	d.check(t, "the rest", "8 start,")
	if n := d.Skipped(); n != 0 {
		t.Errorf("%d skipped", n)
	}
}

// TestSpacing: a change within a minute of a trace's beginning is traced when the minute is over,
// and several of one target once. Next says when.
func TestSpacing(t *testing.T) {
	t.Parallel()
	d := newDay(0, 2)
	start := d.now
	d.round()
	d.check(t, "first", "0 start, 1 start,")
	d.now = start.Add(10 * time.Second)
	d.Changed(d.entries[0]) // while it is traced: what it shows may be from before
	d.Changed(d.entries[0])
	if e, again := d.Next(d.now); e != nil || !again.IsZero() {
		t.Errorf("traced twice at a time: %+v, %v", e, again)
	}
	d.now = start.Add(20 * time.Second)
	d.done(0, 1)
	d.Changed(d.entries[0])
	if e, again := d.Next(d.now); e != nil || !again.Equal(start.Add(Spacing)) {
		t.Errorf("begins %+v, or at %v", e, again)
	}
	d.now = start.Add(Spacing - 1)
	d.check(t, "a minute less a nanosecond", "")
	d.now = start.Add(Spacing)
	d.check(t, "a minute", "0 change,")
	d.done(0)
	d.now = start.Add(2*Spacing - time.Second)
	d.Changed(d.entries[0])
	d.Changed(d.entries[1]) // rested for long
	d.check(t, "who has rested goes before who changed first", "1 change,")
}

// TestLimitOfChanges: of 300 that change at once the first 100 are traced, and the others counted.
// Who waits in line for its first trace is not left out.
func TestLimitOfChanges(t *testing.T) {
	t.Parallel()
	d := newDay(0, 300)
	for _, e := range d.entries[:200] {
		d.Changed(e)
	}
	if n := d.Skipped(); n != 100 || d.Skipped() != 0 {
		t.Errorf("%d skipped, want 100, once", n)
	}
	d.round()
	for _, e := range d.entries[200:] {
		d.Changed(e)
	}
	if n := d.Skipped(); n != 0 {
		t.Errorf("%d skipped that wait in line", n)
	}
	all := d.live(2000, time.Second, 700*time.Millisecond, nothing)
	if len(all) != 300 || !slices.IsSortedFunc(all[:100], func(a, b begun) int { return a.target - b.target }) {
		t.Errorf("%d traces, first %+v", len(all), all[:100])
	}
	for i, b := range all {
		if (b.reason == observation.Change) != (i < 100) || b.reason == observation.Change && b.target >= 100 {
			t.Errorf("trace %d: %+v", i, b)
		}
	}
}

// TestChangesOfAll: with all that were traced and now change at once, what is traced and what is
// skipped make the whole, and the first to change are traced.
func TestChangesOfAll(t *testing.T) {
	t.Parallel()
	d := newDay(0, 300)
	d.live(600, time.Second, 100*time.Millisecond, nothing) // their first
	d.now = d.now.Add(time.Hour)
	for _, i := range []int{299, 7} {
		d.Changed(d.entries[i])
	}
	for i, e := range d.entries {
		if i != 7 && i != 299 {
			d.Changed(e)
		}
	}
	skipped := int(d.Skipped())
	all := d.live(600, time.Second, 700*time.Millisecond, nothing)
	if len(all)+skipped != 300 || len(all) != changesMost || all[0].target != 299 || all[1].target != 7 || all[99].target != 98 {
		t.Errorf("%d traced, %d skipped, first %+v", len(all), skipped, all[:2])
	}
}

// TestEvery: each target is traced again each so often, spread out; never where that is zero.
func TestEvery(t *testing.T) {
	t.Parallel()
	d := newDay(time.Hour, 100)
	all := d.live(4*3600, time.Second, 200*time.Millisecond, nothing)
	count, last, slots := map[int]int{}, map[int]time.Duration{}, map[time.Duration]int{}
	for _, b := range all {
		if first := count[b.target] == 0; first != (b.reason == observation.Start) {
			t.Errorf("trace %d of a target: %+v", count[b.target]+1, b)
		}
		switch gap := b.at - last[b.target]; {
		case count[b.target] == 1 && (gap < 28*time.Minute || gap > 62*time.Minute), // the first were late
			count[b.target] > 1 && (gap < 59*time.Minute || gap > 61*time.Minute):
			t.Errorf("%+v: %v after the one before", b, gap)
		}
		count[b.target]++
		last[b.target] = b.at
		if b.at > 2*time.Hour {
			slots[b.at/(10*time.Minute)]++
		}
	}
	for target := range 100 {
		if n := count[target]; n < 4 || n > 5 {
			t.Errorf("target %d: %d traces in four hours", target, n)
		}
	}
	for slot, n := range slots {
		if n > 60 { // a hundred within half an hour, by chance
			t.Errorf("%d traces in the ten minutes from %v", n, slot*10*time.Minute)
		}
	}
	if n := d.Skipped(); n != 0 {
		t.Errorf("%d skipped", n)
	}
	if all := newDay(0, 100).live(3*3600, time.Second, 0, nothing); len(all) != 100 {
		t.Errorf("%d traces, want each target's first alone", len(all))
	}
}

// TestDueWhileTraced: a target that is due while a change has it traced is not left out: it has its
// turn a minute later.
func TestDueWhileTraced(t *testing.T) {
	t.Parallel()
	d := newDay(time.Minute, 1)
	d.round()
	d.now = d.now.Add(5 * time.Second) // it has waited for its turn
	d.check(t, "the first", "0 start,")
	d.done(0)
	d.Changed(d.entries[0])
	d.now = d.now.Add(time.Minute)
	d.check(t, "the change", "0 change,")
	d.now = d.now.Add(time.Second)
	d.round()
	if n := d.Skipped(); n != 0 {
		t.Errorf("%d skipped", n)
	}
	d.done(0)
	d.now = d.now.Add(time.Minute)
	d.round()
	d.check(t, "a minute later", "0 regular,")
}

// TestBounds: whatever changes when, no more than four run, none of a target is traced twice within
// the minute, and what waits does not grow. Targets change at times that have nothing in common with
// anything.
func TestBounds(t *testing.T) {
	t.Parallel()
	const takes, step = 3100 * time.Millisecond, 300 * time.Millisecond
	d := newDay(time.Minute, 500)
	all := d.live(20_000, step, takes, func(round int) {
		d.Changed(d.entries[round*7%500])
		d.Changed(d.entries[round*11%97])
		if len(d.changes) > changesMost || len(d.others) > len(d.entries) {
			t.Fatalf("round %d: %d changes and %d others wait", round, len(d.changes), len(d.others))
		}
	})
	last := map[int]time.Duration{}
	for i, b := range all {
		if before, traced := last[b.target]; traced && b.at-before < Spacing {
			t.Fatalf("%+v, the one before at %v", b, before)
		}
		if i >= AtOnce && b.at-all[i-AtOnce].at < takes {
			t.Fatalf("five at a time: %+v and %+v", all[i-AtOnce], b)
		}
		last[b.target] = b.at
	}
	if full := int(20_000 * step / takes * AtOnce); len(all) < full*8/10 {
		t.Errorf("%d traces, where %d had room", len(all), full)
	}
	if d.Skipped() == 0 {
		t.Error("nothing is skipped")
	}
}
