package panel

import "telegraf-dns-anycast/scripts/dashboards/field"

// Column is a field that a panel names, and the options in which it differs from the others.
type Column struct {
	of      string // what the answer calls it
	title   string
	options []field.Option
}

// Col is the column of the answer, under a title.
func Col(of, title string, options ...field.Option) Column { return Column{of, title, options} }

// Codes are series that are named as codes, in their colours.
func Codes(codes []field.Code) (all []Column) {
	for _, c := range codes {
		all = append(all, Col(c.Name(), c.Name(), c.Options()...))
	}
	return all
}
