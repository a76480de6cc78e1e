package report

import (
	"fmt"
	"strings"
)

// page is Markdown that grows.
type page struct{ strings.Builder }

// line writes a paragraph.
// paragraph writes one.
func (p *page) paragraph(text string) { p.WriteString(text + "\n\n") }

// paragraphf writes a paragraph as package fmt does.
func (p *page) paragraphf(format string, args ...any) { p.paragraph(fmt.Sprintf(format, args...)) }

func (p *page) list(title string, items []string) {
	p.paragraph(title)
	for _, item := range items {
		fmt.Fprintf(p, "- %s\n", escaped(item))
	}
	p.WriteString("\n")
}

// table writes one with a title, unless it has no rows. Columns whose name ends in a colon are
// numbers.
func (p *page) table(title string, columns []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	p.paragraphf("## %s", title)
	var line []string
	for i, column := range columns {
		name, isNumber := strings.CutSuffix(column, ":")
		columns[i] = name
		if line = append(line, "---"); isNumber {
			line[i] = "---:"
		}
	}
	p.cells(columns)
	p.cells(line)
	for _, row := range rows {
		for i := range row {
			row[i] = escaped(row[i])
		}
		p.cells(row)
	}
	p.WriteString("\n")
}

func (p *page) cells(row []string) { fmt.Fprintf(p, "| %s |\n", strings.Join(row, " | ")) }

// escaped keeps a text in its cell, and a text.
func escaped(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
	return strings.NewReplacer(`\`, `\\`, `|`, `\|`, `<`, `\<`).Replace(text)
}
