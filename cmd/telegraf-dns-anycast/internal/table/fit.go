package table

import (
	"slices"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// naturalWidths are those of columns that need no cut, in cells; zero: no row has a cell there.
func (t Table) naturalWidths() []int {
	widths := make([]int, len(t.Columns))
	for c := range t.Columns {
		for _, r := range t.Rows {
			if r.Cells[c] != "" {
				widths[c] = max(widths[c], cells.Width(r.Cells[c]), cells.Width(t.Columns[c].Title))
			}
		}
	}
	return widths
}

// fit lets columns give way in their order until a line is no wider than most cells; zero: it may
// be as wide as it is. What those that were left out free goes back to those that were cut, first
// to the last of them.
func (t Table) fit(most int) []int {
	widths := t.naturalWidths()
	if most == 0 || taken(widths) <= most {
		return widths
	}
	type cut struct{ column, before int }
	var cuts []cut
	for _, y := range t.Yields {
		excess := taken(widths) - most
		if excess <= 0 {
			break
		}
		now, to := widths[y.Column], t.width(y)
		switch {
		case to == 0:
			widths[y.Column] = 0
		case now > to:
			cuts = append(cuts, cut{y.Column, now})
			widths[y.Column] = max(to, now-excess)
		}
	}
	for _, c := range slices.Backward(cuts) {
		if spare := most - taken(widths); widths[c.column] > 0 && spare > 0 {
			widths[c.column] = min(c.before, widths[c.column]+spare)
		}
	}
	return widths
}

// Width is how many cells a line takes of which nothing gives way.
func (t Table) Width() int { return taken(t.naturalWidths()) }

// taken is how many cells a line takes: two blanks before each column.
func taken(widths []int) (sum int) {
	for _, w := range widths {
		if w > 0 {
			sum += 2 + w
		}
	}
	return sum
}

// pickCuts picks for each column how its cells are cut: so that as many as can be are still told
// apart.
func (t Table) pickCuts(widths []int) (picked []cells.Cutter) {
	for c, column := range t.Columns {
		best, most := cells.Cutter(cells.Cut), 0
		for _, by := range column.Cuts {
			different := map[string]bool{}
			for _, r := range t.Rows {
				different[by(r.Cells[c], widths[c])] = true
			}
			if len(different) > most {
				best, most = by, len(different)
			}
		}
		picked = append(picked, best)
	}
	return picked
}

// width is how many cells a column that gives way keeps; zero: it is left out.
func (t Table) width(y Yield) int {
	if y.Kept == 0 {
		return y.Width
	}
	n := cells.Width(t.last().Title)
	for _, r := range t.Rows {
		n = max(n, r.width(y.Kept))
	}
	return n
}

// width is how many cells the last cell takes with what is kept of its remarks.
func (r Row) width(kept Kept) int {
	said := slices.Clone(r.Remarks)
	if kept == Worst {
		said = said[:min(len(said), 1)]
	}
	for i := range said {
		if kept != Brief {
			said[i] = Remark{Word: said[i].Word}
		}
	}
	return min(cells.Width(r.Cells[len(r.Cells)-1]), said.width())
}
