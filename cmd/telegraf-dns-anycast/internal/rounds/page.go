package rounds

import (
	"fmt"
	"slices"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
)

// Text is a round that has been sorted for a person: clouds together, then one line that sums up.
func (r *Round) Text(look table.Look) string {
	lines := append(tableOf(r.rows()).LayOut(look), look.Wrap(r.summary(), "  ")...)
	if slices.ContainsFunc(r.queries, hasDistance) {
		const hint = "one answer says near, far or impossible; slow takes several: --watch"
		lines = append(lines, look.Wrap(hint, "  ")...)
	}
	return table.Text(lines)
}

// Page is what fits into a number of lines: a title, the table, how the round went, and the newest
// events. Events get what the table leaves, and five lines at least where there are as many, unless
// that hides a row that is bad.
func (h *History) Page(interval time.Duration, look table.Look, height int) []table.Line {
	title := fmt.Sprintf("every %s, %s since %s; Ctrl-C ends it", interval,
		count(h.rounds, "round", "rounds"), clock(h.began))
	page := table.Lines(cells.Wrap(title, "", look.Width, 1))
	sum := table.Lines(cells.Wrap(h.last.summary(), "  ", look.Width, max(height/4, 1)))
	events := h.eventLines(look, height)
	rows := tableOf(h.rows)
	room := max(height-len(page)-len(sum), 0)
	reserved := min(len(events), 6, room/2) // five events and the empty line above them
	reserved = max(min(reserved, room-rows.LeastHeight()), 0)
	page = slices.Concat(page, rows.LayOutIn(look, room-reserved, missing), sum)
	page = append(page, events[:min(len(events), max(height-len(page), 0))]...)
	return page[:min(len(page), height)]
}

// missing says what rows there are beside those that have room.
func missing(rows []table.Row) string {
	failed := countIf(rows, func(r table.Row) bool { return r.Failed })
	const text = "  … and %d more, %d of them with another result than success"
	return fmt.Sprintf(text, len(rows), failed)
}

// RoundText is the last round below the ones before: its table, and what happened since they were
// written, or became known of that.
func (h *History) RoundText(look table.Look) string {
	title := fmt.Sprintf("round %d, %s", h.rounds, clock(time.Now()))
	lines := slices.Concat(look.Wrap(title, ""), h.table(look), look.Wrap(h.last.summary(), "  "),
		h.newEventLines(look))
	return table.Text(lines) + "\n"
}

// Whole is all that there is at the end: the last table, the newest events and the summary.
func (h *History) Whole(look table.Look) string {
	summary := look.Wrap(h.Summary(), "  ")
	return table.Text(slices.Concat(h.table(look), h.eventLines(look, eventsKept), summary))
}

// table has a row for each query of the last round.
func (h *History) table(look table.Look) []table.Line { return tableOf(h.rows).LayOut(look) }

// Summary says in one line how all rounds went.
func (h *History) Summary() string {
	asked, answered := 0, 0
	for _, s := range h.targets {
		asked, answered = asked+s.asked, answered+s.answered
	}
	return fmt.Sprintf("%s in %s: %d of %s answered, %s", count(h.rounds, "round", "rounds"),
		time.Since(h.began).Round(time.Second), answered, count(asked, "query", "queries"),
		count(h.changes, "change", "changes"))
}
