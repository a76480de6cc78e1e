package dns_anycast

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// section is what stands under a heading of the plugin's page, up to the next heading.
func section(t *testing.T, heading string) string {
	t.Helper()
	_, rest, found := strings.Cut(readme(t), "# "+heading+"\n")
	if !found {
		t.Fatalf("README.md has no section %q", heading)
	}
	rest, _, _ = strings.Cut(rest, "\n#")
	return rest
}

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestREADMESample: what is embedded is what --sample-config prints.
func TestREADMESample(t *testing.T) {
	if !strings.Contains(readme(t), "\n```toml @sample.conf\n"+sampleConfig+"```\n") {
		t.Error("README.md does not embed sample.conf as it is")
	}
}

// TestREADMETagsAndFields: every tag and field has a row, in order, and no row is of anything else.
func TestREADMETagsAndFields(t *testing.T) {
	for _, m := range point.Measurements() {
		heading, want := m.Name, m.Fields
		switch heading { // the others have tags that have a row already
		case point.MeasurementQuery:
			want = slices.Concat(m.Tags, m.Fields)
		case point.MeasurementZone: // those of MeasurementSerial are the same
			want = append([]string{point.TagZone}, m.Fields...)
		case point.MeasurementPath:
			want = slices.Concat([]string{point.TagReason, point.TagInstance, point.TagSite}, m.Fields)
		case point.MeasurementHop:
			want = append([]string{point.TagHop}, m.Fields...)
		case point.MeasurementCatchment:
			want = slices.Concat([]string{point.TagSource, point.TagMeasurementID}, m.Fields)
		case point.MeasurementCatchmentSite, point.MeasurementCatchmentCountry, point.MeasurementCatchmentAS:
			want = slices.Concat(m.Tags[len(m.Tags)-1:], m.Fields)
		}
		var rows []string
		for _, row := range regexp.MustCompile("(?m)^\\| (`[a-z0-9_`, ]+) \\|").FindAllStringSubmatch(section(t, heading), -1) {
			for _, name := range strings.Split(row[1], ", ") {
				rows = append(rows, strings.Trim(name, "`"))
			}
		}
		if !slices.Equal(rows, want) {
			t.Errorf("README.md has under %q rows for\n%q, want\n%q", heading, rows, want)
		}
	}
}

// TestREADMEExample: the example has a point of each point.MeasurementQuery, and no tag or field that there is not.
func TestREADMEExample(t *testing.T) {
	var known []string
	for _, m := range point.Measurements() {
		known = slices.Concat(known, m.Tags, m.Fields)
	}
	text := section(t, "Example Output")
	for _, measurement := range []string{
		"", "_change", "_cloud", "_soa", "_serial", "_path", "_hop", "_internal", "_catchment", "_catchment_site", "_catchment_country", "_catchment_as",
		"_catchment_move", "_catchment_zone",
	} {
		if !strings.Contains(text, "\ndns_anycast"+measurement+",") {
			t.Errorf("README.md has in its example no dns_anycast%s", point.MeasurementQuery)
		}
	}
	for _, key := range regexp.MustCompile(`[ ,](\w+)=`).FindAllStringSubmatch(text, -1) {
		if !slices.Contains(known, key[1]) {
			t.Errorf("README.md has in its example %s, which there is not", key[1])
		}
	}
}

// TestREADMEResults: every result has a row with its number and whether it counts as answered.
func TestREADMEResults(t *testing.T) {
	text := section(t, "Results")
	rows := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (\\d+) \\| (.?) ?\\|").FindAllStringSubmatch(text, -1) {
		rows[m[1]] = m[2] + "," + m[3]
	}
	if all := len(observation.Results()); len(rows) != all {
		t.Errorf("README.md has %d results, want %d: %q", len(rows), all, rows)
	}
	for r := range observation.Result(len(observation.Results())) {
		want := strconv.Itoa(int(r)) + ","
		switch yes, known := r.Answered(); {
		case yes:
			want += "1"
		case known:
			want += "0"
		}
		if rows[r.String()] != want {
			t.Errorf("README.md says %q of %s, want %q", rows[r.String()], r, want)
		}
	}
}

// TestREADMEOptions: every option of sample.conf has a row.
func TestREADMEOptions(t *testing.T) {
	text := section(t, "Options")
	for _, m := range regexp.MustCompile(`(?m)^ +#? *([a-z_0-9]+) += `).FindAllStringSubmatch(sampleConfig, -1) {
		option := m[1]
		if in := map[string]string{"name": "cloud.name", "servers": "cloud.servers", "site": "cloud.site", "expect": "cloud.expect", "zone": "cloud.zone", "reference": "cloud.reference", "places": "cloud.places", "sites": "cloud.sites", "atlas": "cloud.atlas", "operator": "cloud.tags"}[option]; in != "" {
			option = in
		}
		if !strings.Contains(text, "`"+option+"`") {
			t.Errorf("README.md has no row for %s", option)
		}
	}
}
