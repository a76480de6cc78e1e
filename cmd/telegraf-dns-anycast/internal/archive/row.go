package archive

import (
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/influxql"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// tags are those of a series; absent ones are "".
type tags map[string]string

func (t tags) target() levels.Target {
	return levels.Target{
		Cloud: t[dns_anycast.TagCloud], Zone: t[dns_anycast.TagZone], Server: t[dns_anycast.TagServer],
		Address: t[dns_anycast.TagAddress], Family: t[dns_anycast.TagFamily],
		Transport: t[dns_anycast.TagTransport],
	}
}

// isReference reports whether the series is of addresses that are asked to compare with.
func (t tags) isReference() bool { return t[dns_anycast.TagCloud] == dns_anycast.CloudReference }

// row reads cells, and keeps the first error.
type row struct {
	cells []influxql.Cell
	err   error
}

func (r *row) has(column int) bool { return column < len(r.cells) && !r.cells[column].Null() }

func (r *row) integer(column int) int { return int(r.long(column)) }

// long reads what 32 bits may not hold: a time, a serial.
func (r *row) long(column int) int64 {
	if !r.has(column) {
		return 0
	}
	n, err := r.cells[column].Int()
	r.keep(err)
	return n
}

func (r *row) float(column int) float64 {
	if !r.has(column) {
		return 0
	}
	f, err := r.cells[column].Float()
	r.keep(err)
	return f
}

func (r *row) text(column int) string {
	if !r.has(column) {
		return ""
	}
	text, err := r.cells[column].Text()
	r.keep(err)
	return text
}

func (r *row) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}
