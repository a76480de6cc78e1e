package stack

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDashboardVerdicts: each verdict has its name and one colour, and the panels say what they need.
func TestDashboardVerdicts(t *testing.T) {
	d, s := readDashboard(t), readSchema(t)
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
		named := p.verdicts(t)
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
		if !maps.Equal(codes, s.verdicts) {
			t.Errorf("%q: codes %v, want %v", p.Title, codes, s.verdicts)
		}
	}
	if coded < 3 {
		t.Errorf("%d panels with verdicts, want a map, a graph and a timeline at least", coded)
	}
}

// verdicts are the names that a panel gives to codes of verdicts; nil where it shows none.
func (p *panel) verdicts(t *testing.T) map[string]namedCode {
	t.Helper()
	if p.Type == "state-timeline" && strings.Contains(p.Targets[0].Query, "verdict_code") {
		return p.codes(t)
	}
	for _, o := range p.FieldConfig.Overrides {
		if o.Matcher.Options == "Verdict" {
			return verdictColumn(t, p.Title, o.Properties)
		}
	}
	return nil
}

// verdictColumn returns the names of a column of verdicts. Maps and graphs take colours by threshold: of a code, the same.
func verdictColumn(t *testing.T, title string, properties []property) map[string]namedCode {
	t.Helper()
	var column panel
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
	named := column.codes(t)
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

// checkVerdictsShown: a row for each site, and in the graph for each of its vantage points; verdicts in words, and in the graph the distance first, which
// Grafana takes for the axis below where it does not know the series.
func checkVerdictsShown(t *testing.T, panels map[string][]shown) {
	t.Helper()
	for title, want := range map[string]struct {
		columns, row string
		rows         int
	}{
		whereSites:                  {"Site Cloud Verdict Latitude Longitude", "ARN " + alpha + " slow ", 2},
		"Is the time the distance?": {"Kilometers Median Floor Site Cloud Vantage point Verdict", fmt.Sprint(fromLHR, " "), 4},
	} {
		got := panels[title][0]
		if columns := strings.Join(got.Columns, " "); columns != want.columns {
			t.Errorf("%q: %q, want %q", title, columns, want.columns)
		}
		verdicts, begins := map[string]bool{}, false
		for _, row := range got.Rows {
			verdicts[row[slices.Index(got.Columns, "Verdict")]] = true
			begins = begins || strings.HasPrefix(strings.Join(row, " "), want.row)
		}
		if len(got.Rows) != want.rows || len(verdicts) != want.rows || verdicts["-"] || !begins {
			t.Errorf("%q shows %q, want a verdict in each, and a row that begins with %q", title, got.Rows, want.row)
		}
	}
}
