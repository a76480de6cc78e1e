package main

import (
	"reflect"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// marks is a query of Grafana's InfluxDB data source for what to mark in the graphs. Grafana takes
// a row of another series for one of the first, and white space for a part of a column's name: no
// GROUP BY, no AS, no blank between names of tags.
type marks struct {
	RefID           string `json:"refId"`
	Name            string `json:"name"`
	QueryType       string `json:"queryType"`
	FromAnnotations bool   `json:"fromAnnotations"`
	Query           string `json:"query"`
	TitleColumn     string `json:"titleColumn"`
	TextColumn      string `json:"textColumn"`
	TagsColumn      string `json:"tagsColumn"`
	TimeEndColumn   string `json:"timeEndColumn"`
}

// changes marks each change of the site that answers.
func changes(f filter) cog.Builder[dashboard.AnnotationQuery] {
	return annotation("Changes, old site above new", orange, marks{
		RefID: "Changes", Name: "Changes",
		Query: f.fill(`SELECT "from", "to", "server", "family", "transport", "host"
			FROM "dns_anycast_change" WHERE {chosen} AND $timeFilter`),
		TitleColumn: "from", TextColumn: "to", TagsColumn: "server,family,transport,host",
	})
}

func annotation(name, colour string, m marks) cog.Builder[dashboard.AnnotationQuery] {
	m.QueryType, m.FromAnnotations = "tags", true
	return dashboard.NewAnnotationQueryBuilder().
		Name(name).IconColor(colour).Enable(true).Hide(false).
		Datasource(influxDB()).Target(m)
}

func (m marks) Build() (variants.Dataquery, error)   { return m, nil }
func (m marks) Equals(other variants.Dataquery) bool { return reflect.DeepEqual(m, other) }
func (m marks) ImplementsDataqueryVariant()          {}
func (m marks) DataqueryType() string                { return "influxdb" }
func (m marks) Validate() error                      { return nil }
