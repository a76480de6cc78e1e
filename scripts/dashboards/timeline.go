package main

import "github.com/grafana/grafana-foundation-sdk/go/statetimeline"

// asTimeline is a line of states for each series. Its colours are the mappings' alone: by
// thresholds Grafana makes one state of all numbers between two of them.
func asTimeline(q question) *statetimeline.PanelBuilder {
	return ask(statetimeline.NewPanelBuilder(), q).
		ColorScheme(always(plain)).
		FillOpacity(70).LineWidth(1).
		RowHeight(0.85).PerPage(12).
		Legend(legend(true)).Tooltip(tooltipOfOne())
}

// asTargetTimeline is one whose queries are per target.
func asTargetTimeline(q question) *statetimeline.PanelBuilder {
	return asTimeline(q).WithTransformation(onceNamed())
}
