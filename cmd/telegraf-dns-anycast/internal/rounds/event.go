package rounds

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

const eventsKept = 100

// event is a change, or a message of the plugin's.
type event struct {
	at      time.Time
	text    string
	changed dns_anycast.TargetKey // of a change
	via     string                // behind it: which way the new path goes
	told    bool                  // by newEventLines
}

func (h *History) addChange(c *dns_anycast.ChangeRow) {
	where := targetText(c.TargetKey)
	if c.Transport != dns_anycast.TransportUDP {
		where += " " + c.Transport
	}
	from, to := siteText(c.From, c.FromInstance), siteText(c.To, c.ToInstance)
	held := c.Held.Round(time.Second)
	text := fmt.Sprintf("%s: %s -> %s, after %s", where, from, to, held)
	h.addEvent(&event{at: c.At, text: text, changed: c.TargetKey})
}

// Write takes in a message of the plugin's, as the console writes it.
func (h *History) Write(b []byte) (int, error) {
	h.addEvent(&event{at: time.Now(), text: strings.TrimSpace(string(b))})
	return len(b), nil
}

func (h *History) addEvent(e *event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = slices.Insert(h.events, 0, e)
	h.events = h.events[:min(len(h.events), eventsKept)]
	h.eventCount++
}

// Events is how many there have been.
func (h *History) Events() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.eventCount
}

// eventLines are the newest events behind an empty line, most of them at most.
func (h *History) eventLines(look table.Look, most int) []table.Line {
	h.mu.Lock()
	defer h.mu.Unlock()
	return linesOf(h.events[:min(len(h.events), most)], look)
}

// newEventLines are those that it has not told, or of which more is known since, likewise.
func (h *History) newEventLines(look table.Look) []table.Line {
	h.mu.Lock()
	defer h.mu.Unlock()
	var untold []*event
	for _, e := range h.events {
		if !e.told {
			untold = append(untold, e)
		}
		e.told = true
	}
	return linesOf(untold, look)
}

func linesOf(events []*event, look table.Look) (lines []table.Line) {
	for i, e := range events {
		if i == 0 {
			lines = append(lines, table.Line{})
		}
		text := clock(e.at) + "  " + cells.Flat(e.text+e.via)
		lines = append(lines, look.Wrap(text, "          ")...)
	}
	return lines
}
