//go:build fleetcost

package alerts

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// The size that README.md promises: so many vantage points, clouds, and addresses of a cloud; each is asked a name and a
// zone each half of a minute.
const (
	costHosts     = 100
	costClouds    = 10
	costAddresses = 20
	costMinutes   = 5
)

// costSlow is how long a query of a panel takes that is named.
const costSlow = 500 * time.Millisecond

// Bounds of a pass of all rules: as many times one query for a quorum over two minutes, and rows.
const (
	costTimes = 8
	costRows  = 400
)

// TestFleetCost measures what one pass of the alert rules, and of each dashboard's first screen, costs InfluxDB.
func TestFleetCost(t *testing.T) {
	db := stacktest.StartInfluxDB(t)
	now := time.Now().Truncate(time.Minute)
	for at := now.Add(-costMinutes * time.Minute); at.Before(now); at = at.Add(30 * time.Second) {
		db.Write(t, "fleet", costRound(at))
	}
	quorum := costQuorum(t, db, now)
	t.Logf("one quorum query: %v", quorum)
	var pass time.Duration
	rows := 0
	for _, r := range grafana.Rules(t) {
		began := time.Now()
		alerts, err := r.Evaluate(db, "fleet", now)
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(began)
		pass, rows = pass+took, rows+len(alerts)
		t.Logf("%-30s %7d ms %4d rows", r.UID, took.Milliseconds(), len(alerts))
	}
	times := float64(pass) / float64(quorum)
	t.Logf("one pass of all rules: %v, %.1f quorum queries, %d rows", pass, times, rows)
	if times > costTimes || rows > costRows {
		t.Errorf("want %d quorum queries and %d rows at most", costTimes, costRows)
	}
	v := &grafana.View{DB: db, Database: "fleet", Window: grafana.Window{From: now.Add(-6 * time.Hour), To: now, Interval: time.Minute}}
	for _, d := range grafana.Dashboards(t) {
		began := time.Now()
		for _, p := range d.Panels {
			for _, q := range p.Targets {
				asked := time.Now()
				v.Ask(t, d, q, nil)
				if took := time.Since(asked); took > costSlow {
					t.Logf("%q %s: %v", p.Title, q.RefID, took)
				}
			}
		}
		t.Logf("first screen of %s: %v", d.UID, time.Since(began))
	}
}

// costQuorum is the median of five: which share of the vantage points gets no answer, by address.
func costQuorum(t *testing.T, db *stacktest.InfluxDB, now time.Time) time.Duration {
	t.Helper()
	const by = `"cloud", "server", "address", "family", "transport"`
	query := fmt.Sprintf(`SELECT 1 - mean("up") AS "dark", count("up") AS "asked" FROM (SELECT max("answered") AS "up"
		FROM "dns_anycast" WHERE time >= %dms GROUP BY "host", %s) GROUP BY %s`, now.Add(-2*time.Minute).UnixMilli(), by, by)
	var took []time.Duration
	for range 5 {
		began := time.Now()
		if rows := db.Query(t, "fleet", query); len(rows) != costClouds*costAddresses {
			t.Fatalf("%d addresses", len(rows))
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[2]
}

// costRound are the points of one round of the fleet; one query of 200 is lost.
func costRound(at time.Time) (lines []string) {
	stamp := at.UnixMilli()
	for host := range costHosts {
		for cloud := range costClouds {
			for address := range costAddresses {
				lines = append(lines, costQueries(host, cloud, address, stamp)...)
			}
			lines = append(lines, fmt.Sprintf("dns_anycast_cloud,host=vp%d,cloud=cloud%d ipv4_asked=10i,ipv6_asked=10i,"+
				"ipv4_answered=10i,ipv6_answered=10i,sites=1i,instances=1i,families_agree=1i,min_ms=5.1,max_ms=35.2 %d",
				host, cloud, stamp))
		}
		lines = append(lines, fmt.Sprintf("dns_anycast_internal,host=vp%d,config=plugin.conf targets=200i,"+
			"targets_answered=199i,round_ms=1200,rounds_coalesced=0i,discarded=0i,over_max_instances=0i,interval_s=30 %d",
			host, stamp))
	}
	return lines
}

func costQueries(host, cloud, address int, stamp int64) []string {
	n := cloud*costAddresses + address
	ip, family := fmt.Sprintf("192.0.2.%d", n), "ipv4"
	if address%2 == 1 {
		ip, family = fmt.Sprintf("2001:db8::%x", n), "ipv6"
	}
	tags := fmt.Sprintf("host=vp%d,server=%s,address=%s,cloud=cloud%d,family=%s,transport=udp", host, ip, ip, cloud, family)
	zoned := fmt.Sprintf("%s,zone=zone%d.example", tags, cloud)
	if (host*7+n*13+int(stamp/30000))%200 == 0 {
		const lost = "result=timeout answered=0i,result_code=1i"
		return []string{
			fmt.Sprintf("dns_anycast,%s,%s,discarded=0i %d", tags, lost, stamp),
			fmt.Sprintf("dns_anycast_soa,%s,%s %d", zoned, lost, stamp),
		}
	}
	site := []string{"LHR", "ARN", "AMS", "FRA", "CDG", "JFK", "NRT", "SIN"}[(host+cloud)%8]
	const success = "result=success,rcode=NOERROR answered=1i,result_code=0i,rcode_value=0i,query_time_ms=12.3"
	return []string{
		fmt.Sprintf("dns_anycast,%s,instance=%s.%d,site=%s,identity_source=nsid,%s,hostname=\"%s.%d\",discarded=0i,"+
			"time_source=\"kernel\",expected=1i,latitude=51.4,longitude=-0.4,distance_km=500,floor_ms=5,usual_ms=12,"+
			"verdict=\"near\",verdict_code=0i %d", tags, site, cloud, site, success, site, cloud, stamp),
		fmt.Sprintf("dns_anycast_soa,%s,instance=%s.%d,site=%s,identity_source=nsid,%s,serial=1i,aa=1i,refresh_s=3600i,"+
			"serial_lag_s=0 %d", zoned, site, cloud, site, success, stamp),
	}
}
