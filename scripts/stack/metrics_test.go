package stack

import (
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// metricFiles are how Telegraf writes to each store of metrics.
var metricFiles = []string{"prometheus/telegraf-victoriametrics.conf", "prometheus/telegraf-prometheus.conf"}

// TestMetrics: what the plugin says, and what Telegraf and chrony say of the host, reaches VictoriaMetrics and Prometheus by
// Telegraf, under the same names, with the same labels, values and times.
func TestMetrics(t *testing.T) {
	t.Parallel()
	path := skiptest.Telegraf(t, stacktest.Root())
	victoria, prometheus := stacktest.StartVictoriaMetrics(t), stacktest.StartPrometheus(t)
	v := newMoving(t)
	conf := stacktest.WithChrony(t, v.conf(t, "127.0.0.1:323", "127.0.0.1:"+startChronyd(t)))
	conf, _, _ = strings.Cut(strings.ReplaceAll(conf, `interval = "1m"`, `interval = "1s"`), "[[outputs.influxdb]]")
	conf += edited(t, metricFiles[0], `http://127.0.0.1:8428`, victoria.URL) +
		edited(t, metricFiles[1], `http://127.0.0.1:9090`, prometheus.URL)
	v.telegraf(t, path, conf)
	v.after(t, 3)
	for _, s := range v.servers {
		s.Turn(stacktest.Asked(stacktest.Named("arn1", 0), stacktest.Both(stacktest.Serving(stacktest.NewSerial, "arn1"))))
	}
	v.servers[1].Turn(stacktest.Silent)
	v.after(t, 4)
	v.Stop(t)
	if log := stacktest.Read(t, v.Log); regexp.MustCompile(` [WE]! \[(outputs|serializers|processors)`).MatchString(log) {
		t.Errorf("Telegraf minds:\n%s", log)
	}

	want := map[string]bool{}
	for _, m := range stacktest.MetricsOf(t, lines(t, v.file("sent")), nil, nil) {
		for _, p := range m.Samples {
			want[pointOf(m.Labels, p)] = true
		}
	}
	for _, name := range []string{
		"dns_anycast_query_time_ms", "dns_anycast_soa_result_code", "dns_anycast_cloud_ipv4_asked", "dns_anycast_internal_round_ms",
		"internal_write_metrics_dropped", "internal_write_write_errors", "chrony_system_time", "chrony_root_delay",
	} {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(want)), func(p string) bool { return strings.Contains(p, "__name__="+name+" ") }) {
			t.Errorf("nothing of %s was sent", name)
		}
	}
	for _, store := range []*stacktest.Metrics{victoria, prometheus} {
		compareMetrics(t, store, want)
		checkLoss(t, store, want)
	}
}

// newMoving is a vantage point of servers that name a site and serve a zone.
func newMoving(t *testing.T) *vantage {
	t.Helper()
	v := &vantage{name: `vantage "1"`, dir: t.TempDir()}
	for range 2 {
		v.servers = append(v.servers, stacktest.StartNameServer(t, "127.0.0.1",
			stacktest.Asked(stacktest.Named("lhr1", 0), stacktest.Both(stacktest.Serving(stacktest.NewSerial, "lhr1")))))
	}
	stacktest.Write(t, v.file("plugin.conf"), "[[inputs.dns_anycast]]\nconfirm = 1\ntimeout = \"300ms\"\n"+
		stacktest.Cloud(stacktest.Alpha, v.servers[0].Addr, v.servers[1].Addr)+fmt.Sprintf("zone = %q\n", stacktest.Zone))
	return v
}

func lines(t *testing.T, file string) (all []string) {
	t.Helper()
	for line := range strings.Lines(stacktest.Read(t, file)) {
		all = append(all, strings.TrimSuffix(line, "000000\n")) // Telegraf writes nanoseconds
	}
	return all
}

// pointOf writes a value with its series and time, in as many digits as VictoriaMetrics keeps.
func pointOf(labels []stacktest.Label, p stacktest.Sample) string {
	var parts []string
	for _, l := range labels {
		parts = append(parts, l.Name+"="+l.Value)
	}
	slices.Sort(parts)
	return fmt.Sprintf("%s %.11g %d", strings.Join(parts, " "), p.Value, p.Time)
}

// compareMetrics: the store has what was sent, and nothing else. VictoriaMetrics adds the name of the database.
func compareMetrics(t *testing.T, store *stacktest.Metrics, want map[string]bool) {
	t.Helper()
	if err := store.Flush(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1100 * time.Millisecond) // of the last second VictoriaMetrics says nothing
	rows, err := store.At(`{__name__=~"(dns_anycast|internal_write|chrony).*"}[1h]`, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	moved := false
	for _, r := range rows {
		if db, has := r.Labels["db"]; has != (store.Name == "VictoriaMetrics") || has && db != "telegraf" {
			t.Errorf("%s: label db is %q in %v", store.Name, db, r.Labels)
		}
		delete(r.Labels, "db")
		moved = moved || r.Labels["__name__"] == "dns_anycast_change_changes" && r.Labels["from"] == "LHR" && r.Labels["to"] == "ARN"
		var labels []stacktest.Label
		for name, value := range r.Labels {
			labels = append(labels, stacktest.Label{Name: name, Value: value})
		}
		for _, p := range r.Values {
			got[pointOf(labels, p)] = true
		}
	}
	for p := range want {
		if !got[p] {
			t.Errorf("%s lacks %s", store.Name, p)
		}
	}
	for p := range got {
		if !want[p] {
			t.Errorf("%s has %s", store.Name, p)
		}
	}
	if !moved {
		t.Errorf("%s knows of no change from LHR to ARN", store.Name)
	}
}

// TestMetricsHaveNoText: every text of the plugin's points becomes a label or is left out, and no other field is.
func TestMetricsHaveNoText(t *testing.T) {
	page := stacktest.Read(t, filepath.Join(stacktest.Root(), "plugins/inputs/dns_anycast/README.md"))
	want := map[string]bool{}
	for _, section := range strings.Split(page, "\n### ")[1:] {
		measurement, _, _ := strings.Cut(section, "\n")
		if measurement == "dns_anycast_path" || measurement == "dns_anycast_hop" {
			continue
		}
		for _, m := range regexp.MustCompile(`(?m)^\| ([^|]+) \| string \|`).FindAllStringSubmatch(section, -1) {
			for _, name := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(m[1], -1) {
				want[name[1]] = true
			}
		}
	}
	delete(want, "from")
	delete(want, "to")
	for _, file := range metricFiles {
		text := stacktest.Read(t, stacktest.Shipped(file))
		got := map[string]bool{}
		for _, m := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(stacktest.Between(t, text, "fieldexclude = [", "]"), -1) {
			got[m[1]] = true
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s leaves out %v, want %v", file, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
		}
	}
}

// TestPrometheusConfig: Prometheus takes its own file.
func TestPrometheusConfig(t *testing.T) {
	cmd := exec.Command(skiptest.Program(t, "promtool", "prometheus"), "check", "config", stacktest.Shipped("prometheus/prometheus.yml"))
	cmd.Env = os.Environ()
	stacktest.Succeed(t, cmd)
}

// checkLoss: the share that METRICS.md shows is that of the points that were sent.
func checkLoss(t *testing.T, store *stacktest.Metrics, points map[string]bool) {
	t.Helper()
	var asked, answered float64
	for p := range points {
		if strings.Contains(p, "__name__=dns_anycast_answered ") {
			asked++
			answered += map[bool]float64{true: 1}[regexp.MustCompile(` 1 \d+$`).MatchString(p)]
		}
	}
	page := stacktest.Read(t, stacktest.Shipped("METRICS.md"))
	rows, err := store.At("1 - sum"+stacktest.Between(t, page, "\n    1 - sum", "\n"), time.Now())
	if err != nil || len(rows) != 1 || rows[0].Value == nil || answered == asked || math.Abs(rows[0].Value.Value-(1-answered/asked)) > 1e-9 {
		t.Errorf("%s: loss %v of %v, error %v, want %v of %v lost", store.Name, value(rows), rows, err, asked-answered, asked)
	}
}

func value(rows []stacktest.Row) any {
	if len(rows) != 1 || rows[0].Value == nil {
		return nil
	}
	return rows[0].Value.Value
}
