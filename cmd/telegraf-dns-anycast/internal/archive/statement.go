package archive

import (
	"context"
	"fmt"
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/influxql"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/slo"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

const minutesOfHour = 60

// targetTags are those of a levels.Target.
var targetTags = quoted(dns_anycast.TagCloud, dns_anycast.TagZone, dns_anycast.TagServer,
	dns_anycast.TagAddress, dns_anycast.TagFamily, dns_anycast.TagTransport)

func quoted(names ...string) string {
	for i := range names {
		names[i] = influxql.Quote(names[i])
	}
	return strings.Join(names, ", ")
}

// of names a measurement of a retention policy; "": of the database's default.
func of(policy, measurement string) string {
	if policy == "" {
		return influxql.Quote(measurement)
	}
	return influxql.Quote(policy) + "." + influxql.Quote(measurement)
}

// during is the condition for a part of the month.
func (r *reader) during(s slo.Span) string {
	return fmt.Sprintf("time >= %ds AND time < %ds", r.month.At(s.From).Unix(), r.month.At(s.To).Unix())
}

// wholeMonth is during for all of it.
func (r *reader) wholeMonth() string { return r.during(slo.Span{To: r.month.Minutes()}) }

// rows runs a statement and calls each for every row.
func (r *reader) rows(ctx context.Context, statement string, each func(tags, *row)) error {
	return r.client.Query(ctx, statement, func(s *influxql.Series) error {
		var row row
		return s.Rows(func(cells []influxql.Cell) error {
			row.cells = cells
			each(s.Tags, &row)
			return row.err
		})
	})
}

// tagValues lists those of a tag that points of a measurement have, or ever had; "" where it is
// absent is among them.
func (r *reader) tagValues(ctx context.Context, measurement, tag string) ([]string, error) {
	all := []string{""}
	statement := "SHOW TAG VALUES FROM " + influxql.Quote(measurement) + " WITH KEY = " + influxql.Quote(tag)
	err := r.rows(ctx, statement, func(_ tags, row *row) { all = append(all, row.text(1)) })
	return all, err
}

// spans are the parts of a day whose hours are in slo, or are not.
func (r *reader) spans(day slo.Span, stored bool) (all []slo.Span) {
	for from := day.From; from < day.To; from += minutesOfHour {
		to := min(from+minutesOfHour, day.To)
		switch n := len(all); {
		case r.stored[from/minutesOfHour] != stored:
		case n > 0 && all[n-1].To == from:
			all[n-1].To = to
		default:
			all = append(all, slo.Span{From: from, To: to})
		}
	}
	return all
}
