package board

import (
	"strconv"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/query"
)

// The tags by which menus find dashboards: those of now, and those of a month. A month would take
// the others minutes to read, and of an hour nobody says how much of a month is left: no menu
// carries the time range from one kind to the other.
const (
	ofNow   = "anycast"
	ofMonth = "service-levels"
)

func (b Board) kind() string {
	if b.Month {
		return ofMonth
	}
	return ofNow
}

func (b Board) menus() []cog.Builder[dashboard.DashboardLink] {
	return []cog.Builder[dashboard.DashboardLink]{
		menu("Dashboards", b.tag(ofNow)).KeepTime(!b.Month),
		menu("Service levels", b.tag(ofMonth)).KeepTime(b.Month),
	}
}

// zone is where its days begin.
func (b Board) zone() string {
	if b.Month {
		return "utc"
	}
	return "browser"
}

func (b Board) from() string {
	switch {
	case b.From != "":
		return b.From
	case b.Month:
		return "now/M"
	case b.Catchments:
		return "now-1d"
	}
	return "now-6h"
}

// refresh is how often it asks anew. A month is long, and its minutes are stored each five minutes,
// as windows are. What rules record for a store of metrics is there each minute.
func (b Board) refresh() string {
	switch {
	case b.Month:
		return "15m"
	case b.Catchments:
		return "5m"
	case b.language() == query.PromQL:
		return "1m"
	}
	return "30s"
}

// minimum is how many vantage points must have asked for a minute to count.
func minimum() variable {
	var values []string
	for _, n := range query.Minimums {
		values = append(values, strconv.Itoa(n))
	}
	return dashboard.NewCustomVariableBuilder("minimum").
		Label("Vantage points, at least").
		Description("A minute counts in which so many asked; in the others nothing is known. " +
			"ICANN wants 20. The report says it with --minimum-vantage-points.").
		Values(dashboard.StringOrMap{String: new(strings.Join(values, ","))}).
		Current(chosen("1"))
}
