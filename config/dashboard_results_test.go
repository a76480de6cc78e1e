package config_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestDashboardTimelines: who answered and what failed stand side by side, a line for each target.
func TestDashboardTimelines(t *testing.T) {
	timelines := 0
	for _, p := range readDashboard(t).Panels {
		if p.Type != "state-timeline" {
			continue
		}
		timelines++
		for _, q := range p.Targets {
			const group = ` GROUP BY time($__interval), "server", "address", "transport", "host" fill(null)`
			if !strings.HasSuffix(q.Query, group) || q.Alias != "$tag_server $tag_address $tag_transport from $tag_host" {
				t.Errorf("%q: %s\nis not a line for each target, called %q", p.Title, q.Query, q.Alias)
			}
		}
	}
	if timelines != 2 {
		t.Errorf("%d timelines, want one of instances and one of failures", timelines)
	}
}

// TestDashboardResults: a result has one colour in all panels, and a timeline of codes names each that is a failure.
func TestDashboardResults(t *testing.T) {
	s := readSchema(t)
	colours, coded := map[string]string{}, false
	one := func(p *panel, result, colour string) {
		if was := colours[result]; colour == "" || was != "" && was != colour {
			t.Errorf("%q: %s is %q, elsewhere %q", p.Title, result, colour, was)
		}
		colours[result] = colour
	}
	for _, p := range readDashboard(t).Panels {
		for _, o := range p.FieldConfig.Overrides {
			for _, property := range o.Properties {
				var c colour
				if property.ID == "color" && json.Unmarshal(property.Value, &c) == nil {
					one(&p, o.Matcher.Options, c.FixedColor)
				}
			}
		}
		if named := p.codes(t); named != nil {
			coded = true
			checkCodes(t, &p, s, named)
			for _, m := range named {
				one(&p, m.Text, m.Color)
			}
		}
	}
	if len(colours) != len(s.results) || !coded {
		t.Errorf("colours of %d results: %q; a panel of codes: %v", len(colours), colours, coded)
	}
}

type namedCode struct{ Text, Color string }

// codes are the names that a panel gives to numbers; nil where it gives none.
func (p *panel) codes(t *testing.T) (named map[string]namedCode) {
	t.Helper()
	for _, m := range p.FieldConfig.Defaults.Mappings {
		if m.Type != "value" {
			continue
		}
		if err := json.Unmarshal(m.Options, &named); err != nil {
			t.Fatal(err)
		}
	}
	return named
}

func checkCodes(t *testing.T, p *panel, s schema, named map[string]namedCode) {
	t.Helper()
	for _, result := range s.results {
		if want := map[bool]string{true: "", false: result}[result == "success"]; named[s.codes[result]].Text != want {
			t.Errorf("%q: %s is called %q, want %q", p.Title, s.codes[result], named[s.codes[result]].Text, want)
		}
	}
	if len(named) != len(s.results)-1 {
		t.Errorf("%q names codes that no result has: %v", p.Title, named)
	}
	// Grafana makes one state of all numbers between two thresholds.
	if p.FieldConfig.Defaults.Color.Mode == "thresholds" {
		t.Errorf("%q merges codes by thresholds", p.Title)
	}
}
