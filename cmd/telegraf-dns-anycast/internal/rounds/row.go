package rounds

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// row is a row of a table before it is text: a query for the identity, with what the same target
// said of its zones; or a query of a reference address for one zone, which stands in zones too.
type row struct {
	query  *dns_anycast.QueryRow
	zones  []*dns_anycast.QueryRow
	newest map[string]uint32 // serial of each zone in this round
	place  string            // of the site; empty: not known
	sign   string            // what only the cloud as a whole can say; empty: nothing
	stats  *targetStats      // of all rounds of a watch; nil: of this round alone
}

// rows are those of the round, references last.
func (r *Round) rows() (rows []row) {
	zones, newest := map[dns_anycast.TargetKey][]*dns_anycast.QueryRow{}, newestSerials(r.zones)
	for _, q := range r.zones {
		zones[q.TargetKey] = append(zones[q.TargetKey], q)
	}
	add := func(q *dns_anycast.QueryRow, zones []*dns_anycast.QueryRow) {
		one := row{query: q, zones: zones, newest: newest}
		if r.PlaceName != nil {
			one.place = r.PlaceName(q.Cloud, q.Site)
		}
		rows = append(rows, one)
	}
	for _, q := range r.queries {
		add(q, zones[q.TargetKey])
	}
	for _, q := range r.zones {
		if q.Cloud == dns_anycast.CloudReference {
			add(q, []*dns_anycast.QueryRow{q})
		}
	}
	return rows
}

// newestSerials are those of the zones. A query that failed gives none.
func newestSerials(zones []*dns_anycast.QueryRow) map[string]uint32 {
	newest := map[string]uint32{}
	for _, q := range zones {
		if q.Serial == nil || isFailure(q) {
			continue
		}
		if n, known := newest[q.Zone]; !known || dns_anycast.NewerSerial(*q.Serial, n) {
			newest[q.Zone] = *q.Serial
		}
	}
	return newest
}

func (r row) isReference() bool { return r.query.Zone != "" }

func (r row) serials() string {
	return r.each(func(q *dns_anycast.QueryRow) string {
		if q.Serial == nil {
			return ""
		}
		return fmt.Sprint(*q.Serial)
	})
}

// lags are how late serials are. The first round that sees a newer one cannot say since when it is
// there.
func (r row) lags() string {
	return r.each(func(q *dns_anycast.QueryRow) string {
		if q.Lag == nil {
			return ""
		}
		serial := uint32(0)
		if q.Serial != nil {
			serial = *q.Serial
		}
		lag := q.Lag.Round(time.Second)
		if lag == 0 && dns_anycast.NewerSerial(r.newest[q.Zone], serial) {
			return "behind"
		}
		return lag.String()
	})
}

// each joins what is known of zones, which bear their names where there are several.
func (r row) each(of func(*dns_anycast.QueryRow) string) string {
	var texts []string
	for _, q := range r.zones {
		text := of(q)
		if text == "" {
			continue
		}
		if len(r.zones) > 1 || r.isReference() {
			text = q.Zone + " " + text
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}

// outcome is the query's, and that of each zone that is not served.
func (r row) outcome() string {
	texts := []string{outcome(r.query)}
	for _, q := range r.unserved() {
		text := fmt.Sprintf("zone %s: %s", q.Zone, outcome(q))
		if rcode := kindOf(q).rcode; rcode != "" {
			text += " " + rcode
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

// unserved are the zones that are not served, beside a query for the identity.
func (r row) unserved() (zones []*dns_anycast.QueryRow) {
	if r.isReference() {
		return nil
	}
	for _, q := range r.zones {
		if isFailure(q) {
			zones = append(zones, q)
		}
	}
	return zones
}

// failed reports whether the query, or one for a zone of the same target, has failed.
func (r row) failed() bool { return isFailure(r.query) || slices.ContainsFunc(r.zones, isFailure) }

// bad reports whether it failed, or what answered cannot be where it says.
func (r row) bad() bool {
	return r.failed() || r.query.Verdict == dns_anycast.VerdictImpossible
}

// shade is green for a name, yellow for another answer, red for none, and for what should not be.
func (r row) shade() table.Shade {
	success := r.query.Result == dns_anycast.ResultSuccess
	switch {
	case success && !r.failed():
		return table.Green
	case success, r.query.Unexpected, r.isReference(), !r.query.Answered:
		return table.Red
	}
	return table.Yellow
}
