package dashboards

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestDashboardVerdicts: each verdict has its name and one colour, and the panels say what they need.
func TestDashboardVerdicts(t *testing.T) {
	d, s := grafana.AllInOne(t), stacktest.ReadSchema(t)
	needs := regexp.MustCompile(`\("(verdict_code|distance_km|floor_ms)"`)
	for _, p := range d.Panels {
		says := p.FieldConfig.Defaults.NoValue
		for _, q := range p.Targets {
			if needs.MatchString(q.Query) && (!strings.Contains(says, "is known") || !strings.Contains(says, "set ")) {
				t.Errorf("%q says %q where nobody said where anything is", p.Title, says)
			}
		}
	}
	colours, coded := map[string]string{}, 0
	for _, p := range d.Panels {
		named := verdicts(t, &p)
		if named == nil {
			continue
		}
		coded++
		codes := map[string]string{}
		for code, m := range named {
			codes[m.Text] = code
			if was := colours[m.Text]; m.Color == "" || was != "" && was != m.Color {
				t.Errorf("%q: %s is %q, elsewhere %q", p.Title, m.Text, m.Color, was)
			}
			colours[m.Text] = m.Color
		}
		if !maps.Equal(codes, s.Verdicts) {
			t.Errorf("%q: codes %v, want %v", p.Title, codes, s.Verdicts)
		}
	}
	if coded < 3 {
		t.Errorf("%d panels with verdicts, want a map, a graph and a timeline at least", coded)
	}
}

// verdicts are the names that a panel gives to codes of verdicts; nil where it shows none.
func verdicts(t *testing.T, p *grafana.Panel) map[string]namedCode {
	t.Helper()
	if p.Type == "state-timeline" && strings.Contains(p.Targets[0].Query, "verdict_code") {
		return codes(t, p)
	}
	for _, o := range p.FieldConfig.Overrides {
		if o.Matcher.Options == "Verdict" {
			return verdictColumn(t, p.Title, o.Properties)
		}
	}
	return nil
}

// verdictColumn returns the names of a column of verdicts. Maps and graphs take colours by threshold: of a code, the same.
func verdictColumn(t *testing.T, title string, properties []grafana.Property) map[string]namedCode {
	t.Helper()
	var column grafana.Panel
	var thresholds struct {
		Steps []struct {
			Color string
			Value *int // none: below all others
		}
	}
	for _, property := range properties {
		into := map[string]any{"mappings": &column.FieldConfig.Defaults.Mappings, "thresholds": &thresholds}[property.ID]
		if into == nil {
			continue
		}
		if err := json.Unmarshal(property.Value, into); err != nil {
			t.Fatal(err)
		}
	}
	named := codes(t, &column)
	for _, step := range thresholds.Steps {
		if step.Value == nil {
			continue
		}
		if m := named[fmt.Sprint(*step.Value)]; m.Color != step.Color {
			t.Errorf("%q: %q is %q, by threshold %q", title, m.Text, m.Color, step.Color)
		}
	}
	if len(thresholds.Steps) != len(named)+1 {
		t.Errorf("%q: %d thresholds for %d verdicts, and none", title, len(thresholds.Steps), len(named))
	}
	return named
}
