package table

import (
	"fmt"
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
)

// Look is how a table is drawn.
type Look struct {
	Width int  // cells that a line may take; zero: as many as it takes
	Color bool // rows are shaded
	Moves bool // the cursor is moved on where the width of a cell is disputed
}

// Shade is the colour of a line's end.
type Shade uint8

// The zero value leaves it as the terminal has it.
const (
	NoShade Shade = iota
	Green
	Yellow
	Red
)

var shadeEscapes = [...]string{Green: "\033[32m", Yellow: "\033[33m", Red: "\033[31m"}

const unshade = "\033[0m"

// Line is one line on the screen.
type Line struct {
	Text  string
	Tail  string // the end of the line, which is shaded
	Shade Shade
}

func (l Line) String() string {
	if l.Shade == NoShade {
		return l.Text + l.Tail
	}
	return l.Text + shadeEscapes[l.Shade] + l.Tail + unshade
}

// Lines makes a line of each text.
func Lines(texts []string) (lines []Line) {
	for _, text := range texts {
		lines = append(lines, Line{Text: text})
	}
	return lines
}

// Wrap breaks text that is no table, of which nothing is cut. Lines after the first are indented.
func (look Look) Wrap(text, indent string) []Line {
	return Lines(cells.Wrap(text, indent, look.Width, len(text)))
}

// Text ends each line.
func Text(lines []Line) string {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintln(&b, l)
	}
	return b.String()
}
