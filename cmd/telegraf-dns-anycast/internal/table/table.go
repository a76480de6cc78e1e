// Package table lays out tables that fit a terminal: which columns are cut and left out where there
// is no room, and which rows. It knows no DNS.
//
// Reading order: table.go and column.go (what a table holds), remark.go (what the last cell says in
// less room), fit.go (how wide each column is), layout.go (rows become lines), page.go (which rows
// have room), look.go (lines, as they are drawn).
package table

// Table has the rows of a group below each other, under the group's name.
type Table struct {
	Columns []Column // the last has the results
	Rows    []Row
	Yields  []Yield // in their order, as far as needed
}

// Row has a cell for each column.
type Row struct {
	Group, Sign string // the name that stands above its rows, and what is said behind it
	Cells       []string
	Remarks     Remarks // the last cell, where that has to be cut
	Shade       Shade   // of the last cell
	Bad         bool    // it comes first where not all rows have room
	Failed      bool    // for callers that count rows: the table does not read it
}

func (t Table) last() Column { return t.Columns[len(t.Columns)-1] }
