package alerts

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestMetricRulesRun: Prometheus, with the configuration that ships, and vmalert evaluate every rule without an error, each
// second in place of each minute, record, and alert: also of who is expected by a file of scripts/vantage, until he is removed.
func TestMetricRulesRun(t *testing.T) {
	t.Parallel()
	e := &evaluators{dir: t.TempDir()}
	stacktest.Write(t, e.file("rules.yaml"), eachSecond(stacktest.Read(t, stacktest.Shipped(metricRulesFile))))
	stacktest.Write(t, e.file("prometheus.yml"), stacktest.Read(t, stacktest.Shipped("prometheus/prometheus.yml")))
	stacktest.Write(t, e.file("older.yaml"), withoutKeep(stacktest.Read(t, e.file("rules.yaml"))))
	e.vantage(t, "expect", "never")
	e.vantage(t, "expect", "left")
	for _, of := range []evaluator{e.startPrometheus(t), e.startVmalert(t)} {
		stacktest.Eventually(t, of.process, "points stored", func() bool { return of.store.Write(of.points(t, time.Now())) == nil })
		stacktest.Eventually(t, of.process, "every rule evaluated, and dark recorded", func() bool {
			rows, err := of.store.At(`last_over_time(dns_anycast:address_dark[1m]) == 1`, time.Now())
			return err == nil && len(rows) == 1 && everyRuleRan(t, of.url)
		})
		of.await(t, "A vantage point is silent", "left", "never")
		of.await(t, "Points come from the future", "ahead")
		e.running = append(e.running, of)
	}
	e.vantage(t, "remove", "left")
	for _, of := range e.running {
		if err := of.process.Cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		of.await(t, "A vantage point is silent", "never")
	}
}

// TestPrometheusAhead: as METRICS.md has it, a Prometheus that takes a point that is ahead by more than it looks back for what
// comes late refuses all others after it; one of 2.54 or later does not take it, and goes on.
func TestPrometheusAhead(t *testing.T) {
	t.Parallel()
	e := &evaluators{dir: t.TempDir()}
	stacktest.Write(t, e.file("prometheus.yml"), stacktest.Read(t, stacktest.Shipped("prometheus/prometheus.yml")))
	of := e.startPrometheus(t)
	write := func(host string, ahead time.Duration) error {
		line := fmt.Sprintf("dns_anycast_cloud,host=%s,cloud=c ipv4_asked=1i %d", host, time.Now().Add(ahead).UnixMilli())
		return of.store.Write(stacktest.MetricsOf(t, []string{line}, nil, nil))
	}
	stacktest.Eventually(t, of.process, "points stored", func() bool { return write("right", 0) == nil })
	taken := write("ahead", 5*time.Hour) == nil
	if err := write("right", 0); err != nil {
		t.Errorf("after a point that is five hours ahead: %v", err)
	}
	if err := write("ahead", 7*time.Hour); (err == nil) != taken {
		t.Errorf("five hours ahead it takes: %v; seven: error %v", taken, err)
	}
	if err := write("right", 0); taken != (err != nil && strings.Contains(err.Error(), "too old sample")) {
		t.Errorf("it takes what is seven hours ahead: %v; after that: error %v", taken, err)
	}
}

// evaluators are Prometheus and vmalert with the files of a directory.
type evaluators struct {
	dir     string
	running []evaluator
}

// evaluator is one of them, at a URL that tells of rules and alerts, and where its points are.
type evaluator struct {
	store   *stacktest.Metrics
	process *stacktest.Process
	url, db string
}

func (e *evaluators) file(name string) string { return filepath.Join(e.dir, name) }

func (e *evaluators) startPrometheus(t *testing.T) evaluator {
	at := stacktest.FreePort(t)
	p := stacktest.Start(t, e.file("log"), exec.Command(skiptest.Program(t, "prometheus", "prometheus"),
		"--config.file", e.file("prometheus.yml"), "--storage.tsdb.path", e.file("data"), "--web.listen-address", at,
		"--web.enable-remote-write-receiver"))
	return evaluator{&stacktest.Metrics{Name: "Prometheus", URL: "http://" + at}, p, "http://" + at, ""}
}

func (e *evaluators) startVmalert(t *testing.T) evaluator {
	store, at := stacktest.StartVictoriaMetrics(t), stacktest.FreePort(t)
	p := stacktest.Start(t, e.file("alertlog"), exec.Command(skiptest.Program(t, "vmalert", "victoria-metrics"),
		"-rule="+e.file("older.yaml"), "-rule="+e.file("expected*.yaml"), "-datasource.url="+store.URL, "-remoteWrite.url="+store.URL,
		"-remoteWrite.flushInterval=100ms", "-notifier.url=http://127.0.0.1:1", "-httpListenAddr="+at))
	return evaluator{store, p, "http://" + at, "telegraf"}
}

// vantage changes the list of who is expected.
func (e *evaluators) vantage(t *testing.T, command, name string) {
	t.Helper()
	list := e.file("list.yaml")
	stacktest.Succeed(t, exec.Command(filepath.Join(stacktest.Root(), "scripts/vantage"), "--rules", list, command, name))
	stacktest.Write(t, e.file("expected.yaml"), eachSecond(stacktest.Read(t, list)))
}

// eachSecond has rules evaluated each second.
func eachSecond(rules string) string {
	return regexp.MustCompile(`(?m)^    interval: .*$`).ReplaceAllString(rules, "    interval: 1s")
}

// withoutKeep makes rules those of Debian's vmalert, which is older than keep_firing_for.
func withoutKeep(rules string) string {
	return regexp.MustCompile(`(?m)^ *keep_firing_for: .*\n`).ReplaceAllString(rules, "")
}

// points are those of lostSince, and of a clock that is ahead.
func (of *evaluator) points(t *testing.T, now time.Time) []stacktest.Metric {
	t.Helper()
	lines := lostSince(now)
	for host, ahead := range map[string]time.Duration{"h": -time.Second, "ahead": 5 * time.Minute} {
		lines = append(lines, fmt.Sprintf("dns_anycast_cloud,host=%s,cloud=c ipv4_asked=1i %d", host, now.Add(ahead).UnixMilli()))
	}
	more := map[string]string{}
	if of.db != "" {
		more["db"] = of.db
	}
	return stacktest.MetricsOf(t, lines, more, nil)
}

// await waits until an alert of these hosts, and of no others, waits or fires.
func (of *evaluator) await(t *testing.T, alert string, want ...string) {
	t.Helper()
	stacktest.Eventually(t, of.process, fmt.Sprintf("%s: %v", alert, want), func() bool {
		r, err := http.Get(of.url + "/api/v1/alerts")
		if err != nil {
			return false
		}
		defer r.Body.Close()
		var answer struct {
			Data struct {
				Alerts []struct{ Labels map[string]string }
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
			t.Fatal(err)
		}
		var hosts []string
		for _, a := range answer.Data.Alerts {
			if a.Labels["alertname"] == alert {
				hosts = append(hosts, a.Labels["host"])
			}
		}
		slices.Sort(hosts)
		return slices.Equal(hosts, want)
	})
}

// lostSince are queries of a minute that nobody answered.
func lostSince(now time.Time) (lines []string) {
	for age := time.Minute; age > 0; age -= 10 * time.Second {
		lines = append(lines, fmt.Sprintf("dns_anycast,host=h,cloud=c,server=s,address=192.0.2.1,family=ipv4,transport=udp,result=timeout answered=0i,result_code=1i %d",
			now.Add(-age).UnixMilli()))
	}
	return lines
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
	return n == len(readMetricRules(t))+2 // and of the list
}
