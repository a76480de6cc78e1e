// Package alerts holds the alert rules: what wakes somebody, what makes a ticket, and the provisioning file that
// Grafana reads them from.
package alerts

import (
	"bytes"
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"
)

// The provisioning file, as far as it is used: Grafana's own Go types are not published.
type (
	file struct {
		APIVersion  int     `yaml:"apiVersion"`
		DeleteRules []gone  `yaml:"deleteRules"`
		Groups      []group `yaml:"groups"`
	}
	// gone is a rule of an earlier version: Grafana keeps what a file no longer holds.
	gone struct {
		OrgID int    `yaml:"orgId"`
		UID   string `yaml:"uid"`
	}
	group struct {
		OrgID    int     `yaml:"orgId"`
		Name     string  `yaml:"name"`
		Folder   string  `yaml:"folder"`
		Interval string  `yaml:"interval"`
		Rules    []entry `yaml:"rules"`
	}
	entry struct {
		UID          string            `yaml:"uid"`
		Title        string            `yaml:"title"`
		Condition    string            `yaml:"condition"`
		For          string            `yaml:"for"`
		Keep         string            `yaml:"keepFiringFor,omitempty"`
		NoDataState  string            `yaml:"noDataState"`
		ExecErrState string            `yaml:"execErrState"`
		Missing      int               `yaml:"missing_series_evals_to_resolve,omitempty"`
		DashboardUID string            `yaml:"dashboardUid"`
		PanelID      int               `yaml:"panelId"`
		Labels       map[string]string `yaml:"labels"`
		Annotations  map[string]string `yaml:"annotations"`
		Data         []step            `yaml:"data"`
	}
	// step is a query of the data source, or an expression on the steps before it.
	step struct {
		RefID      string    `yaml:"refId"`
		TimeRange  timeRange `yaml:"relativeTimeRange,omitempty,flow"`
		Datasource string    `yaml:"datasourceUid"`
		Model      any       `yaml:"model"`
	}
	// timeRange counts seconds back from now.
	timeRange struct {
		From int `yaml:"from"`
		To   int `yaml:"to"`
	}
	influxModel struct {
		RefID        string `yaml:"refId"`
		RawQuery     bool   `yaml:"rawQuery"`
		ResultFormat string `yaml:"resultFormat"`
		Query        string `yaml:"query"`
	}
	reduceModel struct {
		RefID      string            `yaml:"refId"`
		Type       string            `yaml:"type"`
		Expression string            `yaml:"expression"`
		Reducer    string            `yaml:"reducer"`
		Settings   map[string]string `yaml:"settings,flow"`
	}
	mathModel struct {
		RefID      string `yaml:"refId"`
		Type       string `yaml:"type"`
		Expression string `yaml:"expression"`
	}
	thresholdModel struct {
		RefID      string      `yaml:"refId"`
		Type       string      `yaml:"type"`
		Expression string      `yaml:"expression"`
		Conditions []condition `yaml:"conditions"`
	}
	condition struct {
		Evaluator evaluator `yaml:"evaluator,flow"`
	}
	evaluator struct {
		Type   string    `yaml:"type"`
		Params []float64 `yaml:"params"`
	}
)

// former are the rules of 0.1.0 that are no more.
var former = []string{
	"no-answer", "half-dark", "site-flapping", "change", "impossible", "verdict-slow", "not-authoritative", "local",
}

const (
	influxSource = "dns-anycast-influxdb" // uid in provisioning/datasources
	expressions  = "__expr__"             // Grafana's own
)

const head = `# Alert rules for Grafana. Written by scripts/dashboards (make dashboards): change them there.
#
# They are for rounds of a minute at most. Who is told is left to you: route by the labels service and severity
# (critical wakes somebody, warning makes a ticket), and group by cloud; config/README.md says how.
`

// PanelID finds a panel by its dashboard's uid and its title.
type PanelID func(dashboard, title string) (int, error)

// File is the provisioning file. It fails where a rule names a panel that is not there.
func File(id PanelID) ([]byte, error) {
	f := file{APIVersion: 1}
	for _, uid := range former {
		f.DeleteRules = append(f.DeleteRules, gone{OrgID: 1, UID: "dns-anycast-" + uid})
	}
	for _, g := range groups() {
		made := group{OrgID: 1, Name: g.name, Folder: "DNS anycast", Interval: duration(g.interval)}
		for _, r := range g.rules {
			e, err := r.entry(id)
			if err != nil {
				return nil, fmt.Errorf("rule %s: %w", r.uid, err)
			}
			made.Rules = append(made.Rules, e)
		}
		f.Groups = append(f.Groups, made)
	}
	var text bytes.Buffer
	text.WriteString(head)
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(f); err != nil {
		return nil, err
	}
	return text.Bytes(), encoder.Close()
}

// duration writes whole minutes or seconds as Grafana reads them.
func duration(d time.Duration) string {
	if d%time.Minute == 0 && d > 0 {
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return fmt.Sprintf("%ds", d/time.Second)
}
