package query

import "github.com/grafana/grafana-foundation-sdk/go/common"

// Language is what a store of points is asked in.
type Language int

const (
	InfluxQL Language = iota // InfluxDB
	PromQL                   // VictoriaMetrics, Prometheus
)

// Kind is what Grafana calls the data sources that are asked in it.
func (l Language) Kind() string {
	if l == PromQL {
		return "prometheus"
	}
	return "influxdb"
}

// Source is the data source that is chosen in the dashboard's variable.
func (l Language) Source() common.DataSourceRef {
	kind, uid := l.Kind(), "${datasource}"
	return common.DataSourceRef{Type: &kind, Uid: &uid}
}
