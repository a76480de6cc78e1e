package alerts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/scripts/dashboards/board"
	"telegraf-dns-anycast/scripts/dashboards/query"
)

// severity says what becomes of an alert; a notification policy routes by it.
type severity string

const (
	page   severity = "critical" // somebody is woken
	ticket severity = "warning"  // somebody looks when awake
	alive  severity = "none"     // always fires: its absence is the news
)

// rule is an alert rule: what it asks, when that is too much, and what people are told.
type rule struct {
	uid, title string // the uid without uidPrefix
	severity   severity
	wait       time.Duration // how long it must last before anybody is told
	window     time.Duration // what $timeFilter covers, up to now
	query      string        // a row is an alert with the labels that the query groups by
	others     []string      // further queries, $B and $C of math
	math       string        // of $A and the others; empty: $A itself
	promql     string        // the same in PromQL: a row is an alert with its labels, and the value that summary tells
	over       float64       // the limit: the value fires beyond it
	below      float64       // a second limit, from above; 0: none
	labels     []string      // that the query groups by
	panel      panel
	summary    string // what is wrong; a link is added
	told       string // the summary in PromQL, where that of InfluxQL tells several values
	means      string
	runbook    string
	noData     string // state without any row; empty: the last one is kept
	onError    string // state where the query fails; empty: the last one is kept
	missing    int    // evaluations until the alert of a row that is missing ends; 0: missingEvals
}

// panel is what an alert links to: the uid of its dashboard, and its title there.
type panel struct{ dashboard, title string }

// PanelID finds a panel by its dashboard's uid and its title.
type PanelID func(dashboard, title string) (int, error)

const uidPrefix = "dns-anycast-"

// Data sources, by uid.
const (
	influxSource = "dns-anycast-influxdb" // in provisioning/datasources
	expressions  = "__expr__"             // Grafana's own
)

// flapping is for how long what wakes somebody goes on firing after it is over, so that an outage
// that comes and goes is one.
const flapping = 10 * time.Minute

// Evaluations after which an alert ends whose row is missing. Where only bad rows come, it may be
// good again, or the vantage point that told of it is gone. Where all rows come, one that is good
// ends the alert at once.
const (
	missingEvals = 5
	witnessGone  = 120 // two hours: what was dark stays so, unless a vantage point says otherwise
)

// model is the rule as the provisioning file has it.
func (r rule) model(id PanelID) (ruleModel, error) {
	panelID, err := id(r.panel.dashboard, r.panel.title)
	if err != nil {
		return ruleModel{}, err
	}
	missing := r.missing
	if missing == 0 {
		missing = missingEvals
	}
	steps := r.steps()
	return ruleModel{
		UID: uidPrefix + r.uid, Title: r.title,
		Condition: steps[len(steps)-1].RefID, For: duration(r.wait), Keep: r.keep(),
		NoDataState: orKeep(r.noData), ExecErrState: orKeep(r.onError), Missing: missing,
		DashboardUID: r.panel.dashboard, PanelID: panelID,
		Labels: map[string]string{"service": "dns_anycast", "severity": string(r.severity)},
		Annotations: map[string]string{
			"summary":     query.Unwrapped(r.summary) + ": " + r.link(panelID),
			"description": query.Unwrapped(r.means), "runbook": query.Unwrapped(r.runbook),
		},
		Data: steps,
	}, nil
}

func (r rule) keep() string {
	if r.severity != page {
		return ""
	}
	return duration(flapping)
}

func orKeep(state string) string {
	if state == "" {
		return "KeepLast"
	}
	return state
}

// steps are the query, its last value, and the limit; with math all queries, their last values, and
// the math between.
func (r rule) steps() (all []step) {
	switch {
	case r.query == "":
		return []step{expression("A", mathModel{"A", "math", r.math}), r.limit("C", "A")}
	case r.math == "":
		return []step{r.ask("A", r.query), last("B", "A"), r.limit("C", "B")}
	}
	queries := append([]string{r.query}, r.others...)
	for i, query := range queries {
		all = append(all, r.ask(string(rune('A'+i)), query))
	}
	for i := range queries {
		ref := string(rune('A' + i))
		all = append(all, last("R"+ref, ref))
	}
	math := mathModel{"M", "math", strings.ReplaceAll(r.math, "$", "$R")}
	return append(all, expression("M", math), r.limit("L", "M"))
}

// ask is a query over the rule's window.
func (r rule) ask(ref, query string) step {
	return step{
		RefID: ref, TimeRange: timeRange{From: int(r.window / time.Second)},
		Datasource: influxSource,
		Model: influxModel{
			RefID: ref, RawQuery: true, ResultFormat: "time_series", Query: query,
		},
	}
}

func expression(ref string, model any) step {
	return step{RefID: ref, Datasource: expressions, Model: model}
}

// last is the last value of each series of a query.
func last(ref, of string) step {
	settings := map[string]string{"mode": "dropNN"} // what is no number
	return expression(ref, reduceModel{ref, "reduce", of, "last", settings})
}

// limit is 1 where a value is beyond the limit, or between the two.
func (r rule) limit(ref, of string) step {
	e := evaluator{"gt", []float64{r.over}}
	if r.below != 0 {
		e = evaluator{"within_range", []float64{r.over, r.below}}
	}
	return expression(ref, thresholdModel{ref, "threshold", of, []condition{{e}}})
}

// link leads to the rule's panel, on its dashboard with the variables set as the labels say.
func (r rule) link(panelID int) string {
	return fmt.Sprintf("{{ reReplaceAll `/*\\z` \"/\" externalURL }}d/%s?viewPanel=%d%s",
		r.panel.dashboard, panelID, r.chosen("&"))
}

// chosen sets the variables of a dashboard to the labels of the alert, as the part of a URL that begins
// so; nothing where it has none of them.
func (r rule) chosen(begin string) (url string) {
	names := []string{"host", "cloud", "server", "family", "zone"}
	if r.panel.dashboard == board.CatchmentsUID {
		names = []string{"cloud", "address", "family"}
	}
	for _, name := range names {
		if slices.Contains(r.labels, name) {
			url += fmt.Sprintf("%svar-%s={{ urlquery .Labels.%s }}", begin, name, name)
			begin = "&"
		}
	}
	return url
}
