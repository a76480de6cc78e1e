package field

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// Mapping shows a text, or a colour, in place of values.
type Mapping = dashboard.ValueMapping

// NotMeasured shows a value that is missing as such: it is neither good nor bad.
func NotMeasured() Mapping {
	text, colour := "not measured", Grey
	return Mapping{SpecialValueMap: &dashboard.SpecialValueMap{
		Type: dashboard.MappingTypeSpecialValue,
		Options: dashboard.DashboardSpecialValueMapOptions{
			Match:  dashboard.SpecialValueMatchNullAndNan,
			Result: dashboard.ValueMappingResult{Text: &text, Color: &colour},
		},
	}}
}
