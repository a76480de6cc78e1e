package panel

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/xychart"

	"telegraf-dns-anycast/scripts/dashboards/field"
)

// XY is a series of a scatter plot: points at two columns, in the colour of a third where it is
// named. Columns are called by their titles.
type XY struct{ X, Y, Colour string }

// Scatter is a point for each row and series. Grafana takes a panel of no version for one of before
// 11.1, whose series were other ones.
func Scatter(q Question, series []XY, columns ...Column) Panel {
	var all []cog.Builder[xychart.XYSeriesConfig]
	for _, s := range series {
		all = append(all, s)
	}
	b := ask(xychart.NewPanelBuilder(), q).
		ColorScheme(field.Always(field.Plain)).Min(0).
		Show(xychart.XYShowModePoints).
		PointSize(xychart.NewXychartFieldConfigPointSizeBuilder().Fixed(8)).
		PointShape(xychart.PointShapeCircle).PointStrokeWidth(1).FillOpacity(60).
		Mapping(xychart.SeriesMappingManual).Series(all).
		Legend(legend(true)).Tooltip(tooltipOfOne())
	return finished{arranged(b, q, columns), func(p *dashboard.Panel) {
		p.PluginVersion = new("11.1.0")
	}}
}

// Build is the series as the SDK has it.
func (s XY) Build() (xychart.XYSeriesConfig, error) {
	byName := func(column string) xychart.MatcherConfig {
		return xychart.MatcherConfig{Id: "byName", Options: column}
	}
	config := xychart.XYSeriesConfig{
		Name:  &xychart.XychartXYSeriesConfigName{Fixed: &s.Y},
		Frame: &xychart.XychartXYSeriesConfigFrame{},
		X:     &xychart.XychartXYSeriesConfigX{Matcher: byName(s.X)},
		Y:     &xychart.XychartXYSeriesConfigY{Matcher: byName(s.Y)},
	}
	config.Frame.Matcher = xychart.MatcherConfig{Id: "byIndex", Options: 0}
	if s.Colour != "" {
		config.Color = &xychart.XychartXYSeriesConfigColor{Matcher: byName(s.Colour)}
	}
	return config, nil
}
