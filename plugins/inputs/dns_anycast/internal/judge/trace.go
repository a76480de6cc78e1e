package judge

import (
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// JudgedTrace is a traced path and what it means.
type JudgedTrace struct {
	*observation.Path
	Name      Name  // of the server's answer
	FirstFull bool  // as of Judged
	Turn      *Turn // nil: it is as the path before, or there is none
}

// Turn is where a path differs from the one before.
type Turn struct {
	Hop      int               // the first that differs, from 1 on
	Before   []observation.Hop // of the path before, as Path.Hops
	From, To *observation.Hop  // at Hop, before and now; nil: that path has ended
	After    *observation.Hop  // the last before Hop that both have in common; nil: none
}

// Trace judges a traced path to this target, against the one before. now is about when it was
// traced.
func (p *Path) Trace(o *observation.Path, now time.Time) JudgedTrace {
	j := JudgedTrace{Path: o}
	if o.Reply != nil {
		j.Name, j.FirstFull = p.Cloud.name(o.Reply.Identity, now)
	}
	if o.Local {
		return j
	}
	if before := p.traced; before != nil {
		j.Turn = turn(before, o)
	}
	kept := *o
	kept.Reply = nil // the rest is a kilobyte
	p.traced = &kept
	return j
}

// turn returns where a path differs from the one before; nil: nowhere.
func turn(before, now *observation.Path) *Turn {
	old, fresh := measured(before.Hops), measured(now.Hops)
	n := parts(way{old, before}, way{fresh, now})
	if n == 0 {
		return nil
	}
	t := &Turn{Hop: n, Before: before.Hops}
	for i := range min(n-1, len(old), len(fresh)) {
		if !old[i].Silent() && !fresh[i].Silent() {
			t.After = &fresh[i]
		}
	}
	if n <= len(old) {
		t.From = &old[n-1]
	}
	if n <= len(fresh) {
		t.To = &fresh[n-1]
	}
	return t
}

// measured are the hops whose number is known.
func measured(hops []observation.Hop) []observation.Hop {
	if last := len(hops) - 1; last >= 0 && hops[last].TTL == 0 {
		return hops[:last]
	}
	return hops
}

// way is a path and those of its hops whose number is known.
type way struct {
	hops []observation.Hop
	*observation.Path
}

// open reports whether it goes on in silence, nobody knows how far.
func (w way) open() bool { return len(w.hops) < len(w.Hops) }

// parts is the first hop at which both spoke and differ, or that one of them alone has; zero: none.
func parts(a, b way) int {
	if len(a.hops) > len(b.hops) {
		a, b = b, a
	}
	for i := range a.hops {
		x, y := &a.hops[i], &b.hops[i]
		if !x.Silent() && !y.Silent() && x.Addr != y.Addr {
			return i + 1
		}
	}
	switch {
	case a.open() && (b.open() || b.Reached):
		return 0
	case a.open(): // on and on, beyond the end of b
		return len(b.hops) + 1
	case len(a.hops) < len(b.hops), b.open() && !a.Reached:
		return len(a.hops) + 1
	}
	return 0
}
