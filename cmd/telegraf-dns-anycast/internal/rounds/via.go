package rounds

import (
	"fmt"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// addVia puts the way of a path behind the change that it was traced for: the last of its target
// before the trace.
func (h *History) addVia(p *dns_anycast.PathRow) {
	way := via(p)
	if way == "" || p.Reason != dns_anycast.ReasonChange {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range h.events {
		if e.changed == p.TargetKey && !e.at.After(p.Began) {
			e.via, e.told = way, false
			return
		}
	}
}

// via is the first hop that tells a path from the one before; empty: there is none, or no path
// before.
func via(p *dns_anycast.PathRow) string {
	switch to := p.ChangedTo; {
	case p.ChangedHop == 0:
		return ""
	case to != "" && to != dns_anycast.Silent:
		return " via " + to
	case to != "" || p.Far:
		return fmt.Sprintf(" via * (hop %d is silent)", p.ChangedHop)
	case p.Reached:
		return fmt.Sprintf(" via * (the server is hop %d)", len(p.Hops))
	}
	return fmt.Sprintf(" via * (silent from hop %d on)", p.ChangedHop)
}
