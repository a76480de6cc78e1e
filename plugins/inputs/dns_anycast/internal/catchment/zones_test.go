package catchment_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

var refused = wire.Answer{Rcode: wire.RcodeRefused}

func ofZone(s catchment.Subject) catchment.Subject {
	s.Zone = "example.net"
	return s
}

// TestZone: lag is how long before its query a newer serial was first seen, at any address.
func TestZone(t *testing.T) {
	cloud := ruled(siteRule, expectRule+"|[a-z]{3}[0-9]")
	v4, v6 := ofZone(asked(cloud, "192.0.2.1")), ofZone(asked(cloud, "2001:db8::1"))
	type results = map[int]*observation.Observation
	for _, c := range []struct {
		name   string
		before map[int]results // at v6, by minute
		now    results         // at v4, minute 10
		want   catchment.Zone
	}{
		{
			"nobody has one", nil,
			results{1: failed(observation.Timeout), 2: answer("aaa1", 1)},
			catchment.Zone{},
		},
		{"all have one", nil, results{1: serialOf("aaa1", 7), 2: serialOf("bbb1", 7)}, catchment.Zone{Serials: 1, Newest: 7, Dated: 2}},
		{
			"published in between", nil,
			results{1: serialOf("aaa1", 7), 2: serialOf("bbb1", 8), 3: serialOf("bbb1", 8), 9: serialOf("aaa1", 7), 10: serialOf("ccc1", 8)},
			catchment.Zone{Serials: 2, Newest: 8, Dated: 5, Behind: 1, LagMax: 7 * time.Second, TopBehindSite: "AAA"},
		},
		{
			"across zero", nil,
			results{1: serialOf("aaa1", 5), 9: serialOf("bbb1", 4294967295), 10: serialOf("bbb1", 4294967295)},
			catchment.Zone{Serials: 2, Newest: 5, Dated: 3, Behind: 2, LagP50: 8 * time.Second, LagMax: 9 * time.Second, TopBehindSite: "BBB"},
		},
		{
			"seen elsewhere before",
			map[int]results{0: {1: serialOf("aaa1", 8)}, 5: {1: serialOf("aaa1", 9)}},
			results{1: serialOf("bbb1", 7), 2: serialOf("bbb1", 9), 4: serialOf("bbb1", 8)},
			catchment.Zone{
				Serials: 3, Newest: 9, Dated: 3, Behind: 2, TopBehindSite: "BBB",
				LagP50: 5*time.Minute + 3*time.Second, LagMax: 10 * time.Minute,
			},
		},
		{
			"seen elsewhere later",
			map[int]results{60: {1: serialOf("aaa1", 8)}},
			results{1: serialOf("bbb1", 7)},
			catchment.Zone{Serials: 1, Newest: 7, Dated: 1},
		},
		{
			"behind without a site", nil,
			results{1: serialOf("aaa1.example", 8), 9: serialOf("spare", 7)},
			catchment.Zone{Serials: 2, Newest: 8, Dated: 2, Behind: 1, LagMax: 8 * time.Second},
		},
		{
			"somebody else's", nil,
			results{1: serialOf("router", 99), 9: serialOf("aaa1", 7)},
			catchment.Zone{Serials: 1, Newest: 7, Dated: 1},
		},
	} {
		m := catchment.NewMemory(1, 9)
		for _, minute := range slices.Sorted(maps.Keys(c.before)) {
			judgedAlone(m, nil, window(v6, minute, c.before[minute]))
		}
		if got := judgedAlone(m, nil, window(v4, 10, c.now)).Zone; *got != c.want {
			t.Errorf("%s: got\n%+v, want\n%+v", c.name, *got, c.want)
		}
	}
	if s := judgedAlone(catchment.NewMemory(1, 9), nil, window(asked(cloud, "192.0.2.1"), 0, results{1: answer("aaa1", 1)})); s.Zone != nil {
		t.Error("a measurement that asks for no zone tells of one")
	}
}

// TestZoneEarliest: a serial is known since it was first answered, though the vote of that probe is a
// later result.
func TestZoneEarliest(t *testing.T) {
	w := window(ofZone(asked(ruled(siteRule, ""), "192.0.2.1")), 0, map[int]*observation.Observation{
		201: serialOf("aaa1", 8), 210: serialOf("bbb1", 7),
	})
	first := serialOf("aaa1", 8)
	first.Sent = w.From.Add(10 * time.Second)
	w.Earliest = []catchment.Result{{Probe: 201, Observation: first}}
	want := catchment.Zone{Serials: 2, Newest: 8, Dated: 2, Behind: 1, LagMax: 200 * time.Second, TopBehindSite: "BBB"}
	if got := judgedAlone(catchment.NewMemory(1, 9), nil, w).Zone; *got != want {
		t.Errorf("got %+v, want %+v", *got, want)
	}
}

// TestZoneUnsynced: a clock that may be wrong dates no serial, and has no lag.
func TestZoneUnsynced(t *testing.T) {
	w := window(ofZone(asked(ruled(siteRule, ""), "192.0.2.1")), 0, map[int]*observation.Observation{
		1: serialOf("aaa1", 8), 5: serialOf("aaa1", 8), 9: serialOf("aaa1", 7), 20: serialOf("aaa1", 7),
	})
	for i := range w.Results {
		w.Results[i].Unsynced = w.Results[i].Probe == 1 || w.Results[i].Probe == 20
	}
	want := catchment.Zone{Serials: 2, Newest: 8, Dated: 2, Behind: 1, LagMax: 4 * time.Second, TopBehindSite: "AAA"}
	if got := judgedAlone(catchment.NewMemory(1, 9), nil, w).Zone; *got != want {
		t.Errorf("got %+v, want %+v", *got, want)
	}
}

// TestZoneSetBack: a serial that all have gone back from is forgotten after ten windows.
func TestZoneSetBack(t *testing.T) {
	m, at := catchment.NewMemory(1, 9), ofZone(asked(ruled(siteRule, ""), "192.0.2.1"))
	one := func(window5 int, serial uint32) int {
		return judgedAlone(m, nil, window(at, 5*window5, everywhere(1, 50, func() *observation.Observation { return serialOf("aaa1", serial) }))).Zone.Behind
	}
	one(0, 99)
	for n := 1; n <= 9; n++ {
		if behind := one(n, 7); behind != 50 {
			t.Errorf("window %d: %d behind, want 50", n, behind)
		}
	}
	if behind := one(10, 7); behind != 0 {
		t.Errorf("after ten windows %d are behind", behind)
	}
}

// TestZoneRollsOut: a serial stands though most answers at its site are older ones for long.
func TestZoneRollsOut(t *testing.T) {
	m, at := catchment.NewMemory(1, 9), ofZone(asked(ruled(siteRule, ""), "192.0.2.1"))
	for n := range 30 {
		all := everywhere(2, 200, func() *observation.Observation { return serialOf("aaa1", 7) })
		all[1] = serialOf("aaa2", 8)
		if z := judgedAlone(m, nil, window(at, 5*n, all)).Zone; z.Behind != 199 {
			t.Fatalf("window %d: %d behind, want 199", n, z.Behind)
		}
	}
}
