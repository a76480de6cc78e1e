package rounds

import (
	"sync"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// History is what a watch has seen since it began. It is made by NewHistory.
type History struct {
	plan    []dns_anycast.PlannedQuery
	began   time.Time
	rounds  int   // whole ones
	last    Round // of them, sorted by plan
	rows    []row // of the last round
	targets map[dns_anycast.TargetKey]*targetStats
	changes int // since it began

	mu         sync.Mutex // of what follows: a message may come while a page is drawn
	events     []*event   // the newest first, eventsKept at most
	eventCount int        // since it began
}

// NewHistory begins now.
func NewHistory(plan []dns_anycast.PlannedQuery) *History {
	targets := map[dns_anycast.TargetKey]*targetStats{}
	return &History{plan: plan, began: time.Now(), targets: targets}
}

// Add takes in a round that was not cut short.
func (h *History) Add(r Round) {
	r.Sort(h.plan)
	h.rounds++
	h.last, h.rows = r, r.rows()
	differ := map[string]bool{}
	for _, c := range r.clouds {
		differ[c.Cloud] = c.FamiliesDiffer
	}
	for i := range h.rows {
		one := &h.rows[i]
		one.stats = h.target(one.query.TargetKey)
		one.stats.add(one.query, h.rounds)
		if differ[one.query.Cloud] {
			one.sign = ": IPv4 and IPv6 reach different sites"
		}
	}
	for _, c := range r.changes {
		h.change(c)
	}
	for _, p := range r.paths {
		h.addVia(p)
	}
	for k, s := range h.targets {
		if s.lastRound != h.rounds && k.Address != "" { // a former address of a host name
			delete(h.targets, k)
		}
	}
}

// Rounds is how many there have been.
func (h *History) Rounds() int { return h.rounds }

// Failed reports whether the last round has, or there was none.
func (h *History) Failed() bool { return h.rounds == 0 || h.last.Failed() }

func (h *History) target(k dns_anycast.TargetKey) *targetStats {
	if h.targets[k] == nil {
		h.targets[k] = &targetStats{}
	}
	return h.targets[k]
}

func (h *History) change(c *dns_anycast.ChangeRow) {
	s := h.target(c.TargetKey)
	s.since, s.split = c.At, c.ToInstance == ""
	h.changes++
	h.addChange(c)
}
