package dashboards

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestDashboardTimelines: a timeline has a line for each of what its query parts, and the line's name tells which.
func TestDashboardTimelines(t *testing.T) {
	s := stacktest.ReadSchema(t)
	timelines := map[string]int{}
	for _, p := range grafana.AllInOne(t).Panels {
		if p.Type != "state-timeline" && p.Type != "status-history" {
			continue
		}
		for _, q := range p.Targets {
			timelines[s.Measurement(q.Query)]++
			_, group, _ := strings.Cut(q.Query[strings.LastIndex(q.Query, "GROUP BY"):], "time($__interval), ")
			tags := quotedTags.FindAllString(group, -1)
			for i, tag := range tags {
				tags[i] = "$tag_" + strings.Trim(tag, `"`)
			}
			named := aliasTags.FindAllString(q.Alias, -1)
			slices.Sort(tags)
			if slices.Sort(named); len(tags) == 0 || !slices.Equal(tags, named) {
				t.Errorf("%q: %s\nis not a line for each of %q, called %q", p.Title, q.Query, tags, q.Alias)
			}
		}
	}
	if timelines["dns_anycast"] < 3 || timelines["dns_anycast_cloud"] < 1 {
		t.Errorf("%v timelines, want one of instances, one of failures, one of verdicts, one of clouds", timelines)
	}
}

var (
	quotedTags = regexp.MustCompile(`"\w+"`)
	aliasTags  = regexp.MustCompile(`\$tag_\w+`)
)

// TestDashboardResults: a result has one colour in all panels, and a timeline of codes names each that is a failure.
func TestDashboardResults(t *testing.T) {
	s := stacktest.ReadSchema(t)
	colours, coded := map[string]string{}, false
	one := func(p *grafana.Panel, result, colour string) {
		if was := colours[result]; colour == "" || was != "" && was != colour {
			t.Errorf("%q: %s is %q, elsewhere %q", p.Title, result, colour, was)
		}
		colours[result] = colour
	}
	for _, p := range grafana.AllInOne(t).Panels {
		for _, o := range p.FieldConfig.Overrides {
			if p.Tabular() { // of columns
				continue
			}
			for _, property := range o.Properties {
				var c grafana.Colour
				_, isResult := s.Codes[o.Matcher.Options]
				if isResult && property.ID == "color" && json.Unmarshal(property.Value, &c) == nil {
					one(&p, o.Matcher.Options, c.FixedColor)
				}
			}
		}
		if p.Type == "state-timeline" && p.FieldConfig.Defaults.Color.Mode == "thresholds" && codes(t, &p) != nil {
			t.Errorf("%q merges codes by thresholds, between which Grafana makes one state of all numbers", p.Title)
		}
		if named := codes(t, &p); named != nil && strings.Contains(p.Targets[0].Query, "result_code") {
			coded = true
			checkCodes(t, &p, s, named)
			for _, m := range named {
				one(&p, m.Text, m.Color)
			}
		}
	}
	if len(colours) != len(s.Codes) || !coded {
		t.Errorf("colours of %d results: %q; a panel of codes: %v", len(s.Codes), colours, coded)
	}
}

type namedCode struct{ Text, Color string }

// codes are the names that a panel gives to numbers; nil where it gives none.
func codes(t *testing.T, p *grafana.Panel) (named map[string]namedCode) {
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

func checkCodes(t *testing.T, p *grafana.Panel, s stacktest.Schema, named map[string]namedCode) {
	t.Helper()
	results := s.Results[s.Measurement(p.Targets[0].Query)]
	for _, result := range results {
		if want := map[bool]string{true: "", false: result}[result == "success"]; named[s.Codes[result]].Text != want {
			t.Errorf("%q: %s is called %q, want %q", p.Title, s.Codes[result], named[s.Codes[result]].Text, want)
		}
	}
	if len(named) != len(results)-1 {
		t.Errorf("%q names codes that no result has: %v", p.Title, named)
	}
}
