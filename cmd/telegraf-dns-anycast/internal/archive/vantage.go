package archive

import (
	"context"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/influxql"
)

// readVantagePoints reads what slo has counted of each.
func (r *reader) readVantagePoints(ctx context.Context) error {
	if !r.policies[policySLO] {
		return nil
	}
	prefix := prefixOfZones
	if r.ledger.JudgesIdentities() {
		prefix = ""
	}
	columns := quoted(prefix+fieldTests, prefix+fieldMinutes, prefix+fieldFirst, prefix+fieldLast, fieldStart)
	r.progress("vantage points")
	statement := "SELECT " + columns + " FROM " + of(policySLO, measurementVantage) + " WHERE " + r.wholeMonth() +
		" GROUP BY " + influxql.Quote(tagHost)
	return r.rows(ctx, statement, func(t tags, row *row) {
		hour := r.month.MinuteOf(row.long(0)) / minutesOfHour
		if r.stored[hour] && row.integer(2) > 0 {
			minute := func(column int) int {
				return hour*minutesOfHour + row.integer(column) - row.integer(5)
			}
			r.ledger.StoredVantage(t[tagHost], row.integer(1), row.integer(2), minute(3), minute(4))
		}
	})
}
