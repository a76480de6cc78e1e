package day

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// tellsChanges: alpha's IPv4 server moved from LHR to ARN, over both transports and for both vantage points, and
// nothing else did. The list and the marks say the same.
func (s *scenario) tellsChanges(t *testing.T) {
	d := grafana.AllInOne(t)
	rows := s.Rows(t, d, "Which vantage point moved, when, and from where to where?", "A", nil)
	a := d.Annotations.List[0]
	events, err := a.Events(s.Ask(t, d, a.Query(), nil))
	if err != nil || len(rows) != 4 || len(events) != 4 {
		t.Fatalf("want 4 changes, got %v and %v, %v", rows, events, err)
	}
	for _, r := range rows {
		at := time.UnixMilli(int64(r["time"].(float64)))
		held := time.Duration(r["held_s"].(float64) * float64(time.Second))
		if r["server"] != s.alpha4.Addr || r["family"] != "ipv4" || r["from"] != "LHR" || r["to"] != "ARN" {
			t.Errorf("%v: not the move of %s", r, s.alpha4.Addr)
		}
		if at.Before(s.silenceTo.Add(-time.Second)) || held <= 0 || at.Add(-held).Before(s.Window.From) {
			t.Errorf("%v at %v, after LHR held for %v: silent from %v to %v", r, at, held, s.silenceFrom, s.silenceTo)
		}
	}
	var tags []string
	for _, e := range events {
		if e.Title != "LHR" || e.Text != "ARN" {
			t.Errorf("the mark %v does not tell from where to where", e)
		}
		tags = append(tags, strings.Join(e.Tags, " "))
	}
	of := s.alpha4.Addr + " ipv4 "
	want := []string{of + "tcp " + stacktest.Near, of + "tcp " + stacktest.Far, of + "udp " + stacktest.Near, of + "udp " + stacktest.Far}
	slices.Sort(tags)
	if slices.Sort(want); !slices.Equal(tags, want) {
		t.Errorf("the marks are about %q, want %q", tags, want)
	}
	if got := s.Rows(t, d, "Which vantage point moved, when, and from where to where?", "A", grafana.Selection{"family": {"ipv6"}}); len(got) > 0 {
		t.Errorf("over IPv6 nothing moved: %v", got)
	}
}

// tellsWholeClouds: alpha's families reach the same site, then one none, then another, so that two sites answer.
func (s *scenario) tellsWholeClouds(t *testing.T) {
	d := grafana.AllInOne(t)
	agree, sites := timelines{}, map[string][]float64{}
	for _, r := range s.Rows(t, d, "Do both families reach the same sites?", "A", nil) {
		line := fmt.Sprint(r["cloud"], " from ", r["host"])
		state := ""
		if v, known := r["min"].(float64); known {
			state = fmt.Sprint(v)
		}
		agree.add(line, state)
	}
	for _, host := range []string{stacktest.Near, stacktest.Far} {
		line := stacktest.Alpha + " from " + host
		if text := agree.told(line); text != "1,,0" {
			t.Errorf("%s: %q, want the same, a gap, different", line, text)
		}
		delete(agree, line)
	}
	if len(agree) > 0 {
		t.Errorf("families of clouds that named no site over one of them: %v", agree)
	}
	for _, r := range s.Rows(t, d, "How many sites of each cloud does one vantage point reach?", "A", nil) {
		line := r["cloud"].(string)
		if n, known := r["max"].(float64); known && (len(sites[line]) == 0 || sites[line][len(sites[line])-1] != n) {
			sites[line] = append(sites[line], n)
		}
	}
	want := map[string][]float64{
		stacktest.Alpha: {1, 2}, beta: {0}, unasked: {0},
	}
	if !reflect.DeepEqual(sites, want) {
		t.Errorf("sites %v, want %v", sites, want)
	}
}

// tellsStrangers: arn1 answers for alpha's IPv4 server, since the silence; in beta two servers answer and name nobody. For
// the vantage point at ARN lhr2 is quicker than light all the time, and lhr1 unless the machine is busy.
func (s *scenario) tellsStrangers(t *testing.T) {
	d := grafana.AllInOne(t)
	const title = "Who answers that is not expected, where, and since when?"
	seen := map[string][]time.Time{} // first and last
	for _, ref := range []string{"A", "B"} {
		for _, r := range s.Rows(t, d, title, ref, nil) {
			who := fmt.Sprint(r["instance"], " for ", r["server"], " from ", r["host"])
			seen[who] = append(seen[who], time.UnixMilli(int64(r["time"].(float64))))
		}
	}
	var want []string
	for _, host := range []string{stacktest.Near, stacktest.Far} {
		arn1 := "arn1 for " + s.alpha4.Addr + " from " + host
		if at := seen[arn1]; len(at) > 0 && at[0].Before(s.silenceTo.Add(-time.Second)) {
			t.Errorf("%s at %v, silent until %v", arn1, at, s.silenceTo)
		}
		want = append(want, arn1)
		for _, nobody := range s.others[1:3] { // refused, hidden
			want = append(want, " for "+nobody.Addr+" from "+host)
		}
	}
	quick := "lhr2 for " + s.alpha6.Addr + " from " + stacktest.Far
	if len(seen[quick]) == 0 {
		t.Errorf("%s is not there", quick)
	}
	delete(seen, quick)
	delete(seen, "lhr1 for "+s.alpha4.Addr+" from "+stacktest.Far)
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for who, at := range seen {
		if len(at) != 2 || !at[0].Before(at[1]) {
			t.Errorf("%s: first and last seen at %v", who, at)
		}
	}
}
