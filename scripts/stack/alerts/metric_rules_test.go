package alerts

import (
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

const metricRulesFile = "prometheus/rules.yaml"

// metricGroup is a group of rules in PromQL.
type metricGroup struct {
	Name, Interval string
	Rules          []metricRule
}

// metricRule records what an expression says, or alerts where it says anything.
type metricRule struct {
	Record, Alert, Expr, For string
	Keep                     string `json:"keep_firing_for"`
	Labels, Annotations      map[string]string

	every time.Duration
}

// name is the uid without what all have in common.
func (r *metricRule) name() string {
	return strings.TrimPrefix(r.Annotations["uid"], "dns-anycast-")
}

var metricRules = sync.OnceValues(func() (all []metricRule, err error) {
	var file struct{ Groups []metricGroup }
	if err := stacktest.DecodeFile(metricRulesFile, &file, true); err != nil {
		return nil, err
	}
	for _, g := range file.Groups {
		every, err := time.ParseDuration(g.Interval)
		if err != nil {
			return nil, err
		}
		for _, r := range g.Rules {
			r.every = every
			all = append(all, r)
		}
	}
	return all, nil
})

func readMetricRules(t *testing.T) []metricRule {
	t.Helper()
	all, err := metricRules()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// expectedRecorded is what a file of scripts/vantage records.
const expectedRecorded = "dns_anycast:host_expected"

// notInMetrics are the rules that there are in InfluxQL alone, and why.
var notInMetrics = map[string]string{
	"database": "a store that does not answer evaluates no rule",
}

// TestMetricRules: each rule of Grafana's is there in PromQL, with its title, labels and words, and waits as long.
func TestMetricRules(t *testing.T) {
	byName := map[string]metricRule{}
	for _, r := range readMetricRules(t) {
		if r.Alert != "" {
			byName[r.name()] = r
		}
	}
	for _, want := range grafana.Rules(t) {
		got, there := byName[want.Name()]
		if _, not := notInMetrics[want.Name()]; there == not {
			t.Errorf("%s: in PromQL %v", want.Name(), there)
		}
		if !there {
			continue
		}
		delete(byName, want.Name())
		wait, err := time.ParseDuration(got.For)
		if err != nil || wait != want.Wait(t) || got.Alert != want.Title || got.every != want.Every ||
			fmt.Sprint(got.Labels) != fmt.Sprint(want.Labels) || wait%got.every != 0 {
			t.Errorf("%s: %+v, want %+v", want.Name(), got, want)
		}
		for _, text := range []string{"description", "runbook"} {
			if got.Annotations[text] != want.Annotations[text] {
				t.Errorf("%s: %s %q, want %q", want.Name(), text, got.Annotations[text], want.Annotations[text])
			}
		}
		checkLeads(t, &want, got.Annotations)
		if got.Annotations["summary"] == "" || strings.Contains(got.Annotations["summary"], ".Values") {
			t.Errorf("%s: summary %q", want.Name(), got.Annotations["summary"])
		}
	}
	if len(byName) > 0 {
		t.Errorf("in PromQL alone: %v", byName)
	}
}

// checkLeads: a rule leads to the panel that Grafana's leads to, where there is one in PromQL, and else to a dashboard.
func checkLeads(t *testing.T, want *grafana.Rule, got map[string]string) {
	t.Helper()
	u, err := url.Parse(strings.NewReplacer("{{ ", "", " }}", "").Replace(got["dashboard"]))
	if err != nil {
		t.Fatal(err)
	}
	all := grafana.MetricDashboards(t)
	d := grafana.OfUID(all, strings.TrimPrefix(u.Path, "/d/"))
	if d == nil {
		t.Errorf("%s leads to %s", want.Name(), u)
		return
	}
	panel := u.Query().Get("viewPanel")
	if grafana.OfUID(all, want.DashboardUID+"-metrics") == nil {
		if panel+got["__panelId__"]+got["__dashboardUid__"] != "" {
			t.Errorf("%s leads to a panel of another dashboard: %q", want.Name(), got)
		}
		return
	}
	if panel != got["__panelId__"] || panel != fmt.Sprint(want.PanelID) || d.UID != got["__dashboardUid__"] || d.Numbered(want.PanelID) == nil {
		t.Errorf("%s leads to %q, want panel %d of %s", want.Name(), got, want.PanelID, want.DashboardUID)
	}
}

// TestMetricRulesFile: Prometheus and vmalert take the file, and know every expression.
func TestMetricRulesFile(t *testing.T) {
	file := stacktest.Shipped(metricRulesFile)
	stacktest.Succeed(t, exec.Command(skiptest.Program(t, "promtool", "prometheus"), "check", "rules", "--lint=all", "--lint-fatal", file))
	older := filepath.Join(t.TempDir(), "rules.yaml")
	stacktest.Write(t, older, withoutKeep(stacktest.Read(t, file)))
	stacktest.Succeed(t, exec.Command(skiptest.Program(t, "vmalert", "victoria-metrics"), "-dryRun", "-rule="+older))
}

// TestMetricsOfRules: what rules read is what points hold.
func TestMetricsOfRules(t *testing.T) {
	schema := stacktest.ReadSchema(t)
	var fields []string
	recorded := []string{expectedRecorded}
	for measurement, point := range schema.Points {
		for _, field := range point.Fields {
			fields = append(fields, measurement+"_"+field)
		}
	}
	for _, r := range readMetricRules(t) {
		for _, name := range metricName.FindAllString(r.Expr, -1) {
			if !slices.Contains(fields, name) && !slices.Contains(recorded, name) {
				t.Errorf("%s%s reads %s, which no point has and nothing before it records", r.Alert, r.Record, name)
			}
		}
		recorded = append(recorded, r.Record)
	}
}

// metricName finds the names of metrics and of what is recorded.
var metricName = regexp.MustCompile(`\b(dns_anycast|internal_write|chrony)[a-z0-9_:]*`)
