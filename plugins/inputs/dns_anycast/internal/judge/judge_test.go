package judge

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/places"
)

// pathFrom is a path from a place to a cloud whose names begin with the code of their site.
func pathFrom(code string) *Path {
	c := &Cloud{
		Site: regexp.MustCompile("^([a-z]+)"), Locations: Locations{IATA: true}, Thresholds: defaults,
		Confirm: 2, Names: NewNames(100),
	}
	from, _ := places.Lookup(code)
	return &Path{View: c.From(Vantage{from.Latitude, from.Longitude, true})}
}

// answer is that of an instance to a query sent at a second; without a name, none.
func answer(second int, name string, ms float64) *observation.Observation {
	o := &observation.Observation{Sent: after(second), Result: observation.Timeout}
	if name != "" {
		o.Result, o.RTT = observation.Success, milliseconds(ms)
		o.Reply = &observation.Reply{Identity: observation.Identify(name, "hostname.bind")}
	}
	return o
}

// TestVerdictOfSeveralQueries: the fastest of a round counts for all of them.
func TestVerdictOfSeveralQueries(t *testing.T) {
	p := pathFrom("LHR")
	for n, c := range []struct {
		ms   []float64
		want string
	}{
		{[]float64{90, 12, 80}, "near near near none"},
		{[]float64{90, 90, 12}, "near near near none"},
		{[]float64{90, 80, 12}, "near near near none"},
		{[]float64{90, 80}, "near near none"},
		{[]float64{90, 80}, "near near none"},
		{[]float64{90, 80}, "slow slow none"},
	} {
		var all []*observation.Observation
		for i, ms := range c.ms {
			all = append(all, answer(10*n+i, "lhr1", ms))
		}
		var got []string
		judged, _ := new(Round).Judge(p, append(all, answer(10*n+9, "", 0)))
		for i := range judged {
			verdict := judged[i].Timing.Verdict.String()
			if verdict == "" {
				verdict = "none"
			}
			got = append(got, verdict)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("round %d: got %q, want %q", n+1, got, c.want)
		}
	}
}

// TestChangesInOrder: answers are judged as they were sent, however they came, also where the clock
// was set back.
func TestChangesInOrder(t *testing.T) {
	p := pathFrom("LHR")
	answers := func(text string, shift time.Duration) (all []*observation.Observation) {
		for i, letter := range text {
			o := answer(i, string(letter), 1)
			o.Sent = o.Sent.Add(shift)
			all = append(all, o)
		}
		return all
	}
	first := answers("aaabb", 0)
	slices.Reverse(first)
	var got []string
	for _, all := range [][]*observation.Observation{first, answers("cc", -time.Hour)} {
		_, changes := new(Round).Judge(p, all)
		for _, c := range changes {
			got = append(got, fmt.Sprintf("%d: %s>%s after %v at %v", c.Changes, c.From.Place, c.To.Place,
				c.From.Last.Sub(c.From.First), c.At.Sub(dayStart)))
		}
	}
	if want := []string{"1: A>B after 2s at 3s", "2: B>C after 1s at -1h0m0s"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestDistance: own places win, and the nearest announced one counts.
func TestDistance(t *testing.T) {
	own := Table{"SUB": {Code: "SUB", Latitude: -33.87, Longitude: 151.21}}
	announced := func(codes ...string) (all []places.Place) {
		for _, code := range codes {
			p, _ := places.Lookup(code)
			all = append(all, p)
		}
		return all
	}
	london, _ := places.Lookup("LON")
	here := Vantage{london.Latitude, london.Longitude, true}
	for _, c := range []struct {
		name      string
		locations Locations
		from      Vantage
		site      string
		want      string
	}{
		{"built in", Locations{IATA: true}, here, "nyc", "5570 km"},
		{"not asked for", Locations{}, here, "NYC", "unknown"},
		{"unknown", Locations{IATA: true}, here, "XQX", "unknown"},
		{"no site", Locations{IATA: true}, here, "", "unknown"},
		{"the vantage point is not known", Locations{IATA: true}, Vantage{}, "NYC", "unknown"},
		{"an own place wins", Locations{IATA: true, Own: own}, here, "SUB", "16990 km"},
		{"an own place wins over the file's", Locations{Own: own, File: Table{"SUB": {Code: "SUB"}}}, here, "sub", "16990 km"},
		{"an own place alone", Locations{Own: own}, here, "SUB", "16990 km"},
		{
			"the nearest of the list",
			Locations{IATA: true, Announced: announced("NYC", "PAR", "TYO")},
			here, "NYC",
			"5570 km, nearest 3.4 ms",
		},
		{"a list, but no vantage point", Locations{IATA: true, Announced: announced("PAR")}, Vantage{}, "NYC", "unknown"},
	} {
		cloud := Cloud{Locations: c.locations}
		d := cloud.From(c.from).distance(c.locations.Place(c.site))
		got := "unknown"
		if d.Known {
			got = fmt.Sprintf("%.0f0 km", d.Km/10)
		}
		if d.nearest > 0 {
			got += fmt.Sprintf(", nearest %.1f ms", inMS(d.nearest))
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// TestSiteOf: the site is the first group that takes part.
func TestSiteOf(t *testing.T) {
	for _, c := range []struct{ rule, name, want string }{
		{`^([a-z]+)`, "lhr1.example", "LHR"},
		{`^([a-z]+)`, "1lhr", ""},
		{`(?:^x(\d)|-(\w+)$)`, "b3-sin", "SIN"}, // the first group took no part
		{`^()(\w)`, "lhr", ""},                  // it took part, and is empty
		{`(?s)^(.+)\.example`, "lhr\n1.example", "LHR%0A1"},
		{`(?s)^(.*)1`, "\xff\xfe1", "0xfffe"},
		{`-(.*)`, "a-zürich", "ZÜRICH"},
		{`\d(.*)`, strings.Repeat("x", 2000) + "1end", "END"}, // read from the whole name
	} {
		if got := siteOf(regexp.MustCompile(c.rule), c.name); got != c.want {
			t.Errorf("%s on %.40q: got %q, want %q", c.rule, c.name, got, c.want)
		}
	}
}

// TestNSIDsAreBounded: a server that makes up an NSID for each reply.
func TestNSIDsAreBounded(t *testing.T) {
	n := NewNames(3)
	x, y := observation.Identify("x", "hostname.bind"), observation.Identify("y", "hostname.bind")
	for i := range 10 {
		n.rememberNSID(fmt.Sprint(i), x, dayStart.Add(time.Duration(i)*time.Minute))
	}
	n.rememberNSID("0", y, dayStart.Add(time.Hour))
	if id, _ := n.ofNSID("0", dayStart.Add(time.Hour)); len(n.byNSID) != 3 || id != y {
		t.Errorf("%v", n.byNSID)
	}
	late := dayStart.Add(25 * time.Hour)
	n.rememberNSID("late", x, late)
	if id, _ := n.ofNSID("late", late); id != x || len(n.byNSID) > 3 {
		t.Errorf("a day later: %v", n.byNSID)
	}
	if _, known := n.ofNSID("1", late); known {
		t.Error("an NSID that was seen a day ago is known")
	}
}

// TestNamesAreBounded: the room of a name is free again a day after its name was last seen.
func TestNamesAreBounded(t *testing.T) {
	n := NewNames(2)
	for i, c := range []struct {
		after       time.Duration
		name        string
		ok, refused bool
	}{
		{0, "a", true, false},
		{time.Hour, "b", true, false},
		{2 * time.Hour, "c", false, true},
		{20 * time.Hour, "c", false, false},
		{23 * time.Hour, "a", true, false},              // seen again
		{24*time.Hour + time.Minute, "c", false, false}, // a's first day is over, not its last
		{25*time.Hour - time.Second, "c", false, false},
		{25 * time.Hour, "c", true, false}, // b's place
		{25 * time.Hour, "b", false, true}, // full anew
		{26 * time.Hour, "d", false, false},
		{26 * time.Hour, "a", true, false},
		{50 * time.Hour, "d", true, false},
		{50 * time.Hour, "e", true, false},
		{50 * time.Hour, "f", false, true},
	} {
		instance, refused := n.allow(c.name, dayStart.Add(c.after))
		if ok := instance == c.name; ok != c.ok || refused != c.refused || !ok && instance != Overflow {
			t.Errorf("%d: %s after %v: got %s, %v, want %v, %v", i, c.name, c.after, instance, refused, c.ok, c.refused)
		}
	}
}

// TestOneText: however many answers name an instance, its name is in memory once, also where another
// run has remembered it.
func TestOneText(t *testing.T) {
	c := &Cloud{Names: NewNames(1), Confirm: 2}
	all := map[*byte]bool{}
	for i := range 3 {
		p := Path{View: c.From(Vantage{})}
		p.Tracker = Resume(Period{
			Place: text("lhr1"), Instance: text("lhr1"), Source: "hostname.bind", First: dayStart, Last: dayStart,
		})
		p.Baselines = Baselines{{Instance: text("lhr1")}}
		r := Round{Began: roundStart(i)}
		r.Judge(&p, []*observation.Observation{answer(i, text("lhr1"), 10)})
		for _, name := range []string{p.Tracker.now.place, p.Tracker.now.instance, p.Baselines[0].Instance} {
			all[unsafe.StringData(name)] = true
		}
	}
	if len(all) != 1 {
		t.Errorf("the name is in memory %d times", len(all))
	}
}

// text is a text that shares no memory.
func text(s string) string { return strings.Clone(s) }
