//go:build fleetcost

package levels

import (
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// The size that README.md promises. What is kept of a month does not grow with vantage points.
const (
	costAddresses = 200
	costSlowest   = 60 * time.Second // of one panel, of one rule, and of the report
	costMemory    = 200 << 10        // KiB, of the report
)

// TestFleetCost measures what each panel of the dashboard of a month, and each rule about it, costs InfluxDB, and what its
// report takes.
func TestFleetCost(t *testing.T) {
	db := stacktest.StartInfluxDB(t)
	m := month{}
	d := m.seen(t, db, whole)
	for address := range costAddresses {
		db.Keep(t, "month", "slo", costMonth(address))
	}
	for _, p := range d.of.All() {
		began := time.Now()
		for _, q := range p.Targets {
			d.Ask(t, d.of, q, nil)
		}
		took := time.Since(began)
		t.Logf("%-60q %7d ms", p.Title, took.Milliseconds())
		if took > costSlowest {
			t.Errorf("%q took %v", p.Title, took)
		}
	}
	for _, r := range grafana.Rules(t) {
		began := time.Now()
		if _, err := r.Evaluate(db, "month", october.Add(whole)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); r.DashboardUID == grafana.MonthUID {
			t.Logf("%-60q %7d ms", r.Title, took.Milliseconds())
			if took > costSlowest {
				t.Errorf("%q took %v", r.Title, took)
			}
		}
	}
	costReport(t, db)
}

// costReport measures the command.
func costReport(t *testing.T, db *stacktest.InfluxDB) {
	t.Helper()
	cmd := exec.Command(stacktest.Plugin(t), "--report", october.Format("2006-01"), "--influxdb", db.URL, "--database", "month", "--format", "json")
	began := time.Now()
	out, err := cmd.Output()
	took, memory := time.Since(began), cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if rows := strings.Count(string(out), `"counted_minutes": 44640`); cmd.ProcessState.ExitCode() != 1 || rows != costAddresses {
		t.Fatalf("error %v, %d addresses:\n%.3000s", err, rows, out)
	}
	t.Logf("report: %v, %d MiB", took.Round(time.Millisecond), memory>>10)
	if took > costSlowest || memory > costMemory {
		t.Errorf("want %v and %d MiB at most", costSlowest, costMemory>>10)
	}
}

// costMonth are the minutes and hours of an address that is down for a quarter of an hour of each day.
func costMonth(address int) []string {
	m := month{}
	r := row{fmt.Sprintf("zone%d.example", address%10), fmt.Sprintf("192.0.2.%d", address), "udp"}
	for at := range 31 {
		day := time.Duration(at) * day
		m.minutes(r, day, 15, 100, 60)
		m.minutes(r, day+15*time.Minute, 24*60-15, 100, at%2)
		for h := range 24 {
			m.hour("dns_anycast_hour", r.tags(), day+time.Duration(h)*hour, "tests=12000i,failed=900i,within_50=9000i,"+
				"within_100=10000i,within_250=11000i,within_500=11050i,within_1500=11090i,within_2500=11100i")
		}
	}
	return m.slo
}
