package board

import (
	"reflect"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"telegraf-dns-anycast/scripts/dashboards/field"
	"telegraf-dns-anycast/scripts/dashboards/query"
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
	TimeEndColumn   string `json:"timeEndColumn"` // empty: a mark is a point in time
}

type annotation = cog.Builder[dashboard.AnnotationQuery]

// changes marks each change of the site that answers.
func changes(f query.Filter) annotation {
	return dashboard.NewAnnotationQueryBuilder().
		Name("Changes, old site above new").IconColor(field.Orange).Enable(true).Hide(false).
		Datasource(query.InfluxDB()).Target(marks{
		RefID: "Changes", Name: "Changes", QueryType: "tags", FromAnnotations: true,
		Query: f.Fill(`SELECT "from", "to", "server", "family", "transport", "host"
			FROM "dns_anycast_change" WHERE {chosen} AND $timeFilter`),
		TitleColumn: "from", TextColumn: "to", TagsColumn: "server,family,transport,host",
	})
}

func (m marks) Build() (variants.Dataquery, error)   { return m, nil }
func (m marks) Equals(other variants.Dataquery) bool { return reflect.DeepEqual(m, other) }
func (m marks) ImplementsDataqueryVariant()          {}
func (m marks) DataqueryType() string                { return "influxdb" }
func (m marks) Validate() error                      { return nil }
