package archive

import (
	"context"
	"fmt"
	"math"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/influxql"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/slo"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// hourColumns are read of each hour and target; the levels are for UDP and TCP.
var hourColumns = quoted(fieldUnsent, fieldTests, fieldNoError, fieldNoErrorWithin, fieldLongestWithin,
	fieldShortestAbove, fieldTimed, fieldConnected, withinField("udp"), withinField("tcp"), fieldUnsentTested)

func withinField(transport string) string {
	return fmt.Sprint(prefixWithin, levels.WithinMS(transport))
}

// sumsOf reads a row of hourColumns, which stand behind the time.
func sumsOf(row *row, transport string) slo.Sums {
	s := slo.Sums{
		Queried: row.integer(1) + row.integer(2) - row.integer(11),
		Tests:   row.integer(2), NoError: row.integer(3), NoErrorWithin: row.integer(4),
		LongestWithin: row.float(5), ShortestAbove: math.Inf(1), Timed: row.integer(7), Connected: row.integer(8),
		Within: row.integer(9),
	}
	if row.has(6) {
		s.ShortestAbove = row.float(6)
	}
	if transport == "tcp" {
		s.Within = row.integer(10)
	}
	return s
}

// readHours reads the counters of all hours that slo has, and remembers which these are.
func (r *reader) readHours(ctx context.Context) error {
	if !r.policies[policySLO] {
		return nil
	}
	if err := r.findBegin(ctx); err != nil {
		return err
	}
	for day := range r.month.Days() {
		r.progress(r.month.At(day.From).Format(time.DateOnly) + ": hours")
		if err := r.readHoursOf(ctx, day); err != nil {
			return err
		}
	}
	return nil
}

// readStoredHours notes which hours of a day slo has counted: tests, or queries that could not be
// sent.
func (r *reader) readStoredHours(ctx context.Context, day slo.Span) error {
	statement := fmt.Sprintf("SELECT sum(%s), sum(%s) FROM %s WHERE %s GROUP BY time(1h) fill(none)",
		influxql.Quote(fieldTests), influxql.Quote(fieldUnsent), of(policySLO, measurementHour), r.during(day))
	return r.rows(ctx, statement, func(_ tags, row *row) {
		first := r.month.MinuteOf(row.long(0))
		if row.integer(1)+row.integer(2) > 0 && first/minutesOfHour != r.begin &&
			first+minutesOfHour <= min(r.month.Minutes(), r.settled) {
			r.stored[first/minutesOfHour] = true
			r.ledger.StoredHour(first)
		}
	})
}

func (r *reader) readHoursOf(ctx context.Context, day slo.Span) error {
	if err := r.readStoredHours(ctx, day); err != nil {
		return err
	}
	statement := "SELECT " + hourColumns + " FROM " + of(policySLO, measurementHour) +
		" WHERE " + r.during(day) + " GROUP BY " + targetTags
	return r.rows(ctx, statement, func(t tags, row *row) {
		if r.stored[r.month.MinuteOf(row.long(0))/minutesOfHour] && !t.isReference() {
			r.named[t[dns_anycast.TagCloud]] = true
			r.ledger.StoredSums(t.target(), sumsOf(row, t[dns_anycast.TagTransport]))
		}
	})
}

// readStored reads the minutes of a day that are in slo.
func (r *reader) readStored(ctx context.Context, day slo.Span, k kind) error {
	if r.terms.Profile == levels.RSSAC047 { // which has no minutes
		return nil
	}
	if !k.zone && !r.ledger.JudgesIdentities() {
		return nil
	}
	for _, span := range r.spans(day, true) {
		if err := r.readMinutes(ctx, span, k); err != nil {
			return err
		}
		if !k.zone {
			continue
		}
		if err := r.readServices(ctx, span); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) readMinutes(ctx context.Context, s slo.Span, k kind) error {
	from := of(policySLO, measurementMinute)
	where := r.during(s) + " AND " + k.condition()
	err := r.rows(ctx, r.counted(from, where, targetTags), func(t tags, row *row) {
		if !t.isReference() {
			r.ledger.StoredCount(t.target(), row.integer(1))
		}
	})
	if err != nil {
		return err
	}
	return r.rows(ctx, r.down(from, where, targetTags), func(t tags, row *row) {
		if !t.isReference() {
			minute := r.month.MinuteOf(row.long(0))
			r.ledger.StoredDown(t.target(), minute, row.integer(1), row.integer(2))
		}
	})
}

func (r *reader) readServices(ctx context.Context, s slo.Span) error {
	from, by := of(policySLO, measurementService), quoted(dns_anycast.TagZone, dns_anycast.TagTransport)
	serviceOf := func(t tags) levels.Service {
		return levels.Service{Zone: t[dns_anycast.TagZone], Transport: t[dns_anycast.TagTransport]}
	}
	err := r.rows(ctx, r.counted(from, r.during(s), by), func(t tags, row *row) {
		r.ledger.StoredServiceCount(serviceOf(t), row.integer(1))
	})
	if err != nil {
		return err
	}
	return r.rows(ctx, r.down(from, r.during(s), by), func(t tags, row *row) {
		minute := r.month.MinuteOf(row.long(0))
		r.ledger.StoredServiceDown(serviceOf(t), minute, row.integer(1), row.integer(2))
	})
}

// counted selects the number of minutes in which enough vantage points asked.
func (r *reader) counted(from, where, by string) string {
	asked := influxql.Quote(fieldAsked)
	return fmt.Sprintf("SELECT count(%s) FROM %s WHERE %s AND %s >= %d GROUP BY %s", asked, from, where, asked,
		r.terms.Minimum, by)
}

// down selects, of these minutes, those that are down.
func (r *reader) down(from, where, by string) string {
	asked, failed := influxql.Quote(fieldAsked), influxql.Quote(fieldFailed)
	return fmt.Sprintf("SELECT %s, %s FROM %s WHERE %s AND %s >= %d AND %s * 100 >= %s * %d GROUP BY %s",
		asked, failed, from, where, asked, r.terms.Minimum, failed, asked, levels.DownPercent, by)
}
