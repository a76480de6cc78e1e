package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
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
	color    bool
	interval time.Duration
	suspend  <-chan os.Signal
	last     string // what was drawn
}

func (s *screen) open() error {
	s.last = ""
	_, err := io.WriteString(s.out, enterScreen+home+clearRest+"asking …")
	return err
}

// close makes the terminal what it was.
func (s *screen) close() { io.WriteString(s.out, leaveScreen) }

// draw shows as much as fits, if that is not what stands there.
func (s *screen) draw(h *history) error {
	width, height, err := term.GetSize(int(s.out.Fd()))
	if err != nil || width < 1 || height < 1 {
		width, height = 80, 24
	}
	var b strings.Builder
	b.WriteString(home)
	for i, l := range h.page(s.interval, s.color, height) {
		if i > 0 {
			b.WriteString("\r\n")
		}
		b.WriteString(l.String() + "\033[K")
	}
	b.WriteString(clearRest)
	if drawn := fmt.Sprint(width, height, b.String()); drawn != s.last {
		s.last = drawn
		_, err = io.WriteString(s.out, b.String())
		return err
	}
	return nil
}

// print writes all of it at the end.
func (s *screen) print(h *history) error {
	var b strings.Builder
	for _, l := range h.table(s.color) {
		b.WriteString(l.String() + "\n")
	}
	for _, l := range h.eventLines() {
		b.WriteString(l.String() + "\n")
	}
	b.WriteString(h.summary() + "\n")
	_, err := io.WriteString(s.out, b.String())
	return err
}

// page is what fits into a number of lines: a title, the table, how the round went, and the newest events. Events get
// what the table leaves, and five lines at least where there are as many.
func (h *history) page(interval time.Duration, color bool, height int) []line {
	title := fmt.Sprintf("every %s, %s since %s; Ctrl-C ends it", interval, count(h.rounds, "round", "rounds"), clock(h.began))
	page := []line{{text: title}}
	events := h.eventLines()
	table := h.table(color)
	room := max(height-2, 0) // but for the title and the sum
	reserved := min(len(events), 6, room/2)
	if fit := room - reserved; len(table) > fit {
		table = h.cut(table, fit)
	}
	page = append(page, table...)
	page = append(page, line{text: h.last.summary()})
	page = append(page, events[:min(len(events), max(height-len(page), 0))]...)
	return page[:min(len(page), height)]
}

// cut leaves room for a line that says what is not shown.
func (h *history) cut(table []line, fit int) []line {
	if fit < 1 {
		return nil
	}
	hidden, failed := 0, 0
	for _, l := range table[fit-1:] {
		if l.tail != "" {
			hidden++
			if l.tail != "success" {
				failed++
			}
		}
	}
	return append(table[:fit-1:fit-1], line{text: fmt.Sprintf("  … and %d more, %d of them with another result than success", hidden, failed)})
}

var watchColumns = []column{
	{title: "server"},
	{title: "address"},
	{title: "via"},
	{title: "instance"},
	{title: "site"},
	{title: "place"},
	{title: "since"},
	{title: "distance", right: true},
	{title: "last", right: true},
	{title: "best", right: true},
	{title: "median", right: true},
	{title: "loss", right: true},
	{title: "verdict"},
	{title: "serial"},
	{title: "lag", right: true},
	{title: "rcode"},
	{title: "result"},
}

// table has a row for each query of the last round.
func (h *history) table(color bool) []line {
	var rows []row
	for _, t := range h.last.targets() {
		rows = append(rows, h.rowOf(t, color))
	}
	hideUniform(h.last.points(), watchColumns, rows)
	return layOut(watchColumns, rows)
}

func (h *history) rowOf(t shown, color bool) row {
	m := t.point
	p := h.target(m)
	site, since, best, median := tag(m, "site"), "", "", ""
	if tag(m, "instance") != "" {
		since = clock(p.since)
		if p.split {
			site = "split"
		}
	}
	if len(p.times) > 0 {
		best, median = fmt.Sprintf("%.3f ms", p.best), fmt.Sprintf("%.3f ms", p.median())
	}
	return row{cloud: h.cloudTitle(tag(m, "cloud")), shade: t.color(color), cells: []string{
		tag(m, "server"), tag(m, "address"), tag(m, "transport"), tag(m, "instance"), site, h.last.place(m), since, km(m),
		ms(m, "query_time_ms"), best, median, p.loss(), verdict(m), t.serials(), t.lags(), tag(m, "rcode"), t.outcome(),
	}}
}

// cloudTitle adds what only the cloud as a whole can say.
func (h *history) cloudTitle(cloud string) string {
	if m := h.clouds[cloud]; m != nil {
		if agree, known := m.GetField("families_agree"); known && agree == int64(0) {
			return cloud + ": IPv4 and IPv6 reach different sites"
		}
	}
	return cloud
}

func (h *history) eventLines() (lines []line) {
	for i, e := range h.events {
		if i == 0 {
			lines = append(lines, line{})
		}
		lines = append(lines, line{text: clock(e.at) + "  " + e.text})
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
