package stack

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

const checker = "../grafana-check"

// node is a script on Grafana's own packages; nil where they are missing and CI has no way to them. It skips the test where
// Node.js or they are missing. CI need not have Node.js or a registry: without one this says so.
func node(t *testing.T, script string) *exec.Cmd {
	t.Helper()
	what, remedy, unchecked := "", "", false
	if _, err := exec.LookPath("npm"); err != nil {
		what, remedy, unchecked = "npm", "apt-get install npm", os.Getenv("CI") != ""
	} else if _, err := os.Stat(filepath.Join(checker, "node_modules")); err != nil {
		what, remedy = "Grafana's packages", "npm ci --prefix scripts/grafana-check"
		unchecked = os.Getenv("GRAFANA_PACKAGES") == "unreachable"
	}
	if unchecked {
		t.Logf("NOT CHECKED: %s: %s", what, remedy)
		return nil
	}
	if what != "" {
		skiptest.Missing(t, what, remedy)
	}
	return exec.Command("node", append([]string{filepath.Join(checker, script)}, filesOf(readDashboards(t))...)...)
}

// TestGrafanaTypes: Grafana's types know every option and value, its code every unit, matcher and transformation.
func TestGrafanaTypes(t *testing.T) {
	t.Parallel()
	if check := node(t, "check.mjs"); check != nil {
		succeed(t, check)
	}
}

func filesOf(dashboards []*dashboard) (files []string) {
	for _, d := range dashboards {
		files = append(files, d.file)
	}
	return files
}

// field and frame are Grafana's, as far as a data source sets them.
type field struct {
	Name   string            `json:"name"`
	Type   string            `json:"type"`
	Config map[string]string `json:"config"`
	Values []any             `json:"values"`
}

type frame struct {
	RefID  string  `json:"refId"`
	Fields []field `json:"fields"`
}

// frames makes of an answer what Grafana's data source does.
func (q target) frames(answer []series) (all []frame) {
	if q.ResultFormat == "table" {
		f := frame{RefID: q.RefID, Fields: []field{}}
		for i, name := range tableColumns(answer) {
			kind := "string"
			if i == 0 {
				kind = "time"
			}
			f.Fields = append(f.Fields, field{Name: name, Type: kind, Config: map[string]string{"displayName": ""}})
		}
		for _, s := range answer {
			for _, row := range s.Values {
				f.add(s, row)
			}
		}
		return []frame{f}
	}
	for _, s := range answer {
		tag := func(m string) string { return s.Tags[strings.TrimPrefix(m, "$tag_")] }
		name := regexp.MustCompile(`\$tag_\w+`).ReplaceAllStringFunc(q.Alias, tag)
		for i, column := range s.Columns[1:] {
			all = append(all, q.line(s, i+1, strings.ReplaceAll(name, "$col", column)))
		}
	}
	return all
}

// line is one column of a series over time.
func (q target) line(s series, column int, name string) frame {
	times := field{Name: "Time", Type: "time"}
	values := field{Name: "Value", Type: "number", Config: map[string]string{"displayNameFromDS": name}}
	for _, row := range s.Values {
		times.Values, values.Values = append(times.Values, row[0]), append(values.Values, row[column])
		if _, isText := row[column].(string); isText {
			values.Type = "string"
		}
	}
	return frame{RefID: q.RefID, Fields: []field{times, values}}
}

// add appends a row: its time, the tags of its series, its values.
func (f *frame) add(s series, row []any) {
	for i := range f.Fields {
		c := &f.Fields[i]
		c.Config = map[string]string{"displayNameFromDS": c.Name}
		if tag, isTag := s.Tags[c.Name]; isTag {
			c.Values = append(c.Values, tag)
			continue
		}
		value := row[max(0, slices.Index(s.Columns, c.Name))] // the time is at 0
		if _, isNumber := value.(float64); isNumber && i > 0 {
			c.Type = "number"
		}
		c.Values = append(c.Values, value)
	}
	f.Fields[0].Config = nil // Grafana names the time itself
}

// shown is a table as Grafana writes it.
type shown struct {
	Columns []string
	Rows    [][]string
}

// testGrafana: Grafana's own code makes of the answers the tables that the dashboard means.
func (s *scenario) testGrafana(t *testing.T) {
	d := readDashboard(t)
	all := map[string][]frame{}
	columns := map[string][]string{}
	for _, p := range d.Panels {
		a := answers{}
		for _, q := range p.Targets {
			a[q.RefID] = s.ask(t, d, q, nil)
			all[p.Title] = append(all[p.Title], q.frames(a[q.RefID])...)
		}
		if p.tabular() {
			columns[p.Title], _ = p.columns(a)
		}
	}
	const who = "Which instance answered each target?"
	twice := series{
		Tags:    map[string]string{"server": "192.0.2.53", "address": "192.0.2.53", "transport": "udp", "host": near},
		Columns: []string{"time", "last"},
		Values:  [][]any{{1e12, "lhr1"}},
	}
	all[who] = append(all[who], d.titled(t, who).Targets[0].frames([]series{twice})...)
	panels := show(t, all)
	if panels == nil {
		return
	}
	for title, want := range columns {
		got := panels[title]
		if d.titled(t, title).Type == "geomap" {
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

// shower is show.mjs: it takes seconds to read Grafana's code, so that one serves all tests, until their process ends.
type shower struct {
	mu     sync.Mutex
	cmd    *exec.Cmd
	frames io.Writer
	shown  *bufio.Reader
}

var grafana shower

// show returns what Grafana makes of the answers to each panel of that title; nil where node is missing.
func show(t *testing.T, all map[string][]frame) (panels map[string][]shown) {
	t.Helper()
	cmd := node(t, "show.mjs")
	if cmd == nil {
		return nil
	}
	grafana.mu.Lock()
	defer grafana.mu.Unlock()
	if grafana.cmd == nil {
		grafana.start(t, cmd)
	}
	if err := json.NewEncoder(grafana.frames).Encode(all); err != nil {
		t.Fatal(err)
	}
	line, err := grafana.shown.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &panels)
	}
	if err != nil {
		grafana.cmd.Process.Kill()
		t.Fatalf("show.mjs: %v; %v:\n%s", err, grafana.cmd.Wait(), grafana.cmd.Stderr)
	}
	return panels
}

func (g *shower) start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	frames, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	shown, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = new(strings.Builder)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	g.cmd, g.frames, g.shown = cmd, frames, bufio.NewReader(shown)
}

// checkShown looks at what transformations have made, where Grafana's ways are not obvious.
func checkShown(t *testing.T, panels map[string][]shown) {
	t.Helper()
	clouds := panels["How well is each cloud reached, from how many sites, and how much is lost?"][0]
	for i, row := range clouds.Rows {
		clouds.Rows[i] = slices.Delete(row, 4, 5) // the loss, which tellsClouds looks at, as at the share of IPv4
		if share := clouds.Rows[i][1]; strings.HasSuffix(share, "%") && share != "0.00%" && share != "100.00%" {
			clouds.Rows[i][1] = "some"
		}
	}
	want := shown{[]string{"Cloud", "IPv4", "IPv6", "Dark", "Loss", "Sites", "Announced", "Vantage points"}, [][]string{
		{beta, "some", "not measured", "3", "-", "-", "2"},
		{unasked, "not measured", "not measured", "not measured", "-", "-", "1"},
		{alpha, "some", "100.00%", "0", "2", "2", "2"},
	}}
	if !reflect.DeepEqual(clouds, want) {
		t.Errorf("got %q, want %q", clouds, want)
	}
	var dark []string
	for _, row := range panels[darkTitle][0].Rows {
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
		if slices.Contains(row, "") || row[6] == closed && row[2] == "-" {
			t.Errorf("failures: %q", row)
		}
	}
}

func checkChangesShown(t *testing.T, panels map[string][]shown) {
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
		quick := strings.HasPrefix(row[0], "lhr") && row[1] == far
		if row[0] != "arn1" && row[0] != "-" && !quick || slices.Contains(row, "") {
			t.Errorf("not expected: %q", row)
		}
	}
}

// checkZonesShown: serials are whole numbers, lags have a unit, and whoever is not named is shown by its server.
func (s *scenario) checkZonesShown(t *testing.T, panels map[string][]shown) {
	t.Helper()
	serials := panels["Which serial does each instance serve, and how late is it?"][0]
	if order := []string{"Instance", "Site", "Zone", "Cloud", "Serial", "Lag", "Refresh", "Last seen"}; !slices.Equal(serials.Columns, order) {
		t.Errorf("serials: %q, want %q", serials.Columns, order)
	}
	late, primary := 0, 0
	for _, row := range serials.Rows {
		if row[4] != fmt.Sprint(uint32(oldSerial)) && row[4] != fmt.Sprint(uint32(newSerial)) ||
			!regexp.MustCompile(`^[0-9.]+ [mµ]?s$`).MatchString(row[5]) || !strings.Contains(row[7], ":") {
			t.Errorf("serials: %q", row)
		}
		if row[0] == "arn1" && row[1] == "ARN" && row[2] == zone && strings.HasSuffix(row[5], " s") && row[5] != "0 s" {
			late++
		}
		if row[0] == s.primary.addr && row[1] == "-" && row[4] == fmt.Sprint(newSerial) && (row[5] == "0 s" || strings.HasSuffix(row[5], " ms")) {
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
	for _, name := range []string{zone + " arn1", slashed + " lhr2", zone + " " + s.primary.addr} {
		if !lines[name] {
			t.Errorf("no line %q among %v", name, lines)
		}
	}
}

func checkTimelinesShown(t *testing.T, panels map[string][]shown) {
	t.Helper()
	for title, texts := range map[string][]string{
		"When did each target fail, and how?":     {"timeout", "local", "unresolved", "invalid", nowhere + " udp from " + near},
		"Do both families reach the same sites?":  {"same", "different", alpha + " from " + far},
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
	if name := lines[len(lines)-1].Columns[1]; name != "192.0.2.53 udp from "+near {
		t.Errorf("a server that is its address is called %q", name)
	}
}
