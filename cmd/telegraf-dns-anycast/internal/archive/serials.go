package archive

import (
	"context"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/influxql"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/slo"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// readSerials reads when new serials came, vantage point by vantage point, from the points and
// their copies at once: the database sorts them together.
func (r *reader) readSerials(ctx context.Context) error {
	hosts, err := r.tagValues(ctx, dns_anycast.MeasurementSerial, tagHost)
	if err != nil {
		return err
	}
	for _, host := range hosts {
		r.progress("serials seen by " + host)
		updates := r.ledger.HostUpdates()
		if err := r.readSerialsOf(ctx, updates, host); err != nil {
			return err
		}
		updates.End()
	}
	return nil
}

func (r *reader) readSerialsOf(ctx context.Context, updates *slo.HostUpdates, host string) error {
	// A cloud may have tags of the latter two names, whose points are without the field.
	columns := quoted(dns_anycast.FieldSerial) + ", " + influxql.Quote(dns_anycast.FieldLatencyS) + "::field, " +
		influxql.Quote(dns_anycast.FieldMissing) + "::field"
	from := of("", dns_anycast.MeasurementSerial)
	if r.policies[policyChanges] {
		from += ", " + of(policyChanges, dns_anycast.MeasurementSerial)
	}
	statement := "SELECT " + columns + " FROM " + from + " WHERE " + r.wholeMonth() +
		" AND " + influxql.Quote(tagHost) + " = " + influxql.Text(host) + " GROUP BY " + targetTags
	return r.rows(ctx, statement, func(t tags, row *row) {
		if t.isReference() || !row.has(1) {
			return
		}
		latency := -1.0
		if row.has(2) {
			latency = max(row.float(2), 0)
		}
		updates.Serial(t.target(), row.long(1), latency, row.integer(3) == 1)
	})
}
