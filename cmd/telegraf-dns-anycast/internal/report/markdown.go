package report

import (
	"fmt"
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/slo"
)

// markdownText is a page: what is met and what is not, then all rows.
func markdownText(r *slo.Report) string {
	var p page
	p.line("# Service levels, %s", r.Month)
	p.line("%s to %s (UTC): %s minutes. %s", dateTime(r.From), dateTime(r.To), number(r.Minutes), profileText(r))
	p.summary(r)
	p.services(r)
	p.addresses(r)
	p.updates(r)
	p.incidents(r)
	p.vantagePoints(r)
	p.maintenances(r)
	if len(r.Notes) > 0 {
		p.list("## Notes", r.Notes)
	}
	p.method(r)
	return p.String()
}

func profileText(r *slo.Report) string {
	if r.Profile == slo.RSSAC047 {
		return "Profile `rssac047` (RSSAC047, root servers)."
	}
	minimum := "A minute counts when at least one vantage point asked."
	if n := r.MinimumVantagePoints; n > 1 {
		minimum = fmt.Sprintf("A minute counts when at least %s vantage points asked.", number(n))
	}
	return "Profile `icann` (Specification 10 of ICANN's registry agreements). " + minimum
}

// page is Markdown that grows.
type page struct{ strings.Builder }

// line writes a paragraph.
func (p *page) line(format string, args ...any) { fmt.Fprintf(p, format+"\n\n", args...) }

func (p *page) list(title string, items []string) {
	p.line("%s", title)
	for _, item := range items {
		fmt.Fprintf(p, "- %s\n", escaped(item))
	}
	p.WriteString("\n")
}

func (p *page) summary(r *slo.Report) {
	switch {
	case r.Met == nil:
		p.line("**The data do not suffice**: %s.", escaped(r.Why()))
	case *r.Met:
		p.line("**Every level is met.**")
	default:
		p.line("**A level is missed.**")
	}
	var missed, unknown []string
	met := 0
	for _, l := range r.Levels() {
		switch text := fmt.Sprintf("%s: %s (level: %s)", l.What, l.Value, l.Want); {
		case l.Met == nil:
			unknown = append(unknown, text)
		case *l.Met:
			met++
		default:
			missed = append(missed, text)
		}
	}
	p.line("Levels met: %d; missed: %d; not judged: %d.", met, len(missed), len(unknown))
	if len(missed) > 0 {
		p.list("Missed:", missed)
	}
	if len(unknown) > 0 {
		p.list("Not judged, since too little was measured:", unknown)
	}
}

// table writes one with a title, unless it has no rows. Columns whose name ends in a colon are
// numbers.
func (p *page) table(title string, columns []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	p.line("## %s", title)
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
