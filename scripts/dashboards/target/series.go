package target

import (
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// perTarget is a series for each target and vantage point that has points as selected.
func perTarget(f query.Filter, selected string) query.Query {
	return f.OverTime("$tag_server $tag_address $tag_transport from $tag_host", selected,
		"server", "address", "transport", "host")
}

// first200 is perTarget for 200 series at most.
func first200(f query.Filter, selected string) query.Query {
	return limited(perTarget(f, selected))
}

// limited is a query for 200 series at most: those of one address from a hundred vantage points,
// over two transports. InfluxDB takes the first and does not read the rest.
func limited(q query.Query) query.Query {
	q.Text += " SLIMIT 200"
	return q
}
