package main

import (
	"fmt"
	"slices"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// fewRows of a table stay, whatever else there is to show.
const fewRows = 3

// layOutIn lays out what fits into a number of lines. Where that is not all, rows that are bad come
// first, and the last line says what is not shown.
func (k look) layOutIn(rows []row, fit int) []line {
	if tableLines(rows) <= fit {
		return k.layOut(rows)
	}
	if fit < 1 {
		return nil
	}
	order := badFirst(rows)
	n := 0
	for n < len(order) && tableLines(order[:n+1]) < fit {
		n++
	}
	failed := countIf(order[n:], func(r row) bool { return r.failed })
	text := fmt.Sprintf("  … and %d more, %d of them with another result than success", len(rows)-n, failed)
	return append(k.layOutSome(rows, order[:n]), asLines(cells.Wrap(text, "", k.width, 1))...)
}

// badFirst keeps the order among those that are bad, and among those that are not.
func badFirst(rows []row) []row {
	order := slices.Clone(rows)
	slices.SortStableFunc(order, func(a, b row) int {
		switch {
		case a.bad && !b.bad:
			return -1
		case b.bad && !a.bad:
			return 1
		}
		return 0
	})
	return order
}

// tableLines is how many lines rows take, with titles and the names of clouds.
func tableLines(rows []row) int {
	if len(rows) == 0 {
		return 0
	}
	n := 1 + len(rows)
	for i := range rows {
		if beginsCloud(rows, i) {
			n++
		}
	}
	return n
}

// leastTable is how many lines a table takes that shows all rows that are bad, and a few in any
// case.
func leastTable(rows []row) int {
	bad := countIf(rows, func(r row) bool { return r.bad })
	n := min(max(bad, fewRows), len(rows))
	least := tableLines(badFirst(rows)[:n])
	if n < len(rows) {
		least++ // what is not shown
	}
	return min(least, tableLines(rows))
}
