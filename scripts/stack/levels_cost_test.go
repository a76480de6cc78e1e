//go:build fleetcost

package stack

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// The fleet of TestFleetCost, over as long as a pass of the queries for minutes reads.
const (
	levelHosts     = 100
	levelAddresses = 200
	levelMinutes   = 20
)

var levelQuery = regexp.MustCompile(`(?s)CREATE CONTINUOUS QUERY "(\w+)" ON "telegraf"\s+RESAMPLE EVERY (\w+) FOR \w+\s+BEGIN(.*?)END;`)

// TestLevelsFleetCost measures what the queries behind service levels cost InfluxDB, and that the rows of minutes are one
// an address, however many vantage points there are.
func TestLevelsFleetCost(t *testing.T) {
	db := stacktest.StartInfluxDB(t)
	cmd := exec.Command(stacktest.Shipped("influxdb/setup"))
	cmd.Env = append(os.Environ(), "INFLUXDB_URL="+db.URL, "INFLUXDB_WRITE_PASSWORD=w", "INFLUXDB_READ_PASSWORD=r")
	stacktest.Succeed(t, cmd)
	from := time.Now().UTC().Truncate(time.Hour).Add(-time.Hour)
	for at := from; at.Before(from.Add(levelMinutes * time.Minute)); at = at.Add(30 * time.Second) {
		db.Write(t, "telegraf", levelRound(at))
	}
	took := map[string]time.Duration{}
	between := fmt.Sprintf("WHERE time >= %ds AND time < %ds AND (", from.Unix(), from.Add(levelMinutes*time.Minute).Unix())
	for _, m := range levelQuery.FindAllStringSubmatch(stacktest.Read(t, stacktest.Shipped("influxdb/slo.iql")), -1) {
		began := time.Now()
		db.Query(t, "telegraf", strings.ReplaceAll(m[3], "WHERE (", between))
		took[m[2]] += time.Since(began)
		t.Logf("%-24s each %s: %v", m[1], m[2], time.Since(began).Round(time.Millisecond))
	}
	twoHours := took["1h"] * 120 / levelMinutes // which the queries of hours read
	t.Logf("%d vantage points and %d addresses: %v each five minutes, %v each hour",
		levelHosts, levelAddresses, took["5m"].Round(time.Second), twoHours.Round(time.Second))
	for policy, want := range map[string]float64{"dns_anycast_minute": levelAddresses * levelMinutes, "dns_anycast_service": 10 * levelMinutes} {
		rows := db.Query(t, "telegraf", fmt.Sprintf(`SELECT count("asked"), max("asked") FROM "slo".%q`, policy))
		if got := rows[0].Values[0]; got[1] != want || got[2] != float64(levelHosts) {
			t.Errorf("%s: %v rows of %v vantage points, want %v of %d", policy, got[1], got[2], want, levelHosts)
		}
	}
}

// levelRound are the queries of one round: ten clouds of ten name servers with two addresses each, a zone for each cloud.
func levelRound(at time.Time) (lines []string) {
	for host := range levelHosts {
		for n := range levelAddresses {
			tags := fmt.Sprintf("host=vp%d,cloud=cloud%d,server=ns%d.example,address=192.0.2.%d,family=ipv4,transport=udp",
				host, n/20, n/2, n)
			outcome := "result=success,rcode=NOERROR,instance=lhr1 answered=1i,result_code=0i,rcode_value=0i,query_time_ms=12.3"
			if (host*7+n*13+at.Minute())%200 == 0 {
				outcome = "result=timeout answered=0i,result_code=1i"
			}
			lines = append(
				lines,
				fmt.Sprintf("dns_anycast,%s,%s %d", tags, outcome, at.UnixMilli()),
				fmt.Sprintf("dns_anycast_soa,%s,zone=zone%d.example,%s %d", tags, n/20, outcome, at.UnixMilli()),
			)
		}
	}
	return lines
}
