// Package point is what the plugin writes: points of InfluxDB, in line protocol or as metrics of
// Telegraf's, and the only place that turns facts into tags and fields, and durations into numbers.
//
// Reading order: point.go (a point and its line), schema.go, path.go and catchment.go (facts
// become tags and fields), text.go (what a tag may hold), names.go, measurements.go and catchments.go
// (what all of them are called), row.go and pathrow.go (a point read again).
package point

import (
	"slices"
	"strconv"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/metric"
)

// Point is one that is about to be written. There is one for all points of a round, since a metric
// of Telegraf's takes as much time as the query it tells of: what is handed a Point must not keep
// it. The zero value is ready.
type Point struct {
	name   string
	tags   []telegraf.Tag // sorted by key
	fields []field        // sorted by key
	at     time.Time
}

// field is of one of the kinds that a point may hold.
type field struct {
	key   string
	kind  fieldKind
	float float64
	whole int64
	text  string
}

type fieldKind uint8

const (
	floatField fieldKind = iota
	wholeField
	textField
)

// begin empties the point.
func (p *Point) begin(name string, at time.Time) *Point {
	p.name, p.tags, p.fields, p.at = name, p.tags[:0], p.fields[:0], at
	return p
}

func (p *Point) addTag(key, value string) {
	i := len(p.tags)
	for i > 0 && p.tags[i-1].Key > key {
		i--
	}
	p.tags = slices.Insert(p.tags, i, telegraf.Tag{Key: key, Value: value})
}

func (p *Point) addFloat(key string, v float64) { p.add(field{key: key, kind: floatField, float: v}) }

func (p *Point) addWhole(key string, v int64) { p.add(field{key: key, kind: wholeField, whole: v}) }
func (p *Point) addText(key, v string)        { p.add(field{key: key, kind: textField, text: v}) }

func (p *Point) add(f field) {
	i := len(p.fields)
	for i > 0 && p.fields[i-1].key > f.key {
		i--
	}
	p.fields = slices.Insert(p.fields, i, f)
}

// Metric is the point to be kept.
func (p *Point) Metric() telegraf.Metric {
	m := metric.New(p.name, nil, nil, p.at)
	for _, t := range p.tags {
		m.AddTag(t.Key, t.Value)
	}
	for _, f := range p.fields {
		m.AddField(f.key, f.value())
	}
	return m
}

func (f *field) value() any {
	switch f.kind {
	case floatField:
		return f.float
	case wholeField:
		return f.whole
	}
	return f.text
}

// AppendLine appends the point as InfluxDB's line protocol: what Telegraf's serializer makes of its
// metric. All its text is printable, and ends in no backslash.
func (p *Point) AppendLine(b []byte) []byte {
	b = append(b, p.name...)
	for _, t := range p.tags {
		b = append(b, ',')
		b = appendEscaped(b, t.Key, tagEscapes)
		b = append(b, '=')
		b = appendEscaped(b, t.Value, tagEscapes)
	}
	for i := range p.fields {
		b = append(b, " ,"[min(i, 1)])
		b = p.fields[i].append(b)
	}
	b = append(b, ' ')
	b = strconv.AppendInt(b, p.at.UnixNano(), 10)
	return append(b, '\n')
}

func (f *field) append(b []byte) []byte {
	b = append(b, f.key...)
	b = append(b, '=')
	switch f.kind {
	case floatField:
		return strconv.AppendFloat(b, f.float, 'f', -1, 64)
	case wholeField:
		return append(strconv.AppendInt(b, f.whole, 10), 'i')
	}
	b = append(b, '"')
	b = appendEscaped(b, f.text, textEscapes)
	return append(b, '"')
}

// What a backslash goes before.
const (
	tagEscapes  = " ,="
	textEscapes = `"\`
)

// appendEscaped copies what lies between two escapes at once: most values hold none.
func appendEscaped(b []byte, s, escapes string) []byte {
	from := 0
	for i := range len(s) {
		if c := s[i]; c == escapes[0] || c == escapes[1] || c == escapes[len(escapes)-1] {
			b = append(append(b, s[from:i]...), '\\', c)
			from = i + 1
		}
	}
	return append(b, s[from:]...)
}
