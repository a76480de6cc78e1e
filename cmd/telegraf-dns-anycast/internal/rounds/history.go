package rounds

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

const eventsKept = 100

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
	events     []event    // the newest first, eventsKept at most
	eventCount int        // since it began
}

// event is a change, or a message of the plugin's.
type event struct {
	at   time.Time
	text string
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
	for k, s := range h.targets {
		if s.lastRound != h.rounds && k.Address != "" { // a former address of a host name
			delete(h.targets, k)
		}
	}
}

// Rounds is how many there have been.
func (h *History) Rounds() int { return h.rounds }

// Changes is how many there have been of the sites that answer.
func (h *History) Changes() int { return h.changes }

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
	where := c.Server
	if !strings.Contains(where, c.Address) {
		where += " " + c.Address
	}
	if c.Transport != dns_anycast.TransportUDP {
		where += " " + c.Transport
	}
	from, to := siteText(c.From, c.FromInstance), siteText(c.To, c.ToInstance)
	held := c.Held.Round(time.Second)
	h.addEvent(c.At, fmt.Sprintf("%s: %s -> %s, after %s", where, from, to, held))
}

// siteText is a site, with its instance where that says more.
func siteText(site, instance string) string {
	if instance != "" && instance != site {
		return fmt.Sprintf("%s (%s)", site, instance)
	}
	return site
}

// Write takes in a message of the plugin's, as the console writes it.
func (h *History) Write(b []byte) (int, error) {
	h.addEvent(time.Now(), strings.TrimSpace(string(b)))
	return len(b), nil
}

func (h *History) addEvent(at time.Time, text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = slices.Insert(h.events, 0, event{at, text})
	h.events = h.events[:min(len(h.events), eventsKept)]
	h.eventCount++
}

// Events is how many there have been.
func (h *History) Events() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.eventCount
}
