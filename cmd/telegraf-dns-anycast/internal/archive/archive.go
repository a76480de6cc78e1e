// Package archive reads a month of a fleet from the database of the stack: from what its retention
// policy slo has counted, and where that has nothing, from the points themselves, day by day and
// vantage point by vantage point, so that never more than a part of an answer is in memory.
//
// Reading order: archive.go, reader.go, kind.go (which queries are tests), begin.go and stored.go (what
// is counted), raw.go (points), vantage.go, serials.go, maintenance.go; statement.go, row.go, names.go.
package archive

import (
	"context"
	"errors"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/influxql"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/slo"
)

// firstIn is how long the server may take for its first answer, which costs it nothing.
const firstIn = 15 * time.Second

// settles is how long slo may still change: an hour is counted anew when the next is over, with what
// came late.
const settles = 70 * time.Minute

// Read reads a month, of which now is after the end or in it, and returns its report. It calls
// progress with what it is about to read.
func Read(ctx context.Context, c *influxql.Client, database string, terms slo.Terms, now time.Time,
	progress func(string),
) (levels.Report, error) {
	r := reader{
		client: c, terms: terms, month: terms.Month, ledger: slo.NewLedger(terms),
		policies: map[string]bool{}, stored: map[int]bool{}, named: map[string]bool{},
		settled:  terms.Month.MinuteOf(now.Add(-settles).Unix()),
		progress: progress,
	}
	if err := r.readPolicies(ctx, database); err != nil {
		return levels.Report{}, err
	}
	for _, read := range []func(context.Context) error{
		r.readHours, r.readZones, r.readIdentities, r.readVantagePoints, r.readSerials, r.readMaintenances,
	} {
		if err := read(ctx); err != nil {
			return levels.Report{}, err
		}
	}
	return r.ledger.Report(), nil
}

func (r *reader) readPolicies(ctx context.Context, database string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, firstIn, errors.New("no answer within "+firstIn.String()))
	defer cancel()
	return r.rows(ctx, "SHOW RETENTION POLICIES ON "+influxql.Quote(database), func(_ tags, row *row) {
		r.policies[row.text(0)] = true
	})
}

// readZones reads the tests that are queries for zones.
func (r *reader) readZones(ctx context.Context) error { return r.readDays(ctx, zones) }

// readIdentities reads the tests of clouds that have no zone, once it is known which these are.
func (r *reader) readIdentities(ctx context.Context) error {
	clouds, err := r.cloudsWithoutZone(ctx)
	if err != nil || len(clouds) == 0 {
		return err
	}
	return r.readDays(ctx, identitiesOf(clouds))
}

func (r *reader) readDays(ctx context.Context, k kind) error {
	for day := range r.month.Days() {
		r.progress(r.month.At(day.From).Format(time.DateOnly) + ": " + k.name)
		if err := r.readStored(ctx, day, k); err != nil {
			return err
		}
		if err := r.readRaw(ctx, day, k); err != nil {
			return err
		}
		r.ledger.CloseDay(day)
	}
	return nil
}
