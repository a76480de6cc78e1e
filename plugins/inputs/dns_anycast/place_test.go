//go:build unix

package dns_anycast

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// TestVerdictOnPoints: the fields that a point has, and those that it has not.
func TestVerdictOnPoints(t *testing.T) {
	for _, c := range []struct {
		name, server, location string
		cloud                  func(*Cloud)
		want                   string
	}{
		{"near", "lhr1.example", "LHR", nil, "latitude=51.47 longitude=-0.45 distance_km=0 floor_ms verdict=near verdict_code=0"},
		{"quicker than light", "syd1.example", "LHR", nil, "latitude=-33.95 longitude=151.18 distance_km=17 floor_ms verdict=impossible verdict_code=3"},
		{
			"far by the cloud's own limit", "lcy1.example", "LHR", func(c *Cloud) { d := Duration(100 * time.Microsecond); c.FarFloor = &d },
			"latitude=51.51 longitude=0.06 distance_km=0 floor_ms verdict=far verdict_code=1",
		},
		{"no location", "lhr1.example", "", nil, "latitude=51.47 longitude=-0.45"},
		{"an unknown code", "xqx1.example", "LHR", nil, ""},
		{"silent", "", "LHR", nil, ""},
	} {
		p := play(t, "127.0.0.1", c.server)
		d := watching(t, func(d *DNSAnycast) {
			d.Location, d.Clouds[0].Places = c.location, "iata"
			if c.cloud != nil {
				c.cloud(&d.Clouds[0])
			}
		}, p)
		var got []string
		m := roundOf(t, d)[point.MeasurementQuery][0]
		for _, key := range []string{"latitude", "longitude", "distance_km", "floor_ms", "usual_ms", "verdict", "verdict_code"} {
			v, found := m.GetField(key)
			switch {
			case strings.HasSuffix(key, "tude") && found:
				got = append(got, fmt.Sprintf("%s=%.2f", key, v))
			case key == "distance_km" && found:
				got = append(got, fmt.Sprintf("%s=%d", key, int(v.(float64)/1000)))
			case strings.HasSuffix(key, "_ms") && found:
				got = append(got, key)
			case found:
				got = append(got, fmt.Sprintf("%s=%v", key, v))
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestUsualOnPoints: from the tenth answer on, but never for other.
func TestUsualOnPoints(t *testing.T) {
	for _, names := range [][2]string{{"lhr1.example", "lhr1.example"}, {"lhr1.example", "lhr2.example"}} {
		p := play(t, "127.0.0.1", names[0])
		d := watching(t, func(d *DNSAnycast) { d.MaxInstances = 1 }, p)
		roundOf(t, d)
		p.name.Store(names[1])
		for n := 2; n <= 12; n++ {
			m := roundOf(t, d)[point.MeasurementQuery][0]
			v, found := m.GetField("usual_ms")
			if want := names[0] == names[1] && n >= 10; found != want || found && !(v.(float64) > 0) {
				t.Errorf("%v, answer %d: usual_ms %v", names, n, v)
			}
		}
	}
}

// TestSlowOutlivesRestart: with a state file an incident goes on at once, without one it is no verdict yet.
func TestSlowOutlivesRestart(t *testing.T) {
	for _, c := range []struct {
		file bool
		want string
	}{{true, "slow"}, {false, ""}} {
		file := ""
		if c.file {
			file = filepath.Join(t.TempDir(), "state")
		}
		p := play(t, "127.0.0.1", "lhr1.example")
		delayed := func(d *DNSAnycast) {
			zero, one := Duration(0), 1.0
			d.Location, d.Clouds[0].Places = "LHR", "iata"
			d.Clouds[0].FloorOver, d.Clouds[0].FloorFactor = &zero, &one // everything is above the floor of no distance
		}
		d, _ := started(t, file, delayed, p)
		var got string
		for range 4 {
			got = verdictOf(t, d)
		}
		if got != "slow" {
			t.Errorf("before the restart: %q", got)
		}
		ended(t, d)
		d, log := started(t, file, delayed, p)
		if got := verdictOf(t, d); got != c.want || len(log.lines) > 0 {
			t.Errorf("after it: %q, said %q, want %q", got, log.lines, c.want)
		}
		ended(t, d)
	}
}

func verdictOf(t *testing.T, d *DNSAnycast) string {
	t.Helper()
	v, _ := roundOf(t, d)[point.MeasurementQuery][0].GetField("verdict")
	s, _ := v.(string)
	return s
}
