package table

import (
	"fmt"
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// LayOut aligns all rows below the titles of their columns.
func (t Table) LayOut(look Look) []Line { return t.layOut(look, t.Rows) }

// layOut lays out some of the rows, as wide as all of them want.
func (t Table) layOut(look Look, rows []Row) []Line {
	if len(rows) == 0 {
		return nil
	}
	widths := t.fit(look.Width)
	cuts := t.pickCuts(widths)
	titles := Row{Remarks: Remarks{{Word: t.last().Title}}}
	for _, c := range t.Columns {
		titles.Cells = append(titles.Cells, c.Title)
	}
	lines := []Line{t.layOutRow(look, titles, widths, cuts)}
	for i, r := range rows {
		if beginsGroup(rows, i) {
			lines = append(lines, Line{Text: look.groupTitle(r)})
		}
		lines = append(lines, t.layOutRow(look, r, widths, cuts))
	}
	return lines
}

// beginsGroup reports whether a row has its group's name above it.
func beginsGroup(rows []Row, i int) bool {
	before := Row{}
	if i > 0 {
		before = rows[i-1]
	}
	return rows[i].Group != before.Group || rows[i].Sign != before.Sign
}

// groupTitle cuts a group's name before what is said of it.
func (look Look) groupTitle(r Row) string {
	const least = 8 // cells of the name
	if look.Width == 0 {
		return r.Group + r.Sign
	}
	name := cells.Cut(r.Group, max(look.Width-cells.Width(r.Sign), least))
	return cells.Cut(name+r.Sign, look.Width)
}

// layOutRow aligns a row to the widths of the columns, in cells; zero: the column is left out.
func (t Table) layOutRow(look Look, r Row, widths []int, cuts []cells.Cutter) Line {
	text, at := " ", 1
	last := len(r.Cells) - 1
	for c, cell := range r.Cells[:last] {
		if widths[c] == 0 {
			continue
		}
		text += " " + t.Columns[c].align(cuts[c](cell, widths[c]), widths[c]) + " "
		if at += widths[c] + 2; look.Moves && cells.Disputed(cell) {
			text += fmt.Sprintf("\033[K\033[%dG", at+1)
		}
	}
	tail := r.Cells[last]
	if cells.Width(tail) > widths[last] {
		tail = r.Remarks.In(widths[last])
	}
	switch {
	case look.Width > 0 && look.Width < 3: // not a cell for any column
		return Line{}
	case tail == "":
		return Line{Text: strings.TrimRight(text, " ")}
	case look.Color:
		return Line{text + " ", tail, r.Shade}
	}
	return Line{Text: text + " ", Tail: tail}
}
