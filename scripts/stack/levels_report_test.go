package stack

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestReportOfLevels: a month's report from what the continuous queries have counted is that from the points
// themselves, but for medians.
func TestReportOfLevels(t *testing.T) {
	t.Parallel()
	db := startStack(t)
	// A month that is over, of which points are left.
	day := time.Now().UTC().AddDate(0, 0, -40).Truncate(24 * time.Hour)
	all := askedFrom(day.Add(4*time.Hour+15*time.Minute), 150)
	db.store(t, all)
	stacktest.Succeed(t, db.script("../fill", "--plain", day.Format(time.DateOnly)))
	reports := [][]string{
		nil, {"--minimum-vantage-points", "2"}, {"--minimum-vantage-points", "3"}, {"--profile", "rssac047"},
	}
	var counted []map[string]any
	for _, args := range reports {
		counted = append(counted, db.report(t, day, args...))
	}
	db.query(t, `DROP RETENTION POLICY "slo" ON "telegraf"`)
	for i, args := range reports {
		want := db.report(t, day, args...)
		if n := len(want["addresses"].([]any)); n < 9 || len(want["vantage_points"].([]any)) != 4 {
			t.Errorf("%q: %d addresses, %v", args, n, want["vantage_points"])
		}
		for name, value := range want {
			if !reflect.DeepEqual(counted[i][name], value) {
				t.Errorf("%q, %s: counted\n%v\nwant\n%v", args, name, inLines(counted[i][name]), inLines(value))
			}
		}
	}
}

func inLines(value any) string { return strings.ReplaceAll(fmt.Sprint(value), "map[", "\nmap[") }

// report is that of the month of a day, as the user who may only read, without what slo does not hold.
func (db *stack) report(t *testing.T, day time.Time, args ...string) map[string]any {
	t.Helper()
	cmd := exec.Command(stacktest.Plugin(t), append(args, "--report", day.Format("2006-01"), "--influxdb", db.url, "--format", "json")...)
	cmd.Env = append(os.Environ(), "INFLUXDB_READ_USER=grafana", "INFLUXDB_READ_PASSWORD="+passwords["grafana"])
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var r map[string]any
	if wrong := json.Unmarshal(out, &r); wrong != nil || cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("%q: %v, %v, %s", args, err, wrong, &stderr)
	}
	for _, a := range r["addresses"].([]any) {
		a.(map[string]any)["median_ms"] = nil
	}
	r["notes"] = withoutMedians(r["notes"].([]any))
	return r
}

func withoutMedians(notes []any) (others []any) {
	for _, n := range notes {
		if text := n.(string); !strings.Contains(text, "median_ms") {
			others = append(others, n)
		}
	}
	return others
}
