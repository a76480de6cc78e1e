package main

import (
	"fmt"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// summary says in one line how the round went.
func (r *round) summary() string {
	type who struct{ cloud, name string }
	instances, sites := map[who]bool{}, map[who]bool{}
	counts := map[string]int{}
	for _, m := range r.queries {
		counts[tag(m, "result")]++
		if name := tag(m, "instance"); name != "" {
			instances[who{tag(m, "cloud"), name}] = true
		}
		if site := tag(m, "site"); site != "" {
			sites[who{tag(m, "cloud"), site}] = true
		}
	}
	text := fmt.Sprintf("%d of %s answered, %s", countIf(r.queries, isAnswered),
		count(len(r.queries), "query", "queries"), count(len(instances), "instance", "instances"))
	if len(sites) > 0 {
		text += fmt.Sprintf(" at %s", count(len(sites), "site", "sites"))
	}
	for _, result := range dns_anycast.Results() {
		if n := counts[result]; n > 0 && result != "success" {
			text += fmt.Sprintf(", %d %s", n, result)
		}
	}
	if unexpected := countIf(r.queries, isUnexpected); unexpected > 0 {
		text += fmt.Sprintf(", %d not expected", unexpected)
	}
	if bad := countIf(r.zones, isFailure); bad > 0 {
		text += fmt.Sprintf(", %d of %s failed", bad, count(len(r.zones), "zone query", "zone queries"))
	}
	return fmt.Sprintf("%s, in %s", text, r.took.Round(time.Millisecond))
}

func countIf[T any](all []T, is func(T) bool) (n int) {
	for _, one := range all {
		if is(one) {
			n++
		}
	}
	return n
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
