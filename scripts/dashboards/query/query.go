// Package query is what Grafana asks a store of points: InfluxQL, and for dashboards and rules that a
// store of metrics can answer PromQL too, and the models in which Grafana's data sources take them.
// Dashboards and alert rules have it in common.
//
// Reading order: language.go, query.go (a query in either), filter.go (what a reader of a dashboard
// has chosen), fill.go (texts in place of {names}), now.go (what is the case at the end of a time
// range), levels.go (what a month adds up to); then in PromQL: promql.go (its texts), metric.go (a
// query in it).
package query

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
)

// Query is one of a panel, in the language of the filter that made it.
type Query struct {
	RefID  string   // set by the panel
	Hidden []string // columns of the answer that a table does not show

	Text     string // InfluxQL, or PromQL
	filter   Filter
	table    bool   // whether the answer is the rows of a table, or else series
	alias    string // what series are called
	interval string // in PromQL the shortest between two values, set by the panel
	said     bool   // in PromQL: Text is in it
	value    string // in PromQL for a map: what it calls the value
}

// Table is a query whose answer is the rows of a table.
func (f Filter) Table(text string) Query {
	return Query{Text: f.Fill(text), filter: f, table: true}
}

// Series is a query whose answer is series over time, each under the alias.
func (f Filter) Series(alias, text string) Query {
	return Query{Text: f.Fill(text), filter: f, alias: alias}
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

// Language is what the query is asked in.
func (q Query) Language() Language { return q.filter.Language }

// IsOverTime is whether the answer has a value for each interval.
func (q Query) IsOverTime() bool { return strings.Contains(q.Text, "__interval") }

// Every asks for no shorter intervals.
func (q Query) Every(interval string) Query {
	q.interval = interval
	return q
}

// Build is the query as Grafana's data source takes it.
func (q Query) Build() (variants.Dataquery, error) {
	if q.Language() == PromQL {
		return q.metric()
	}
	format := "time_series"
	if q.table {
		format = "table"
	}
	return influx{q.RefID, InfluxQL.Source(), true, q.Text, format, q.alias}, nil
}

// influx is a query of Grafana's InfluxDB data source, for which the SDK has no type.
type influx struct {
	RefID        string               `json:"refId"`
	Datasource   common.DataSourceRef `json:"datasource"`
	RawQuery     bool                 `json:"rawQuery"`
	Query        string               `json:"query"`
	ResultFormat string               `json:"resultFormat"`
	Alias        string               `json:"alias,omitempty"`
}

func (i influx) Equals(other variants.Dataquery) bool { return reflect.DeepEqual(i, other) }
func (i influx) ImplementsDataqueryVariant()          {}
func (i influx) DataqueryType() string                { return "influxdb" }
func (i influx) Validate() error                      { return nil }
