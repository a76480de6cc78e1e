package alerts

import (
	"fmt"
	"strings"
	"time"

	"telegraf-dns-anycast/scripts/dashboards/query"
)

// Windows. Rounds take a minute at most, so that each holds two of them or more.
const (
	lately  = 2 * time.Minute  // what holds now
	shortly = 5 * time.Minute  // what must have happened several times, or may pause
	awhile  = 10 * time.Minute // machines that share a name take turns
	moving  = 15 * time.Minute // what belongs to one shift
	day     = 24 * time.Hour
)

// nearly is taken off limits that are reached, not passed: what is compared with them has two
// decimals.
const nearly = 0.001

var addressLabels = []string{"cloud", "server", "address", "family"}

// askers is how many vantage points ask a cloud.
const askers = `
	SELECT count("asked") AS "asked" FROM (
		SELECT last("ipv4_asked") AS "asked" FROM "dns_anycast_cloud" WHERE {short}
		GROUP BY "host", "cloud"
	) GROUP BY "cloud"`

// fill makes one line of a query, with texts in place of {names}: those of the pairs, the times up
// to now, and what all queries have in common.
func fill(text string, pairs ...string) string {
	more := map[string]string{
		"zone":   `"zone", "` + strings.Join(addressLabels, `", "`) + `"`,
		"recent": since(lately), "short": since(shortly),
		"counts": `"asked" >= 1`,
	}
	for i := 0; i < len(pairs); i += 2 {
		more[strings.Trim(pairs[i], "{}")] = pairs[i+1]
	}
	return query.Fill(text, more)
}

// since is the condition for a time that ends now, where it is not the rule's own window.
func since(d time.Duration) string { return "time > now() - " + duration(d) }

// ago is the condition for a window of shortly that ended that long ago.
func ago(d time.Duration) string { return between(d+shortly, d) }

// between is the condition for a time that began and ended that long ago.
func between(began, ended time.Duration) string {
	return "time > now() - " + duration(began) + " AND time <= now() - " + duration(ended)
}

// duration writes whole minutes or seconds as Grafana and InfluxDB read them.
func duration(d time.Duration) string {
	if d%time.Minute == 0 && d > 0 {
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return fmt.Sprintf("%ds", d/time.Second)
}
