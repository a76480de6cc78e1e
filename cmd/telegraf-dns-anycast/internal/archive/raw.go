package archive

import (
	"context"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/influxql"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/slo"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// queryColumns are read of each point. Every point has a result_code, those too that have no other
// field.
var queryColumns = quoted(dns_anycast.FieldResultCode, dns_anycast.TagResult, dns_anycast.TagRcode,
	dns_anycast.FieldAnswered, dns_anycast.FieldQueryTimeMS, dns_anycast.FieldConnectTimeMS)

// queryOf reads a row of queryColumns, which stand behind the time.
func queryOf(row *row) slo.Query {
	return slo.Query{
		Result: row.text(2), Rcode: row.text(3), Answered: row.integer(4) == 1,
		Timed: row.has(5), TimeMS: row.float(5),
		Connected: row.has(6), ConnectedMS: row.float(6),
	}
}

// readRaw reads the points of a day, but of the hours that are in slo.
func (r *reader) readRaw(ctx context.Context, day slo.Span, k kind) error {
	spans := r.spans(day, false)
	if len(spans) == 0 {
		return nil
	}
	hosts, err := r.hosts(ctx, slo.Span{From: spans[0].From, To: spans[len(spans)-1].To}, k)
	if err != nil {
		return err
	}
	for _, host := range hosts {
		of := r.ledger.HostDay(host, day)
		for _, span := range spans {
			if err := r.readHost(ctx, of, host, span, k); err != nil {
				return err
			}
		}
		of.End()
	}
	return nil
}

// hosts lists the vantage points that have points.
func (r *reader) hosts(ctx context.Context, s slo.Span, k kind) (all []string, err error) {
	statement := "SELECT first(" + influxql.Quote(dns_anycast.FieldResultCode) + ") FROM " + of("", k.measurement) +
		" WHERE " + r.during(s) + k.own() + " GROUP BY " + influxql.Quote(tagHost)
	err = r.rows(ctx, statement, func(t tags, _ *row) { all = append(all, t[tagHost]) })
	return all, err
}

func (r *reader) readHost(ctx context.Context, day *slo.HostDay, host string, s slo.Span, k kind,
) error {
	statement := "SELECT " + queryColumns + " FROM " + of("", k.measurement) + " WHERE " + r.during(s) +
		" AND " + influxql.Quote(tagHost) + " = " + influxql.Text(host) + k.own() + " GROUP BY " + targetTags
	return r.client.Query(ctx, statement, func(part *influxql.Series) error {
		t := tags(part.Tags)
		if t.isReference() {
			return nil
		}
		series := day.Series(t.target())
		var row row
		return part.Rows(func(cells []influxql.Cell) error {
			row.cells = cells
			series.Query(r.month.MinuteOf(row.long(0)), queryOf(&row))
			return row.err
		})
	})
}

// own is what points of the kind fulfil: what probes of RIPE Atlas have asked is no vantage point's.
func (k kind) own() string {
	if k.clouds == "" {
		return ""
	}
	return " AND " + influxql.Quote(dns_anycast.TagProbe) + " = '' AND " + k.clouds
}
