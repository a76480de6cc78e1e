package rootservers

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// rootIdentity is a line of testdata/root-identities.csv: a name for each site that a letter's operator publishes one
// for, and where he says that it is, in degrees. C and E publish none. The last lines are of older forms.
type rootIdentity struct {
	letter, identity    string
	latitude, longitude float64
}

func rootIdentities(t *testing.T) (all []rootIdentity) {
	t.Helper()
	f, err := os.Open("testdata/root-identities.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines[1:] {
		north, err := strconv.ParseFloat(l[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		east, err := strconv.ParseFloat(l[3], 64)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rootIdentity{l[0], l[1], north, east})
	}
	return all
}

// TestRootPlaces: of the names that are published for a letter's sites 98 % and more are placed within 80 km of where
// the operator says, none 200 km off, and all are expected. Each name is asked of a name server that has it.
func TestRootPlaces(t *testing.T) {
	clouds, identities := rootClouds(t), rootIdentities(t)
	d := dns_anycast.New()
	d.Families, d.ConfigFile, d.Internal = []string{"ipv4"}, stacktest.Shipped("root-servers.conf"), false
	asked := map[string]rootIdentity{} // by server
	for letter, c := range clouds {
		c.Servers, c.NameServers = nil, nil
		for _, r := range identities {
			if r.letter == letter {
				s := stacktest.StartNameServer(t, "127.0.0.1", stacktest.Named(r.identity, 0))
				c.Servers = append(c.Servers, s.Addr)
				asked[s.Addr] = r
			}
		}
		if c.Servers != nil {
			d.Clouds = append(d.Clouds, c)
		}
	}
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	all, near := map[string]float64{}, map[string]float64{}
	d.Round(context.Background(), func(m telegraf.Metric) {
		if m.Name() != "dns_anycast" {
			return
		}
		server, _ := m.GetTag("server")
		r := asked[server]
		all[r.letter]++
		off := distance(m, r)
		if off <= 80 {
			near[r.letter]++
		}
		if expected, _ := m.GetField("expected"); off > 200 || expected != int64(1) {
			t.Errorf("%s: %s is %.0f km off: %v %v", r.letter, r.identity, off, m.Tags(), m.Fields())
		}
	})
	for letter := range clouds {
		if share := near[letter] / all[letter]; share < 0.98 {
			t.Errorf("%s: %.3f of %v within 80 km", letter, share, all[letter])
		}
	}
	if len(all) != 11 {
		t.Errorf("%d letters: %v", len(all), all)
	}
}

// distance is how far from the published position a point is placed, in km; without a place, infinity.
func distance(m telegraf.Metric, r rootIdentity) float64 {
	latitude, placed := m.GetField("latitude")
	longitude, _ := m.GetField("longitude")
	if !placed {
		return math.Inf(1)
	}
	north, east := latitude.(float64), longitude.(float64)
	radians := math.Pi / 180
	x := (east - r.longitude) * math.Cos((north+r.latitude)/2*radians)
	return 6371 * radians * math.Hypot(x, north-r.latitude)
}
