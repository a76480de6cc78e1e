package main

import (
	"fmt"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// summary says in one line how the round went.
func (r *round) summary() string {
	points := r.queries
	type who struct{ cloud, name string }
	instances, sites := map[who]bool{}, map[who]bool{}
	counts := map[string]int{}
	answered, unexpected := 0, 0
	for _, m := range points {
		if isUnexpected(m) {
			unexpected++
		}
		if v, _ := m.GetField("answered"); v == int64(1) {
			answered++
		}
		counts[tag(m, "result")]++
		if name := tag(m, "instance"); name != "" {
			instances[who{tag(m, "cloud"), name}] = true
		}
		if site := tag(m, "site"); site != "" {
			sites[who{tag(m, "cloud"), site}] = true
		}
	}
	text := fmt.Sprintf("%d of %s answered, %s", answered, count(len(points), "query", "queries"), count(len(instances), "instance", "instances"))
	if len(sites) > 0 {
		text += fmt.Sprintf(" at %s", count(len(sites), "site", "sites"))
	}
	for _, result := range dns_anycast.Results() {
		if n := counts[result]; n > 0 && result != "success" {
			text += fmt.Sprintf(", %d %s", n, result)
		}
	}
	if unexpected > 0 {
		text += fmt.Sprintf(", %d not expected", unexpected)
	}
	if bad := countIf(r.zones, isFailure); bad > 0 {
		text += fmt.Sprintf(", %d of %s failed", bad, count(len(r.zones), "zone query", "zone queries"))
	}
	return fmt.Sprintf("%s, in %s", text, r.took.Round(time.Millisecond))
}

func countIf(points []telegraf.Metric, is func(telegraf.Metric) bool) (n int) {
	for _, m := range points {
		if is(m) {
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
