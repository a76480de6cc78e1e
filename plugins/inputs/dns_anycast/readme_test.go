package dns_anycast

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// section returns README.md from a heading to the next one of its level.
func section(t *testing.T, file, heading string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("%s has no section %q", file, heading)
	}
	rest, _, _ = strings.Cut(rest, "\n## ")
	return rest
}

// TestREADMETagsAndFields: every tag and field has a row, in order, and no row is of anything else.
func TestREADMETagsAndFields(t *testing.T) {
	for heading, want := range map[string][]string{
		"Tags and fields": slices.Concat(tagNames, fieldNames),
		"Changes":         changeFieldNames,
		"Whole clouds":    cloudFieldNames,
		"Zones":           append([]string{"zone"}, soaFieldNames...),
		"About itself":    internalFieldNames,
	} {
		text := section(t, "../../../README.md", heading)
		var rows []string
		for _, row := range regexp.MustCompile("(?m)^\\| (`[a-z0-9_`, ]+) \\|").FindAllStringSubmatch(text, -1) {
			for _, name := range strings.Split(row[1], ", ") {
				rows = append(rows, strings.Trim(name, "`"))
			}
		}
		if !slices.Equal(rows, want) {
			t.Errorf("README.md has under %q rows for\n%q, want\n%q", heading, rows, want)
		}
	}
}

// TestREADMEResults: every result has a row with its number and whether it counts as answered.
func TestREADMEResults(t *testing.T) {
	text := section(t, "../../../README.md", "Results")
	rows := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (\\d+) \\| (.?) ?\\|").FindAllStringSubmatch(text, -1) {
		rows[m[1]] = m[2] + "," + m[3]
	}
	if len(rows) != len(resultNames) {
		t.Errorf("README.md has %d results, want %d: %q", len(rows), len(resultNames), rows)
	}
	for r := range result(len(resultNames)) {
		want := strconv.Itoa(int(r)) + ","
		if a, known := r.answered(); known {
			want += strconv.FormatInt(a, 10)
		}
		if rows[r.String()] != want {
			t.Errorf("README.md says %q of %s, want %q", rows[r.String()], r, want)
		}
	}
}

// TestREADMEOptions: every option of sample.conf has a row.
func TestREADMEOptions(t *testing.T) {
	text := section(t, "../../../README.md", "Options")
	for _, m := range regexp.MustCompile(`(?m)^ +#? *([a-z_0-9]+) += `).FindAllStringSubmatch(sampleConfig, -1) {
		option := m[1]
		if in := map[string]string{"name": "cloud.name", "servers": "cloud.servers", "site": "cloud.site", "expect": "cloud.expect", "zone": "cloud.zone", "reference": "cloud.reference", "places": "cloud.places", "sites": "cloud.sites", "operator": "cloud.tags"}[option]; in != "" {
			option = in
		}
		if !strings.Contains(text, "`"+option+"`") {
			t.Errorf("README.md has no row for %s", option)
		}
	}
}

// TestPluginREADME: the plugin's own page names the same fields.
func TestPluginREADME(t *testing.T) {
	text := section(t, "README.md", "Metrics")
	for _, name := range slices.Concat(tagNames, fieldNames, changeFieldNames, cloudFieldNames, soaTagNames, soaFieldNames,
		internalTagNames, internalFieldNames) {
		if !regexp.MustCompile(`\b` + name + `\b`).MatchString(text) {
			t.Errorf("README.md does not name %s", name)
		}
	}
}
