//go:build fleetcost

package dashboards

import (
	"fmt"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// The size that README.md promises: so many vantage points and addresses, each traced once an hour, and so many hops. One
// trace of 50 turns.
const (
	costHosts     = 100
	costAddresses = 200
	costHours     = 24
	costHops      = 12
)

// costLongest is how long one query about paths may take.
const costLongest = 10 * time.Second

// TestPathsFleetCost measures what the panels about paths of a cloud cost InfluxDB for a day with everything chosen, and
// those of a target for one server from everywhere.
func TestPathsFleetCost(t *testing.T) {
	db := stacktest.StartInfluxDB(t)
	from := time.Now().UTC().Truncate(time.Hour).Add(-costHours * time.Hour)
	for hour := range costHours {
		db.Write(t, "fleet", costTraces(from.Add(time.Duration(hour)*time.Hour), hour == costHours-1))
	}
	v := &grafana.View{DB: db, Database: "fleet", Window: grafana.Window{From: from, To: from.Add(costHours * time.Hour), Interval: time.Hour}}
	d := grafana.AllInOne(t)
	for _, tc := range []struct {
		titles []string
		chosen grafana.Selection
	}{
		{[]string{behindTitle, fromTitle, toTitle, movesTitle, barsTitle}, nil},
		{[]string{pathsTitle, turnsTitle, hopsTitle, silentTitle, timesTitle}, grafana.Selection{"server": {"ns7.example.net"}}},
	} {
		for _, title := range tc.titles {
			began, longest := time.Now(), time.Duration(0)
			for _, q := range d.Titled(t, title).Targets {
				asked := time.Now()
				v.Ask(t, d, q, tc.chosen)
				longest = max(longest, time.Since(asked))
			}
			t.Logf("%6d ms %q", time.Since(began).Milliseconds(), title)
			if longest > costLongest {
				t.Errorf("%q: a query takes %v, want %v at most", title, longest, costLongest)
			}
		}
	}
}

// costTraces are the traces of an hour, with points of their hops or without.
func costTraces(at time.Time, hops bool) (lines []string) {
	stamp := at.UnixMilli()
	for host := range costHosts {
		for n := range costAddresses {
			tags := fmt.Sprintf("host=vp%d,cloud=cloud%d,server=ns%d.example.net,address=192.0.2.%d,family=ipv4,transport=udp", host, n/20, n/2, n)
			reason, turned := "regular", ""
			if (host*7+n*13+int(stamp/3600000))%50 == 0 {
				reason = "change"
				turned = fmt.Sprintf(`,changed_hop=4i,parted_after="203.0.113.%d",changed_from="203.0.113.8",changed_to="203.0.113.9",path_before=%q`, n%5, before1)
			}
			lines = append(lines, fmt.Sprintf("dns_anycast_path,%s,reason=%s,instance=lhr%d,site=LHR path=%q,hops=12i,last_hop=12i,responded=12i,"+
				"reached=1i,path_hash=1i,query_time_ms=12.3%s %d", tags, reason, n%3, before1, turned, stamp))
			for hop := 1; hops && hop <= costHops; hop++ {
				lines = append(lines, fmt.Sprintf("dns_anycast_hop,%s,reason=%s,hop=%02d hop_address=\"203.0.113.%d\",hop_time_ms=%d %d",
					tags, reason, hop, hop, hop, stamp))
			}
		}
	}
	return lines
}
