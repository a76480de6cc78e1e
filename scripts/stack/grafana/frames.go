package grafana

import (
	"regexp"
	"slices"
	"strings"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// field is a column of a frame, as far as a data source sets it.
type field struct {
	Name   string            `json:"name"`
	Type   string            `json:"type"`
	Config map[string]string `json:"config"`
	Labels map[string]string `json:"labels,omitempty"`
	Values []any             `json:"values"`
}

// Frame is a table as a data source hands it to a panel.
type Frame struct {
	RefID  string  `json:"refId"`
	Fields []field `json:"fields"`
}

// Frames makes of an answer what Grafana's data source does.
func (q Target) Frames(answer []stacktest.Series) (all []Frame) {
	if q.ResultFormat == "table" {
		f := Frame{RefID: q.RefID, Fields: []field{}}
		for i, name := range tableColumns(answer) {
			kind := "string"
			if i == 0 {
				kind = "time"
			}
			f.Fields = append(f.Fields, field{Name: name, Type: kind, Config: map[string]string{"displayName": ""}})
		}
		for _, s := range answer {
			for _, row := range s.Values {
				f.add(s, row)
			}
		}
		return []Frame{f}
	}
	for _, s := range answer {
		tag := func(m string) string { return s.Tags[strings.TrimPrefix(m, "$tag_")] }
		name := regexp.MustCompile(`\$tag_\w+`).ReplaceAllStringFunc(q.Alias, tag)
		for i, column := range s.Columns[1:] {
			all = append(all, q.line(s, i+1, strings.ReplaceAll(name, "$col", column)))
		}
	}
	return all
}

// line is one column of a series over time.
func (q Target) line(s stacktest.Series, column int, name string) Frame {
	times := field{Name: "Time", Type: "time"}
	values := field{Name: "Value", Type: "number", Config: map[string]string{"displayNameFromDS": name}}
	for _, row := range s.Values {
		times.Values, values.Values = append(times.Values, row[0]), append(values.Values, row[column])
		if _, isText := row[column].(string); isText {
			values.Type = "string"
		}
	}
	return Frame{RefID: q.RefID, Fields: []field{times, values}}
}

// add appends a row: its time, the tags of its series, its values.
func (f *Frame) add(s stacktest.Series, row []any) {
	for i := range f.Fields {
		c := &f.Fields[i]
		c.Config = map[string]string{"displayNameFromDS": c.Name}
		if tag, isTag := s.Tags[c.Name]; isTag {
			c.Values = append(c.Values, tag)
			continue
		}
		value := row[max(0, slices.Index(s.Columns, c.Name))] // the time is at 0
		if _, isNumber := value.(float64); isNumber && i > 0 {
			c.Type = "number"
		}
		c.Values = append(c.Values, value)
	}
	f.Fields[0].Config = nil // Grafana names the time itself
}
