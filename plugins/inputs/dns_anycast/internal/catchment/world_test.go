package catchment_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/catchment"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/judge"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

const (
	worldProbes  = 12_000
	worldWindows = 6
	windowLength = 300 * time.Second
)

var worldStart = time.Unix(1_700_000_100, 0).UTC()

// city is where a site stands.
type city struct {
	code                string
	latitude, longitude float64
}

// The clouds of the world have no site in common.
var (
	citiesA = []city{
		{"LHR", 51.47, -0.45},
		{"AMS", 52.31, 4.76},
		{"FRA", 50.03, 8.56},
		{"ARN", 59.65, 17.93},
		{"IAD", 38.94, -77.46},
		{"SEA", 47.45, -122.31},
		{"GRU", -23.43, -46.47},
		{"NRT", 35.76, 140.39},
		{"SIN", 1.36, 103.99},
		{"SYD", -33.95, 151.18},
		{"JNB", -26.13, 28.23},
		{"BOM", 19.09, 72.87},
	}
	citiesB = []city{
		{"CDG", 49.01, 2.55},
		{"WAW", 52.17, 20.97},
		{"ORD", 41.98, -87.9},
		{"EZE", -34.82, -58.54},
		{"HKG", 22.31, 113.92},
		{"AKL", -37.01, 174.79},
		{"NBO", -1.32, 36.93},
	}
	announcedA = city{"KEF", 63.99, -22.61} // nobody reaches it
)

// station is a probe as the world knows it.
type station struct {
	id                  int
	latitude, longitude float64 // where it stands
	says                observation.Probe
	listed              bool // the archive has it
	ipv6                bool
	unsynced            bool
	foreign             map[string]bool // at which addresses somebody else answers it, as of now
	sites               map[string]string
}

// heard is one result as the world made it.
type heard struct {
	of     *station
	what   string // "own", "foreign", "mute", "cut", "timeout", "unreachable", "invalid", "local"
	site   string // of own; what the point's tag must say
	name   string
	micros int
	rcode  int
	serial int // of the world's zone, by publication
	sent   time.Time
}

// address is one that the world's probes ask.
type address struct {
	key     string
	subject catchment.Subject
	cities  []city // nil: the cloud says nothing of its sites
	v6      bool
	ruled   bool // its cloud tells foreign answers
}

type world struct {
	random    *rand.Rand
	stations  []*station
	addresses []*address
	down      string // a site of cloud A over IPv4 where nobody answers
	published []time.Time
}

// serials are those of the zone in the order of their publication: they wrap.
var serials = []uint32{4294967290, 3, 4}

func newWorld(seed uint64) *world {
	w := &world{random: rand.New(rand.NewPCG(seed, 19))}
	thresholds := judge.Thresholds{FarOver: 20 * time.Millisecond, FarFloor: 30 * time.Millisecond}
	expect := regexp.MustCompile(`[a-z]{3}[0-9]\.a\.example\.net|lab\.a\.example\.net`)
	expect.Longest()
	a := &judge.Cloud{
		Site: regexp.MustCompile(`^([a-z]{3})[0-9]\.`), Expect: expect, Thresholds: thresholds,
		Locations: judge.Locations{Own: table(append(slices.Clone(citiesA), announcedA)), Announced: []places.Place{placeOf(announcedA), placeOf(citiesA[0])}},
	}
	b := &judge.Cloud{
		Site: regexp.MustCompile(`^ns[0-9]\.([a-z]{3})\.b\.example\.net$`), Thresholds: thresholds,
		Locations: judge.Locations{Own: table(citiesB)},
	}
	none := &judge.Cloud{Thresholds: thresholds}
	add := func(key string, c *judge.Cloud, id int, addr, zone string, cities []city) {
		w.addresses = append(w.addresses, &address{key, catchment.Subject{
			Cloud: c, Measurement: id, Server: "ns." + key[:1] + ".example.net", Addr: netip.MustParseAddr(addr), Zone: zone,
		}, cities, strings.Contains(addr, ":"), c != none})
	}
	add("a4", a, 1001, "192.0.2.1", "", citiesA)
	add("a6", a, 1002, "2001:db8::1", "", citiesA)
	add("az", a, 1003, "192.0.2.1", "example.net", citiesA)
	add("b4", b, 1004, "192.0.2.2", "", citiesB)
	add("c4", none, 1005, "192.0.2.3", "", nil)
	for i := range worldProbes {
		w.stations = append(w.stations, w.newStation(i+1))
	}
	w.published = []time.Time{worldStart.Add(-time.Hour), worldStart.Add(windowLength + 100*time.Second), worldStart.Add(4*windowLength + 7*time.Second)}
	return w
}

func table(cities []city) judge.Table {
	t := judge.Table{}
	for _, c := range cities {
		t[c.code] = placeOf(c)
	}
	return t
}

func placeOf(c city) places.Place {
	return places.Place{Code: c.code, Latitude: c.latitude, Longitude: c.longitude}
}

// newStation makes a probe: half of them in Europe, two in five of one AS, few in most countries.
func (w *world) newStation(id int) *station {
	s := &station{id: id, listed: id%97 != 0, ipv6: id%10 < 7, unsynced: id%101 == 0, foreign: map[string]bool{}, sites: map[string]string{}}
	micro := func(degrees float64) float64 { return math.Round(degrees*1e6) / 1e6 }
	s.latitude, s.longitude = micro(w.random.Float64()*130-60), micro(w.random.Float64()*360-180)
	if id%2 == 0 {
		s.latitude, s.longitude = micro(40+w.random.Float64()*20), micro(-8+w.random.Float64()*33)
	}
	as := uint32(64496)
	if id%5 > 1 {
		as = 65000 + uint32(math.Pow(w.random.Float64(), 3)*900)
	}
	n := int(math.Pow(w.random.Float64(), 4) * 200)
	s.says = observation.Probe{
		ID: id, ASN: [2]uint32{as, as + 100_000}, Country: string([]byte{'A' + byte(n/26), 'A' + byte(n%26)}),
		Latitude: s.latitude, Longitude: s.longitude, Placed: id%89 != 0, Guessed: id%31 == 0 && id%89 != 0,
	}
	switch {
	case id%300 == 7: // at the other end of the globe
		s.says.Latitude, s.says.Longitude = -s.latitude, micro(math.Mod(s.longitude+360, 360)-180)
	case id%1000 == 9:
		s.says.Country, s.says.ASN = "", [2]uint32{}
	}
	for _, a := range w.addresses {
		s.sites[a.key] = w.nearly(a, s)
	}
	s.sites["az"] = s.sites["a4"]
	return s
}

// nearly is where routing takes a probe: to the nearest site of an address, but for every third.
func (w *world) nearly(a *address, s *station) string {
	if a.cities == nil {
		return fmt.Sprintf("node-%d", s.id%4)
	}
	if w.random.IntN(3) == 0 {
		return a.cities[w.random.IntN(len(a.cities))].code
	}
	best := a.cities[0]
	for _, c := range a.cities {
		if kilometres(s.latitude, s.longitude, c.latitude, c.longitude) < kilometres(s.latitude, s.longitude, best.latitude, best.longitude) {
			best = c
		}
	}
	return best.code
}

// kilometres are those along the great circle, by the vectors of the two places.
func kilometres(lat1, lon1, lat2, lon2 float64) float64 {
	vector := func(lat, lon float64) (x, y, z float64) {
		lat, lon = lat*math.Pi/180, lon*math.Pi/180
		return math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)
	}
	x1, y1, z1 := vector(lat1, lon1)
	x2, y2, z2 := vector(lat2, lon2)
	cross := math.Sqrt(math.Pow(y1*z2-z1*y2, 2) + math.Pow(z1*x2-x1*z2, 2) + math.Pow(x1*y2-y1*x2, 2))
	return 6371 * math.Atan2(cross, x1*x2+y1*y2+z1*z2)
}

func find(all []city, code string) (c city, found bool) {
	for _, c := range all {
		if c.code == code {
			return c, true
		}
	}
	return c, false
}

// happen lets come what comes before a window.
func (w *world) happen(window int) {
	for _, s := range w.stations {
		move := func(from, to string, part int, keys ...string) {
			for _, key := range keys {
				if s.sites[key] == from && s.id%part == 0 {
					s.sites[key] = to
				}
			}
		}
		switch window {
		case 1: // a peering is lost
			move("LHR", "AMS", 3, "a4", "az")
		case 2: // a site withdraws, another falls silent
			move("ARN", "FRA", 1, "a4", "az")
			move("node-1", "node-2", 3, "c4")
		case 3: // who is answered by somebody else
			hijacked := []string{"a4", "a6", "az", "b4", "c4"}
			switch s.id % 100 {
			case 11:
			case 12: // at all addresses of one cloud, and elsewhere by its own
				hijacked = []string{"a4", "a6", "az"}
			case 13:
				hijacked = []string{"a4"}
			default:
				hijacked = nil
			}
			for _, key := range hijacked {
				s.foreign[key] = true
			}
		case 4:
			move("FRA", "ARN", 4, "a4", "az")
			for i, c := range citiesA { // many pairs: more than are told of
				move(c.code, citiesA[(i*5+s.id%9)%len(citiesA)].code, 4, "a6")
			}
		case 5:
			s.foreign = map[string]bool{}
		}
	}
	w.down = ""
	if window == 2 || window == 3 {
		w.down = "GRU"
	}
}
