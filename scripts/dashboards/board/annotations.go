package board

import (
	"reflect"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"

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
	b := dashboard.NewAnnotationQueryBuilder().
		Name("Changes, old site above new").IconColor(field.Orange).Enable(true).Hide(false).
		Datasource(f.Language.Source())
	if f.Language == query.PromQL {
		return changesOfMetrics(b, f)
	}
	return b.Target(marks{
		RefID: "Changes", Name: "Changes", QueryType: "tags", FromAnnotations: true,
		Query: f.Fill(`SELECT "from", "to", "server", "family", "transport", "host"
			FROM "dns_anycast_change" WHERE {chosen} AND $timeFilter`),
		TitleColumn: "from", TextColumn: "to", TagsColumn: "server,family,transport,host",
	})
}

// changesOfMetrics asks for the times of changes. One is seen for five minutes: at the end of an interval,
// or of one of its minutes.
func changesOfMetrics(b *dashboard.AnnotationQueryBuilder, f query.Filter) annotation {
	const moved = "timestamp(dns_anycast_change_changes{{chosen}})"
	expression := f.FillPromQL("1000 * ("+moved+" or max_over_time("+moved+"[$__interval:1m]))", nil)
	return b.UseValueForTime(true).TitleFormat("{{from}}").TextFormat("{{to}}").
		TagKeys("server,family,transport,host").
		Target(prometheus.NewDataqueryBuilder().RefId("Changes").Expr(expression).Range())
}

func (m marks) Build() (variants.Dataquery, error)   { return m, nil }
func (m marks) Equals(other variants.Dataquery) bool { return reflect.DeepEqual(m, other) }
func (m marks) ImplementsDataqueryVariant()          {}
func (m marks) DataqueryType() string                { return "influxdb" }
func (m marks) Validate() error                      { return nil }
