package archive

import (
	"context"
	"maps"
	"slices"
	"strings"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/influxql"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// kind is which queries are tests.
type kind struct {
	name        string
	measurement string // of their points
	zone        bool   // they are for a zone
	clouds      string // condition; "": all
}

var zones = kind{name: "zones", measurement: dns_anycast.MeasurementZone, zone: true}

// identitiesOf are identity queries to clouds that have no zone.
func identitiesOf(clouds []string) kind {
	var any []string
	for _, cloud := range clouds {
		any = append(any, influxql.Quote(dns_anycast.TagCloud)+" = "+influxql.Text(cloud))
	}
	return kind{
		name: "identities", measurement: dns_anycast.MeasurementQuery,
		clouds: "(" + strings.Join(any, " OR ") + ")",
	}
}

// cloudsWithoutZone lists all that may be such, also long gone ones: the index knows no time. There
// is at least one, that without a name, if it has no zone. Of a month whose points are gone, stored
// hours know them.
func (r *reader) cloudsWithoutZone(ctx context.Context) ([]string, error) {
	clouds, err := r.tagValues(ctx, dns_anycast.MeasurementQuery, dns_anycast.TagCloud)
	if err != nil {
		return nil, err
	}
	clouds = append(clouds, slices.Collect(maps.Keys(r.named))...)
	slices.Sort(clouds)
	var without []string
	for _, cloud := range slices.Compact(clouds) {
		if !r.ledger.Zoned(cloud) && cloud != dns_anycast.CloudReference {
			without = append(without, cloud)
		}
	}
	return without, nil
}

// condition is what a stored row fulfils that is of the kind.
func (k kind) condition() string {
	if k.zone {
		return influxql.Quote(dns_anycast.TagZone) + " != ''"
	}
	return influxql.Quote(dns_anycast.TagZone) + " = '' AND " + k.clouds
}
