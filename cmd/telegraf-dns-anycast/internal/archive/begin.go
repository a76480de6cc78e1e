package archive

import (
	"context"
	"fmt"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/influxql"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// findBegin finds the hour in which slo began to count, where it lacks a part of that hour of which
// there are points.
func (r *reader) findBegin(ctx context.Context) error {
	r.begin = -1
	began := int64(0)
	asked := influxql.Quote(fieldAsked)
	statement := "SELECT first(" + asked + ") FROM " + of(policySLO, measurementMinute)
	err := r.rows(ctx, statement, func(_ tags, row *row) {
		began = row.long(0)
	})
	if err != nil || r.month.MinuteOf(began) < 0 {
		return err
	}
	hour := r.month.MinuteOf(began) / minutesOfHour
	for _, measurement := range []string{dns_anycast.MeasurementZone, dns_anycast.MeasurementQuery} {
		statement := fmt.Sprintf("SELECT first(%s) FROM %s WHERE time >= %ds AND time < %ds",
			influxql.Quote(dns_anycast.FieldResultCode), of("", measurement),
			r.month.At(hour*minutesOfHour).Unix(), began)
		if err := r.rows(ctx, statement, func(tags, *row) { r.begin = hour }); err != nil {
			return err
		}
	}
	return nil
}
