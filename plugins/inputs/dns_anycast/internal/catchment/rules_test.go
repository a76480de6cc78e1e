package catchment_test

import (
	"fmt"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

const (
	siteRule   = `^([a-z]{3})[0-9]`
	expectRule = `[a-z]{3}[0-9]?\.example|spare`
)

// TestWhoAnswered: what one answer is, by the rules that its cloud has.
func TestWhoAnswered(t *testing.T) {
	for _, c := range []struct {
		name, site, expect string
		heard              *observation.Observation
		want               string // answered named foreign refused, and the site
	}{
		{"own by both rules", siteRule, expectRule, answer("aaa1.example", 1), "1 1 0 0 AAA"},
		{"own without a site", siteRule, expectRule, answer("spare", 1), "1 1 0 0 none"},
		{"expect wins over the site rule", siteRule, expectRule, answer("aaa1.other", 1), "1 0 1 0 "},
		{"expect must match all of it", "", expectRule, answer("aaa1.example.org", 1), "1 0 1 0 "},
		{"without a site rule the name is the site", "", expectRule, answer("aaa1.example", 1), "1 1 0 0 aaa1.example"},
		{"own by the site rule", siteRule, "", answer("aaa1.anything", 1), "1 1 0 0 AAA"},
		{"no match of the site rule", siteRule, "", answer("spare", 1), "1 0 1 0 "},
		{"no rule, any name", "", "", answer("spare", 1), "1 1 0 0 spare"},
		{"the name is printable", "", "", answer("a\nb", 1), "1 1 0 0 a%0Ab"},
		{"nobody, no rule", "", "", replied(wire.Answer{}, 1), "1 0 0 0 "},
		{"nobody, a rule", siteRule, "", replied(wire.Answer{}, 1), "1 0 1 0 "},
		{"nobody, the other rule", "", expectRule, replied(wire.Answer{}, 1), "1 0 1 0 "},
		{"nobody, cut", siteRule, expectRule, replied(wire.Answer{Truncated: true}, 1), "1 0 0 0 "},
		{"a foreign name, cut", siteRule, expectRule, replied(wire.Answer{Truncated: true, TXT: "x"}, 1), "1 0 1 0 "},
		{"refused, as nobody", siteRule, "", replied(wire.Answer{Rcode: 5}, 1), "1 0 1 1 "},
		{"refused, as one of its own", siteRule, "", replied(wire.Answer{Rcode: 5, TXT: "aaa1"}, 1), "1 1 0 1 AAA"},
		{"refused, no rule", "", "", replied(wire.Answer{Rcode: 5}, 1), "1 0 0 1 "},
		{"servfail", siteRule, "", replied(wire.Answer{Rcode: 2}, 1), "1 0 1 0 "},
		{"timeout", siteRule, expectRule, failed(observation.Timeout), "0 0 0 0 "},
		{"invalid", siteRule, expectRule, failed(observation.Invalid), "0 0 0 0 "},
	} {
		cloud := ruled(c.site, c.expect)
		s := judgedAlone(catchment.NewMemory(1, 9), nil, window(asked(cloud, "192.0.2.1"), 0, map[int]*observation.Observation{1: c.heard}))
		site := ""
		if len(s.Sites) > 0 {
			site = s.Sites[0].Name
		}
		if got := fmt.Sprintln(s.Answered, s.Named, s.Foreign, s.Refused, site); got != c.want+"\n" {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if s.Probes != 1 || s.Asked != 1 || s.Judged != (c.site+c.expect != "") {
			t.Errorf("%s: %d probes, %d asked, judged %v", c.name, s.Probes, s.Asked, s.Judged)
		}
	}
}

// TestLastResultCounts: the vote of a probe is its last result, whatever it says and in whatever
// order they come.
func TestLastResultCounts(t *testing.T) {
	cloud := ruled(siteRule, "")
	w := window(asked(cloud, "192.0.2.1"), 0, nil)
	for i, o := range []*observation.Observation{failed(observation.Timeout), answer("bbb1", 1), answer("aaa1", 1), failed(observation.Local)} {
		o.Sent = w.From.Add(time.Duration(100-i*(1-i%2*2)) * time.Second) // 100, 101, 98, 103
		w.Results = append(w.Results, catchment.Result{Probe: 7, Observation: o})
	}
	s := judgedAlone(catchment.NewMemory(1, 9), nil, w)
	if s.Probes != 1 || s.Asked != 0 || s.Answered != 0 || len(s.Sites) != 0 {
		t.Errorf("got %d probes, %d asked, %d answered, sites %v", s.Probes, s.Asked, s.Answered, s.Sites)
	}
	w.Results = w.Results[:3]
	s = judgedAlone(catchment.NewMemory(1, 9), nil, w)
	if s.Named != 1 || s.Timeout != 0 || s.Instances != 1 || siteNamed(s, "BBB") == nil || siteNamed(s, "AAA") != nil {
		t.Errorf("got %d named, %d timeouts, sites %v", s.Named, s.Timeout, s.Sites)
	}
}

// TestNoResults: a window without one has no summary.
func TestNoResults(t *testing.T) {
	s := asked(ruled("", ""), "192.0.2.1")
	full := window(s, 5, map[int]*observation.Observation{1: failed(observation.Local)})
	all := catchment.NewMemory(1, 9).Judge(nil, []*catchment.Window{window(s, 0, nil), full})
	if len(all) != 1 || !all[0].From.Equal(full.From) || all[0].Probes != 1 {
		t.Errorf("got %d summaries", len(all))
	}
}

// TestIntercepted: probes that somebody else answers elsewhere are left out of times, distances and
// moves of a third cloud.
func TestIntercepted(t *testing.T) {
	a, b, third := ruled(siteRule, ""), ruled(siteRule, ""), ruled(siteRule, "")
	own, other, lost, unasked := named("aaa1"), named("router"), func() *observation.Observation { return failed(observation.Timeout) },
		func() *observation.Observation { return failed(observation.Local) }
	type heard struct {
		at      catchment.Subject
		what    func() *observation.Observation
		minutes int
	}
	a4, a6, az, b4 := asked(a, "192.0.2.1"), asked(a, "2001:db8::1"), asked(a, "192.0.2.1"), asked(b, "192.0.2.2")
	az.Measurement = 2
	a7 := asked(a, "192.0.2.7")
	for _, c := range []struct {
		name  string
		heard []heard
		want  bool
	}{
		{"nothing", nil, false},
		{"one address", []heard{{a4, other, 0}}, false},
		{"two clouds", []heard{{a4, other, 0}, {b4, other, 0}}, true},
		{"two clouds, one again its own", []heard{{a4, other, 0}, {b4, other, 0}, {b4, own, 5}}, false},
		{"two clouds, one silent since", []heard{{a4, other, 0}, {b4, other, 0}, {b4, lost, 5}}, true},
		{"two clouds, a day before", []heard{{a4, other, -1440}, {b4, other, 0}}, false},
		{"two clouds, almost", []heard{{a4, other, -1424}, {b4, other, 0}}, true},
		{"two clouds, one of them ahead", []heard{{a4, other, 60}, {b4, other, 0}}, true},
		{"both addresses", []heard{{a4, other, 0}, {a6, other, 0}}, true},
		{"both, one a day before and silent since", []heard{{a4, other, -1440}, {a4, lost, 0}, {a6, other, 0}}, false},
		{"one of two addresses", []heard{{a4, other, 0}, {a6, own, 0}}, false},
		{"one of two, the other silent", []heard{{a4, other, 0}, {a6, lost, 0}}, false},
		{"one of two, the other not asked", []heard{{a4, other, 0}, {a6, unasked, 0}}, false},
		{"one address twice", []heard{{a4, other, 0}, {az, other, 0}}, false},
		{"both addresses, one by one measurement alone", []heard{{a4, other, 0}, {az, own, 0}, {a6, other, 0}}, true},
		{"two of three, the last its own", []heard{{a4, other, 0}, {a6, other, 0}, {a7, own, 0}}, false},
		{"two of three, the last silent", []heard{{a4, other, 0}, {a6, other, 0}, {a7, lost, 0}}, false},
		{"two of three, the last not asked", []heard{{a4, other, 0}, {a6, other, 0}, {a7, unasked, 0}}, true},
		{"an earlier answer that is heard of later", []heard{{a4, other, 5}, {b4, other, 5}, {b4, own, 0}}, true},
	} {
		m := catchment.NewMemory(1, 9)
		judgedAlone(m, nil, window(asked(third, "192.0.2.3"), -5, map[int]*observation.Observation{1: answer("bbb1", 10)}))
		for _, h := range c.heard {
			judgedAlone(m, nil, window(h.at, h.minutes, map[int]*observation.Observation{1: h.what()}))
		}
		s := judgedAlone(m, equator(1), window(asked(third, "192.0.2.3"), 10, map[int]*observation.Observation{1: answer("aaa1", 10)}))
		if out := s.Times.P50 == 0; out != c.want || (s.Distances.Known == 0) != c.want || (s.Moved == 0) != c.want {
			t.Errorf("%s: left out of times: %v, want %v (%d distances, %d moved)", c.name, out, c.want, s.Distances.Known, s.Moved)
		}
		if s.Named != 1 || s.Sites[0].Probes != 1 {
			t.Errorf("%s: the vote itself does not count", c.name)
		}
	}
}

// TestMisplaced: a probe is that once light cannot have made its way to two sites within a day.
func TestMisplaced(t *testing.T) {
	c, other := ruled(siteRule, ""), ruled(siteRule, "")
	here, there := asked(c, "192.0.2.1"), asked(other, "192.0.2.2")
	type heard struct {
		at      catchment.Subject
		site    string
		ms      int
		minutes int
	}
	for _, test := range []struct {
		name  string
		heard []heard
		want  int
	}{
		{"in time", []heard{{here, "ccc1", 70, 0}, {here, "ddd1", 135, 5}}, 0},
		{"too fast for one site", []heard{{here, "ccc1", 20, 0}, {here, "ccc2", 20, 5}}, 0},
		{"for two", []heard{{here, "ccc1", 20, 0}, {here, "ddd1", 20, 5}}, 1},
		{"for one site of two clouds", []heard{{here, "ccc1", 20, 0}, {there, "ccc1", 20, 5}}, 0},
		{"for two sites of two clouds", []heard{{here, "ccc1", 20, 0}, {there, "ddd1", 20, 5}}, 1},
		{"a day apart", []heard{{here, "ccc1", 20, -1440}, {here, "ddd1", 20, 5}}, 0},
		{"almost", []heard{{here, "ccc1", 20, -1429}, {here, "ddd1", 20, 5}}, 1},
		{"the later one first", []heard{{here, "ccc1", 20, 5}, {there, "ddd1", 20, 0}}, 1},
		{"three sites, the first long ago", []heard{{here, "bbb1", 1, -1500}, {here, "ccc1", 20, 0}, {here, "ddd1", 20, 5}}, 1},
	} {
		m, probes := catchment.NewMemory(1, 9), equator(1)
		for _, h := range test.heard {
			judgedAlone(m, probes, window(h.at, h.minutes, map[int]*observation.Observation{1: answer(h.site, h.ms)}))
		}
		s := judgedAlone(m, probes, window(here, 10, map[int]*observation.Observation{1: answer("aaa1", 1)}))
		if s.Misplaced != test.want || s.Distances.Known != 1-test.want || s.Times.P50 != time.Millisecond {
			t.Errorf("%s: %d misplaced, want %d; %d distances", test.name, s.Misplaced, test.want, s.Distances.Known)
		}
	}
}

// TestMisplacedInFile: a file is one window, however long, and all of its results are looked at.
func TestMisplacedInFile(t *testing.T) {
	w := window(asked(ruled(siteRule, ""), "192.0.2.1"), 0, nil)
	w.To = w.From.AddDate(0, 0, 7)
	for i, site := range []string{"ccc1", "ddd1", "aaa1"} {
		o := answer(site, 1)
		o.Sent = w.From.AddDate(0, 0, 3*i)
		w.Results = append(w.Results, catchment.Result{Probe: 1, Observation: o})
	}
	if s := judgedAlone(catchment.NewMemory(1, 9), equator(1), w); s.Misplaced != 1 || s.Distances.Known != 0 {
		t.Errorf("%d misplaced, want 1; %d distances", s.Misplaced, s.Distances.Known)
	}
}

// TestGuessedPlace: what RIPE Atlas has guessed is no place, and a probe without one is not counted.
func TestGuessedPlace(t *testing.T) {
	probes := &observation.Probes{}
	probes.Add(observation.Probe{ID: 1, Placed: true, Guessed: true})
	probes.Add(observation.Probe{ID: 2})
	probes.Add(observation.Probe{ID: 3, Placed: true})
	s := judgedAlone(catchment.NewMemory(1, 9), probes, window(asked(ruled(siteRule, ""), "192.0.2.1"), 0, everywhere(1, 4, named("bbb1"))))
	if s.Misplaced != 1 || s.Known != 3 || s.Distances.Known != 1 || s.Probes != 4 {
		t.Errorf("%d misplaced of %d known of %d, %d distances", s.Misplaced, s.Known, s.Probes, s.Distances.Known)
	}
}
