package field

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Colours of Grafana's palette.
const (
	Plain            = "text" // that of the text, on light and on dark
	Green            = "green"
	Blue             = "blue"
	Orange           = "orange"
	Red              = "red"
	Purple           = "purple"
	Yellow           = "yellow"
	darkBlue         = "dark-blue"
	darkGreen        = "dark-green"
	darkOrange       = "dark-orange"
	darkPurple       = "dark-purple"
	darkRed          = "dark-red"
	darkYellow       = "dark-yellow"
	superLightBlue   = "super-light-blue"
	superLightPurple = "super-light-purple"
	Grey             = "#8e8e8e" // of what was not measured, and of nothing else
)

// Scheme says which colour the fields of a panel have.
type Scheme = cog.Builder[dashboard.FieldColor]

// Always is one colour, whatever the value.
func Always(colour string) Scheme {
	return dashboard.NewFieldColorBuilder().
		Mode(dashboard.FieldColorModeIdFixed).FixedColor(colour)
}

// ByName is a colour for each name, the same in all panels.
func ByName() Scheme {
	return dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassicByName)
}

// ByThresholds is the colour of the step that the value has reached.
func ByThresholds() Scheme {
	return dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdThresholds)
}
