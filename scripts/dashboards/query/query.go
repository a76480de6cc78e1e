// Package query is what Grafana asks InfluxDB: InfluxQL, and the model in which Grafana's data
// source takes it. Dashboards and alert rules have it in common.
//
// Reading order: query.go (the model), filter.go (what a reader of a dashboard has chosen), fill.go
// (texts in place of {names}), now.go (what is the case at the end of a time range), levels.go (what a
// month adds up to).
package query

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
)

// Query is one of Grafana's InfluxDB data source, for which the SDK has no type.
type Query struct {
	RefID        string               `json:"refId"` // set by the panel
	Datasource   common.DataSourceRef `json:"datasource"`
	RawQuery     bool                 `json:"rawQuery"`
	Query        string               `json:"query"`
	ResultFormat string               `json:"resultFormat"`
	Alias        string               `json:"alias,omitempty"`

	Hidden []string `json:"-"` // columns of the answer that a table does not show
}

// Table is a query whose answer is the rows of a table.
func (f Filter) Table(text string) Query {
	return Query{
		Datasource: InfluxDB(), RawQuery: true, Query: f.Fill(text), ResultFormat: "table",
	}
}

// Series is a query whose answer is series over time, each under the alias.
func (f Filter) Series(alias, text string) Query {
	return Query{
		Datasource: InfluxDB(), RawQuery: true, Query: f.Fill(text), ResultFormat: "time_series",
		Alias: alias,
	}
}

// OverTime is a series for each value of the tags, with a gap where nothing was measured. What is
// selected has no GROUP BY.
func (f Filter) OverTime(alias, selected string, tags ...string) Query {
	return f.Series(alias, fmt.Sprintf(`%s GROUP BY time($__interval), "%s" fill(null)`,
		selected, strings.Join(tags, `", "`)))
}

// PerInstance is OverTime for each instance and vantage point.
func (f Filter) PerInstance(selected string) Query {
	return f.OverTime("$tag_cloud $tag_instance from $tag_host", selected,
		"host", "cloud", "instance")
}

// Hiding leaves columns of the answer out of the table.
func (q Query) Hiding(columns ...string) Query {
	q.Hidden = columns
	return q
}

// InfluxDB is the data source that is chosen in the dashboard's variable.
func InfluxDB() common.DataSourceRef {
	kind, uid := "influxdb", "${datasource}"
	return common.DataSourceRef{Type: &kind, Uid: &uid}
}

func (q Query) Build() (variants.Dataquery, error)   { return q, nil }
func (q Query) Equals(other variants.Dataquery) bool { return reflect.DeepEqual(q, other) }
func (q Query) ImplementsDataqueryVariant()          {}
func (q Query) DataqueryType() string                { return "influxdb" }
func (q Query) Validate() error                      { return nil }
