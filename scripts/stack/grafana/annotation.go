package grafana

import (
	"fmt"
	"slices"
	"strings"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// annotation is a query whose rows Grafana marks in the graphs.
type annotation struct {
	Name, IconColor string
	Enable, Hide    bool
	Datasource      Source
	Target          struct {
		RefID, Name, Query, QueryType                      string
		TitleColumn, TextColumn, TagsColumn, TimeEndColumn string
		FromAnnotations                                    bool

		Expr  string // in PromQL
		Range bool
	}

	TitleFormat, TextFormat, TagKeys string
	UseValueForTime                  bool
}

// Query is the annotation's as that of a panel.
func (a annotation) Query() Target {
	return Target{RefID: a.Target.RefID, Query: a.Target.Query, RawQuery: true}
}

// event is a mark: Grafana shows the title above the text, and the tags below.
type event struct {
	Time        float64 // milliseconds
	Title, Text string
	Tags        []string
}

// Events makes of an answer what Grafana's data source does: a column is called MEASUREMENT.COLUMN; those of tags and
// text are found by a part of that name, in this order, and the first of the rest is the title; a row with an empty
// value is dropped. Before Grafana 11 names were compared as a whole. It refuses an answer for which that differs.
func (a annotation) Events(answer []stacktest.Series) (all []event, err error) {
	if len(answer) != 1 {
		return nil, fmt.Errorf("%d series, of which Grafana reads one", len(answer))
	}
	wanted := strings.Split(a.Target.TagsColumn, ",")
	var title, text string
	var tags []string
	for _, c := range answer[0].Columns[1:] {
		called := answer[0].Name + "." + c
		switch {
		case slices.ContainsFunc(wanted, func(tag string) bool { return strings.Contains(called, tag) }):
			tags = append(tags, c)
		case strings.Contains(called, a.Target.TextColumn):
			text += c
		default:
			title += c
		}
	}
	if title != a.Target.TitleColumn || text != a.Target.TextColumn || !slices.Equal(tags, wanted) {
		return nil, fmt.Errorf("the marks that Grafana finds have title %q, text %q, tags %q: not as in %+v", title, text, tags, a.Target)
	}
	for _, row := range answer[0].Values {
		if slices.Contains(row, nil) {
			return nil, fmt.Errorf("a row that Grafana drops: %v", row)
		}
		value := func(column string) string { return fmt.Sprint(row[slices.Index(answer[0].Columns, column)]) }
		e := event{Time: row[0].(float64), Title: value(title), Text: value(text)}
		for _, tag := range tags {
			e.Tags = append(e.Tags, value(tag))
		}
		all = append(all, e)
	}
	return all, nil
}
