package panel

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"

	"telegraf-dns-anycast/scripts/dashboards/field"
)

// Timeline is a line of states for each series. Its colours are the mappings' alone: by thresholds
// Grafana makes one state of all numbers between two of them.
func Timeline(q Question, texts ...field.Mapping) *statetimeline.PanelBuilder {
	return ask(statetimeline.NewPanelBuilder(), q).
		ColorScheme(field.Always(field.Plain)).Mappings(texts).
		FillOpacity(70).LineWidth(1).
		RowHeight(0.85).PerPage(12).
		Legend(legend(true)).Tooltip(tooltipOfOne())
}

// TargetTimeline is a Timeline whose series are named by server and address.
func TargetTimeline(q Question, texts ...field.Mapping) *statetimeline.PanelBuilder {
	return Timeline(q, texts...).WithTransformation(onceNamed())
}

// Shades is a TargetTimeline of numbers, coloured by thresholds, without the numbers themselves.
func Shades(q Question, t field.Thresholds) *statetimeline.PanelBuilder {
	return TargetTimeline(q, field.NotMeasured()).
		ColorScheme(field.ByThresholds()).Thresholds(t).
		ShowValue(common.VisibilityModeNever)
}
