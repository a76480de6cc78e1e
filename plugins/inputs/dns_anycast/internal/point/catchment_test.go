package point

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/wire"
)

// catchmentLines are all points of a summary, without their common tags.
func catchmentLines(s *catchment.Summary) (all []string) {
	cloud := CloudTags("c", map[string]string{"operator": "o", "country": "x", "share": "y", "measurement_id": "z"})
	var p Point
	common := strings.NewReplacer(",address=192.0.2.9", "", ",cloud=c", "", ",family=ipv4", "", ",measurement_id=7", "",
		",operator=o", "", ",server=s", "", ",source=ripe-atlas", "", ",transport=udp", "", "dns_anycast_catchment", "", "000000\n", "")
	add := func(p *Point) { all = append(all, common.Replace(string(p.AppendLine(nil)))) }
	p.Catchments(cloud, s, Parts{true, true, true}, add)
	return all
}

// TestCatchmentPoints: what was not measured is absent, and zero where it was.
func TestCatchmentPoints(t *testing.T) {
	subject := catchment.Subject{Measurement: 7, Server: "s", Addr: netip.MustParseAddr("192.0.2.9"), Zone: "example"}
	const ms = time.Millisecond
	group := catchment.Group{
		Probes: 9, Answered: 8, Named: 6, Foreign: 2, Times: catchment.Times{P10: ms, P50: 2 * ms, P90: 3 * ms, P95: 4 * ms}, Reached: 2,
		TopSite: "LHR", Top: 3, Distances: catchment.Distances{Known: 4, Nearest: 1, Far: 2, Km: 100, InflationP50: 5 * ms, InflationP90: 6 * ms},
	}
	full := catchment.Summary{
		Subject: subject, From: time.Unix(1_700_000_000, 0),
		Counts: catchment.Counts{Late: 1, Duplicates: 2, Unsynced: 3, Undecodable: 4},
		Probes: 10, Asked: 9, Answered: 8, Named: 6, Foreign: 2, Judged: true, Timeout: 5, Unreachable: 6, Invalid: 7, Refused: 8,
		Reached: 2, Instances: 3, NamedASes: 2, Times: group.Times, Distances: group.Distances, Known: 10, Misplaced: 0, Compared: 1, Moved: 0,
		Sites: []catchment.Site{
			{
				Name: "LHR", Place: places.Place{Code: "LHR", Latitude: 51.5, Longitude: -0.5}, Probes: 3, ShareAS: 0.25, ASes: 2, Countries: 1,
				Times: group.Times, Distances: group.Distances, Entered: 1, Left: 2,
			},
			{Name: "none", Probes: 3},
			{Name: "ARN"},
		},
		Countries: []catchment.Country{{Code: "NL", Group: group}},
		ASes:      []catchment.AS{{Number: 64500, Group: catchment.Group{Probes: 5}}},
		Moves: []catchment.Move{
			{From: "LHR", To: "ARN", Probes: 4, ASes: 2, TopASN: 64500, TopCountry: "NL", Before: ms, After: 2 * ms},
			{From: "ARN", To: "LHR", Probes: 3},
		},
		Zone: &catchment.Zone{Serials: 2, Newest: 0, Dated: 3, Behind: 1, LagP50: 0, LagMax: 1500 * ms, TopBehindSite: "LHR"},
	}
	bare := catchment.Summary{
		Subject: subject, From: full.From, Probes: 1,
		Sites: []catchment.Site{{Name: "ARN"}}, Zone: &catchment.Zone{},
	}
	for _, c := range []struct {
		name    string
		summary catchment.Summary
		want    []string
	}{
		{"all", full, []string{
			` answered=8i,asked=9i,duplicates=2i,far_share=0.5,foreign=2i,inflation_p50_ms=5,inflation_p90_ms=6,instances=3i,invalid=7i,late=1i,` +
				`misplaced=0i,moved=0i,named=6i,nearest_share=0.25,p10_ms=1,p50_ms=2,p90_ms=3,p95_ms=4,probes=10i,refused=8i,sites=2i,timeout=5i,` +
				`undecodable=4i,unreachable=6i,unsynced=3i 1700000000000`,
			`_site,site=LHR asns=2i,countries=1i,distance_p50_km=100,entered=1i,latitude=51.5,left=2i,longitude=-0.5,nearest=1i,` +
				`p10_ms=1,p50_ms=2,p90_ms=3,probes=3i,share=0.5,share_as=0.25 1700000000000`,
			`_site,site=none entered=0i,left=0i,probes=3i,share=0.5,share_as=0 1700000000000`,
			`_site,site=ARN asns=0i,countries=0i,entered=0i,left=0i,probes=0i,share=0,share_as=0 1700000000000`,
			`_country,country=NL answered=8i,foreign=2i,inflation_p50_ms=5,nearest_share=0.25,p50_ms=2,p90_ms=3,probes=9i,sites=2i,` +
				`top_share=0.5,top_site="LHR" 1700000000000`,
			`_as,asn=64500 answered=0i,foreign=0i,probes=5i,sites=0i 1700000000000`,
			`_move after_ms=2,asns=2i,before_ms=1,from="LHR",probes=4i,to="ARN",top_asn=64500i,top_country="NL" 1700000000000`,
			`_move from="ARN",probes=3i,to="LHR" 1700000000001`,
			`_zone,zone=example behind=1i,lag_max_s=1.5,lag_p50_s=0,newest=0i,serials=2i,top_behind_site="LHR" 1700000000000`,
		}},
		{"nothing", bare, []string{
			` answered=0i,asked=0i,duplicates=0i,instances=0i,invalid=0i,late=0i,named=0i,probes=1i,refused=0i,sites=0i,timeout=0i,` +
				`undecodable=0i,unreachable=0i,unsynced=0i 1700000000000`,
			`_site,site=ARN asns=0i,countries=0i,probes=0i 1700000000000`,
			`_zone,zone=example serials=0i 1700000000000`,
		}},
	} {
		got := catchmentLines(&c.summary)
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

// TestCatchmentTags: what a file leaves open is no tag, and a server's name is one that a line holds.
func TestCatchmentTags(t *testing.T) {
	var p Point
	for want, s := range map[string]catchment.Subject{
		"dns_anycast_catchment,source=ripe-atlas,transport=udp ":                                        {},
		"dns_anycast_catchment,measurement_id=7,server=a\\ %5C%0Ab,source=ripe-atlas,transport=udp ":    {Measurement: 7, Server: "a \\\nb"},
		"dns_anycast_catchment,address=2001:db8::1,family=ipv6,source=ripe-atlas,transport=udp ":        {Addr: netip.MustParseAddr("2001:db8::1")},
		"dns_anycast_catchment,address=192.0.2.1,family=ipv4,server=x,source=ripe-atlas,transport=tcp ": {Addr: netip.MustParseAddr("192.0.2.1"), Server: "x", Transport: 1},
	} {
		if got := string(p.catchment(nil, &catchment.Summary{Subject: s}).AppendLine(nil)); !strings.HasPrefix(got, want) {
			t.Errorf("got %s, want %s…", got, want)
		}
	}
}

// TestNewNamesAreFree: a cloud's own tag may have a name that catchments alone have, and none that
// other points had before.
func TestNewNamesAreFree(t *testing.T) {
	for key, want := range map[string]bool{
		"source": false, "country": false, "measurement_id": false, "share": false, "late": false, "asn": false,
		"answered": true, "sites": true, "from": true, "site": true, "zone": true, "host": true, "server": true,
	} {
		if Reserved(key) != want {
			t.Errorf("%s is reserved: %v, want %v", key, !want, want)
		}
	}
	for key, want := range map[string]bool{"source": true, "country": true, "operator": false, "server": false, "cloud": false} {
		if OfCatchments(key) != want {
			t.Errorf("points of catchments are without %s: %v, want %v", key, !want, want)
		}
	}
}

// TestWatchedTime: a reply whose time the probe does not tell has none, and not zero.
func TestWatchedTime(t *testing.T) {
	reply := observation.NewReply(wire.Answer{TXT: "lhr1"}, "hostname.bind")
	for rtt, want := range map[time.Duration]string{0: "", 12 * time.Millisecond: "query_time_ms=12,"} {
		o := &observation.Observation{Sent: time.Unix(1, 0), RTT: rtt, Reply: &reply, Transport: observation.TCP}
		var p Point
		got := string(p.Watched(Labels{Server: "s"}, &judge.Judged{Observation: o}, 7).AppendLine(nil))
		if strings.Contains(got, "query_time_ms") != (want != "") || !strings.Contains(got, want) || !strings.Contains(got, ",probe=7,") {
			t.Errorf("%v: %s", rtt, got)
		}
	}
}
