package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/xychart"
)

// xySeries are points at two columns, in the colour of a third where it is named.
type xySeries struct{ x, y, colour string }

// asScatter is a point for each row and series. Grafana takes a panel of no version for one of
// before 11.1, whose series were other ones.
func asScatter(q question, series []xySeries, columns ...column) panel {
	var all []cog.Builder[xychart.XYSeriesConfig]
	for _, s := range series {
		all = append(all, s)
	}
	b := ask(xychart.NewPanelBuilder(), q).
		ColorScheme(always(plain)).Min(0).
		Show(xychart.XYShowModePoints).
		PointSize(xychart.NewXychartFieldConfigPointSizeBuilder().Fixed(8)).
		PointShape(xychart.PointShapeCircle).PointStrokeWidth(1).FillOpacity(60).
		Mapping(xychart.SeriesMappingManual).Series(all).
		Legend(legend(true)).Tooltip(tooltipOfOne())
	return finished{arrange(b, q, columns), func(p *dashboard.Panel) {
		p.PluginVersion = new("11.1.0")
	}}
}

func (s xySeries) Build() (xychart.XYSeriesConfig, error) {
	byName := func(column string) xychart.MatcherConfig {
		return xychart.MatcherConfig{Id: "byName", Options: column}
	}
	config := xychart.XYSeriesConfig{
		Name:  &xychart.XychartXYSeriesConfigName{Fixed: &s.y},
		Frame: &xychart.XychartXYSeriesConfigFrame{},
		X:     &xychart.XychartXYSeriesConfigX{Matcher: byName(s.x)},
		Y:     &xychart.XychartXYSeriesConfigY{Matcher: byName(s.y)},
	}
	config.Frame.Matcher = xychart.MatcherConfig{Id: "byIndex", Options: 0}
	if s.colour != "" {
		config.Color = &xychart.XychartXYSeriesConfigColor{Matcher: byName(s.colour)}
	}
	return config, nil
}

// dashed draws a series as a line of dashes.
func dashed() []look {
	return []look{
		{Id: "custom.show", Value: "lines"},
		{Id: "custom.lineWidth", Value: 1},
		{Id: "custom.lineStyle", Value: map[string]any{"fill": "dash", "dash": []int{10, 10}}},
	}
}
