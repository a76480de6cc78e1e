package catchment_test

import (
	"fmt"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// TestInflation: is beyond the nearest site that anybody reached here in this window, or that the
// cloud announces.
func TestInflation(t *testing.T) {
	far := func() map[int]*observation.Observation {
		return map[int]*observation.Observation{1: answer("ccc1", 200), 91: answer("ccc1", 200)}
	}
	for _, c := range []struct {
		name      string
		announced []city
		heard     map[int]*observation.Observation // by others
		nearest   int
		far       int
		p90       float64 // ms
	}{
		{"nobody reaches another", nil, nil, 2, 0, 0},
		{"others do", nil, map[int]*observation.Observation{11: answer("bbb1", 1)}, 2, 1, 88.95},
		{"foreign ones do not count", nil, map[int]*observation.Observation{11: answer("b", 1)}, 2, 0, 0},
		{"announced", []city{{"AAA", 0, 0}}, nil, 1, 1, 100.08},
		{"announced, and farther", []city{{"DDD", 0, 180}}, nil, 2, 0, 0},
		{"announced, and nearer by less", []city{{"X", 0, 100}, {"Y", 0, 73}}, nil, 1, 0, 18.90},
	} {
		cloud := ruled(siteRule, "")
		for _, a := range c.announced {
			cloud.Locations.Announced = append(cloud.Locations.Announced, placeOf(a))
		}
		m := catchment.NewMemory(1, 9)
		judgedAlone(m, equator(180), window(asked(cloud, "192.0.2.9"), 0, everywhere(1, 3, named("aaa1"))))
		judgedAlone(m, equator(180), window(asked(cloud, "192.0.2.1"), 0, everywhere(1, 3, named("aaa1"))))
		all := far()
		for id, o := range c.heard {
			all[id] = o
		}
		d := judgedAlone(m, equator(180), window(asked(cloud, "192.0.2.1"), 5, all)).Distances
		if got := d.InflationP90.Seconds() * 1000; d.Nearest != c.nearest || d.Far != c.far || got < c.p90-0.01 || got > c.p90+0.01 {
			t.Errorf("%s: %d nearest, %d far, %.2f ms; want %d, %d, %.2f", c.name, d.Nearest, d.Far, got, c.nearest, c.far, c.p90)
		}
	}
}

// TestInterceptedAndTooFast: what somebody else may have answered says nothing of where the probe
// stands. That a site is there it does say.
func TestInterceptedAndTooFast(t *testing.T) {
	m, probes := catchment.NewMemory(1, 9), equator(91)
	for n := range 2 {
		other := asked(ruled(siteRule, ""), fmt.Sprint("192.0.2.", n))
		judgedAlone(m, probes, window(other, 0, map[int]*observation.Observation{1: answer("router", 1)}))
	}
	third := asked(ruled(siteRule, ""), "192.0.2.3")
	judgedAlone(m, probes, window(third, 5, map[int]*observation.Observation{1: answer("ccc1", 1)}))
	s := judgedAlone(m, probes, window(third, 10, map[int]*observation.Observation{1: answer("ddd1", 1), 91: answer("aaa1", 100)}))
	if s.Misplaced != 0 || s.Distances.Known != 1 {
		t.Errorf("%d misplaced, %d distances", s.Misplaced, s.Distances.Known)
	}
	s = judgedAlone(m, probes, window(third, 15, map[int]*observation.Observation{1: answer("ccc1", 1), 91: answer("aaa1", 100)}))
	if s.Distances.Nearest != 0 || s.Distances.Far != 1 { // CCC is next door
		t.Errorf("%d nearest, %d far", s.Distances.Nearest, s.Distances.Far)
	}
}
