package archive

import (
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/influxql"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/slo"
)

// reader reads one month.
type reader struct {
	client   *influxql.Client
	terms    slo.Terms
	month    slo.Month
	ledger   *slo.Ledger
	policies map[string]bool
	stored   map[int]bool    // hours of the month that slo has counted
	named    map[string]bool // clouds in them
	begin    int             // hour of the month that slo has a part of; -1: none
	settled  int             // minute of the month; slo may not have all of what came later
	progress func(string)
}
