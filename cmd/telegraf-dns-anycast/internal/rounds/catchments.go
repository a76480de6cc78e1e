package rounds

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// Catchments are what probes of RIPE Atlas were answered, address by address.
type Catchments []dns_anycast.Catchment

// Points are those of each address, that of all votes first.
func (all Catchments) Points() (points []telegraf.Metric) {
	for _, c := range all {
		points = append(points, c.Points...)
	}
	return points
}

// Text is what a person sees of them: each address below an empty line.
func (all Catchments) Text(look table.Look) string {
	var lines []table.Line
	for i := range all {
		if i > 0 {
			lines = append(lines, table.Line{})
		}
		lines = append(lines, layOutCatchment(&all[i], look)...)
	}
	return table.Text(lines)
}

func layOutCatchment(c *dns_anycast.Catchment, look table.Look) []table.Line {
	var sum *dns_anycast.CatchmentRow
	sites := table.Table{Columns: siteColumns, Yields: siteYields}
	for _, m := range c.Points {
		row := dns_anycast.ReadRow(m)
		if row.Catchment != nil {
			sum = row.Catchment
		}
		if s := row.CatchmentSite; s != nil {
			sites.Rows = append(sites.Rows, siteLine(s, c.Places[s.Site]))
		}
	}
	lines := look.Wrap(cells.Flat(catchmentHead(sum, c.Until)), "  ")
	if len(sites.Rows) > 0 {
		lines = append(lines, sites.LayOut(look)...)
	}
	if len(c.Foreign) > 0 {
		lines = append(lines, look.Wrap("foreign: "+foreignText(c.Foreign), "  ")...)
	}
	return append(lines, look.Wrap(catchmentSummary(sum), "  ")...)
}

// Columns of sites, from the left.
const (
	colSiteName = iota
	colSitePlace
	colSiteProbes
	colSiteShare
	colSiteShareAS
	colSiteP50
	colSiteP90
	colSiteNearest
)

var siteColumns = []table.Column{
	{Title: "site", Cuts: []cells.Cutter{cells.CutMiddle}},
	text("place"), number("probes"), number("share"),
	number("by AS"), number("p50"), number("p90"), number("nearest"),
}

var siteYields = []table.Yield{
	{Column: colSitePlace, Width: 8},
	{Column: colSiteP90},
	{Column: colSitePlace},
	{Column: colSiteShareAS},
	{Column: colSiteName, Width: 8},
	{Column: colSiteNearest},
	{Column: colSiteP50},
	{Column: colSiteShare},
}

func siteLine(s *dns_anycast.CatchmentSiteRow, place string) table.Row {
	nearest := ""
	if s.Nearest != nil {
		nearest = fmt.Sprint(*s.Nearest)
	}
	r := table.Row{Cells: []string{
		cells.Flat(s.Site), cells.Flat(place), fmt.Sprint(s.Probes), percent(s.Share), percent(s.ShareAS),
		tenths(s.P50), tenths(s.P90), nearest,
	}}
	r.Remarks = table.Remarks{{Word: nearest}}
	return r
}

// catchmentHead says which address was asked, and when.
func catchmentHead(c *dns_anycast.CatchmentRow, until time.Time) string {
	head := c.Server
	if c.Address != "" && c.Address != c.Server {
		head += " " + c.Address
	}
	if c.Cloud != "" {
		head += fmt.Sprintf(" (cloud %s)", c.Cloud)
	}
	head += fmt.Sprintf(": RIPE Atlas, over %s", strings.ToUpper(c.Transport))
	if c.Measurement != "" {
		head += ", measurement " + c.Measurement
	}
	const format = "2006-01-02 15:04:05"
	return head + ", from " + c.Began.UTC().Format(format) + " to " + until.UTC().Format(format) + " UTC"
}

// mostForeign is how many names of others are told.
const mostForeign = 10

func foreignText(all []dns_anycast.ForeignName) string {
	var parts []string
	for i, f := range all {
		if i == mostForeign {
			parts = append(parts, fmt.Sprintf("and %s", count(len(all)-i, "more", "more")))
			break
		}
		parts = append(parts, fmt.Sprintf("%s %d", cells.Flat(cmp.Or(f.Name, f.Rcode)), f.Probes))
	}
	return strings.Join(parts, ", ")
}

// catchmentSummary sums an address up in one line.
func catchmentSummary(c *dns_anycast.CatchmentRow) string {
	parts := []string{
		fmt.Sprintf("%s, %d of %d asked answered", count(c.Probes, "probe", "probes"), c.Answered, c.Asked),
		fmt.Sprintf("%d named %s", c.Named, count(c.Sites, "site", "sites")),
	}
	tell := func(n int, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, what))
		}
	}
	if c.Foreign != nil {
		tell(*c.Foreign, "foreign")
	}
	tell(c.Timeout, "timeout")
	tell(c.Unreachable, "unreachable")
	tell(c.Invalid, "invalid")
	if c.P50 > 0 {
		parts = append(parts, fmt.Sprintf("p50 %s, p90 %s", tenths(c.P50), tenths(c.P90)))
	}
	if c.NearestShare != nil {
		parts = append(parts, percent(c.NearestShare)+" at their nearest site")
	}
	if c.FarShare != nil {
		parts = append(parts, percent(c.FarShare)+" far")
	}
	tell(c.Moved, "moved")
	tell(c.Misplaced, "misplaced")
	tell(c.Duplicates, "results came twice")
	tell(c.Unsynced, "results of unset clocks")
	tell(c.Broken, "lines not readable")
	return strings.Join(slices.Clip(parts), "; ")
}

// percent is empty where nothing was measured.
func percent(share *float64) string {
	if share == nil {
		return ""
	}
	return fmt.Sprintf("%.1f %%", 100**share)
}
