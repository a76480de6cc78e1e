package rounds

import (
	"fmt"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

const (
	partsMark = ">" // of the first hop that tells two paths apart
	fullTTL   = "…" // in place of a hop's number
)

// Columns of paths, from the left. Those of the second path stand behind those of the first.
const (
	colMark = iota
	colHop
	colHopAddress
	colHopTime
	colHopAS
	colHopSays
	pathColumns
)

// hopYields are how the columns of one path give way. What a hop says the head of the path says too.
var hopYields = []table.Yield{
	{Column: colHopSays, Width: 12},
	{Column: colHopSays},
	{Column: colHopAS},
	{Column: colHopAddress, Width: 8},
	{Column: colHopTime},
	{Column: colHopAddress, Width: 4},
	{Column: colMark},
	{Column: colHop},
	{Column: colHopAddress},
}

// hopTable has a line for each hop of a path, or of two beside each other. A mark stands at a hop;
// zero: none.
func hopTable(paths []*path, mark int) table.Table {
	t := table.Table{Columns: []table.Column{{}, number("hop")}}
	most, full := 0, false
	for _, p := range paths {
		title := "address"
		if len(paths) > 1 {
			title = familyText(p.Family)
		}
		t.Columns = append(t.Columns, table.Column{Title: title, Cuts: cutsOfServer},
			number("time"), text("AS"), text("says"))
		most, full = max(most, len(p.hops)), full || p.full != nil
	}
	if len(paths) == 1 {
		t.Yields = hopYields
	}
	for hop := 1; hop <= most; hop++ {
		sign := ""
		if hop == mark {
			sign = partsMark
		}
		t.Rows = append(t.Rows, hopLine(sign, fmt.Sprint(hop), paths, func(p *path) []string {
			return p.hopCells(hop)
		}))
	}
	if full {
		t.Rows = append(t.Rows, hopLine("", fullTTL, paths, (*path).fullCells))
	}
	return t
}

func hopLine(sign, hop string, paths []*path, of func(*path) []string) table.Row {
	r := table.Row{Cells: []string{sign, hop}}
	for _, p := range paths {
		r.Cells = append(r.Cells, of(p)...)
	}
	for i, cell := range r.Cells {
		r.Cells[i] = cells.Flat(cell)
	}
	r.Remarks = table.Remarks{{Word: r.Cells[len(r.Cells)-1]}}
	return r
}

// hopCells are address, time, AS and what a hop says, from 1 on.
func (p *path) hopCells(hop int) []string {
	if hop > len(p.hops) {
		return make([]string, pathColumns-colHopAddress)
	}
	return cellsOf(p.hops[hop-1], p.says(hop))
}

func (p *path) fullCells() []string {
	switch {
	case p.full == nil:
		return make([]string, pathColumns-colHopAddress)
	case p.Far:
		return cellsOf(p.full, p.answerer())
	case p.full.Said == "":
		return cellsOf(p.full, "time exceeded")
	}
	return cellsOf(p.full, p.full.Said)
}

func cellsOf(h *dns_anycast.HopRow, says string) []string {
	if h == nil {
		return []string{dns_anycast.Silent, "", "", ""}
	}
	as := ""
	if h.ASN > 0 {
		as = fmt.Sprintf("AS%d", h.ASN)
	}
	return []string{h.Address, milliseconds(h.Time), as, says}
}

// says is who answers at a hop, or what ICMP said there.
func (p *path) says(hop int) string {
	switch h := p.hops[hop-1]; {
	case h == nil:
		return ""
	case p.isServer(hop):
		return p.answerer()
	default:
		return h.Said
	}
}
