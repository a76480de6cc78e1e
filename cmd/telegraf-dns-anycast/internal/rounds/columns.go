package rounds

import (
	"fmt"
	"slices"
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// column is one of a table, and what it says of a row.
type column struct {
	table.Column
	of     occasion
	cell   func(row) string
	needed func(row) bool // whether no other column says what its cell does; nil: always
}

// occasion is where a column has something to say. Elsewhere it is empty, and so is left out.
type occasion int

const (
	anyTable occasion = iota
	oneRound          // a round that stands alone
	watching          // a watch: its rows have stats
)

// columnKey is the place of a column in a table, from the left.
type columnKey int

const (
	colServer columnKey = iota
	colAddress
	colVia
	colInstance
	colSite
	colPlace
	colSince
	colDistance
	colConnect
	colTime
	colLast
	colBest
	colMedian
	colLoss
	colVerdict
	colSerial
	colLag
	colRcode
	colResult
)

// cutsOfServer: ports are often all the same, addresses differ at the end, names at the front.
var cutsOfServer = []cells.Cutter{cells.CutServer, cells.CutFront, cells.CutMiddle}

var columns = [...]column{
	colServer: {Column: table.Column{Title: "server", Cuts: cutsOfServer}, cell: row.server},
	colAddress: {
		Column: table.Column{Title: "address", Cuts: cutsOfServer}, cell: row.address,
		needed: row.hasOtherAddress,
	},
	colVia:      {Column: text("via"), cell: row.transport, needed: row.isOverStream},
	colInstance: {Column: text("instance"), cell: row.instance},
	colSite:     {Column: text("site"), cell: row.site},
	colPlace:    {Column: text("place"), cell: row.placeName},
	colSince:    {Column: text("since"), cell: row.since, of: watching},
	colDistance: {Column: number("distance"), cell: row.distance},

	colConnect: {Column: number("connect"), cell: row.connectTime, of: oneRound},
	colTime:    {Column: number("time"), cell: row.queryTime, of: oneRound},
	colLast:    {Column: number("last"), cell: row.queryTime, of: watching},
	colBest:    {Column: number("best"), cell: row.best, of: watching},
	colMedian:  {Column: number("median"), cell: row.median, of: watching},
	colLoss:    {Column: number("loss"), cell: row.loss, of: watching},

	colVerdict: {Column: text("verdict"), cell: row.verdict},
	colSerial:  {Column: text("serial"), cell: row.serials},
	colLag:     {Column: number("lag"), cell: row.lags},
	colRcode:   {Column: text("rcode"), cell: row.rcode, needed: row.hasTellingRcode},
	colResult:  {Column: text("result"), cell: row.outcome},
}

func text(title string) table.Column   { return table.Column{Title: title} }
func number(title string) table.Column { return table.Column{Title: title, Right: true} }

// yields are how columns give way. What says good or bad is the last: the result, then the loss,
// then the verdict. Before them go names that are too long, then place, distance and best, and
// then what the instance and its site say less well. A result may lack causes and the names of
// zones before the names of server and instance are cut; but no other column stays beside one
// that lacks a word, but for the server, which says what the result is about.
var yields = []table.Yield{
	cut(colInstance, 12), cut(colSite, 8), keep(table.Brief),
	leaveOut(colPlace), leaveOut(colDistance), leaveOut(colBest), leaveOut(colSince),
	leaveOut(colMedian), leaveOut(colConnect), leaveOut(colRcode), leaveOut(colSerial),
	cut(colLag, 12), keep(table.Words),
	cut(colAddress, 17), cut(colServer, 17),
	leaveOut(colTime), leaveOut(colLast),
	cut(colInstance, 8), cut(colServer, 12), cut(colAddress, 12),
	leaveOut(colLag), leaveOut(colInstance), leaveOut(colSite),
	cut(colAddress, 8), cut(colServer, 8),
	leaveOut(colAddress), leaveOut(colVia),
	cut(colVerdict, 7), keep(table.Worst), cut(colResult, 8),
	leaveOut(colVerdict), leaveOut(colLoss),
	cut(colServer, 4), leaveOut(colServer), cut(colResult, 1),
}

// cut shortens a column to a width in cells.
func cut(c columnKey, width int) table.Yield { return table.Yield{Column: int(c), Width: width} }

func leaveOut(c columnKey) table.Yield { return table.Yield{Column: int(c)} }

// keep shortens the result to some of its remarks.
func keep(some table.Kept) table.Yield { return table.Yield{Column: int(colResult), Kept: some} }

// tableOf has a line for each row. A column that no row needs is empty.
func tableOf(rows []row) table.Table {
	t := table.Table{Yields: yields}
	var needed [len(columns)]bool
	for i, c := range columns {
		t.Columns = append(t.Columns, c.Column)
		needed[i] = c.needed == nil || slices.ContainsFunc(rows, c.needed)
	}
	for _, r := range rows {
		line := table.Row{
			Group: cells.Flat(r.query.Cloud), Sign: r.sign, Remarks: r.remarks(),
			Shade: r.shade(), Bad: r.bad(), Failed: r.failed(), Cells: make([]string, len(columns)),
		}
		for i, c := range columns {
			if needed[i] && c.of.has(r) {
				line.Cells[i] = cells.Flat(c.cell(r))
			}
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

func (o occasion) has(r row) bool {
	return o == anyTable || (o == watching) == (r.stats != nil)
}

func (r row) server() string      { return r.query.Server }
func (r row) address() string     { return r.query.Address }
func (r row) transport() string   { return r.query.Transport }
func (r row) instance() string    { return r.query.Instance }
func (r row) placeName() string   { return r.place }
func (r row) connectTime() string { return milliseconds(r.query.ConnectTime) }
func (r row) queryTime() string   { return milliseconds(r.query.QueryTime) }
func (r row) best() string        { return milliseconds(r.stats.best) }
func (r row) median() string      { return r.stats.medianText() }
func (r row) loss() string        { return r.stats.loss() }
func (r row) verdict() string     { return r.query.Verdict }
func (r row) rcode() string       { return r.query.Rcode }

// hasOtherAddress: one that is not what the configuration says.
func (r row) hasOtherAddress() bool {
	return r.query.Address != "" && !strings.Contains(r.query.Server, r.query.Address)
}

func (r row) isOverStream() bool { return r.query.Transport != dns_anycast.TransportUDP }

// hasTellingRcode: one that is not what it is most often.
func (r row) hasTellingRcode() bool {
	return r.query.Rcode != dns_anycast.RcodeNoError && r.query.Rcode != ""
}

func (r row) site() string {
	if r.stats != nil && r.stats.split && r.query.Instance != "" {
		return dns_anycast.SiteSplit
	}
	return r.query.Site
}

// since is when what answers now began to.
func (r row) since() string {
	if r.query.Instance == "" {
		return ""
	}
	return clock(r.stats.since)
}

func (r row) distance() string {
	if r.query.DistanceKM == nil {
		return ""
	}
	return fmt.Sprintf("%.0f km", *r.query.DistanceKM)
}
