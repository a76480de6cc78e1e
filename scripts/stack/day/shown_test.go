package day

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// TestGrafanaTypes: Grafana's types know every option and value, its code every unit, matcher and transformation.
func TestGrafanaTypes(t *testing.T) {
	t.Parallel()
	if check := grafana.Node(t, "check.mjs"); check != nil {
		stacktest.Succeed(t, check)
	}
}

// testGrafana: Grafana's own code makes of the answers the tables that the dashboard means.
func (s *scenario) testGrafana(t *testing.T) {
	d := grafana.AllInOne(t)
	all := map[string][]grafana.Frame{}
	columns := map[string][]string{}
	for _, p := range d.Panels {
		a := grafana.Answers{}
		for _, q := range p.Targets {
			a[q.RefID] = s.Ask(t, d, q, nil)
			all[p.Title] = append(all[p.Title], q.Frames(a[q.RefID])...)
		}
		if p.Tabular() {
			columns[p.Title], _ = p.Columns(a)
		}
	}
	const who = "Which instance answered each target?"
	twice := stacktest.Series{
		Tags:    map[string]string{"server": "192.0.2.53", "address": "192.0.2.53", "transport": "udp", "host": stacktest.Near},
		Columns: []string{"time", "last"},
		Values:  [][]any{{1e12, "lhr1"}},
	}
	all[who] = append(all[who], d.Titled(t, who).Targets[0].Frames([]stacktest.Series{twice})...)
	panels := grafana.Show(t, all)
	if panels == nil {
		return
	}
	for title, want := range columns {
		got := panels[title]
		if d.Titled(t, title).Type == "geomap" {
			continue // a layer for each
		}
		if len(got) != 1 || !slices.Equal(slices.Sorted(slices.Values(got[0].Columns)), slices.Sorted(slices.Values(want))) {
			t.Errorf("%q shows %+v, want one table of %q", title, got, want)
		}
	}
	checkShown(t, panels)
	checkSitesShown(t, panels)
	checkChangesShown(t, panels)
	checkTimelinesShown(t, panels)
	checkVerdictsShown(t, panels)
	checkItselfShown(t, panels)
	s.checkZonesShown(t, panels)
}

// checkShown looks at what transformations have made, where Grafana's ways are not obvious.
func checkShown(t *testing.T, panels map[string][]grafana.Shown) {
	t.Helper()
	clouds := panels["How well is each cloud reached, from how many sites, and how much is lost?"][0]
	for i, row := range clouds.Rows {
		clouds.Rows[i] = slices.Delete(row, 4, 5) // the loss, which tellsClouds looks at, as at the share of IPv4
		if share := clouds.Rows[i][1]; strings.HasSuffix(share, "%") && share != "0.00%" && share != "100.00%" {
			clouds.Rows[i][1] = "some"
		}
	}
	want := grafana.Shown{Columns: []string{"Cloud", "IPv4", "IPv6", "Dark", "Loss", "Sites", "Announced", "Vantage points"}, Rows: [][]string{
		{beta, "some", "not measured", "3", "-", "-", "2"},
		{unasked, "not measured", "not measured", "not measured", "-", "-", "1"},
		{stacktest.Alpha, "some", "100.00%", "0", "2", "2", "2"},
	}}
	if !reflect.DeepEqual(clouds, want) {
		t.Errorf("got %q, want %q", clouds, want)
	}
	var dark []string
	for _, row := range panels[grafana.DarkTitle][0].Rows {
		dark = append(dark, row[0])
	}
	if i, j := slices.Index(dark, "not measured"), slices.Index(dark, "0.00%"); i < 0 || j < i || slices.Contains(dark[j:], "not measured") {
		t.Errorf("%q, want what is not measured above what is well", dark)
	}
	var instances []string
	for _, row := range panels["When was each instance seen first and last?"][0].Rows {
		instances = append(instances, row[0])
		if row[2] == "" || row[3] == "" {
			t.Errorf("first and last seen: %q", row)
		}
	}
	if slices.Sort(instances); !slices.Equal(instances, []string{"arn1", "lhr1", "lhr2"}) {
		t.Errorf("instances %q", instances)
	}
	for _, row := range panels["What failed, why, how often, and when last?"][0].Rows {
		if slices.Contains(row, "") || row[6] == stacktest.Closed && row[2] == "-" {
			t.Errorf("failures: %q", row)
		}
	}
}

func checkChangesShown(t *testing.T, panels map[string][]grafana.Shown) {
	t.Helper()
	moved := panels["Which vantage point moved, when, and from where to where?"][0]
	order := []string{"Since", "Vantage point", "From", "To", "Held", "Cloud", "Server", "Address", "Family", "Transport"}
	if len(moved.Rows) != 4 || !slices.Equal(moved.Columns, order) {
		t.Errorf("changes: %q, want %q", moved.Columns, order)
	}
	for _, row := range moved.Rows {
		if !strings.Contains(row[0], ":") || !regexp.MustCompile(`^[0-9.]+ m?s$`).MatchString(row[4]) {
			t.Errorf("changes: %q", row)
		}
	}
	strangers := panels["Who answers that is not expected, where, and since when?"][0]
	for _, row := range strangers.Rows {
		quick := strings.HasPrefix(row[0], "lhr") && row[1] == stacktest.Far
		if row[0] != "arn1" && row[0] != "-" && !quick || slices.Contains(row, "") {
			t.Errorf("not expected: %q", row)
		}
	}
}

// checkZonesShown: serials are whole numbers, lags have a unit, and whoever is not named is shown by its server.
func (s *scenario) checkZonesShown(t *testing.T, panels map[string][]grafana.Shown) {
	t.Helper()
	serials := panels["Which serial does each instance serve, and how late is it?"][0]
	if order := []string{"Instance", "Site", "Zone", "Cloud", "Serial", "Lag", "Refresh", "Last seen"}; !slices.Equal(serials.Columns, order) {
		t.Errorf("serials: %q, want %q", serials.Columns, order)
	}
	late, primary := 0, 0
	for _, row := range serials.Rows {
		if row[4] != fmt.Sprint(uint32(stacktest.OldSerial)) && row[4] != fmt.Sprint(uint32(stacktest.NewSerial)) ||
			!regexp.MustCompile(`^[0-9.]+ [mµ]?s$`).MatchString(row[5]) || !strings.Contains(row[7], ":") {
			t.Errorf("serials: %q", row)
		}
		seconds := strings.HasSuffix(row[5], " s") && row[5] != "0 s"
		if row[0] == "arn1" && row[1] == "ARN" && row[2] == stacktest.Zone && seconds {
			late++
		}
		if row[0] == s.primary.Addr && row[1] == "-" && row[4] == fmt.Sprint(stacktest.NewSerial) && !seconds {
			primary++
		}
	}
	if late != 1 || primary != 2 || len(serials.Rows) != 7 {
		t.Errorf("serials: arn1 late %d times, the primary there %d times: %q", late, primary, serials.Rows)
	}
	for _, row := range panels["Who did not serve a zone, how, and when last?"][0].Rows {
		if slices.Contains(row, "") || row[3] == "rcode_error" && row[4] != "SERVFAIL" && row[4] != "REFUSED" {
			t.Errorf("zones that failed: %q", row)
		}
	}
	lines := map[string]bool{}
	for _, line := range panels["How late is the zone at each instance?"] {
		lines[line.Columns[1]] = true
	}
	for _, name := range []string{stacktest.Zone + " arn1", stacktest.Slashed + " lhr2", stacktest.Zone + " " + s.primary.Addr} {
		if !lines[name] {
			t.Errorf("no line %q among %v", name, lines)
		}
	}
}

func checkTimelinesShown(t *testing.T, panels map[string][]grafana.Shown) {
	t.Helper()
	for title, texts := range map[string][]string{
		"When did each target fail, and how?":     {"timeout", "local", "unresolved", "invalid", stacktest.Nowhere + " udp from " + stacktest.Near},
		"Do both families reach the same sites?":  {"same", "different", stacktest.Alpha + " from " + stacktest.Far},
		"When was each target near, far or slow?": {"near", "far", "slow", "impossible"},
	} {
		said := map[string]bool{}
		for _, line := range panels[title] {
			said[line.Columns[1]] = true
			for _, row := range line.Rows {
				said[row[1]] = true
			}
		}
		for _, text := range texts {
			if !said[text] {
				t.Errorf("%q does not say %q", title, text)
			}
		}
	}
	lines := panels["Which instance answered each target?"]
	if name := lines[len(lines)-1].Columns[1]; name != "192.0.2.53 udp from "+stacktest.Near {
		t.Errorf("a server that is its address is called %q", name)
	}
}

// TestSharesShown: Grafana's own code writes a share that is almost whole as what it is.
func TestSharesShown(t *testing.T) {
	t.Parallel()
	p := grafana.AllInOne(t).Titled(t, grafana.CloudsTitle)
	all := map[string][]grafana.Frame{}
	for i, column := range []string{"IPv4", "IPv6", "dark", "loss", "sites", "announced", "hosts"} {
		values := []any{0.0, 0.995}
		if column == "IPv6" {
			continue // nobody asked
		}
		answer := []stacktest.Series{{Tags: map[string]string{"cloud": "c"}, Columns: []string{"time", column}, Values: [][]any{values}}}
		all[p.Title] = append(all[p.Title], p.Targets[i].Frames(answer)...)
	}
	panels := grafana.Show(t, all)
	if panels == nil {
		return
	}
	got := panels[p.Title][0]
	for _, column := range []string{"IPv4", "Loss"} {
		if text := got.Rows[0][slices.Index(got.Columns, column)]; text != "99.50%" {
			t.Errorf("%s reads %q, want 99.50%%", column, text)
		}
	}
}

// TestWorstFirst: Grafana's own code shows what is not measured, and what is bad, above what is well.
func TestWorstFirst(t *testing.T) {
	t.Parallel()
	d := grafana.AllInOne(t)
	clouds, zones := d.Titled(t, grafana.CloudsTitle), d.Titled(t, grafana.ZonesTitle)
	row := func(tag, name, column string, v float64) stacktest.Series {
		tags := map[string]string{tag: name}
		if tag == "zone" {
			tags["cloud"] = "c"
		}
		return stacktest.Series{Tags: tags, Columns: []string{"time", column}, Values: [][]any{{0.0, v}}}
	}
	all := map[string][]grafana.Frame{}
	add := func(p *grafana.Panel, tag, column string, values map[string]float64) {
		i := slices.IndexFunc(p.Targets, func(q grafana.Target) bool { return strings.Contains(q.Query, ` AS "`+column+`" FROM`) })
		if i < 0 {
			t.Fatalf("%q: no query of %s", p.Title, column)
		}
		var answer []stacktest.Series
		for _, name := range slices.Sorted(maps.Keys(values)) {
			answer = append(answer, row(tag, name, column, values[name]))
		}
		all[p.Title] = append(all[p.Title], p.Targets[i].Frames(answer)...)
	}
	add(clouds, "cloud", "IPv4", map[string]float64{"a well": 1, "dark": .5, "lossy": 1, "silent": -1, "unable": -1})
	add(clouds, "cloud", "IPv6", map[string]float64{"a well": 1, "dark": .5, "lossy": 1, "silent": -1, "unable": -1})
	add(clouds, "cloud", "dark", map[string]float64{"a well": 0, "dark": 3, "lossy": 0, "unable": -1})
	add(clouds, "cloud", "loss", map[string]float64{"a well": 0, "dark": .2, "lossy": .1, "unable": -1})
	add(clouds, "cloud", "silent", map[string]float64{"a well": 0, "dark": 0, "lossy": 0, "silent": -1, "unable": 0})
	add(zones, "zone", "unserved", map[string]float64{"a well": 0, "gone": 1, "late": 0, "partly": .2, "silent": -1})
	add(zones, "zone", "lag", map[string]float64{"a well": 0, "gone": -1, "late": 9000, "partly": 0, "silent": -1})
	panels := grafana.Show(t, all)
	if panels == nil {
		return
	}
	for _, tc := range []struct {
		title, column string
		want          []string
	}{
		{grafana.CloudsTitle, "Cloud", []string{"silent", "dark", "unable", "lossy", "a well"}},
		{grafana.ZonesTitle, "Zone", []string{"gone", "silent", "partly", "late", "a well"}},
	} {
		var got []string
		for _, r := range panels[tc.title][0].Rows {
			got = append(got, r[slices.Index(panels[tc.title][0].Columns, tc.column)])
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%q: %q, want %q", tc.title, got, tc.want)
		}
	}
}
