// Package alerts is the alert rules: which wake somebody, which make a ticket, and the provisioning
// file that Grafana reads them from.
//
// Reading order: rule.go (what a rule is), query.go (times and limits), metrics.go (what is asked in
// PromQL), recorded.go and minutes.go (what is stored for that), then the rules:
// addresses.go, strangers.go, zones.go, sites.go, catchments.go, fleet.go, levels.go, itself.go;
// groups.go (which of them are asked how often), file.go and model.go (the file), prometheus.go (that in
// PromQL).
package alerts

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// former are the rules of 0.1.0 that are no more.
var former = []string{
	"no-answer", "half-dark", "site-flapping", "change", "impossible", "verdict-slow",
	"not-authoritative", "local",
}

const head = `# Alert rules for Grafana. Written by scripts/dashboards (make dashboards): change them there.
#
# They are for rounds of a minute at most, and for windows of RIPE Atlas of an hour at most. Who is told is left to you:
# route by the labels service and severity (critical wakes somebody, warning makes a ticket), and group by cloud;
# config/README.md says how.
`

// File is the text of the provisioning file. It fails where a rule names a panel that is not there.
func File(id PanelID) ([]byte, error) {
	d := document{APIVersion: 1}
	for _, uid := range former {
		d.DeleteRules = append(d.DeleteRules, deleteRule{OrgID: 1, UID: uidPrefix + uid})
	}
	for _, g := range groups() {
		made, err := g.model(id)
		if err != nil {
			return nil, err
		}
		d.Groups = append(d.Groups, made)
	}
	return encode(head, d)
}

// encode writes a document of YAML below a comment.
func encode(head string, document any) ([]byte, error) {
	var text bytes.Buffer
	text.WriteString(head)
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(document); err != nil {
		return nil, err
	}
	return text.Bytes(), encoder.Close()
}

func (g ruleGroup) model(id PanelID) (groupModel, error) {
	made := groupModel{
		OrgID: 1, Name: g.name, Folder: "DNS anycast", Interval: duration(g.interval),
	}
	for _, r := range g.rules {
		m, err := r.model(id)
		if err != nil {
			return made, fmt.Errorf("rule %s: %w", r.uid, err)
		}
		made.Rules = append(made.Rules, m)
	}
	return made, nil
}
