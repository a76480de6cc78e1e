package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// row is a line of the table, a cell a column.
type row []string

// columns of the table. Those that say nothing in any row are left out.
var columns = row{"server", "address", "via", "instance", "site", "connect", "time", "rcode", "result"}

const (
	columnConnect = 5
	columnTime    = 6
	columnResult  = 8
)

const (
	red    = "\033[31m"
	yellow = "\033[33m"
	green  = "\033[32m"
	reset  = "\033[0m"
)

// printTable writes points, which are sorted, for a person: clouds together, then one line that sums up.
func printTable(w io.Writer, points []telegraf.Metric, took time.Duration, color bool) error {
	rows := make([]row, len(points))
	widths := make([]int, len(columns))
	for i, m := range points {
		rows[i] = rowOf(m)
		for c, cell := range rows[i] {
			if cell != "" {
				widths[c] = max(widths[c], utf8.RuneCountInString(cell), utf8.RuneCountInString(columns[c]))
			}
		}
	}
	hideUniform(points, rows, widths)
	var b bytes.Buffer
	if len(points) > 0 {
		writeRow(&b, columns, widths, "")
	}
	for i, m := range points {
		if cloud := tag(m, "cloud"); i == 0 && cloud != "" || i > 0 && cloud != tag(points[i-1], "cloud") {
			fmt.Fprintf(&b, "%s\n", cloud)
		}
		shade := ""
		if color {
			shade = colorOf(m)
		}
		writeRow(&b, rows[i], widths, shade)
	}
	fmt.Fprintf(&b, "%s\n", summary(points, took))
	_, err := w.Write(b.Bytes())
	return err
}

// hideUniform drops columns that repeat another: the address where it is what the configuration says, UDP where
// nothing else was asked, and NOERROR where nothing else was said.
func hideUniform(points []telegraf.Metric, rows []row, widths []int) {
	const address, via, rcode = 1, 2, 7
	named, streams, codes := false, false, false
	for i, m := range points {
		a := tag(m, "address")
		named = named || a != "" && !strings.Contains(rows[i][0], a)
		streams = streams || tag(m, "transport") != "udp"
		codes = codes || tag(m, "rcode") != "NOERROR" && tag(m, "rcode") != ""
	}
	for column, wanted := range map[int]bool{address: named, via: streams, rcode: codes} {
		if !wanted {
			widths[column] = 0
		}
	}
}

func rowOf(m telegraf.Metric) row {
	r := row{
		tag(m, "server"), tag(m, "address"), tag(m, "transport"), tag(m, "instance"), tag(m, "site"),
		ms(m, "connect_time_ms"), ms(m, "query_time_ms"), tag(m, "rcode"), tag(m, "result"),
	}
	if cause, ok := m.GetField("error"); ok {
		r[columnResult] += fmt.Sprintf(": %s", cause)
	}
	if isUnexpected(m) {
		r[columnResult] += ", not expected"
	}
	return r
}

func ms(m telegraf.Metric, field string) string {
	v, ok := m.GetField(field)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%.3f ms", v)
}

// writeRow aligns text to the left and times to the right. The shade is the last column's.
func writeRow(b *bytes.Buffer, r row, widths []int, shade string) {
	line := " "
	for c, cell := range r {
		if widths[c] == 0 {
			continue
		}
		fill := strings.Repeat(" ", widths[c]-utf8.RuneCountInString(cell))
		switch c {
		case columnConnect, columnTime:
			line += " " + fill + cell + " "
		case columnResult:
			if shade != "" {
				cell = shade + cell + reset
			}
			line += " " + cell
		default:
			line += " " + cell + fill + " "
		}
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

func colorOf(m telegraf.Metric) string {
	switch answered, _ := m.GetField("answered"); {
	case isUnexpected(m):
		return red
	case tag(m, "result") == "success":
		return green
	case answered == int64(1):
		return yellow
	}
	return red
}

// summary says in one line how the round went.
func summary(points []telegraf.Metric, took time.Duration) string {
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
	return fmt.Sprintf("%s, in %s", text, took.Round(time.Millisecond))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// printPlan writes what --check found.
func printPlan(w io.Writer, file string, plan []dns_anycast.Planned) {
	fmt.Fprintf(w, "%s is valid; a round asks:\n", file)
	width := 0
	for _, p := range plan {
		width = max(width, utf8.RuneCountInString(p.Server))
	}
	for i, p := range plan {
		if i == 0 || p.Cloud != plan[i-1].Cloud {
			fmt.Fprintf(w, "%s\n", p.Cloud)
		}
		fmt.Fprintf(w, "  %-*s  %s  %s\n", width, p.Server, p.Transport, cmp.Or(p.Family, "each address the name has"))
	}
}
