package day

import (
	"fmt"
	"math"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// fromLHR are the kilometers from LHR to ARN.
const fromLHR = 9789.0

// tellsVerdicts: from LHR, alpha's IPv4 server is near, silent, then far; from ARN it is quicker than light, silent, then
// slow. The IPv6 server stays where it is. Nothing else has a verdict.
func (s *scenario) tellsVerdicts(t *testing.T) {
	d, verdicts := grafana.AllInOne(t), stacktest.ReadSchema(t).Verdicts
	states := timelines{}
	for _, r := range s.Rows(t, d, "When was each target near, far or slow?", "A", nil) {
		line := fmt.Sprint(r["server"], " ", r["transport"], " ", r["host"])
		state := ""
		for verdict, code := range verdicts {
			if r["max"] != nil && fmt.Sprint(r["max"]) == code {
				state = verdict
			}
		}
		states.add(line, state)
	}
	for _, transport := range []string{"udp", "tcp"} {
		at := func(server *stacktest.NameServer, host string) string {
			return server.Addr + " " + transport + " " + host
		}
		for line, want := range map[string]string{
			at(s.alpha4, stacktest.Near): "near,,far", at(s.alpha4, stacktest.Far): "impossible,,slow",
			at(s.alpha6, stacktest.Near): "near", at(s.alpha6, stacktest.Far): "impossible",
		} {
			if text := states.told(line); !strings.HasSuffix(text, want) { // the first round may meet a busy machine
				t.Errorf("%s: %q, want %q", line, text, want)
			}
			delete(states, line)
		}
	}
	if len(states) > 0 {
		t.Errorf("verdicts of others: %v", states)
	}
}

// tellsPlaces: the map has each site once, where it is, with the worst verdict; the graph has it once for each vantage
// point, as far as it is.
func (s *scenario) tellsPlaces(t *testing.T) {
	d, verdicts := grafana.AllInOne(t), stacktest.ReadSchema(t).Verdicts
	check := func(r map[string]any, verdict string, want map[string]float64) {
		for name, n := range want {
			if got, known := r[name].(float64); !known || math.Abs(got-n) > 0.01 {
				t.Errorf("%s is %v in %v, want %v", name, r[name], r, n)
			}
		}
		if fmt.Sprint(r["verdict"]) != verdicts[verdict] || r["cloud"] != stacktest.Alpha {
			t.Errorf("%v, want %s", r, verdict)
		}
	}
	onMap := s.Rows(t, d, grafana.SitesTitle, "A", nil)
	graph := s.Rows(t, d, "Is the time the distance?", "A", nil)
	if len(onMap) != 2 || len(graph) != 4 {
		t.Fatalf("%v\nand %v, want two sites, from two vantage points", onMap, graph)
	}
	for _, r := range onMap {
		if r["site"] == "ARN" {
			check(r, "slow", map[string]float64{"latitude": -34.67, "longitude": 20.23})
		} else {
			check(r, "impossible", map[string]float64{"latitude": 51.47, "longitude": -0.454})
		}
	}
	for _, r := range graph {
		isARN, isNear := r["site"] == "ARN", r["host"] == stacktest.Near
		verdict := map[bool]map[bool]string{true: {true: "far", false: "slow"}, false: {true: "near", false: "impossible"}}[isARN][isNear]
		away := map[bool]float64{true: fromLHR}[isARN == isNear]
		if p50, _ := r["p50"].(float64); (p50 >= arn1Takes.Seconds()*1000) != isARN {
			t.Errorf("%v, but arn1 takes %v", r, arn1Takes)
		}
		check(r, verdict, map[string]float64{"distance_km": away, "floor_ms": away / 100})
	}
}

// tellsBeyond: what is left of the time without the distance is below zero where it is quicker than light in fibre. Whose
// place is not known has no line.
func (s *scenario) tellsBeyond(t *testing.T) {
	d := grafana.AllInOne(t)
	const title = "How long does each instance take beyond the distance?"
	lines := map[string][]float64{}
	for _, a := range s.Ask(t, d, d.Titled(t, title).Targets[0], nil) {
		who := a.Tags["instance"] + " " + a.Tags["host"]
		lines[who] = nil
		for _, row := range a.Values {
			if ms, answered := row[1].(float64); answered {
				lines[who] = append(lines[who], ms)
			}
		}
	}
	const floor, arn1 = fromLHR / 100, float64(arn1Takes / time.Millisecond)
	want := map[string][2]float64{
		"lhr1 " + stacktest.Near: {0, 90}, "lhr2 " + stacktest.Near: {0, 90}, "lhr1 " + stacktest.Far: {-floor, 0}, "lhr2 " + stacktest.Far: {-floor, 0},
		"arn1 " + stacktest.Near: {arn1 - floor, arn1}, "arn1 " + stacktest.Far: {arn1, arn1 + floor},
	}
	for who, between := range want {
		if ms := lines[who]; len(ms) == 0 || slices.Min(ms) < between[0] || slices.Min(ms) > between[1] {
			t.Errorf("%s: %v, want the least between %v", who, ms, between)
		}
	}
	if len(lines) != len(want) {
		t.Errorf("lines of others: %v", lines)
	}
}

// tellsVerdictAlerts: lhr1 and lhr2 were quicker than light for one vantage point, which is no alert where there are two;
// that nobody expects arn1, both see.
func (s *scenario) tellsVerdictAlerts(t *testing.T) {
	address, _, _ := net.SplitHostPort(s.alpha4.Addr)
	want := grafana.About("unexpected", "cloud", stacktest.Alpha, "server", s.alpha4.Addr, "address", address, "family", "ipv4")
	if got := s.holding(t, "unexpected"); !slices.Contains(got, want) {
		t.Errorf("got %q, want %q among them", got, want)
	}
}
