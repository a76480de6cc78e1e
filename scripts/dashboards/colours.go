package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Colours of Grafana's palette.
const (
	plain            = "text" // that of the text, on light and on dark
	green            = "green"
	blue             = "blue"
	orange           = "orange"
	red              = "red"
	purple           = "purple"
	yellow           = "yellow"
	darkBlue         = "dark-blue"
	darkGreen        = "dark-green"
	darkOrange       = "dark-orange"
	darkPurple       = "dark-purple"
	darkRed          = "dark-red"
	darkYellow       = "dark-yellow"
	superLightBlue   = "super-light-blue"
	superLightPurple = "super-light-purple"
	grey             = "#8e8e8e" // of what was not measured, and of nothing else
)

type scheme = cog.Builder[dashboard.FieldColor]

// always is one colour, whatever the value.
func always(colour string) scheme {
	return dashboard.NewFieldColorBuilder().
		Mode(dashboard.FieldColorModeIdFixed).FixedColor(colour)
}

// byName is a colour for each name, the same in all panels.
func byName() scheme {
	return dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassicByName)
}

// byThresholds is the colour of the step that the value has reached.
func byThresholds() scheme {
	return dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdThresholds)
}

// step is the colour from a value on.
type step struct {
	from   float64
	colour string
}

// thresholds are the steps of a panel's colours, and a builder of themselves.
type thresholds struct{ dashboard.ThresholdsConfig }

func (t thresholds) Build() (dashboard.ThresholdsConfig, error) { return t.ThresholdsConfig, nil }

// steps are a colour below them all, then each from its value on.
func steps(below string, above ...step) thresholds {
	all := []dashboard.Threshold{{Color: below}}
	for _, s := range above {
		all = append(all, dashboard.Threshold{Value: &s.from, Color: s.colour})
	}
	return thresholds{dashboard.ThresholdsConfig{
		Mode: dashboard.ThresholdsModeAbsolute, Steps: all,
	}}
}

// lossSteps measure each share of queries that were lost.
func lossSteps() thresholds {
	return steps(green, step{0.05, yellow}, step{0.25, orange}, step{0.5, red})
}
