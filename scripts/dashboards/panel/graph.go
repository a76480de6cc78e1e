package panel

import (
	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"telegraf-dns-anycast/scripts/dashboards/field"
)

// Lines is a line for each series, with gaps where nothing was measured.
func Lines(q Question) *timeseries.PanelBuilder {
	return ask(timeseries.NewPanelBuilder(), q).
		ColorScheme(field.ByName()).
		DrawStyle(common.GraphDrawStyleLine).LineInterpolation(common.LineInterpolationLinear).
		LineWidth(1).FillOpacity(0).
		ShowPoints(common.VisibilityModeAuto).PointSize(4).
		SpanNulls(never()).
		Legend(legend(true)).Tooltip(tooltipOfAll())
}

// Steps is Lines for what keeps its value until the next.
func Steps(q Question) *timeseries.PanelBuilder {
	return Lines(q).LineInterpolation(common.LineInterpolationStepAfter)
}

// Bars are counts of an interval, on top of each other; label says what is counted.
func Bars(q Question, label string) *timeseries.PanelBuilder {
	return ask(timeseries.NewPanelBuilder(), q).
		ColorScheme(field.ByName()).
		DrawStyle(common.GraphDrawStyleBars).BarAlignment(common.BarAlignmentCenter).
		Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A")).
		LineWidth(0).FillOpacity(80).
		ShowPoints(common.VisibilityModeNever).
		SpanNulls(never()).
		AxisLabel(label).Min(0).
		Legend(legend(true)).Tooltip(tooltipOfAll())
}

// Parts are Bars of which each stack is as high as all others: the whole of an interval.
func Parts(q Question, label string) *timeseries.PanelBuilder {
	return Bars(q, label).Stacking(common.NewStackingConfigBuilder().
		Mode(common.StackingModePercent).Group("A"))
}

// never draws over silence.
func never() common.BoolOrFloat64 {
	no := false
	return common.BoolOrFloat64{Bool: &no}
}

// Figure is one number in the colour of the step that it has reached, grey where there is none.
func Figure(q Question, t field.Thresholds) *stat.PanelBuilder {
	return figure(q).ColorScheme(field.ByThresholds()).Thresholds(t)
}

// Figures are a number for each field, under its name.
func Figures(q Question) *stat.PanelBuilder {
	return figure(q).ColorScheme(field.Always(field.Plain)).
		TextMode(common.BigValueTextModeValueAndName)
}

func figure(q Question) *stat.PanelBuilder {
	return ask(stat.NewPanelBuilder(), q).
		ReduceOptions(newest()).
		Mappings([]field.Mapping{field.NotMeasured()}).
		Orientation(common.VizOrientationAuto).
		TextMode(common.BigValueTextModeValue).ColorMode(common.BigValueColorModeValue).
		GraphMode(common.BigValueGraphModeNone)
}

// Ranking is a bar for each series.
func Ranking(q Question) *bargauge.PanelBuilder {
	return ask(bargauge.NewPanelBuilder(), q).
		ColorScheme(field.ByName()).Min(0).
		ReduceOptions(newest()).
		Orientation(common.VizOrientationHorizontal).
		DisplayMode(common.BarGaugeDisplayModeBasic).
		MaxVizHeight(40).
		Legend(legend(false))
}

func newest() cog.Builder[common.ReduceDataOptions] {
	return common.NewReduceDataOptionsBuilder().
		Calcs([]string{"lastNotNull"}).Fields("").Values(false)
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

// tooltipOfAll is that of all series at a time, the highest first.
func tooltipOfAll() cog.Builder[common.VizTooltipOptions] {
	return common.NewVizTooltipOptionsBuilder().
		Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending)
}
