package options

import (
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

// full are options of which each says something.
func full(t *testing.T) Options {
	t.Helper()
	spread, factor, span, after := Duration(3*time.Second), 2.5, Duration(7*time.Millisecond), 5
	o := Defaults()
	o.Families, o.Transports, o.IdentityNames = []string{"ipv6"}, []string{"tcp", "udp"}, []string{"id.server"}
	o.EDNS, o.Timeout, o.Queries, o.Spread, o.Confirm = false, Duration(time.Second), 4, &spread, 6
	o.StateFile, o.MaxInstances, o.Internal = filepath.Join(t.TempDir(), "state"), 8, false
	o.Trace, o.TraceEvery, o.TraceHops = "change", Duration(2*time.Minute), 9
	window := Duration(time.Hour)
	o.Atlas = Atlas{
		Key: "k", URL: "http://192.0.2.3/api/", Probes: "/tmp/probes", Cache: "/tmp/cache", Grace: Duration(3 * time.Minute),
		Window: &window, By: []string{"country"}, MaxASes: 4, MinProbes: 5, WatchProbes: []int{6},
	}
	o.SourceIPv4, o.SourceIPv6, o.Location, o.SlowFactor = "192.0.2.9", "2001:db8::9", "1.5,-2", &factor
	o.Clouds = []Cloud{{
		Name: "c", Servers: []string{"192.0.2.1", "[2001:DB8::1]:5353", "NS1.example"},
		Site: "^([a-z]+)", Expect: "a|ab", IdentityNames: []string{"hostname.bind"},
		Zones: Zones{"Example.", "."}, Reference: []string{"2001:db8::2", "192.0.2.2"},
		Tags: map[string]string{"operator": "x", "asn": "64496"}, Place: []Place{placed("s1", 3, 4)},
		Sites: []string{"S1", "s1"}, Atlas: []int{7, 8}, Thresholds: Thresholds{FarOver: &span, SlowAfter: &after},
	}}
	return o
}

// TestSettings: every option arrives, in its own type.
func TestSettings(t *testing.T) {
	o := full(t)
	s, err := Read(&o, "")
	if err != nil {
		t.Fatal(err)
	}
	plugin := judge.Thresholds{
		SlowFactor: 2.5, FloorFactor: 3, SlowAfter: 3, SlowOver: 10 * time.Millisecond,
		FloorOver: 25 * time.Millisecond, FarOver: 20 * time.Millisecond, FarFloor: 30 * time.Millisecond,
	}
	own := plugin
	own.SlowAfter, own.FarOver = 5, 7*time.Millisecond
	spread, zones := 3*time.Second, []string{"example", "."}
	expect := regexp.MustCompile("a|ab")
	expect.Longest()
	town := placed("S1", 3, 4)
	table := judge.Table{}
	addPlace(table, town)
	literal := func(text string, port uint16) Endpoint {
		return Endpoint{Addr: netip.AddrPortFrom(netip.MustParseAddr(text), port), Port: port}
	}
	both := []observation.Transport{observation.TCP, observation.UDP}
	want := Settings{
		Families: []observation.Family{observation.IPv6}, Transports: both, names: []string{"id.server"},
		Timeout: time.Second, Queries: 4, Spread: &spread, Confirm: 6, StateFile: o.StateFile, MaxInstances: 8,
		Trace: true, TraceEvery: 2 * time.Minute, TraceHops: 9,
		Sources: [2]netip.Addr{netip.MustParseAddr("192.0.2.9"), netip.MustParseAddr("2001:db8::9")},
		Vantage: judge.Vantage{Latitude: 1.5, Longitude: -2, Known: true}, thresholds: plugin,
		Clouds: []CloudSettings{{
			Name: "c", Tags: o.Clouds[0].Tags, Names: []string{"hostname.bind"},
			Site: regexp.MustCompile("^([a-z]+)"), Expect: expect, Zones: zones, Thresholds: own,
			Atlas:     []int{7, 8},
			Locations: judge.Locations{Own: table, Announced: []places.Place{table["S1"]}},
			Servers: []ServerSettings{
				{"[2001:DB8::1]:5353", "[2001:DB8::1]:5353", literal("2001:db8::1", 5353)},
				{"NS1.example", "NS1.example", Endpoint{Host: "ns1.example.", Port: 53}},
			},
		}},
		References: []ReferenceSettings{{ServerSettings{"2001:db8::2", "2001:db8::2", literal("2001:db8::2", 53)}, zones}},
		LeftOut:    []string{"192.0.2.1", "192.0.2.2"},
		Atlas: AtlasSettings{
			Key: "k", URL: "http://192.0.2.3/api", Probes: "/tmp/probes", Cache: "/tmp/cache", Grace: 3 * time.Minute,
			Window: time.Hour, Countries: true, MaxASes: 4, MinProbes: 5, Watched: []int{6},
		},
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("got\n%+v, want\n%+v", s, want)
	}
}

// TestFirstFault: of several faults the plugin's own comes first, then those of the clouds in their
// order, then those of references.
func TestFirstFault(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plugin.conf")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	a := Cloud{Name: "a", Servers: []string{"192.0.2.1"}, Reference: []string{"192.0.2.2"}}
	b := Cloud{Name: "b", Servers: []string{"192.0.2.300"}, Site: "x"}
	for _, c := range []struct {
		name   string
		change func(*Options)
		want   string
	}{
		{"sources behind thresholds", func(o *Options) { o.SourceIPv4, o.SlowAfter = "x", new(int) }, "slow_after: "},
		{"state file behind numbers", func(o *Options) { o.StateFile, o.Queries = file, 0 }, "queries: "},
		{"state file", func(o *Options) { o.StateFile, o.MaxInstances = file, 0 }, "state_file: "},
		{"trace", func(o *Options) { o.Trace = "on" }, `trace: "on" is not one of "off", "change"`},
		{"trace_every", func(o *Options) { o.TraceEvery = Duration(time.Second) }, `trace_every: 1s is too short: write "1m"`},
		{"trace_hops", func(o *Options) { o.TraceHops = 256 }, "trace_hops: 256 is out of range: write a number from 1 to 255"},
		{"as_database", func(o *Options) { o.ASDatabase = "none.mmdb" }, "as_database: "},
		{"own option", func(o *Options) { o.Location, o.Clouds = "x", []Cloud{b} }, "location: "},
		{"no cloud", func(*Options) {}, "no cloud: "},
		{"servers behind the rule", func(o *Options) { o.Clouds = []Cloud{b} }, `cloud[1] "b".site: `},
		{"another cloud", func(o *Options) { o.Clouds = []Cloud{a, b} }, `cloud[2] "b".site: `},
		{"name twice", func(o *Options) { o.Clouds = []Cloud{a, a, b} }, `cloud[2] "a".name: `},
		{"reference", func(o *Options) { o.Clouds, o.Families = []Cloud{a}, []string{"ipv6"} }, `cloud[1] "a".reference: `},
	} {
		o := Defaults()
		c.change(&o)
		if _, err := Read(&o, file); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: said %v, want %s…", c.name, err, c.want)
		}
	}
}

// TestReadWritesNothing into the options.
func TestReadWritesNothing(t *testing.T) {
	o, before := full(t), full(t)
	before.StateFile = o.StateFile
	if _, err := Read(&o, ""); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(o, before) {
		t.Errorf("the options were\n%+v, and are\n%+v", before, o)
	}
}

// TestCloudsBeforeFault: they come with the error, also that whose servers have it.
func TestCloudsBeforeFault(t *testing.T) {
	a := Cloud{Name: "a", Servers: []string{"192.0.2.1"}}
	site := Cloud{Name: "b", Servers: []string{"192.0.2.2"}, Site: "x"}
	servers := Cloud{Name: "b", Servers: []string{"192.0.2.2", "192.0.2.300"}}
	reference := Cloud{Name: "b", Servers: []string{"192.0.2.2"}, Reference: []string{"192.0.2.3"}}
	for _, c := range []struct {
		name   string
		clouds []Cloud
		want   int
	}{
		{"in the plugin", nil, 0},
		{"in the site rule", []Cloud{a, site, a}, 1},
		{"in the servers", []Cloud{a, servers, site}, 2},
		{"in a reference", []Cloud{a, reference}, 2},
	} {
		o := Defaults()
		o.Clouds = c.clouds
		if s, err := Read(&o, ""); err == nil || len(s.Clouds) != c.want {
			t.Errorf("%s: got %d clouds and %v, want %d", c.name, len(s.Clouds), err, c.want)
		}
	}
}
