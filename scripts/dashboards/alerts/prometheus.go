package alerts

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

const prometheusHead = `# Recording and alert rules for Prometheus 2.42 or later, or vmalert 1.92 or later. Written by scripts/dashboards
# (make dashboards): change them there.
#
# They say what the alert rules for Grafana say, in the same words; config/METRICS.md tells where they differ. They are for
# rounds of a minute at most, and for windows of RIPE Atlas of an hour at most. Who is told is left to you: route by the
# labels service and severity (critical wakes somebody, warning makes a ticket), and group by cloud.
`

// The file of rules, as Prometheus and vmalert read it.
type (
	metricDocument struct {
		Groups []metricGroup `yaml:"groups"`
	}
	metricGroup struct {
		Name     string `yaml:"name"`
		Interval string `yaml:"interval"`
		Rules    []any  `yaml:"rules"` // one of those below
	}
	recordModel struct {
		Record string `yaml:"record"`
		Expr   string `yaml:"expr"`
	}
	alertModel struct {
		Alert       string            `yaml:"alert"`
		Expr        string            `yaml:"expr"`
		For         string            `yaml:"for"`
		Keep        string            `yaml:"keep_firing_for,omitempty"`
		Labels      map[string]string `yaml:"labels"`
		Annotations map[string]string `yaml:"annotations"`
	}
)

// withoutMetric are the rules that a store of metrics has not, and why.
var withoutMetric = map[string]string{
	"database": "where the store does not answer, no rule is evaluated: the watchdog tells of it",
}

// PrometheusFile is the text of the file of rules in PromQL. It fails where a rule names a panel that is
// not there.
func PrometheusFile(id PanelID) ([]byte, error) {
	var d metricDocument
	for _, g := range groups() {
		made, err := g.metrics(id)
		if err != nil {
			return nil, err
		}
		d.Groups = append(d.Groups, made)
	}
	return encode(prometheusHead, d)
}

func (g ruleGroup) metrics(id PanelID) (metricGroup, error) {
	made := metricGroup{Name: g.name, Interval: duration(g.interval)}
	for _, r := range g.recorded {
		made.Rules = append(made.Rules, recordModel{r.name, r.promql})
	}
	for _, r := range g.rules {
		if _, not := withoutMetric[r.uid]; not != (r.promql == "") {
			return made, fmt.Errorf("rule %s: PromQL %q, reason to have none %q", r.uid, r.promql, withoutMetric[r.uid])
		}
		if r.promql == "" {
			continue
		}
		m, err := r.metric(g.interval, id)
		if err != nil {
			return made, fmt.Errorf("rule %s: %w", r.uid, err)
		}
		made.Rules = append(made.Rules, m)
	}
	return made, nil
}

// metric is the rule as the file has it. The annotation uid names it as Grafana does.
func (r rule) metric(interval time.Duration, id PanelID) (alertModel, error) {
	summary, err := r.oneValue()
	if err != nil {
		return alertModel{}, err
	}
	annotations, err := r.leads(id)
	if err != nil {
		return alertModel{}, err
	}
	maps.Copy(annotations, map[string]string{
		"uid": uidPrefix + r.uid, "summary": summary,
		"description": query.Unwrapped(r.means), "runbook": query.Unwrapped(r.runbook),
	})
	return alertModel{
		Alert: r.title, Expr: r.promql, For: duration(r.wait), Keep: r.keepMetric(interval),
		Labels:      map[string]string{"service": "dns_anycast", "severity": string(r.severity)},
		Annotations: annotations,
	}, nil
}

// leads are the annotations that lead to where the alert is seen: the path of a dashboard, below
// Grafana's address, which Prometheus does not know; and those by which Grafana, which lists the rules,
// finds the panel. What is seen on a dashboard that is there in InfluxQL alone leads to its cloud, or to
// the overview.
func (r rule) leads(id PanelID) (map[string]string, error) {
	uid, there := board.InMetrics(r.panel.dashboard)
	if !there {
		return map[string]string{"dashboard": "/d/" + r.nearest() + r.chosen("?")}, nil
	}
	number, err := id(uid, r.panel.title)
	return map[string]string{
		"dashboard":        fmt.Sprintf("/d/%s?viewPanel=%d%s", uid, number, r.chosen("&")),
		"__dashboardUid__": uid, "__panelId__": strconv.Itoa(number),
	}, err
}

// nearest is the dashboard in PromQL that says most of what the alert is about.
func (r rule) nearest() string {
	nearest := board.OverviewUID
	if slices.Contains(r.labels, "cloud") {
		nearest = board.CloudUID
	}
	uid, _ := board.InMetrics(nearest)
	return uid
}

// keepMetric is for how long an alert goes on without a row. All rows of an alert rule in PromQL are
// bad ones: where there is none it may be good again, or nobody is left to say so.
func (r rule) keepMetric(interval time.Duration) string {
	switch {
	case r.severity == page:
		return duration(flapping)
	case r.severity == alive || r.missing == 1:
		return ""
	case r.missing == 0:
		return duration(missingEvals * interval)
	}
	return duration(time.Duration(r.missing) * interval)
}

var stepValue = regexp.MustCompile(`\.Values\.\w+\.Value`)

// oneValue is the summary, where there is one value and no others: that of the row.
func (r rule) oneValue() (string, error) {
	text := r.summary
	if r.told != "" {
		text = r.told
	}
	named := stepValue.FindAllString(text, -1)
	slices.Sort(named)
	if len(slices.Compact(named)) > 1 {
		return "", fmt.Errorf("the summary has several values: %s", text)
	}
	return query.Unwrapped(stepValue.ReplaceAllString(text, ".Value")), nil
}
