package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"
)

// bounds part the times of a heatmap, in milliseconds: each is some two times the one before, and
// 10 ms are 1,000 km at most.
var bounds = []int{1, 2, 5, 10, 20, 50, 100, 200, 500}

// timesHeat counts the answers of each class of times where they are, in InfluxDB: the times
// themselves would be one for each query.
func timesHeat(f filter) panel {
	q := question{
		id:    67,
		title: "How are the times spread, and when did that change?",
		text: `Answers by query_time_ms: each row is a class of times, each column an interval, and
			the darker a cell, the more answers of that interval took so long. InfluxDB counts
			them by class, so that no single answer is drawn, but none is left out either; all
			vantage points, families and transports that are chosen count together. A class that
			no answer fell into has no row. One band:
			one path. Two bands: two sites, families or groups of vantage points. A band that
			ends while another begins: somebody else answers. A band that grows upwards: a
			queue. Nothing: no answer. Choose a server: this reads every point of the time range
			once for each row.`,
		empty: "No answer",
		unit:  "none",
	}
	for i := range len(bounds) + 1 {
		name, within := class(i)
		q.queries = append(q.queries, f.series(name, `SELECT count("query_time_ms")
			FROM "dns_anycast" WHERE `+within+` AND {chosen} AND $timeFilter
			GROUP BY time($__interval) fill(null)`))
	}
	return asHeatmap(q)
}

// class is the name of the class of times at i, and the condition that holds for them.
func class(i int) (name, condition string) {
	const ms = `"query_time_ms"`
	switch {
	case i == 0:
		return fmt.Sprintf("below %d ms", bounds[0]), fmt.Sprintf("%s < %d", ms, bounds[0])
	case i == len(bounds):
		last := bounds[i-1]
		return fmt.Sprintf("%d ms and more", last), fmt.Sprintf("%s >= %d", ms, last)
	}
	from, to := bounds[i-1], bounds[i]
	return fmt.Sprintf("%d to %d ms", from, to),
		fmt.Sprintf("%s >= %d AND %s < %d", ms, from, ms, to)
}

// asHeatmap has a row of cells for each series, the first one lowest.
func asHeatmap(q question) panel {
	return ask(heatmap.NewPanelBuilder(), q).
		Calculate(false).
		RowsFrame(heatmap.NewRowsHeatmapOptionsBuilder().
			Layout(common.HeatmapCellLayoutAuto).Value("answers")).
		Color(heatmap.NewHeatmapColorOptionsBuilder().
			Mode(heatmap.HeatmapColorModeScheme).Scheme("Oranges").
			Scale(heatmap.HeatmapColorScaleExponential).Exponent(0.5).Steps(64).Fill(orange)).
		CellGap(1).
		FilterValues(heatmap.NewFilterValueRangeBuilder().Le(1e-9)).
		YAxis(heatmap.NewYAxisConfigBuilder().AxisPlacement(common.AxisPlacementLeft)).
		Tooltip(heatmap.NewHeatmapTooltipBuilder().
			Mode(common.TooltipDisplayModeSingle).YHistogram(true)).
		ShowLegend()
}
