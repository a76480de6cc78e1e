package table

import (
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// Column of a table. One that is empty in every row is left out.
type Column struct {
	Title string
	Right bool           // aligned to the right
	Cuts  []cells.Cutter // the first is the best; nil: cells.Cut
}

// Yield is how a column gives way in a table that is too wide.
type Yield struct {
	Column int  // of Table.Columns
	Width  int  // cells; zero: it is left out, unless Kept says what stays of it
	Kept   Kept // of the last column alone
}

// Kept is what is kept of remarks.
type Kept int

// The zero value says nothing about remarks.
const (
	Brief Kept = 1 + iota // what is wrong and why, in few words
	Words                 // what is wrong
	Worst                 // the worst of it
)

// align brings a cell to a width.
func (c Column) align(cell string, width int) string {
	blanks := strings.Repeat(" ", max(width-cells.Width(cell), 0))
	if c.Right {
		return blanks + cell
	}
	return cell + blanks
}
