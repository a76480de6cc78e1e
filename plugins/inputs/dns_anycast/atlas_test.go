//go:build unix

package dns_anycast

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

// probing is a cloud of a server of its own and of a measurement, of whose probes two are watched:
// one whose place is known, and one that nobody knows.
func probing(t *testing.T, server string) (d *DNSAnycast, api *atlastest.Server, log *journal) {
	t.Helper()
	dir := t.TempDir()
	probes := filepath.Join(dir, "probes")
	const line = `{"id":1,"asn_v4":64500,"country_code":"NL","geometry":{"type":"Point","coordinates":[4.9,52.37]}}`
	if err := os.WriteFile(probes, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	api, log = &atlastest.Server{}, &journal{}
	window, grace := Duration(10*time.Second), Duration(0)
	d = newAsking(t, []string{server}, func(d *DNSAnycast) {
		d.Log, d.Internal = log, false
		d.Atlas.URL, d.Atlas.Probes, d.Atlas.Cache = api.Serve(t), probes, dir
		d.Atlas.Window, d.Atlas.Grace, d.Atlas.WatchProbes = &window, grace, []int{1, 2}
		c := &d.Clouds[0]
		c.Name, c.Site, c.Places, c.Atlas = "c", "^([a-z]{3})", "iata", []int{7, 8}
		c.Tags = map[string]string{"probe": "mine", "country": "SE", "operator": "x"}
	})
	return d, api, log
}

// TestAtlasBesideRounds: while rounds run, a window is read and told of between them, with an ordinary
// point for each answer to a probe that is watched. A measurement of no use is named once.
func TestAtlasBesideRounds(t *testing.T) {
	t.Parallel()
	server := play(t, "127.0.0.1", "lhr1.example")
	d, api, log := probing(t, server.At())
	defer d.Close(context.Background())
	at := netip.MustParseAddrPort("127.0.0.1:53")
	api.Measure(
		atlastest.Measurement{ID: 7, Target: "ns\n.example", Addr: at.Addr(), Name: "hostname.bind", Interval: time.Minute},
		atlastest.Measurement{ID: 8, Target: "192.0.2.9", Addr: netip.MustParseAddr("192.0.2.9"), Name: "hostname.bind", Interval: time.Minute},
	)
	begin := time.Now().Truncate(10 * time.Second).Add(10 * time.Second)
	for probe := 1; probe <= 3; probe++ {
		r := atlastest.Result{
			Measurement: 7, Probe: probe, At: begin.Add(time.Duration(probe) * time.Second), Addr: at, Synced: 1,
			RTT: 20 * time.Millisecond, Reply: atlastest.Named("hostname.bind", "ams1.example", nil),
		}
		if probe == 2 {
			r.Reply, r.Error = nil, `{"timeout":5000}`
		}
		api.Add(r)
	}
	var text []byte
	arrived := false
	write := func(b []byte) { text = append(text, b...) }
	d.Follow()
	for end := begin.Add(20 * time.Second); !arrived && time.Now().Before(end); {
		d.RoundLines(context.Background(), write)
		select {
		case <-d.Arrived():
			d.ArrivedLines(write)
			arrived = strings.Contains(string(text), "dns_anycast_catchment,")
		case <-time.After(200 * time.Millisecond):
		}
		arrived = arrived || strings.Contains(string(text), "dns_anycast_catchment,") // by the round's end
	}
	points, err := execdtest.Points(text)
	if err != nil {
		t.Fatal(err)
	}
	checkAtlasPoints(t, points)
	want := []string{
		`W! cloud "c": its tag country has a name of catchments, whose points are without the tag: rename it`,
		`W! RIPE Atlas: measurement 8 is left out: its target is 192.0.2.9, which is no address of the cloud`,
	}
	if got := log.said(); !slices.Equal(got, want) {
		t.Errorf("said\n%q, want\n%q", got, want)
	}
}

// checkAtlasPoints looks at a total, at those of its parts, and at answers to watched probes.
func checkAtlasPoints(t *testing.T, points []execdtest.Point) {
	t.Helper()
	var watched []string
	totals, own := 0, 0
	for _, p := range points {
		switch probe := p.Tags["probe"]; {
		case p.Name == "dns_anycast" && probe == "mine":
			own++
		case p.Name == "dns_anycast":
			watched = append(watched, fmt.Sprint(probe, " ", p.Tags["result"], " ", p.Tags["site"], " ", p.Tags["server"], " ",
				p.Tags["operator"], " ", p.Fields["verdict"], " ", p.Fields["time_source"], " ", p.Fields["discarded"]))
		case p.Name == "dns_anycast_catchment":
			totals++
			if p.Int("probes") != 3 || p.Int("named") != 2 || p.Int("timeout") != 1 || p.Tags["server"] != "ns%0A.example" ||
				p.Tags["country"] != "" || p.Tags["operator"] != "x" || p.Fields["nearest_share"] != 1.0 {
				t.Errorf("%v", p)
			}
		}
	}
	want := []string{
		`1 success AMS ns%0A.example x near <nil> <nil>`, `2 timeout  ns%0A.example x <nil> <nil> <nil>`,
	}
	if totals != 1 || own < 2 || !slices.Equal(watched, want) {
		t.Errorf("%d totals, %d points of its own, watched\n%q, want\n%q", totals, own, watched, want)
	}
}
