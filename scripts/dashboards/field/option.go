// Package field is how values look. A field is what Grafana calls a column of a table or a series
// of a graph; its options are the unit, the colour, the text in place of a number, the link. The
// names of Grafana's options are written here and nowhere else.
//
// Reading order: colour.go, threshold.go (colours of numbers), mapping.go (texts in place of
// values), option.go, code.go (numbers with a name), judged.go (options that go together), names.go
// (colours of names).
package field

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Option is how a field differs from the others of its panel.
type Option struct {
	name  string // as Grafana calls it
	value any
}

// Properties are the options as the SDK takes them.
func Properties(options []Option) []dashboard.DynamicConfigValue {
	var all []dashboard.DynamicConfigValue
	for _, o := range options {
		all = append(all, dashboard.DynamicConfigValue{Id: o.name, Value: o.value})
	}
	return all
}

// Called is the field of that name.
func Called(name string) dashboard.MatcherConfig {
	return dashboard.MatcherConfig{Id: "byName", Options: name}
}

// Unit is one of Grafana's, as ms, s, percentunit (of 1) and none (a number).
func Unit(of string) Option { return Option{"unit", of} }

// Text is the unit of words in a panel of numbers.
func Text() Option { return Unit("string") }

// LocalTime is the unit of a date with its time of day, where the browser is.
const LocalTime = "dateTimeAsLocal"

// Moment is a time in a table of words, as wide as it needs.
func Moment() []Option { return []Option{Unit(LocalTime), MinWidth(150)} }

// NoValue is the text where a row has no value.
func NoValue(text string) Option { return Option{"noValue", text} }

// Dash is NoValue for what may be missing.
func Dash() Option { return NoValue("-") }

// Decimals is how many a number has.
func Decimals(n int) Option { return Option{"decimals", n} }

// MinWidth is that of a column of a table.
func MinWidth(pixels int) Option { return Option{"custom.minWidth", pixels} }

// AxisLabel says what an axis is of.
func AxisLabel(text string) Option { return Option{"custom.axisLabel", text} }

// DataLink is a link of a value.
type DataLink struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Link makes values links to a URL, in which Grafana fills in variables and the row's values.
func Link(title, url string) Option {
	return Option{"links", []DataLink{{title, url}}}
}

// Dashed draws a series of a scatter plot as a line of dashes.
func Dashed() []Option {
	type style struct {
		Dash []int  `json:"dash"` // pixels of a dash, and between two
		Fill string `json:"fill"`
	}
	return []Option{
		{"custom.show", "lines"},
		{"custom.lineWidth", 1},
		{"custom.lineStyle", style{[]int{10, 10}, "dash"}},
	}
}

// fromZero is the bound below by which a map sizes its markers.
func fromZero() Option { return Option{"min", 0} }

// between are the bounds by which a map sizes its markers.
func between(lowest, highest int) []Option { return []Option{{"min", lowest}, {"max", highest}} }

// scheme is the option that a Scheme is for a panel.
type scheme struct {
	Fixed string `json:"fixedColor,omitempty"`
	Mode  string `json:"mode"`
}

// Fixed is one colour.
func Fixed(colour string) Option { return Option{"color", scheme{Fixed: colour, Mode: "fixed"}} }

// ColouredBy colours a field by thresholds of its own.
func ColouredBy(t Thresholds) []Option {
	return []Option{{"color", scheme{Mode: "thresholds"}}, {"thresholds", t}}
}

// mapped shows texts in place of values.
func mapped(mappings ...Mapping) Option { return Option{"mappings", mappings} }

// PlainCell has no colour.
func PlainCell() common.TableCellOptions {
	return common.TableCellOptions{TableAutoCellOptions: common.NewTableAutoCellOptions()}
}

// ColouredCell has its colour behind the text.
func ColouredCell() Option {
	fill := common.NewTableColoredBackgroundCellOptions()
	basic := common.TableCellBackgroundDisplayModeBasic
	fill.Mode = &basic
	return cell(common.TableCellOptions{TableColoredBackgroundCellOptions: fill})
}

// ColouredText has its colour in the text.
func ColouredText() Option {
	return cell(common.TableCellOptions{
		TableColorTextCellOptions: common.NewTableColorTextCellOptions(),
	})
}

func cell(options common.TableCellOptions) Option {
	return Option{"custom.cellOptions", options}
}
