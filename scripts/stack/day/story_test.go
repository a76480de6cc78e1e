package day

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// timelines are the states of each line, one after another; a gap is "".
type timelines map[string][]string

func (l timelines) add(line, state string) {
	if n := len(l[line]); n == 0 || l[line][n-1] != state {
		l[line] = append(l[line], state)
	}
}

// told writes a line without the gaps at its ends.
func (l timelines) told(line string) string { return strings.Trim(strings.Join(l[line], ","), ",") }

// testStory: the dashboard tells what happened.
func (s *scenario) testStory(t *testing.T) {
	t.Run("cloud and family", s.tellsClouds)
	t.Run("who", s.tellsInstances)
	t.Run("since when", s.tellsFirstAndLast)
	t.Run("changes", s.tellsChanges)
	t.Run("paths", s.tellsPaths)
	t.Run("addresses", s.tellsAddresses)
	t.Run("vantage points", s.tellsVantagePoints)
	t.Run("sites", s.tellsSites)
	t.Run("moves", s.tellsMoves)
	t.Run("spread", s.tellsSpread)
	t.Run("who asks from where", s.tellsWhoAsks)
	t.Run("unserved", s.tellsUnserved)
	t.Run("whole clouds", s.tellsWholeClouds)
	t.Run("strangers", s.tellsStrangers)
	t.Run("how long", s.tellsTimes)
	t.Run("verdicts", s.tellsVerdicts)
	t.Run("places", s.tellsPlaces)
	t.Run("beyond the distance", s.tellsBeyond)
	t.Run("verdicts that alert", s.tellsVerdictAlerts)
	t.Run("failures", s.tellsFailures)
	t.Run("loss", s.tellsLoss)
	t.Run("serials", s.tellsSerials)
	t.Run("zones that failed", s.tellsZoneFailures)
	t.Run("zones that alert", s.tellsZoneAlerts)
	t.Run("itself", s.tellsItself)
	t.Run("itself over time", s.tellsItselfOverTime)
	t.Run("hosts", s.tellsHosts)
	t.Run("expected", s.tellsExpected)
}

func (s *scenario) tellsClouds(t *testing.T) {
	d := grafana.AllInOne(t)
	const title = grafana.CloudsTitle
	got := map[string]any{}
	for ref, column := range map[string]string{"A": "IPv4", "B": "IPv6", "C": "dark", "E": "sites"} {
		for _, r := range s.Rows(t, d, title, ref, nil) {
			got[r["cloud"].(string)+" "+column] = r[column]
			if share, _ := r[column].(float64); column == "IPv4" && share > 0 && share < 1 {
				got[r["cloud"].(string)+" IPv4"] = "some"
			}
		}
	}
	// Of beta's servers three never answer, and alpha's one is silent for a while. What could not be asked is -1.
	want := map[string]any{
		stacktest.Alpha + " IPv4": "some", stacktest.Alpha + " IPv6": 1.0, stacktest.Alpha + " dark": 0.0, stacktest.Alpha + " sites": 2.0,
		beta + " IPv4": "some", beta + " IPv6": -1.0, beta + " dark": 3.0,
		unasked + " IPv4": -1.0, unasked + " IPv6": -1.0, unasked + " dark": -1.0,
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, r := range s.Rows(t, d, title, "D", nil) {
		if loss, _ := r["loss"].(float64); r["cloud"] == unasked && loss != -1 || r["cloud"] == beta && math.Abs(loss-0.5) > 0.05 {
			t.Errorf("%v: half of beta's servers answer", r)
		}
	}
	for _, r := range s.Rows(t, d, "Which vantage points report, and which are silent?", "B", nil) {
		if at := time.UnixMilli(int64(r["time"].(float64))); at.Before(s.silenceTo) {
			t.Errorf("%v, want after the silence", r)
		}
	}
}

// tellsInstances: on every line of alpha's IPv4 server, lhr1, then a gap, then arn1.
func (s *scenario) tellsInstances(t *testing.T) {
	d := grafana.AllInOne(t)
	states := timelines{}
	for _, r := range s.Rows(t, d, "Which instance answered each target?", "A", grafana.Selection{"server": {s.alpha4.Addr}}) {
		line := fmt.Sprint(r["address"], " ", r["transport"], " ", r["host"])
		state, _ := r["last"].(string)
		states.add(line, state)
	}
	if len(states) != 4 {
		t.Errorf("%d lines, want one for each transport and vantage point: %v", len(states), states)
	}
	for line := range states {
		if text := states.told(line); text != "lhr1,,arn1" {
			t.Errorf("%s: %q, want lhr1, a gap, arn1", line, text)
		}
	}
	sites := map[string]float64{}
	for _, r := range s.Rows(t, d, "Which sites answer over IPv4, and how many vantage points?", "A", nil) {
		if n, answered := r["count"].(float64); answered {
			sites[r["cloud"].(string)+" "+r["site"].(string)] = max(n, sites[r["cloud"].(string)+" "+r["site"].(string)])
		}
	}
	if want := map[string]float64{stacktest.Alpha + " LHR": 2, stacktest.Alpha + " ARN": 2}; !maps.Equal(sites, want) {
		t.Errorf("vantage points by site: %v, want %v", sites, want)
	}
}

func (s *scenario) tellsFirstAndLast(t *testing.T) {
	d := grafana.AllInOne(t)
	seen := map[string]time.Time{}
	for _, ref := range []string{"A", "B"} {
		for _, r := range s.Rows(t, d, "When was each instance seen first and last?", ref, nil) {
			seen[ref+r["instance"].(string)] = time.UnixMilli(int64(r["time"].(float64)))
		}
	}
	underWay := time.Second // a query that was sent before the server turned, and answered after
	order := []time.Time{
		s.Window.From, seen["Alhr1"], seen["Blhr1"], s.silenceFrom.Add(underWay),
		s.silenceTo.Add(-underWay), seen["Aarn1"], seen["Barn1"], s.Window.To,
	}
	for i := range order[1:] {
		if !order[i].Before(order[i+1]) {
			t.Errorf("not in order: %v", order)
		}
	}
}

func (s *scenario) tellsTimes(t *testing.T) {
	d := grafana.AllInOne(t)
	for _, r := range s.Rows(t, d, "Which instances are far, and which are slow?", "A", grafana.Selection{"cloud": {stacktest.Alpha}}) {
		p50, p95 := r["p50"].(float64), r["p95"].(float64)
		if isFar := r["instance"] == "arn1"; (p50 >= arn1Takes.Seconds()*1000) != isFar || p95 < p50 || r["answers"].(float64) < 8 {
			t.Errorf("%v: arn1 is %v away, the others are not", r, arn1Takes)
		}
	}
	for _, title := range []string{
		"How long does the typical answer of each instance take?",
		"How long do the slow answers of each instance take?",
	} {
		gaps, times := 0, 0
		for _, r := range s.Rows(t, d, title, "A", grafana.Selection{"server": {s.alpha4.Addr}}) {
			if r["host"] == nil {
				t.Fatalf("%q: vantage points in one line, near and far ones: %v", title, r)
			}
			if ms, answered := r["percentile"].(float64); !answered {
				gaps++
			} else if ms > 0 {
				times++
			}
		}
		if gaps == 0 || times == 0 {
			t.Errorf("%q has %d gaps and %d times", title, gaps, times)
		}
	}
}

func (s *scenario) tellsFailures(t *testing.T) {
	d := grafana.AllInOne(t)
	schema := stacktest.ReadSchema(t)
	var results []string
	for _, r := range s.Rows(t, d, "How did the queries end?", "A", nil) {
		results = append(results, r["result"].(string))
	}
	all := schema.Results["dns_anycast"]
	slices.Sort(results)
	slices.Sort(all)
	if !slices.Equal(results, all) {
		t.Errorf("results %q, want all of %q", results, all)
	}
	var rcodes []any
	for _, r := range s.Rows(t, d, "Which rcodes came back?", "A", nil) {
		rcodes = append(rcodes, r["rcode"])
	}
	if !slices.Equal(rcodes, []any{"NOERROR", "REFUSED"}) {
		t.Errorf("rcodes %q", rcodes)
	}
	s.tellsWhenItFailed(t, d)
	causes := map[any]any{}
	for _, r := range s.Rows(t, d, "What failed, why, how often, and when last?", "A", nil) {
		causes[r["server"].(string)+" "+r["result"].(string)] = r["error"]
	}
	for what, want := range map[string]any{
		stacktest.Nowhere + " unresolved":           "no IPv4 or IPv6 address",
		s.alpha4.Addr + " timeout":                  nil,
		unasked4 + " local":                         "source address 192.0.2.1 is not on this host",
		s.others[len(s.others)-1].Addr + " invalid": "not a DNS message",
	} {
		if cause, listed := causes[what]; !listed || cause != want {
			t.Errorf("%s: cause %v, want %v; all: %v", what, cause, want, causes)
		}
	}
}

// tellsWhenItFailed: every result but success has a line, and alpha's IPv4 server a timeout between its two instances.
func (s *scenario) tellsWhenItFailed(t *testing.T, d *grafana.Dashboard) {
	t.Helper()
	const title = "When did each target fail, and how?"
	codes := map[string]int{}
	for _, r := range s.Rows(t, d, title, "A", nil) {
		if code, failed := r["last"].(float64); failed {
			codes[fmt.Sprint(code)]++
		}
	}
	schema := stacktest.ReadSchema(t)
	for _, result := range schema.Results["dns_anycast"] {
		if code := schema.Codes[result]; (codes[code] > 0) == (result == "success") {
			t.Errorf("%s, code %s, is there %d times", result, code, codes[code])
		}
	}
	failed := false
	for _, r := range s.Rows(t, d, title, "A", grafana.Selection{"server": {s.alpha4.Addr}}) {
		at := time.UnixMilli(int64(r["time"].(float64)))
		if r["last"] == nil {
			continue
		}
		failed = true
		if at.Add(s.Window.Interval).Before(s.silenceFrom) || at.After(s.silenceTo.Add(time.Second)) {
			t.Errorf("%v at %v, silent from %v to %v", r, at, s.silenceFrom, s.silenceTo)
		}
	}
	if !failed {
		t.Error("the silence of alpha's IPv4 server is not there")
	}
}

// tellsLoss compares it with a count of the results.
func (s *scenario) tellsLoss(t *testing.T) {
	d := grafana.AllInOne(t)
	chosen := grafana.Selection{"server": {s.alpha4.Addr}, "cloud": {stacktest.Alpha}, "transport": {"udp"}, "host": {stacktest.Near}}
	ended := map[any]float64{}
	for _, r := range s.Rows(t, d, "How did the queries end?", "A", chosen) {
		ended[r["result"]] = r["count"].(float64)
	}
	r := s.Rows(t, d, "Who loses how much of what?", "A", chosen)
	want := ended["timeout"] / (ended["timeout"] + ended["success"])
	if loss := r[0]["loss"].(float64); len(r) != 1 || len(ended) != 2 || math.Abs(loss-want) > 1e-9 || loss == 0 {
		t.Errorf("%v, want %v, since %v", r, want, ended)
	}
	for of, want := range map[string][]float64{stacktest.Alpha: {0, 1}, beta: {0.5, 0.5}} { // half of beta's servers answer
		chosen["cloud"], chosen["server"] = []string{of}, nil
		chosen["family"] = []string{"ipv4"}
		low, high := 1.0, 0.0
		for _, r := range s.Rows(t, d, "How much is lost, by cloud and family?", "A", chosen) {
			for name, value := range r {
				if v, measured := value.(float64); measured && name != "time" {
					low, high = min(low, v), max(high, v)
				}
			}
		}
		const straddle = 0.1 // a round may lie in two intervals
		if math.Abs(low-want[0]) > straddle || math.Abs(high-want[1]) > straddle {
			t.Errorf("%s: loss goes from %v to %v, want %v", of, low, high, want)
		}
	}
}
