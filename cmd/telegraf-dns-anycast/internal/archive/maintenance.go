package archive

import (
	"context"
	"fmt"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/slo"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// lastSecond is that of the year 9999, after which a time is none of seconds.
const lastSecond = 253402300799

// readMaintenances reads those that begin before the month ends. What is not in changes too may
// have been written anew since it was copied: it comes first.
func (r *reader) readMaintenances(ctx context.Context) error {
	r.progress("maintenances")
	policies := []string{""}
	if r.policies[policyChanges] {
		policies = append(policies, policyChanges)
	}
	for _, policy := range policies {
		statement := fmt.Sprintf("SELECT %s FROM %s WHERE time < %ds GROUP BY %s", quoted(fieldText, fieldUntil),
			of(policy, measurementMaintenance), r.month.To.Unix(),
			quoted(dns_anycast.TagCloud, dns_anycast.TagServer, dns_anycast.TagSite))
		err := r.rows(ctx, statement, func(t tags, row *row) {
			m := slo.Maintenance{
				Cloud: t[dns_anycast.TagCloud], Server: t[dns_anycast.TagServer], Site: t[dns_anycast.TagSite],
				Text: row.text(1), From: time.Unix(row.long(0), 0).UTC(),
			}
			if until, err := row.cells[2].Int(); err == nil && until > 0 && until <= lastSecond {
				m.Until = time.Unix(until, 0).UTC()
			}
			r.ledger.Maintenance(m)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
