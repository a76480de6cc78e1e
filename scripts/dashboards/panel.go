package main

import (
	"slices"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// question is what a panel of any kind asks, and how it says so.
type question struct {
	id      uint32 // the same on every dashboard: links and alert rules name it
	title   string
	text    string // what is seen, and what to make of it
	empty   string // stands where there is no value
	unit    string // one of Grafana's
	queries []query
	each    []string          // tags: their rows are joined to one, from the first time to the last
	sums    map[string]string // columns: what becomes of theirs where those without one agree
	share   [2]string         // columns: share is the first one divided by the second
	least   string            // the shortest interval that something can be said of, if not a round
	worst   []string          // columns of now: first comes where the first is high, or unknown; then the next
}

// asker is what a panel of any kind has; the SDK's builders share no interface.
type asker[B any] interface {
	Id(id uint32) B
	Title(title string) B
	Description(description string) B
	Datasource(datasource common.DataSourceRef) B
	Interval(interval string) B
	Targets(targets []cog.Builder[variants.Dataquery]) B
	Unit(unit string) B
	NoValue(noValue string) B
	WithOverride(matcher dashboard.MatcherConfig, properties []dashboard.DynamicConfigValue) B
	WithTransformation(transformation dashboard.DataTransformerConfig) B
}

// ask begins a panel. Its intervals, where it has any, are never shorter than a round, so that
// silence is a gap.
func ask[B asker[B]](b B, q question) B {
	var targets []cog.Builder[variants.Dataquery]
	for i, query := range q.queries {
		query.RefID = refID(i)
		targets = append(targets, query)
	}
	b = b.Id(q.id).Title(q.title).Description(fold(q.text)).NoValue(q.empty).Unit(q.unit).
		Datasource(influxDB()).Targets(targets)
	overTime := slices.ContainsFunc(q.queries, func(q query) bool {
		return strings.Contains(q.Query, "$__interval")
	})
	switch {
	case q.least != "":
		b = b.Interval(q.least)
	case overTime:
		b = b.Interval("${round}")
	}
	return b
}

// refID is what Grafana calls the query at i: A, B and so on.
func refID(i int) string { return string(rune('A' + i)) }

// finished is a panel with what its builder cannot say put in afterwards.
type finished struct {
	panel
	finish func(*dashboard.Panel)
}

func (f finished) Build() (dashboard.Panel, error) {
	p, err := f.panel.Build()
	if err == nil {
		f.finish(&p)
	}
	return p, err
}

// legend stands below.
func legend(shown bool) cog.Builder[common.VizLegendOptions] {
	return common.NewVizLegendOptionsBuilder().ShowLegend(shown).
		DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom)
}

// tooltipOfOne is that of what is under the pointer.
func tooltipOfOne() cog.Builder[common.VizTooltipOptions] {
	return common.NewVizTooltipOptionsBuilder().
		Mode(common.TooltipDisplayModeSingle).Sort(common.SortOrderNone)
}

// tooltipOfAll is that of all lines at a time, the highest first.
func tooltipOfAll() cog.Builder[common.VizTooltipOptions] {
	return common.NewVizTooltipOptionsBuilder().
		Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending)
}
