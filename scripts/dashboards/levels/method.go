package levels

import (
	"telegraf-dns-anycast/scripts/dashboards/panel"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

func words(f query.Filter) string {
	nth := f.InInfluxQL("first") + f.InPromQL("newest")
	return `A **test** is the ` + nth + ` SOA query of a vantage point to an address over a transport in
a minute; where a cloud names no zone, its ` + nth + ` query for an identity. It is **ok** when its result is
"success" (of an identity: any answer) within 2.5 s (UDP) or 7.5 s (TCP, connecting included).

An address is **down** in a minute when 51 % or more of the vantage points that asked had no ok
test. Queries that never left their host (no route, no address of a name) are no tests. A minute
**counts** when as many vantage points asked as the variable above says; the others are neither up
nor down. The **service** of a zone is down when 51 % or more saw fewer than two good servers.

| level of a month | |
|---|---|
| service of a zone | no minute down |
| each address | at most 432 minutes down |
| 95 % of the tests | within 500 ms (UDP), 1,500 ms (TCP) |
| 95 % of the updates | within 60 minutes |

**Not measured:** whether signatures are valid (DNSSEC); what the users of a resolver saw; what
ICANN's own probes saw. Declared maintenance is not taken off here. Grey is not measured, and never
good.

` + f.InInfluxQL(`The page of a whole month, with incidents to the minute and net of maintenance, is
`+"`telegraf-dns-anycast --report 2026-10 --influxdb URL`"+`. Minutes are up to ten
minutes old here, shares by hour up to two hours: what was measured since is in that page alone.
`) + f.InPromQL(`Minutes are four minutes old here. What came more than a minute late is in none, nor is
what was measured before the rules were there that record them. The page of a whole month, with
incidents and net of maintenance, needs InfluxDB.
`)
}

func method(f query.Filter) panel.Panel {
	return panel.Words(3007, "How are service levels measured here?",
		`The method in words.`, words(f))
}
