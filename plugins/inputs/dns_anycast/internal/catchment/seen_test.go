package catchment_test

import (
	"encoding/json"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

// TestSiteLostMeanwhile: a site that was lost while nobody looked is told of with nobody, under the same
// rule and within a day.
func TestSiteLostMeanwhile(t *testing.T) {
	for _, c := range []struct {
		name, rule string
		minutes    int
		edit       func(*catchment.Seen)
		want       bool
	}{
		{"at once", siteRule, 10, nil, true},
		{"a day later", siteRule, 1440, nil, true},
		{"more than a day later", siteRule, 1441, nil, false},
		{"another rule", `^(.)`, 10, nil, false},
		{"another address", siteRule, 10, func(s *catchment.Seen) { s.Addr = s.Addr.Next() }, false},
		{"of the future", siteRule, 10, func(s *catchment.Seen) { s.Sites["AAA"] = 4_000_000_000 }, false},
		{"never", siteRule, 10, func(s *catchment.Seen) { s.Sites["AAA"] = 0 }, false},
	} {
		before, at := catchment.NewMemory(1, 9), asked(ruled(siteRule, ""), "192.0.2.1")
		first := window(at, 0, map[int]*observation.Observation{1: answer("aaa1", 1), 2: answer("bbb1", 1)})
		judgedAlone(before, nil, first)
		b, err := json.Marshal(before.Seen(at.Cloud, at.Measurement))
		if err != nil || len(before.Seen(at.Cloud, at.Measurement+1)) > 0 {
			t.Fatal(err)
		}
		var seen []catchment.Seen
		if err := json.Unmarshal(b, &seen); err != nil || len(seen) != 1 {
			t.Fatalf("%s: %v", b, err)
		}
		if c.edit != nil {
			c.edit(&seen[0])
		}
		m, at := catchment.NewMemory(1, 9), asked(ruled(c.rule, ""), "192.0.2.1")
		m.Recall(at.Cloud, at.Measurement, seen, first.From.Add(5*time.Minute))
		s := judgedAlone(m, nil, window(at, c.minutes, map[int]*observation.Observation{1: answer("bbb1", 1)}))
		lost := siteNamed(s, "AAA")
		if (lost != nil) != c.want || lost != nil && lost.Probes != 0 {
			t.Errorf("%s: %+v, want it: %v", c.name, s.Sites, c.want)
		}
	}
}
