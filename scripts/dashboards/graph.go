package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// asLines is a line for each series, with gaps where nothing was measured.
func asLines(q question) *timeseries.PanelBuilder {
	return ask(timeseries.NewPanelBuilder(), q).
		ColorScheme(byName()).
		DrawStyle(common.GraphDrawStyleLine).LineInterpolation(common.LineInterpolationLinear).
		LineWidth(1).FillOpacity(0).
		ShowPoints(common.VisibilityModeAuto).PointSize(4).
		SpanNulls(never()).
		Legend(legend(true)).Tooltip(tooltipOfAll())
}

// asSteps is asLines for what keeps its value until the next.
func asSteps(q question) *timeseries.PanelBuilder {
	return asLines(q).LineInterpolation(common.LineInterpolationStepAfter)
}

// asBars is counts of an interval, on top of each other; label says what is counted.
func asBars(q question, label string) *timeseries.PanelBuilder {
	return ask(timeseries.NewPanelBuilder(), q).
		ColorScheme(byName()).
		DrawStyle(common.GraphDrawStyleBars).BarAlignment(common.BarAlignmentCenter).
		Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A")).
		LineWidth(0).FillOpacity(80).
		ShowPoints(common.VisibilityModeNever).
		SpanNulls(never()).
		AxisLabel(label).Min(0).
		Legend(legend(true)).Tooltip(tooltipOfAll())
}

// never draws over silence.
func never() common.BoolOrFloat64 {
	no := false
	return common.BoolOrFloat64{Bool: &no}
}

// asFigure is one number, grey where there is none.
func asFigure(q question) *stat.PanelBuilder {
	return ask(stat.NewPanelBuilder(), q).
		ReduceOptions(newest()).
		Mappings([]dashboard.ValueMapping{notMeasured()}).
		Orientation(common.VizOrientationAuto).
		TextMode(common.BigValueTextModeValue).ColorMode(common.BigValueColorModeValue).
		GraphMode(common.BigValueGraphModeNone)
}

// asRanking is a bar for each series.
func asRanking(q question) *bargauge.PanelBuilder {
	return ask(bargauge.NewPanelBuilder(), q).
		ColorScheme(byName()).Min(0).
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
