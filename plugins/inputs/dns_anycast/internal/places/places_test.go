package places

import (
	"math"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	if len(table) < 150 {
		t.Errorf("%d rows, want 150 or more", len(table))
	}
	for i, p := range table {
		if len(p.Code) != 3 || strings.Trim(p.Code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			t.Errorf("%q is not three upper-case letters", p.Code)
		}
		if i > 0 && p.Code <= table[i-1].Code {
			t.Errorf("%s comes after %s", p.Code, table[i-1].Code)
		}
		if p.Name == "" || strings.TrimSpace(p.Name) != p.Name || strings.ContainsFunc(p.Name, func(r rune) bool { return r > '~' }) {
			t.Errorf("%s: name %q", p.Code, p.Name)
		}
		if math.Abs(p.Latitude) > 90 || math.Abs(p.Longitude) > 180 || p.Latitude == 0 || p.Longitude == 0 {
			t.Errorf("%s: position %v %v", p.Code, p.Latitude, p.Longitude)
		}
	}
}

func TestLookup(t *testing.T) {
	for _, test := range []struct{ code, want string }{
		{"LHR", "London Heathrow"},
		{"lhr", "London Heathrow"},
		{"lHr", "London Heathrow"},
		{"LON", "London"},
		{table[0].Code, table[0].Name},
		{table[len(table)-1].Code, table[len(table)-1].Name},

		{"", ""},
		{"LH", ""},
		{"LHRX", ""},
		{" LHR", ""},
		{"AAA", ""},
		{"ZZZ", ""},
		{"ſIN", ""}, // upper case in Unicode: SIN
		{"GGZ", ""}, // UN/LOCODE, not IATA
		{"\xff\xff\xff", ""},
		{"\x00\x00\x00", ""},
	} {
		p, ok := Lookup(test.code)
		if p.Name != test.want || ok != (test.want != "") {
			t.Errorf("Lookup(%q) = %+v, %v, want %q", test.code, p, ok, test.want)
		}
		if !ok && p != (Place{}) {
			t.Errorf("Lookup(%q) = %+v, want nothing", test.code, p)
		}
	}
}

func TestLookupFindsEveryRowInAnyCase(t *testing.T) {
	for _, want := range table {
		for _, code := range []string{want.Code, strings.ToLower(want.Code), want.Code[:1] + strings.ToLower(want.Code[1:])} {
			if got, ok := Lookup(code); !ok || got != want {
				t.Errorf("Lookup(%q) = %+v, %v, want %+v", code, got, ok, want)
			}
		}
	}
}

func TestLookupDoesNotAllocate(t *testing.T) {
	code := strings.ToLower("NRT")
	if n := testing.AllocsPerRun(100, func() { Lookup(code) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

// The codes in names that root servers and public resolvers gave.
func TestCodesOfTheWild(t *testing.T) {
	const seen = `
		LON SIN TYO LAX SCL MIA DCA QRO LHR HKG MCI PEK SEL ICN DFW BRU EWR APG OAK JNB ZRH AMS HEL ODS HER ATL
		KBP BAH BOM PAR NRT CDG YUL FRA SFO SEA ORD PRG BUD WAW BRE YYZ JFK KIX DAL SUB
		ARU ASK BBU KCH KUN LWO NZY PAH PAO PWQ QPG QWJ ZDM`
	for code := range strings.FieldsSeq(seen) {
		if _, ok := Lookup(code); !ok {
			t.Errorf("%s is missing", code)
		}
	}
}

func TestMetroCodeIsNearItsAirports(t *testing.T) {
	for _, test := range []struct{ metro, airports string }{
		{"BAK", "GYD"},
		{"BHZ", "CNF"},
		{"BJS", "PEK PKX"},
		{"BUE", "AEP EZE"},
		{"BUH", "OTP"},
		{"CHI", "MDW ORD"},
		{"IEV", "KBP"},
		{"JKT", "CGK"},
		{"LON", "LCY LGW LHR LTN STN"},
		{"MIL", "LIN MXP"},
		{"MOW", "DME SVO VKO"},
		{"NYC", "EWR JFK LGA"},
		{"OSA", "ITM KIX"},
		{"PAR", "CDG ORY"},
		{"REK", "KEF"},
		{"RIO", "GIG SDU"},
		{"ROM", "FCO"},
		{"SAO", "CGH GRU VCP"},
		{"SEL", "GMP ICN"},
		{"SHA", "PVG"},
		{"SPK", "CTS"},
		{"STO", "ARN"},
		{"TYO", "HND NRT"},
		{"WAS", "BWI DCA IAD"},
		{"YMQ", "YUL"},
		{"YTO", "YYZ"},
	} {
		for airport := range strings.FieldsSeq(test.airports) {
			if d := between(t, test.metro, airport); d == 0 || d > 100 {
				t.Errorf("%s is %.0f km from %s", airport, d, test.metro)
			}
		}
	}
}

// Great-circle distances as airlines and flight planners print them, in km
// on the ellipsoid: up to 0.6 % from the sphere.
func TestKilometersAgainstPublishedDistances(t *testing.T) {
	for _, test := range []struct {
		from, to string
		want     float64
	}{
		{"LHR", "JFK", 5555},
		{"LHR", "SYD", 17016},
		{"SIN", "EWR", 15344},
		{"NRT", "LAX", 8773},
		{"AMS", "FRA", 366},
		{"GRU", "LIS", 7930},
		{"JNB", "PER", 8325},
		{"DXB", "AKL", 14201},
		{"ARN", "CPH", 546},
		{"AKL", "HNL", 7086}, // across the date line
	} {
		got := between(t, test.from, test.to)
		if math.Abs(got-test.want) > test.want/100 {
			t.Errorf("%s-%s: %.0f km, want %.0f", test.from, test.to, got, test.want)
		}
		if back := between(t, test.to, test.from); back != got {
			t.Errorf("%s-%s: %v km there, %v back", test.from, test.to, got, back)
		}
	}
}

func TestKilometers(t *testing.T) {
	const half = 20015.087 // of the circumference
	for _, test := range []struct {
		name                   string
		lat1, lon1, lat2, lon2 float64
		want                   float64
	}{
		{"same place", 51.470, -0.454, 51.470, -0.454, 0},
		{"same pole", 90, 12, 90, -130, 0},
		{"same meridian, both names", 10, 180, 10, -180, 0},
		{"a meter", 0, 0, 0.000009, 0, 0.001001},
		{"a quarter", 0, 0, 0, 90, half / 2},
		{"pole to equator", -90, 0, 0, 77, half / 2},
		{"a degree across the date line", 0, 179.5, 0, -179.5, half / 180},
		{"poles", 90, 0, -90, 0, half},
		{"antipodes on the equator", 0, 0, 0, 180, half},
		{"antipodes", 51.470, -0.454, -51.470, 179.546, half},
		{"antipodes, other way round", -36.85, 174.76, 36.85, -5.24, half},
	} {
		got := Kilometers(test.lat1, test.lon1, test.lat2, test.lon2)
		// NaN compares false, so the test is for what is right.
		if !(math.Abs(got-test.want) <= 1e-6+test.want*1e-6) {
			t.Errorf("%s: %v km, want %v", test.name, got, test.want)
		}
	}
}

func TestKilometersToAnyAntipodes(t *testing.T) {
	for _, p := range table {
		got := Kilometers(p.Latitude, p.Longitude, -p.Latitude, p.Longitude+180)
		if !(math.Abs(got-20015.087) < 0.01) {
			t.Errorf("%s: %v km to its antipodes", p.Code, got)
		}
	}
}

func between(t *testing.T, from, to string) float64 {
	t.Helper()
	a, ok1 := Lookup(from)
	b, ok2 := Lookup(to)
	if !ok1 || !ok2 {
		t.Fatalf("%s or %s is not in the table", from, to)
	}
	return Kilometers(a.Latitude, a.Longitude, b.Latitude, b.Longitude)
}
