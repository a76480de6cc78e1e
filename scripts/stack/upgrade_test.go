package stack

import (
	"slices"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// A dashboard made for dns_hostname_bind goes on working where the execd block says name_override: measurement, tag
// and fields are the same, and what failed is missing instead of 0 and "".
func TestUpgrade(t *testing.T) {
	t.Parallel()
	path := skiptest.Telegraf(t, stacktest.Root())
	db := startStack(t)
	v := newVantage(t, "vantage-1")
	v.servers[0].Turn(stacktest.Named("instance-a", 20*time.Millisecond))
	v.telegraf(t, path, v.conf(t,
		`signal = "STDIN"`, "signal = \"STDIN\"\n  name_override = \"dns_hostname_bind\"",
		`${INFLUXDB_URL:-http://127.0.0.1:8086}`, db.url,
	), "INFLUXDB_WRITE_PASSWORD="+passwords["telegraf"])
	v.after(t, 3)
	v.Stop(t)

	times := db.query(t, `SELECT mean("query_time_ms") FROM "dns_hostname_bind" WHERE time > now() - 1h GROUP BY time(1h), "server" fill(none)`)
	names := db.query(t, `SELECT last("hostname") FROM "dns_hostname_bind" WHERE time > now() - 1h GROUP BY "server"`)
	counts := db.query(t, `SELECT count("query_time_ms"), count("hostname") FROM "dns_hostname_bind" GROUP BY "server"`)
	answering := []string{v.servers[0].Addr, v.servers[1].Addr} // the third is silent
	slices.Sort(answering)
	for what, answer := range map[string][]stacktest.Series{"times": times, "names": names, "counts": counts} {
		var servers []string
		for _, s := range answer {
			servers = append(servers, s.Tags["server"])
		}
		if !slices.Equal(servers, answering) {
			t.Fatalf("%s of servers %q, want %q", what, servers, answering)
		}
	}
	rounds := float64(v.rounds())
	for i, server := range answering {
		want, least := "vantage-1-b", 1.0
		if server == v.servers[0].Addr {
			want, least = "instance-a", 20.0
		}
		if got := names[i].Values[0][1]; got != want {
			t.Errorf("%s calls itself %v, want %s", server, got, want)
		}
		if got := times[i].Values[0][1].(float64); got < least || got > 300 {
			t.Errorf("%s takes %v ms, want more than %v", server, got, least)
		}
		if c := counts[i].Values[0]; c[1] != rounds || c[2] != rounds {
			t.Errorf("%s: %v times and names in %v rounds", server, c[1:], rounds)
		}
	}
	if old := db.query(t, `SHOW MEASUREMENTS WITH MEASUREMENT =~ /^dns_/`); len(old) != 1 || len(old[0].Values) != 1 || old[0].Values[0][0] != "dns_hostname_bind" {
		t.Errorf("measurements %v", old)
	}
}
