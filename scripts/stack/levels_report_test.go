package stack

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// report is a month as the command reads it, as user grafana, and the command's exit status.
func (db *stack) report(t *testing.T, month time.Time, arguments ...string) (map[string]any, int) {
	t.Helper()
	cmd := exec.Command(stacktest.Plugin(t), append([]string{
		"--report", month.Format("2006-01"), "--influxdb", db.url, "--format", "json",
	}, arguments...)...)
	cmd.Env = append(os.Environ(), "INFLUXDB_READ_USER=grafana", "INFLUXDB_READ_PASSWORD="+passwords["grafana"])
	out, err := cmd.Output()
	var all map[string]any
	if json.Unmarshal(out, &all) != nil {
		t.Fatalf("%v, error %v: %s", cmd.Args, err, out)
	}
	return all, cmd.ProcessState.ExitCode()
}

// withoutMedians is a report without what sums cannot tell.
func withoutMedians(report map[string]any) map[string]any {
	for _, row := range report["addresses"].([]any) {
		delete(row.(map[string]any), "median_ms")
	}
	notes := report["notes"].([]any)
	report["notes"] = slices.DeleteFunc(notes, func(n any) bool { return strings.Contains(n.(string), "the retention policy slo") })
	return report
}

// TestReportOfLevels: a report comes to the same from queries, from the sums that InfluxDB has made of them, and from both,
// whatever is asked of it. The month has three hours and a half, in two parts, and updates of a zone.
func TestReportOfLevels(t *testing.T) {
	t.Parallel()
	db := startStack(t)
	month := firstOf(time.Now().UTC().AddDate(0, 0, -45))
	first, second := month.AddDate(0, 0, 2).Add(22*time.Hour+50*time.Minute), month.AddDate(0, 0, 4).Add(5*time.Hour+7*time.Minute)
	cutOff := askedFrom(second.Add(3*time.Hour), 5) // nobody can ask anything
	for i := range cutOff {
		cutOff[i].result, cutOff[i].ms, cutOff[i].connect = "local", 0, 0
	}
	db.store(t, slices.Concat(askedFrom(first, 130), askedFrom(second, 75), cutOff))
	lines := []string{
		fmt.Sprintf("dns_anycast_maintenance,cloud=one text=\"new\",until=%di %d", second.Add(time.Hour).Unix(), second.Add(-time.Hour).UnixMilli()),
		fmt.Sprintf("dns_anycast_maintenance,cloud=two text=\"in ms\",until=%di %d", second.Add(time.Hour).UnixMilli(), second.UnixMilli()),
	}
	for i, latency := range []string{"latency_s=12.5", "latency_s=3700", "missing=1i", "refresh=1i", "latency_s=3600"} {
		lines = append(lines, fmt.Sprintf("dns_anycast_serial,host=first,cloud=one,server=ns%d,address=192.0.2.%d,family=ipv4,transport=udp,zone=example.org,result=success serial=%di,%s %d",
			1+i%2, 1+i%2, 5+i/2, latency, second.Add(time.Duration(i)*time.Minute).UnixMilli()))
	}
	if code := db.writeAs(t, "telegraf", "telegraf", lines...); code != 204 {
		t.Fatalf("InfluxDB answers %d", code)
	}
	profiles := [][]string{nil, {"--minimum-vantage-points", "3"}, {"--profile", "rssac047"}}
	type answer struct {
		report map[string]any
		status int
	}
	read := func() (all []answer) {
		for _, p := range profiles {
			r, status := db.report(t, month, p...)
			all = append(all, answer{withoutMedians(r), status})
		}
		return all
	}
	raw := read()
	if len(raw[0].report["incidents"].([]any)) < 10 || len(raw[0].report["addresses"].([]any)) < 10 {
		t.Fatalf("too little to compare: %v", raw[0].report)
	}
	if notes := fmt.Sprint(raw[0].report["notes"]); !strings.Contains(notes, "the maintenance of cloud two from "+second.Format(time.RFC3339)+" on has no until in seconds since 1970") {
		t.Errorf("notes: %s", notes)
	}
	compare := func(when string) {
		t.Helper()
		for i, got := range read() {
			if got.status != raw[i].status {
				t.Errorf("%q %s: status %d, want %d", profiles[i], when, got.status, raw[i].status)
			}
			compareReports(t, fmt.Sprintf("%q %s", profiles[i], when), got.report, raw[i].report)
		}
	}
	for _, day := range []time.Time{first, first.AddDate(0, 0, 1), second} {
		stacktest.Succeed(t, db.script("../fill", "--plain", day.Format(time.DateOnly)))
		compare("after " + day.Format(time.DateOnly) + " was filled")
	}
	db.compareDashboard(t, month)
	db.query(t, `CREATE RETENTION POLICY "none" ON "telegraf" DURATION INF REPLICATION 1 DEFAULT`)
	db.query(t, `DROP RETENTION POLICY "raw" ON "telegraf"`)
	compare("after the queries were gone")
}

func compareReports(t *testing.T, what string, got, want map[string]any) {
	t.Helper()
	for key := range want {
		gots, isList := got[key].([]any)
		wants, _ := want[key].([]any)
		if !isList {
			if !reflect.DeepEqual(got[key], want[key]) {
				t.Errorf("%s: %s %v, want %v", what, key, got[key], want[key])
			}
			continue
		}
		for i := range max(len(gots), len(wants)) {
			if i >= len(gots) || i >= len(wants) || !reflect.DeepEqual(gots[i], wants[i]) {
				t.Errorf("%s: %s\n%v, want\n%v", what, key, gots[min(i, len(gots)):], wants[min(i, len(wants)):])
				break
			}
		}
	}
}

func firstOf(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
}
