package rounds

import (
	"fmt"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// summary says in one line how the round went.
func (r *Round) summary() string {
	type key struct{ cloud, name string }
	instances, sites := map[key]bool{}, map[key]bool{}
	counts := map[string]int{}
	for _, q := range r.queries {
		counts[q.Result]++
		if q.Instance != "" {
			instances[key{q.Cloud, q.Instance}] = true
		}
		if q.Site != "" {
			sites[key{q.Cloud, q.Site}] = true
		}
	}
	text := fmt.Sprintf("%d of %s answered, %s", countIf(r.queries, isAnswered),
		count(len(r.queries), "query", "queries"), count(len(instances), "instance", "instances"))
	if len(sites) > 0 {
		text += fmt.Sprintf(" at %s", count(len(sites), "site", "sites"))
	}
	for _, result := range dns_anycast.Results() {
		if n := counts[result]; n > 0 && result != dns_anycast.ResultSuccess {
			text += fmt.Sprintf(", %d %s", n, result)
		}
	}
	if n := countIf(r.queries, isUnexpected); n > 0 {
		text += fmt.Sprintf(", %d not expected", n)
	}
	if bad := countIf(r.zones, isFailure); bad > 0 {
		all := count(len(r.zones), "zone query", "zone queries")
		text += fmt.Sprintf(", %d of %s failed", bad, all)
	}
	return fmt.Sprintf("%s, in %s", text, r.Took.Round(time.Millisecond))
}
