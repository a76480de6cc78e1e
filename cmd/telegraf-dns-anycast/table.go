package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// column of a table. One that is empty in every row is left out.
type column struct {
	title string
	right bool // aligned to the right
}

// row is a line of a table: a cell a column, of which the last may be coloured.
type row struct {
	cloud string
	cells []string
	shade string // empty: none
}

// line is what one row takes on the screen.
type line struct{ text, tail, shade string }

const (
	red    = "\033[31m"
	yellow = "\033[33m"
	green  = "\033[32m"
	reset  = "\033[0m"
)

// layOut aligns rows, which are sorted by cloud: titles, then each cloud's name above its rows.
func layOut(columns []column, rows []row) []line {
	if len(rows) == 0 {
		return nil
	}
	widths := make([]int, len(columns))
	titles := row{cells: make([]string, len(columns))}
	for c := range columns {
		titles.cells[c] = columns[c].title
		for _, r := range rows {
			if r.cells[c] != "" {
				widths[c] = max(widths[c], utf8.RuneCountInString(r.cells[c]), utf8.RuneCountInString(columns[c].title))
			}
		}
	}
	lines := []line{titles.layOut(columns, widths)}
	for i, r := range rows {
		if i == 0 && r.cloud != "" || i > 0 && r.cloud != rows[i-1].cloud {
			lines = append(lines, line{text: r.cloud})
		}
		lines = append(lines, r.layOut(columns, widths))
	}
	return lines
}

func (r row) layOut(columns []column, widths []int) line {
	text := " "
	last := len(r.cells) - 1
	for c, cell := range r.cells[:last] {
		if widths[c] == 0 {
			continue
		}
		fill := strings.Repeat(" ", widths[c]-utf8.RuneCountInString(cell))
		if columns[c].right {
			text += " " + fill + cell + " "
		} else {
			text += " " + cell + fill + " "
		}
	}
	if r.cells[last] == "" {
		return line{text: strings.TrimRight(text, " ")}
	}
	return line{text + " ", r.cells[last], r.shade}
}

// String colours the tail of a line.
func (l line) String() string {
	if l.shade == "" {
		return l.text + l.tail
	}
	return l.text + l.shade + l.tail + reset
}

var onceColumns = []column{
	{title: "server"},
	{title: "address"},
	{title: "via"},
	{title: "instance"},
	{title: "site"},
	{title: "place"},
	{title: "distance", right: true},
	{title: "connect", right: true},
	{title: "time", right: true},
	{title: "verdict"},
	{title: "serial"},
	{title: "lag", right: true},
	{title: "rcode"},
	{title: "result"},
}

// printTable writes a round, which is sorted, for a person: clouds together, then one line that sums up.
func printTable(w io.Writer, r round, color bool) error {
	var rows []row
	for _, t := range r.targets() {
		m := t.point
		rows = append(rows, row{cloud: tag(m, "cloud"), shade: t.color(color), cells: []string{
			tag(m, "server"), tag(m, "address"), tag(m, "transport"), tag(m, "instance"), tag(m, "site"), r.place(m),
			km(m), ms(m, "connect_time_ms"), ms(m, "query_time_ms"), verdict(m), t.serials(), t.lags(), tag(m, "rcode"), t.outcome(),
		}})
	}
	hideUniform(r.points(), onceColumns, rows)
	var b bytes.Buffer
	for _, l := range layOut(onceColumns, rows) {
		fmt.Fprintln(&b, l)
	}
	fmt.Fprintln(&b, r.summary())
	if countIf(r.queries, hasDistance) > 0 {
		fmt.Fprintln(&b, "one answer says near, far or impossible; slow takes several: --watch")
	}
	_, err := w.Write(b.Bytes())
	return err
}

// hideUniform empties columns that repeat another: the address where it is what the configuration says, UDP where
// nothing else was asked, and NOERROR where nothing else was said.
func hideUniform(points []telegraf.Metric, columns []column, rows []row) {
	named, streams, codes := false, false, false
	for _, m := range points {
		a := tag(m, "address")
		named = named || a != "" && !strings.Contains(tag(m, "server"), a)
		streams = streams || tag(m, "transport") != "udp"
		codes = codes || tag(m, "rcode") != "NOERROR" && tag(m, "rcode") != ""
	}
	wanted := map[string]bool{"address": named, "via": streams, "rcode": codes}
	for c := range columns {
		if show, judged := wanted[columns[c].title]; judged && !show {
			for _, r := range rows {
				r.cells[c] = ""
			}
		}
	}
}

// outcome is the result, with its cause.
func outcome(m telegraf.Metric) string {
	text := tag(m, "result")
	if cause, ok := m.GetField("error"); ok {
		text += fmt.Sprintf(": %s", cause)
	}
	if isUnexpected(m) {
		text += ", not expected"
	}
	return text
}

func ms(m telegraf.Metric, field string) string {
	v, ok := m.GetField(field)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%.3f ms", v)
}

func hasDistance(m telegraf.Metric) bool { return m.HasField("distance_km") }

func km(m telegraf.Metric) string {
	v, ok := m.GetField("distance_km")
	if !ok {
		return ""
	}
	return fmt.Sprintf("%.0f km", v)
}

func verdict(m telegraf.Metric) string {
	v, _ := m.GetField("verdict")
	s, _ := v.(string)
	return s
}

// colorWanted reports whether the terminal takes colour, and its owner likes it: https://no-color.org
func colorWanted() bool { return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" }

func colorOf(m telegraf.Metric, color bool) string {
	answered, _ := m.GetField("answered")
	switch {
	case !color:
		return ""
	case isUnexpected(m), answered == int64(1) && m.Name() == "dns_anycast_soa" && isFailure(m):
		return red
	case tag(m, "result") == "success":
		return green
	case answered == int64(1):
		return yellow
	}
	return red
}

// summary says in one line how the round went.
func (r *round) summary() string {
	points := r.queries
	type who struct{ cloud, name string }
	instances, sites := map[who]bool{}, map[who]bool{}
	counts := map[string]int{}
	answered, unexpected := 0, 0
	for _, m := range points {
		if isUnexpected(m) {
			unexpected++
		}
		if v, _ := m.GetField("answered"); v == int64(1) {
			answered++
		}
		counts[tag(m, "result")]++
		if name := tag(m, "instance"); name != "" {
			instances[who{tag(m, "cloud"), name}] = true
		}
		if site := tag(m, "site"); site != "" {
			sites[who{tag(m, "cloud"), site}] = true
		}
	}
	text := fmt.Sprintf("%d of %s answered, %s", answered, count(len(points), "query", "queries"), count(len(instances), "instance", "instances"))
	if len(sites) > 0 {
		text += fmt.Sprintf(" at %s", count(len(sites), "site", "sites"))
	}
	for _, result := range dns_anycast.Results() {
		if n := counts[result]; n > 0 && result != "success" {
			text += fmt.Sprintf(", %d %s", n, result)
		}
	}
	if unexpected > 0 {
		text += fmt.Sprintf(", %d not expected", unexpected)
	}
	if bad := countIf(r.zones, isFailure); bad > 0 {
		text += fmt.Sprintf(", %d of %s failed", bad, count(len(r.zones), "zone query", "zone queries"))
	}
	return fmt.Sprintf("%s, in %s", text, r.took.Round(time.Millisecond))
}

func countIf(points []telegraf.Metric, is func(telegraf.Metric) bool) (n int) {
	for _, m := range points {
		if is(m) {
			n++
		}
	}
	return n
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// planText says what --check found.
func planText(file string, plan []dns_anycast.Planned) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is valid; a round asks:\n", file)
	width := 0
	for _, p := range plan {
		width = max(width, utf8.RuneCountInString(p.Server))
	}
	for i, p := range plan {
		if i == 0 || p.Cloud != plan[i-1].Cloud {
			fmt.Fprintf(&b, "%s\n", p.Cloud)
		}
		line := fmt.Sprintf("  %-*s  %s  %s", width, p.Server, p.Transport, cmp.Or(p.Family, "each address the name has"))
		if p.Zone != "" {
			line += "  zone " + p.Zone
		}
		fmt.Fprintln(&b, line)
	}
	return b.String()
}
