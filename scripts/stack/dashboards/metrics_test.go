package dashboards

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestMetricDashboardQueries: each selector obeys the variables that are labels of what it selects and leaves out what
// RIPE Atlas has asked, and is of a field that points have, or of what rules record; and of a moment, or of an interval no
// shorter than a round.
func TestMetricDashboardQueries(t *testing.T) {
	schema := stacktest.ReadSchema(t)
	for _, d := range grafana.MetricDashboards(t) {
		for _, p := range d.All() {
			for _, q := range p.Targets {
				where := fmt.Sprintf("%s, %q %s: ", d.UID, p.Title, q.RefID)
				checkSelectors(t, where, schema, d, q.Expr)
				if q.Instant == q.Range || q.Range != strings.Contains(q.Expr, "__interval") || (q.Format == "table") != (p.Type == "geomap") {
					t.Errorf("%sinstant %v, range %v, format %s: %s", where, q.Instant, q.Range, q.Format, q.Expr)
				}
				if q.Range && (q.Interval == "" || q.Interval != p.Interval) || q.Instant && p.Interval != "" {
					t.Errorf("%sinterval %q, of the panel %q", where, q.Interval, p.Interval)
				}
			}
		}
	}
}

// checkSelectors looks at each selector of an expression.
func checkSelectors(t *testing.T, where string, schema stacktest.Schema, d *grafana.Dashboard, text string) {
	t.Helper()
	for _, m := range selector.FindAllStringSubmatch(text, -1) {
		labels, known := labelsOf(schema, m[1])
		if !known {
			t.Errorf("%s%s: no point has it", where, m[1])
		}
		for _, name := range grafana.Filters {
			obeys := strings.Contains(m[2], name+"=~`${"+name+":regex}`")
			if want := d.Variable(name) != nil && slices.Contains(labels, name); obeys != want {
				t.Errorf("%s%s obeys %s: %v, want %v", where, m[0], name, obeys, want)
			}
		}
		measurement, _ := measured(schema, m[1])
		if ofQueries := measurement == "dns_anycast"; ofQueries != strings.Contains(m[2], `probe=""`) {
			t.Errorf("%s%s: of probes too", where, m[0])
		}
	}
	if plain := selector.ReplaceAllString(text, ""); strings.Contains(plain, "dns_anycast") {
		t.Errorf("%sselects without conditions: %s", where, plain)
	}
}

// selector is a metric and its conditions, whose variables have braces too.
var selector = regexp.MustCompile("\\b(dns_anycast[\\w:]*)\\{((?:[^`{}]|`[^`]*`)*)\\}")

// recordedLabels are those of what rules record.
var recordedLabels = map[string][]string{
	"dns_anycast:host_reports":       {"host", "cloud"},
	"dns_anycast:host_expected":      {"host", "cloud"},
	"dns_anycast:host_tests":         {"host"},
	"dns_anycast:minute_asked":       judgedLabels,
	"dns_anycast:minute_within":      judgedLabels,
	"dns_anycast:minute_down":        judgedLabels,
	"dns_anycast:minute_down_asked":  judgedLabels,
	"dns_anycast:minute_down_failed": judgedLabels,
	"dns_anycast:service_asked":      {"zone", "transport"},
	"dns_anycast:service_down":       {"zone", "transport"},
	"dns_anycast:update_late":        append([]string{"host"}, judgedLabels...),
}

var judgedLabels = []string{"cloud", "zone", "server", "address", "family", "transport"}

// labelsOf are those of a field's measurement.
func labelsOf(schema stacktest.Schema, metric string) ([]string, bool) {
	if labels, recorded := recordedLabels[metric]; recorded {
		return labels, true
	}
	measurement, known := measured(schema, metric)
	return schema.Points[measurement].Tags, known
}

// measured is the measurement that a metric is a field of.
func measured(schema stacktest.Schema, metric string) (string, bool) {
	for measurement, p := range schema.Points {
		if field, is := strings.CutPrefix(metric, measurement+"_"); is && slices.Contains(p.Fields, field) {
			return measurement, true
		}
	}
	return "", false
}

// TestMetricDashboardRound: silence is a gap, since no interval is shorter than a round, which nobody chooses.
func TestMetricDashboardRound(t *testing.T) {
	schema := stacktest.ReadSchema(t)
	for _, d := range grafana.MetricDashboards(t) {
		round := d.Variable("round")
		if round == nil {
			continue // of a month
		}
		expression := strings.TrimSuffix(strings.TrimPrefix(round.Query, "query_result("), ")")
		checkSelectors(t, d.UID+", round: ", schema, d, expression)
		if round.Hide != 2 || !round.SkipURLSync || round.Regex != `/^\{\} ([1-9]\d*)/` || expression == round.Query {
			t.Errorf("%s: %+v", d.UID, round)
		}
	}
}

// TestMetricDashboardLinks: cells lead to dashboards of the same store, which are there, and carry what is chosen.
func TestMetricDashboardLinks(t *testing.T) {
	all := grafana.MetricDashboards(t)
	links := 0
	for _, d := range all {
		for _, p := range d.All() {
			for _, o := range p.FieldConfig.Overrides {
				for _, property := range o.Properties {
					for _, m := range regexp.MustCompile(`"url":\s*"/d/([^?"]+)\?([^"]*)`).FindAllStringSubmatch(string(property.Value), -1) {
						links++
						if grafana.OfUID(all, m[1]) == nil || !strings.Contains(m[2], "${datasource:queryparam}") {
							t.Errorf("%s, %q leads to %s", d.UID, p.Title, m[0])
						}
					}
				}
			}
		}
	}
	if links == 0 {
		t.Error("no cell leads anywhere")
	}
}
