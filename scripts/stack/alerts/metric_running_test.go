package alerts

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestMetricRulesRun: Prometheus, with the configuration that ships, and vmalert evaluate every rule without an error, each
// second in place of each minute, and record.
func TestMetricRulesRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	rules := regexp.MustCompile(`(?m)^    interval: .*$`).ReplaceAllString(stacktest.Read(t, stacktest.Shipped(metricRulesFile)), "    interval: 1s")
	stacktest.Write(t, file("rules.yaml"), rules)
	stacktest.Write(t, file("prometheus.yml"), stacktest.Read(t, stacktest.Shipped("prometheus/prometheus.yml")))
	older := regexp.MustCompile(`(?m)^ *keep_firing_for: .*\n`).ReplaceAllString(rules, "") // Debian's vmalert
	stacktest.Write(t, file("older.yaml"), older)

	prometheus, alert := stacktest.FreePort(t), stacktest.FreePort(t)
	victoria := stacktest.StartVictoriaMetrics(t)
	pair := map[*stacktest.Metrics]*stacktest.Process{
		{Name: "Prometheus", URL: "http://" + prometheus}: stacktest.Start(t, file("log"), exec.Command(skiptest.Program(t, "prometheus", "prometheus"),
			"--config.file", file("prometheus.yml"), "--storage.tsdb.path", file("data"), "--web.listen-address", prometheus,
			"--web.enable-remote-write-receiver")),
		victoria: stacktest.Start(t, file("alertlog"), exec.Command(skiptest.Program(t, "vmalert", "victoria-metrics"),
			"-rule="+file("older.yaml"), "-datasource.url="+victoria.URL, "-remoteWrite.url="+victoria.URL, "-remoteWrite.flushInterval=100ms",
			"-notifier.url=http://127.0.0.1:1", "-httpListenAddr="+alert)),
	}
	for store, process := range pair {
		running := store.URL
		if store == victoria {
			running = "http://" + alert
		}
		stacktest.Eventually(t, process, "points stored", func() bool { return store.Write(lostSince(t, time.Now())) == nil })
		stacktest.Eventually(t, process, "every rule evaluated, and dark recorded", func() bool {
			rows, err := store.At(`last_over_time(dns_anycast:address_dark[1m]) == 1`, time.Now())
			return err == nil && len(rows) == 1 && everyRuleRan(t, running)
		})
	}
}

// lostSince are queries of a minute that nobody answered.
func lostSince(t *testing.T, now time.Time) []stacktest.Metric {
	t.Helper()
	var lines []string
	for age := time.Minute; age > 0; age -= 10 * time.Second {
		lines = append(lines, fmt.Sprintf("dns_anycast,host=h,cloud=c,server=s,address=192.0.2.1,family=ipv4,transport=udp,result=timeout answered=0i,result_code=1i %d",
			now.Add(-age).UnixMilli()))
	}
	return stacktest.MetricsOf(t, lines, nil, nil)
}

// everyRuleRan reports whether all rules were evaluated; one that fails fails the test.
func everyRuleRan(t *testing.T, url string) bool {
	t.Helper()
	r, err := http.Get(url + "/api/v1/rules")
	if err != nil {
		return false
	}
	defer r.Body.Close()
	var answer struct {
		Data struct {
			Groups []struct {
				Rules []struct{ Name, Health, LastError, LastEvaluation string }
			}
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, g := range answer.Data.Groups {
		for _, rule := range g.Rules {
			if rule.LastError != "" {
				t.Fatalf("%s: %s: %s", url, rule.Name, rule.LastError)
			}
			if rule.Health == "ok" {
				n++
			}
		}
	}
	return n == len(readMetricRules(t))
}
