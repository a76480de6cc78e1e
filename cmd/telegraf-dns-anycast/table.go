package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// look is how a table is drawn.
type look struct {
	width int  // cells that a line may take; zero: as many as it takes
	color bool // green, yellow and red
	moves bool // the cursor is moved on where the width of a cell is disputed
}

// row is a line of a table: a cell a column, of which the last may be coloured.
type row struct {
	cloud, sign string // what stands above its rows: a name, and what the cloud as a whole says
	cells       []string
	faults      []fault // for the last cell, where that has to be cut
	shade       string
	failed, bad bool // bad: failed, or what answers cannot be where it says
}

// line is what one row takes on the screen.
type line struct {
	text, tail, shade string
}

const (
	red    = "\033[31m"
	yellow = "\033[33m"
	green  = "\033[32m"
	reset  = "\033[0m"
)

// layOut aligns rows: titles, then each cloud's name above its rows.
func (k look) layOut(rows []row) []line { return k.layOutSome(rows, rows) }

// layOutSome is layOut of some of all rows, as wide as all of them want.
func (k look) layOutSome(all, rows []row) []line {
	if len(rows) == 0 {
		return nil
	}
	widths := k.fit(all)
	cuts := pickCuts(all, widths)
	titles := row{faults: []fault{{word: columns[len(columns)-1].title}}}
	for _, c := range columns {
		titles.cells = append(titles.cells, c.title)
	}
	lines := []line{k.layOutRow(titles, widths, cuts)}
	for i, r := range rows {
		if beginsCloud(rows, i) {
			lines = append(lines, line{text: k.cloudTitle(r)})
		}
		lines = append(lines, k.layOutRow(r, widths, cuts))
	}
	return lines
}

// beginsCloud reports whether a row has its cloud's name above it.
func beginsCloud(rows []row, i int) bool {
	before := row{}
	if i > 0 {
		before = rows[i-1]
	}
	return rows[i].cloud != before.cloud || rows[i].sign != before.sign
}

// cloudTitle cuts a cloud's name before what is said of it.
func (k look) cloudTitle(r row) string {
	if k.width == 0 {
		return r.cloud + r.sign
	}
	return cells.Cut(cells.Cut(r.cloud, max(k.width-cells.Width(r.sign), 8))+r.sign, k.width)
}

func (k look) layOutRow(r row, widths []int, cuts []cells.Cutter) line {
	text, at := " ", 1
	last := len(r.cells) - 1
	for c, cell := range r.cells[:last] {
		if widths[c] == 0 {
			continue
		}
		text += " " + columns[c].align(cuts[c](cell, widths[c]), widths[c]) + " "
		if at += widths[c] + 2; k.moves && cells.Disputed(cell) {
			text += fmt.Sprintf("\033[K\033[%dG", at+1)
		}
	}
	tail := r.cells[last]
	if cells.Width(tail) > widths[last] {
		tail = faultsIn(r.faults, widths[last])
	}
	switch {
	case k.width > 0 && k.width < 3: // not a cell for any column
		return line{}
	case tail == "":
		return line{text: strings.TrimRight(text, " ")}
	}
	return line{text: text + " ", tail: tail, shade: r.shade}
}

// align brings a cell to a width.
func (c column) align(cell string, width int) string {
	blanks := strings.Repeat(" ", max(width-cells.Width(cell), 0))
	if c.right {
		return blanks + cell
	}
	return cell + blanks
}

// String colours the tail of a line.
func (l line) String() string {
	if l.shade == "" {
		return l.text + l.tail
	}
	return l.text + l.shade + l.tail + reset
}

// rowsOf has a row for each target. A column that says what another says is empty.
func (k look) rowsOf(entries []entry) (rows []row) {
	shown := neededColumns(entries)
	for _, e := range entries {
		r := row{cloud: cells.Flat(tag(e.point, "cloud")), faults: e.faults(), failed: e.failed()}
		r.bad = r.failed || e.verdict() == "impossible"
		if k.color {
			r.shade = e.shade()
		}
		for c := range columns {
			text := ""
			if shown[c] {
				text = cells.Flat(columns[c].cell(e))
			}
			r.cells = append(r.cells, text)
		}
		rows = append(rows, r)
	}
	return rows
}

func neededColumns(entries []entry) (needed []bool) {
	for _, c := range columns {
		needed = append(needed, c.needed == nil || slices.ContainsFunc(entries, c.needed))
	}
	return needed
}

// printTable writes a round, which is sorted, for a person: clouds together, then one line that
// sums up.
func printTable(w io.Writer, r round, k look) error {
	var entries []entry
	for _, t := range r.targets() {
		entries = append(entries, entry{shown: t, place: r.place(t.point)})
	}
	lines := append(k.layOut(k.rowsOf(entries)), k.wrap(r.summary(), "  ")...)
	if slices.ContainsFunc(r.queries, hasDistance) {
		lines = append(lines, k.wrap("one answer says near, far or impossible; slow takes several: --watch", "  ")...)
	}
	_, err := io.WriteString(w, textOf(lines))
	return err
}

// wrap breaks what is no table, of which nothing is cut.
func (k look) wrap(text, indent string) []line {
	return asLines(cells.Wrap(text, indent, k.width, len(text)))
}

// textOf ends each line.
func textOf(lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintln(&b, l)
	}
	return b.String()
}

func hasDistance(m telegraf.Metric) bool { return m.HasField("distance_km") }
