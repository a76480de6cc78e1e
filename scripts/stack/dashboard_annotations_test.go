package stack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// annotation is a query whose rows Grafana marks in the graphs.
type annotation struct {
	Name, IconColor string
	Enable, Hide    bool
	Datasource      source
	Target          struct {
		RefID, Name, Query, QueryType                      string
		TitleColumn, TextColumn, TagsColumn, TimeEndColumn string
		FromAnnotations                                    bool
	}
}

func TestDashboardAnnotations(t *testing.T) {
	d, s := readDashboard(t), readSchema(t)
	if len(d.Annotations.List) != 1 {
		t.Fatalf("%d queries for marks, want the one of changes", len(d.Annotations.List))
	}
	a := d.Annotations.List[0]
	for _, d := range readDashboards(t) {
		marked := slices.Contains([]string{"dns-anycast-cloud", "dns-anycast-target"}, d.UID)
		if marked != (len(d.Annotations.List) > 0) {
			t.Errorf("%s: %d queries for marks", d.UID, len(d.Annotations.List))
		}
		if marked {
			checkQuery(t, s, d, a.query())
		}
	}
	if s.measurement(a.Target.Query) != "dns_anycast_change" {
		t.Errorf("%s: not the changes", a.Target.Query)
	}
	if a.Datasource != (source{"influxdb", "${datasource}"}) || !a.Target.FromAnnotations || a.Target.RefID == "" {
		t.Errorf("Grafana does not take it for a query of its InfluxDB data source: %+v", a)
	}
	if a.Name == "" || a.IconColor == "" || !a.Enable || a.Hide {
		t.Errorf("not to be seen, or not to be switched off: %+v", a)
	}
	// Grafana takes a row of another series for one of the first, and white space for a part of a column's name.
	if regexp.MustCompile(`GROUP BY|\bAS\b`).MatchString(a.Target.Query) || strings.Contains(a.Target.TagsColumn, " ") {
		t.Errorf("%s, tags %q: names that Grafana does not find", a.Target.Query, a.Target.TagsColumn)
	}
}

// query is the annotation's as that of a panel.
func (a annotation) query() target {
	return target{RefID: a.Target.RefID, Query: a.Target.Query, RawQuery: true}
}

// event is a mark: Grafana shows the title above the text, and the tags below.
type event struct {
	time        float64
	title, text string
	tags        []string
}

// events makes of an answer what Grafana's data source does: a column is called MEASUREMENT.COLUMN; those of tags and
// text are found by a part of that name, in this order, and the first of the rest is the title; a row with an empty
// value is dropped. Before Grafana 11 names were compared as a whole. It refuses an answer for which that differs.
func (a annotation) events(answer []series) (all []event, err error) {
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
		return nil, fmt.Errorf("Grafana finds title %q, text %q, tags %q: not as in %+v", title, text, tags, a.Target)
	}
	for _, row := range answer[0].Values {
		if slices.Contains(row, nil) {
			return nil, fmt.Errorf("Grafana drops %v", row)
		}
		value := func(column string) string { return fmt.Sprint(row[slices.Index(answer[0].Columns, column)]) }
		e := event{time: row[0].(float64), title: value(title), text: value(text)}
		for _, tag := range tags {
			e.tags = append(e.tags, value(tag))
		}
		all = append(all, e)
	}
	return all, nil
}
