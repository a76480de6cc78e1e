package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// What a terminal does on these: DEC private modes, which every terminal of today knows. The alternate screen leaves
// what stood there before; without wrapping, a line that is too long is cut at the edge, however wide its letters are.
const (
	enterScreen = "\033[?1049h\033[?25l\033[?7l"
	leaveScreen = "\033[?7h\033[?25h\033[?1049l"
	home        = "\033[H"
	clearRest   = "\033[J"
)

// screen is the terminal that a watch draws on.
type screen struct {
	out      *os.File
	interval time.Duration
	suspend  <-chan os.Signal
	last     drawn // nothing: zero
}

func (s *screen) open() error {
	s.last = drawn{}
	width, _ := sizeOf(s.out)
	_, err := io.WriteString(s.out, enterScreen+home+clearRest+cells.Cut("asking …", width))
	return err
}

// close makes the terminal what it was.
func (s *screen) close() { io.WriteString(s.out, leaveScreen) }

// drawn is what a page depends on: it is not made again while that is the same.
type drawn struct{ width, height, rounds, events int }

// draw shows as much as fits, if that is not what stands there.
func (s *screen) draw(h *history) error {
	if h.rounds == 0 {
		return nil
	}
	width, height := sizeOf(s.out)
	now := drawn{width, height, h.rounds, h.happenings()}
	if now == s.last {
		return nil
	}
	s.last = now
	text := home
	page := h.page(s.interval, lookFor(s.out), height)
	for i, l := range page { // clearing behind a full line would take its last cell
		if i < len(page)-1 {
			text += clearLine + l.String() + "\r\n"
		} else {
			text += clearRest + l.String()
		}
	}
	_, err := io.WriteString(s.out, text)
	return err
}

// print writes all of it at the end.
func (s *screen) print(h *history) error {
	k := lookFor(s.out)
	_, err := io.WriteString(s.out, textOf(slices.Concat(h.table(k), h.eventLines(k, eventsKept), k.wrap(h.summary(), "  "))))
	return err
}

// page is what fits into a number of lines: a title, the table, how the round went, and the newest
// events. Events get what the table leaves, and five lines at least where there are as many, unless
// that hides a row that is bad.
func (h *history) page(interval time.Duration, k look, height int) []line {
	title := fmt.Sprintf("every %s, %s since %s; Ctrl-C ends it", interval, count(h.rounds, "round", "rounds"), clock(h.began))
	page := asLines(cells.Wrap(title, "", k.width, 1))
	sum := asLines(cells.Wrap(h.last.summary(), "  ", k.width, max(height/4, 1)))
	events := h.eventLines(k, height)
	rows := h.rows(k)
	room := max(height-len(page)-len(sum), 0)
	reserved := min(len(events), 6, room/2)
	reserved = max(min(reserved, room-leastTable(rows)), 0)
	page = slices.Concat(page, k.layOutIn(rows, room-reserved), sum)
	page = append(page, events[:min(len(events), max(height-len(page), 0))]...)
	return page[:min(len(page), height)]
}

// roundText is the last round below the ones before: its table, and the newest changes.
func (h *history) roundText(k look, changes int) string {
	title := fmt.Sprintf("round %d, %s", h.rounds, clock(time.Now()))
	lines := slices.Concat(k.wrap(title, ""), h.table(k), k.wrap(h.last.summary(), "  "))
	if changes > 0 {
		lines = append(lines, h.eventLines(k, changes)...)
	}
	return textOf(lines) + "\n"
}

// table has a row for each query of the last round.
func (h *history) table(k look) []line {
	return k.layOut(h.rows(k))
}

func (h *history) rows(k look) []row {
	var entries []entry
	for _, t := range h.last.targets() {
		entries = append(entries, entry{shown: t, place: h.last.place(t.point), past: h.target(t.point)})
	}
	rows := k.rowsOf(entries)
	for i := range rows {
		rows[i].sign = h.cloudSign(tag(entries[i].point, "cloud"))
	}
	return rows
}

// cloudSign is what only the cloud as a whole can say.
func (h *history) cloudSign(cloud string) string {
	if m := h.clouds[cloud]; m != nil {
		if agree, known := m.GetField("families_agree"); known && agree == int64(0) {
			return ": IPv4 and IPv6 reach different sites"
		}
	}
	return ""
}

// eventLines are the newest events behind an empty line, so many of them at most.
func (h *history) eventLines(k look, most int) (lines []line) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, e := range h.events[:min(len(h.events), most)] {
		if i == 0 {
			lines = append(lines, line{})
		}
		lines = append(lines, k.wrap(clock(e.at)+"  "+cells.Flat(e.text), "          ")...)
	}
	return lines
}

func asLines(texts []string) (lines []line) {
	for _, text := range texts {
		lines = append(lines, line{text: text})
	}
	return lines
}

// clock is a time of today, or of an earlier day with its date.
func clock(t time.Time) string {
	t = t.Local()
	if y, m, d := t.Date(); time.Date(y, m, d, 0, 0, 0, 0, time.Local).AddDate(0, 0, 1).Before(time.Now()) {
		return t.Format("2006-01-02 15:04:05")
	}
	return t.Format("15:04:05")
}
