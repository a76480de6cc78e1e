package table

import (
	"slices"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// fewRows of a table stay, whatever else there is to show.
const fewRows = 3

// LayOutIn lays out what fits into a number of lines. Where that is not all, rows that are bad come
// first, and the last line is what missing says of those that are not there.
func (t Table) LayOutIn(look Look, height int, missing func([]Row) string) []Line {
	if countLines(t.Rows) <= height {
		return t.LayOut(look)
	}
	if height < 1 {
		return nil
	}
	order := badFirst(t.Rows)
	n := 0
	for n < len(order) && countLines(order[:n+1]) < height {
		n++
	}
	last := cells.Wrap(missing(order[n:]), "", look.Width, 1)
	return append(t.layOut(look, order[:n]), Lines(last)...)
}

// badFirst keeps the order among rows that are bad, and among those that are not.
func badFirst(rows []Row) []Row {
	order := slices.Clone(rows)
	slices.SortStableFunc(order, func(a, b Row) int {
		switch {
		case a.Bad && !b.Bad:
			return -1
		case b.Bad && !a.Bad:
			return 1
		}
		return 0
	})
	return order
}

// countLines is how many lines rows take, with titles and the names of groups.
func countLines(rows []Row) int {
	if len(rows) == 0 {
		return 0
	}
	n := 1 + len(rows)
	for i := range rows {
		if beginsGroup(rows, i) {
			n++
		}
	}
	return n
}

// LeastHeight is how many lines a table takes that shows all rows that are bad, and a few in any
// case.
func (t Table) LeastHeight() int {
	bad := 0
	for _, r := range t.Rows {
		if r.Bad {
			bad++
		}
	}
	n := min(max(bad, fewRows), len(t.Rows))
	least := countLines(badFirst(t.Rows)[:n])
	if n < len(t.Rows) {
		least++ // what is not shown
	}
	return min(least, countLines(t.Rows))
}
