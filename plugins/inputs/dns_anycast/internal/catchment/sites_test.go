package catchment_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// TestSiteLost: a site that somebody reached within a day, and nobody does, is told of with nobody.
func TestSiteLost(t *testing.T) {
	for _, c := range []struct {
		name    string
		minutes int
		length  time.Duration
		want    bool
	}{
		{"at once", 5, windowLength, true},
		{"a day later", 1440, windowLength, true},
		{"more than a day later", 1441, windowLength, false},
		{"in the next window of a day", 1440, 24 * time.Hour, true},
		{"in the one after that", 2 * 1440, 24 * time.Hour, false},
	} {
		m, at := catchment.NewMemory(1, 9), asked(ruled(siteRule, ""), "192.0.2.1")
		first := window(at, 0, map[int]*observation.Observation{1: answer("aaa1", 1), 2: answer("bbb1", 1)})
		first.To = first.From.Add(c.length)
		judgedAlone(m, nil, first)
		later := window(at, c.minutes, map[int]*observation.Observation{1: answer("bbb1", 1), 3: answer("bbb1", 1)})
		later.To = later.From.Add(c.length)
		s := judgedAlone(m, nil, later)
		lost := siteNamed(s, "AAA")
		if (lost != nil) != c.want || lost != nil && (lost.Probes != 0 || lost.Place.Code != "AAA") || siteNamed(s, "BBB").Probes != 2 {
			t.Errorf("%s: got %+v, want it: %v", c.name, s.Sites, c.want)
		}
		if s.Reached != 1 {
			t.Errorf("%s: %d sites, want 1", c.name, s.Reached)
		}
	}
}

// TestSitesAreBounded: of more than 500 sites those with most probes are told of, the rest as one;
// what has its place keeps it until nobody was there for a day.
func TestSitesAreBounded(t *testing.T) {
	m, at := catchment.NewMemory(1, 9), asked(ruled("", ""), "192.0.2.1")
	results := map[int]*observation.Observation{}
	for i := range 600 { // 300 of one probe, 300 of two
		results[i+1] = answer(fmt.Sprintf("site-%03d", i), 1)
		if i >= 300 {
			results[i+1001] = answer(fmt.Sprintf("site-%03d", i), 1)
		}
	}
	s := judgedAlone(m, nil, window(at, 0, results))
	if len(s.Sites) != 501 || s.Sites[0].Name != "other" || s.Sites[0].Probes != 100 || s.Reached != 600 || s.Instances != 600 {
		t.Fatalf("%d sites, the first %+v; %d reached", len(s.Sites), s.Sites[0], s.Reached)
	}
	for i, want := range map[int]bool{0: true, 199: true, 200: false, 299: false, 300: true, 599: true} {
		if got := siteNamed(s, fmt.Sprintf("site-%03d", i)) != nil; got != want {
			t.Errorf("site-%03d is told of: %v, want %v", i, got, want)
		}
	}
	total := 0
	for _, site := range s.Sites {
		total += site.Probes
	}
	if total != s.Named {
		t.Errorf("the sites' probes add up to %d, want %d", total, s.Named)
	}
	fresh := everywhere(1, 50, named("newcomer"))
	if s = judgedAlone(m, nil, window(at, 60, fresh)); siteNamed(s, "newcomer") != nil || siteNamed(s, "other").Probes != 50 {
		t.Error("a newcomer found room where there is none")
	}
	if s = judgedAlone(m, nil, window(at, 1500, fresh)); siteNamed(s, "newcomer") == nil || len(s.Sites) != 2 {
		t.Errorf("after a day there are %d sites", len(s.Sites))
	}
}

// TestMoved: a probe has moved when its site is another than at its last vote that named one.
func TestMoved(t *testing.T) {
	lost, cut := failed(observation.Timeout), answer("spare", 1)
	for _, c := range []struct {
		name     string
		before   []*observation.Observation
		now      *observation.Observation
		compared int
		moved    int
	}{
		{"first vote", nil, answer("aaa1", 1), 0, 0},
		{"same site", []*observation.Observation{answer("aaa1", 1)}, answer("aaa2", 1), 1, 0},
		{"another", []*observation.Observation{answer("bbb1", 1)}, answer("aaa1", 1), 1, 1},
		{"another, and silence between", []*observation.Observation{answer("bbb1", 1), lost}, answer("aaa1", 1), 1, 1},
		{"now silent", []*observation.Observation{answer("bbb1", 1)}, lost, 0, 0},
		{"now without a site", []*observation.Observation{answer("bbb1", 1)}, cut, 0, 0},
		{"without a site between", []*observation.Observation{answer("bbb1", 1), cut}, answer("bbb1", 1), 1, 0},
		{"foreign between", []*observation.Observation{answer("bbb1", 1), answer("?", 1)}, answer("bbb1", 1), 1, 0},
		{"back again", []*observation.Observation{answer("aaa1", 1), answer("bbb1", 1)}, answer("aaa1", 1), 1, 1},
	} {
		m, at := catchment.NewMemory(1, 9), asked(ruled(siteRule, expectRule+"|[a-z]{3}[0-9]"), "192.0.2.1")
		for i, o := range c.before {
			copied := *o
			judgedAlone(m, nil, window(at, 5*i, map[int]*observation.Observation{1: &copied}))
		}
		now := *c.now
		s := judgedAlone(m, nil, window(at, 60, map[int]*observation.Observation{1: &now}))
		if s.Compared != c.compared || s.Moved != c.moved {
			t.Errorf("%s: %d compared, %d moved; want %d, %d", c.name, s.Compared, s.Moved, c.compared, c.moved)
		}
	}
}

// TestMovedOutOfOrder: windows of different measurements may come in any order, and one of a time
// that is over moves nobody.
func TestMovedOutOfOrder(t *testing.T) {
	cloud := ruled(siteRule, "")
	m, first, second := catchment.NewMemory(1, 9), asked(cloud, "192.0.2.1"), asked(cloud, "192.0.2.1")
	second.Measurement = 2
	one := func(s catchment.Subject, minutes int, name string) *catchment.Summary {
		return judgedAlone(m, nil, window(s, minutes, map[int]*observation.Observation{1: answer(name, 1)}))
	}
	one(first, 60, "aaa1")
	if s := one(second, 0, "bbb1"); s.Compared != 0 {
		t.Error("one measurement's vote is compared with another's")
	}
	if s := one(second, 5, "ccc1"); s.Moved != 1 {
		t.Error("behind another measurement nobody moves")
	}
	if s := one(first, 0, "bbb1"); s.Compared != 0 {
		t.Error("a vote is compared with a later one")
	}
	if s := one(first, 65, "aaa1"); s.Compared != 1 || s.Moved != 0 {
		t.Error("an earlier vote has taken a later one's place")
	}
}

// TestMoves: pairs of three probes and more are told of, those of most first, with the medians of
// their times; at most 50.
func TestMoves(t *testing.T) {
	m, at := catchment.NewMemory(1, 9), asked(ruled("", ""), "192.0.2.1")
	before, after := map[int]*observation.Observation{}, map[int]*observation.Observation{}
	next := 0
	for pair := range 60 {
		for n := range 1 + pair%6 {
			next++
			before[next] = answer(fmt.Sprintf("from-%02d", pair), 10+n)
			after[next] = answer(fmt.Sprintf("to-%02d", pair), 20+n)
		}
	}
	probes := equator(300)
	judgedAlone(m, probes, window(at, 0, before))
	s := judgedAlone(m, probes, window(at, 5, after))
	if len(s.Moves) != 40 || s.Moved != next { // of 3, 4, 5 and 6 probes, ten pairs each
		t.Fatalf("%d moves of %d probes, want 40 of %d", len(s.Moves), s.Moved, next)
	}
	// Two of the first six are of AS64500, and two of AS64503.
	want := catchment.Move{
		From: "from-05", To: "to-05", Probes: 6, ASes: 4, TopASN: 64500, TopCountry: "NL",
		Before: 12 * time.Millisecond, After: 22 * time.Millisecond,
	}
	if s.Moves[0] != want {
		t.Errorf("got %+v, want %+v", s.Moves[0], want)
	}
	if !slices.IsSortedFunc(s.Moves, func(a, b catchment.Move) int { return b.Probes - a.Probes }) {
		t.Error("those of most probes do not come first")
	}
	for id := range 300 {
		before[id+1], after[id+1] = answer(fmt.Sprintf("from-%02d", id%75), 1), answer(fmt.Sprintf("to-%02d", id%75), 1)
	}
	judgedAlone(m, probes, window(at, 10, before))
	if s = judgedAlone(m, probes, window(at, 15, after)); len(s.Moves) != 50 || s.Moves[49].From != "from-49" {
		t.Errorf("%d moves, the last from %s", len(s.Moves), s.Moves[len(s.Moves)-1].From)
	}
}

// TestMemoryForgets: probes, sites, zones' subjects and suspicions that are gone leave nothing.
func TestMemoryForgets(t *testing.T) {
	m, cloud := catchment.NewMemory(1, 9), ruled(siteRule, "")
	judgedAlone(m, nil, window(asked(cloud, "192.0.2.1"), 0, map[int]*observation.Observation{1: answer("?", 1), 2: answer("aaa1", 1)}))
	judgedAlone(m, nil, window(asked(cloud, "192.0.2.2"), 0, map[int]*observation.Observation{1: answer("?", 1)}))
	if paths, suspects, subjects := m.Size(); paths != 3 || suspects != 1 || subjects != 2 {
		t.Errorf("%d paths, %d suspects, %d subjects", paths, suspects, subjects)
	}
	judgedAlone(m, nil, window(asked(cloud, "192.0.2.1"), 8*1440, map[int]*observation.Observation{3: answer("aaa1", 1)}))
	if paths, suspects, subjects := m.Size(); paths != 1 || suspects != 0 || subjects != 1 {
		t.Errorf("after a week %d paths, %d suspects, %d subjects", paths, suspects, subjects)
	}
}

// TestFigures: shares by AS, groups with enough probes, and their order.
func TestFigures(t *testing.T) {
	probes := &observation.Probes{}
	results := map[int]*observation.Observation{}
	for id := range 10 { // eight of one AS at AAA, one of another there and at BBB
		asn := map[bool]uint32{true: 64500, false: 64501}[id < 8]
		probes.Add(observation.Probe{ID: id + 1, ASN: [2]uint32{asn, 1}, Country: []string{"NL", "DE", "FR"}[min(id/4, 2)]})
		results[id+1] = answer("aaa1", 10*(id+1))
	}
	results[10] = answer("bbb1", 100)
	results[11] = answer("bbb1", 110) // of whom nothing is known
	s := judgedAlone(catchment.NewMemory(3, 1), probes, window(asked(ruled(siteRule, ""), "192.0.2.1"), 0, results))
	a, b := siteNamed(s, "AAA"), siteNamed(s, "BBB")
	if a.ShareAS != 0.75 || b.ShareAS != 0.25 || a.ASes != 2 || b.ASes != 1 || a.Countries != 3 || b.Probes != 2 {
		t.Errorf("got %+v and %+v", a, b)
	}
	if got := s.Times; got.P10 != 20*time.Millisecond || got.P50 != 60*time.Millisecond || got.P90 != 100*time.Millisecond || got.P95 != 110*time.Millisecond {
		t.Errorf("percentiles of 10 to 110 ms: %+v", got)
	}
	if len(s.ASes) != 1 || s.ASes[0].Number != 64500 || s.ASes[0].Probes != 8 {
		t.Errorf("got ASes %+v", s.ASes)
	}
	all := judgedAlone(catchment.NewMemory(3, 9), probes, window(asked(ruled(siteRule, ""), "192.0.2.1"), 0, results))
	if len(all.ASes) != 1 || all.Countries[0] != s.Countries[0] {
		t.Errorf("an AS of two probes is told of: %+v", all.ASes)
	}
	if len(s.Countries) != 2 || s.Countries[0].Code != "DE" || s.Countries[1].Code != "NL" || s.Countries[0].TopSite != "AAA" || s.Countries[0].Top != 4 {
		t.Errorf("got countries %+v", s.Countries)
	}
}

// TestForeignNames: how somebody else answers is listed, what most probes hear first.
func TestForeignNames(t *testing.T) {
	results := everywhere(1, 3, named("resolver"))
	results[4], results[5], results[6] = answer("a\x00", 1), replied(refused, 1), replied(refused, 1)
	results[7] = answer("aaa1", 1)
	s := judgedAlone(catchment.NewMemory(1, 1), nil, window(asked(ruled(siteRule, ""), "192.0.2.1"), 0, results))
	if got, want := fmt.Sprint(s.ForeignNames), "[{resolver  3} { REFUSED 2} {a%00  1}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
