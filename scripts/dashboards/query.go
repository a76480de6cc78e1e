package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
)

// query is one of Grafana's InfluxDB data source, for which the SDK has no type.
type query struct {
	RefID        string               `json:"refId"` // set by ask
	Datasource   common.DataSourceRef `json:"datasource"`
	RawQuery     bool                 `json:"rawQuery"`
	Query        string               `json:"query"`
	ResultFormat string               `json:"resultFormat"`
	Alias        string               `json:"alias,omitempty"`

	hidden []string // columns of the answer that a table does not show
}

// table is a query whose answer is the rows of a table.
func (f filter) table(text string) query {
	return query{
		Datasource: influxDB(), RawQuery: true, Query: f.fill(text), ResultFormat: "table",
	}
}

// series is a query whose answer is lines, each under the alias.
func (f filter) series(alias, text string) query {
	return query{
		Datasource: influxDB(), RawQuery: true, Query: f.fill(text), ResultFormat: "time_series",
		Alias: alias,
	}
}

// overTime is a line for each value of the tags, and a gap in it where nothing was measured. What
// is selected has no GROUP BY.
func (f filter) overTime(alias, selected string, tags ...string) query {
	return f.series(alias, fmt.Sprintf(`%s GROUP BY time($__interval), "%s" fill(null)`,
		selected, strings.Join(tags, `", "`)))
}

// perFailure is a line for each target, of whichever has points that meet the conditions.
func (f filter) perFailure(selected string) query {
	return f.overTime("$tag_server $tag_address $tag_transport from $tag_host", selected,
		"server", "address", "transport", "host")
}

// perTarget is that of the first targets alone: of all of them InfluxDB would read everything.
func (f filter) perTarget(selected string) query {
	q := f.perFailure(selected)
	q.Query += first
	return q
}

func (f filter) perInstance(selected string) query {
	return f.overTime("$tag_cloud $tag_instance from $tag_host", selected,
		"host", "cloud", "instance")
}

func (f filter) perCloud(selected string) query {
	return f.overTime("$tag_cloud from $tag_host", selected, "cloud", "host")
}

func (f filter) perResult(selected string) query {
	return f.overTime("$tag_result", selected, "result")
}

// perMonitor is a line for each plugin.conf and vantage point.
func (f filter) perMonitor(selected string) query {
	return f.overTime("$tag_config on $tag_host", selected, "config", "host")
}

// ofEach begins the alias of lines with the name of the field, where several are selected.
func (q query) ofEach() query {
	q.Alias = "$col: " + q.Alias
	return q
}

// hiding leaves columns of the answer out of the table.
func (q query) hiding(columns ...string) query {
	q.hidden = columns
	return q
}

// influxDB is the one that is chosen in the dashboard's variable.
func influxDB() common.DataSourceRef {
	kind, uid := "influxdb", "${datasource}"
	return common.DataSourceRef{Type: &kind, Uid: &uid}
}

func (q query) Build() (variants.Dataquery, error)   { return q, nil }
func (q query) Equals(other variants.Dataquery) bool { return reflect.DeepEqual(q, other) }
func (q query) ImplementsDataqueryVariant()          {}
func (q query) DataqueryType() string                { return "influxdb" }
func (q query) Validate() error                      { return nil }
