package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

const (
	timesKept  = 500 // of each target, for its median
	eventsKept = 100
)

// history is what a watch has seen since it began.
type history struct {
	plan    []dns_anycast.PlannedQuery
	began   time.Time
	rounds  int   // whole ones
	last    round // of them, sorted by plan
	clouds  map[string]telegraf.Metric
	targets map[targetKey]*past
	changed int // changes since it began

	mu     sync.Mutex // of what follows: a message may come while a page is drawn
	events []event    // the newest first
	told   int        // how many there have been
}

// past is what is known of one target.
type past struct {
	asked, answered int
	best            float64   // ms; zero: never
	times           []float64 // ms, the last timesKept
	oldest          int       // of times, once that is full
	since           time.Time // when the place that answers now began to; zero: nobody has answered
	split           bool
	seen            int // the last round that asked it
}

// event is a change, or a message of the plugin's.
type event struct {
	at   time.Time
	text string
}

func newHistory(plan []dns_anycast.PlannedQuery) *history {
	return &history{plan: plan, began: time.Now(), targets: map[targetKey]*past{}}
}

// round runs one, passes its points on, and takes them in unless it was cut short.
func (h *history) round(ctx context.Context, d *dns_anycast.DNSAnycast, emit func(telegraf.Metric)) {
	if r := ask(ctx, d, emit); ctx.Err() == nil {
		h.add(r)
	}
}

// ask runs a round and passes its points on.
func ask(ctx context.Context, d *dns_anycast.DNSAnycast, emit func(telegraf.Metric)) round {
	r := round{placeName: d.PlaceName}
	began := time.Now()
	d.Round(ctx, func(m telegraf.Metric) {
		r.add(m)
		emit(m)
	})
	r.took = time.Since(began)
	return r
}

func (h *history) add(r round) {
	r.sort(h.plan)
	h.rounds++
	h.last, h.clouds = r, map[string]telegraf.Metric{}
	for _, m := range r.points() {
		h.target(m).add(m, h.rounds)
	}
	for _, m := range r.sums {
		switch m.Name() {
		case "dns_anycast_change":
			h.change(m)
		case "dns_anycast_cloud":
			h.clouds[tag(m, "cloud")] = m
		}
	}
	for k, p := range h.targets {
		if p.seen != h.rounds && k.address != "" { // a former address of a host name
			delete(h.targets, k)
		}
	}
}

func (h *history) target(m telegraf.Metric) *past {
	k := keyOf(m)
	if h.targets[k] == nil {
		h.targets[k] = &past{}
	}
	return h.targets[k]
}

func (p *past) add(m telegraf.Metric, round int) {
	p.seen = round
	answered, asked := m.GetField("answered")
	if !asked {
		return
	}
	p.asked++
	if answered == int64(1) {
		p.answered++
	}
	if tag(m, "instance") != "" && p.since.IsZero() {
		p.since = m.Time()
	}
	v, _ := m.GetField("query_time_ms")
	ms, timed := v.(float64)
	if !timed {
		return
	}
	if p.best == 0 || ms < p.best {
		p.best = ms
	}
	if len(p.times) < timesKept {
		p.times = append(p.times, ms)
		return
	}
	p.times[p.oldest] = ms
	p.oldest = (p.oldest + 1) % timesKept
}

func (p *past) median() float64 {
	sorted := slices.Sorted(slices.Values(p.times))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}

// loss is 1 - mean(answered), in percent; empty where nothing could be asked.
func (p *past) loss() string {
	if p.asked == 0 {
		return ""
	}
	lost := p.asked - p.answered
	percent := 100 * float64(lost) / float64(p.asked)
	if lost > 0 && percent < 0.1 {
		return "<0.1 %"
	}
	return fmt.Sprintf("%.1f %%", percent)
}

func (h *history) change(m telegraf.Metric) {
	p := h.target(m)
	_, named := m.GetField("to_instance")
	p.since, p.split = m.Time(), !named
	h.changed++
	where := tag(m, "server")
	if a := tag(m, "address"); !strings.Contains(where, a) {
		where += " " + a
	}
	if tag(m, "transport") != "udp" {
		where += " " + tag(m, "transport")
	}
	held, _ := m.GetField("held_s")
	seconds, _ := held.(float64)
	h.happened(m.Time(), fmt.Sprintf("%s: %s -> %s, after %s", where, side(m, "from"), side(m, "to"),
		time.Duration(seconds*float64(time.Second)).Round(time.Second)))
}

// side is the site before or after a change, with its instance where that says more.
func side(m telegraf.Metric, name string) string {
	place, _ := m.GetField(name)
	if instance, ok := m.GetField(name + "_instance"); ok && instance != place {
		return fmt.Sprintf("%s (%s)", place, instance)
	}
	return fmt.Sprint(place)
}

// Write takes in a message of the plugin's, as the console writes it.
func (h *history) Write(b []byte) (int, error) {
	h.happened(time.Now(), strings.TrimSpace(string(b)))
	return len(b), nil
}

func (h *history) happened(at time.Time, text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = slices.Insert(h.events, 0, event{at, text})
	h.events = h.events[:min(len(h.events), eventsKept)]
	h.told++
}

func (h *history) happenings() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.told
}
