package judge

import (
	"regexp"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

// TestOwns: expect decides where there is one, else the site rule.
func TestOwns(t *testing.T) {
	rule, expect := regexp.MustCompile(`^([a-z]+)-`), regexp.MustCompile(`lon-[0-9]|lon-[0-9]+|spare`)
	expect.Longest()
	for _, c := range []struct {
		cloud Cloud
		name  string
		site  string
		own   bool
		tells bool
	}{
		{Cloud{}, "any", "", true, false},
		{Cloud{}, "", "", false, false},
		{Cloud{Site: rule}, "lon-1", "LON", true, true},
		{Cloud{Site: rule}, "spare", "", false, true},
		{Cloud{Site: rule}, "", "", false, true},
		{Cloud{Site: rule, Expect: expect}, "lon-10", "LON", true, true},
		{Cloud{Site: rule, Expect: expect}, "spare", "", true, true},
		{Cloud{Site: rule, Expect: expect}, "ams-1", "AMS", false, true},
		{Cloud{Expect: expect}, "lon-1", "", true, true},
		{Cloud{Expect: expect}, "xlon-1", "", false, true},
	} {
		if site, own := c.cloud.Owns(c.name); site != c.site || own != c.own || c.cloud.TellsForeign() != c.tells {
			t.Errorf("%q: got %q, %v, want %q, %v; rules: %v", c.name, site, own, c.site, c.own, !c.tells)
		}
	}
}

// TestHear: serials that are heard in any order are as if they had come in the order of time.
func TestHear(t *testing.T) {
	cloud := &Cloud{}
	heard := []struct {
		minute int
		serial uint32
		site   string
	}{{30, 7, "A"}, {20, 8, "B"}, {10, 7, "A"}, {40, 9, "B"}, {35, 9, "A"}, {50, 8, "B"}}
	at := func(minute int) time.Time { return dayStart.Add(time.Duration(minute) * time.Minute) }
	for start := range heard {
		var z Serials
		for i := range heard {
			h := heard[(start+i)%len(heard)]
			z.Hear(at(h.minute), h.serial, cloud, h.site)
		}
		for serial, minute := range map[uint32]int{6: 10, 7: 20, 8: 35} {
			if got := z.NewerSince(serial); !got.Equal(at(minute)) {
				t.Errorf("newer than %d since %s, want %s", serial, got, at(minute))
			}
			if s := z.newerThan(serial); !s.first.Equal(at(minute)) {
				t.Errorf("newer than %d first seen %s, want %s", serial, s.first, at(minute))
			}
		}
		if got := z.NewerSince(9); !got.IsZero() {
			t.Errorf("newer than the newest since %s", got)
		}
		if got := z.known[8].last; !got.Equal(at(50)) {
			t.Errorf("8 last heard %s", got)
		}
	}
}

// TestReviewHeard: ten times running older ones, and a serial is forgotten.
func TestReviewHeard(t *testing.T) {
	var z Serials
	cloud := &Cloud{}
	z.Hear(dayStart, 9, cloud, "A")
	for n := 1; n <= 10; n++ {
		z.Hear(roundStart(n), 8, cloud, "A")
		z.Review()
		if known := !z.NewerSince(8).IsZero(); known != (n < 10) {
			t.Errorf("after %d: known %v", n, known)
		}
	}
}

// TestVantageTo: the distance to a place needs both ends.
func TestVantageTo(t *testing.T) {
	here, there := Vantage{Known: true}, places.Place{Code: "X", Longitude: 90}
	d := here.To(there)
	if !d.Known || d.Km < 10007 || d.Km > 10008 || d.far(&Thresholds{FarFloor: time.Second}) {
		t.Errorf("got %+v", d)
	}
	if !d.Impossible(65*time.Millisecond) || d.Impossible(67*time.Millisecond) { // light takes 66.8, and 1 is granted
		t.Errorf("65 ms are impossible: %v; 67: %v", d.Impossible(65*time.Millisecond), d.Impossible(67*time.Millisecond))
	}
	for _, d := range []Distance{here.To(places.Place{}), (Vantage{}).To(there)} {
		if d.Known || d.Impossible(0) {
			t.Errorf("got %+v", d)
		}
	}
}
