package main

import (
	"cmp"
	"slices"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// naturalWidths are those of columns that need no cut; zero: no row has a cell there.
func naturalWidths(rows []row) []int {
	widths := make([]int, len(columns))
	for c := range columns {
		for _, r := range rows {
			if r.cells[c] != "" {
				widths[c] = max(widths[c], cells.Width(r.cells[c]), cells.Width(columns[c].title))
			}
		}
	}
	return widths
}

// fit lets columns give way in their turns until a line is no wider than it may be. What those that
// were left out free goes back to those that were cut, first to the last of them.
func (k look) fit(rows []row) []int {
	widths := naturalWidths(rows)
	if k.width == 0 || taken(widths) <= k.width {
		return widths
	}
	type turn struct{ n, column, to int }
	var turns, cuts []turn
	for c := range columns {
		for _, y := range columns[c].yields {
			turns = append(turns, turn{y.turn, c, y.least(rows)})
		}
	}
	slices.SortFunc(turns, func(a, b turn) int { return cmp.Compare(a.n, b.n) })
	for _, t := range turns {
		excess := taken(widths) - k.width
		if excess <= 0 {
			break
		}
		now := widths[t.column]
		if t.to > 0 && now > t.to {
			cuts = append(cuts, turn{column: t.column, to: now})
			widths[t.column] = max(t.to, now-excess)
		}
		if t.to == 0 {
			widths[t.column] = 0
		}
	}
	for _, t := range slices.Backward(cuts) {
		if spare := k.width - taken(widths); widths[t.column] > 0 && spare > 0 {
			widths[t.column] = min(t.to, widths[t.column]+spare)
		}
	}
	return widths
}

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
func pickCuts(rows []row, widths []int) (picked []cells.Cutter) {
	for c := range columns {
		best, most := cells.Cutter(cells.Cut), 0
		for _, by := range columns[c].cuts {
			different := map[string]bool{}
			for _, r := range rows {
				different[by(r.cells[c], widths[c])] = true
			}
			if len(different) > most {
				best, most = by, len(different)
			}
		}
		picked = append(picked, best)
	}
	return picked
}
