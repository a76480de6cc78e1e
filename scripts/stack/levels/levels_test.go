package levels

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

const (
	addresses = "How many minutes of its month does each address have left?"
	burnDown  = "When did each address use its minutes up?"
	hoursDown = "In which hours was an address down?"
	services  = "How many minutes was the service of each zone down?"
	updates   = "How soon were updates of each zone served?"
	vantage   = "How complete is what each vantage point measured?"
)

// TestMonth compares what the dashboard says of a month with what was put in.
func TestMonth(t *testing.T) {
	t.Parallel()
	db := stacktest.StartInfluxDB(t)
	t.Run("addresses", func(t *testing.T) { testAddresses(t, db) })
	t.Run("burn-down", func(t *testing.T) { testBurnDown(t, db) })
	t.Run("services", func(t *testing.T) { testServices(t, db) })
	t.Run("updates", func(t *testing.T) { testUpdates(t, db) })
	t.Run("vantage points", func(t *testing.T) { testVantagePoints(t, db) })
	t.Run("nothing", func(t *testing.T) { testNothing(t, db) })
}

const (
	hour    = time.Hour
	day     = 24 * hour
	whole   = 31*day - time.Millisecond // as Grafana has the end of a month
	noLimit = -1_000_000.0              // no minute counts: neither 432 left nor 0
)

// TestReadsWhatIsKept: the dashboard of a month reads no point of a query.
func TestReadsWhatIsKept(t *testing.T) {
	d, s := grafana.OfUID(grafana.Dashboards(t), grafana.MonthUID), stacktest.ReadSchema(t)
	if d.Timezone != "utc" || d.Time.From != "now/M" || d.Time.To != "now" {
		t.Errorf("time zone %q, %+v, want this month of UTC", d.Timezone, d.Time)
	}
	for _, p := range d.All() {
		for _, q := range p.Targets {
			if of := s.Measurement(q.Query); !strings.HasPrefix(of, "slo.") && !strings.HasPrefix(of, "changes.") {
				t.Errorf("%q reads %q: %s", p.Title, of, q.Query)
			}
		}
	}
}

// judged is a month of rows that differ in what is known of them.
func judged() (m month) {
	few, many := row{"example.net", "192.0.2.1", "udp"}, row{"example.net", "192.0.2.2", "udp"}
	m.minutes(few, 0, 60, 3, 0)
	m.minutes(few, hour, 2, 100, 51)   // down
	m.minutes(few, 2*hour, 7, 100, 50) // a minority
	m.minutes(few, 3*hour, 3, 1, 1)    // down, for the only one
	m.minutes(many, 0, 432, 20, 11)    // 55 %
	m.minutes(many, day, 10, 19, 10)   // 52.6 %, of 19
	m.minutes(row{"example.net", "192.0.2.2", "tcp"}, 0, 433, 2, 2)
	m.minutes(row{"", "192.0.2.3", "udp"}, 0, 5, 1, 1)
	m.minutes(row{"", "192.0.2.3", "tcp"}, 30*day+23*hour+59*time.Minute, 1, 1, 0)
	m.minutes(row{"", "192.0.2.3", "tcp"}, -time.Minute, 1, 1, 1)
	m.minutes(row{"", "192.0.2.3", "tcp"}, 31*day, 1, 1, 1)
	m.hour("dns_anycast_hour", few.tags(), 0, "tests=180i,within_50=45i,within_100=90i,within_250=171i,within_500=171i,within_1500=180i,within_2500=180i")
	m.hour("dns_anycast_hour", few.tags(), hour, "tests=220i,failed=102i")
	m.hour("dns_anycast_hour", row{"example.net", "192.0.2.2", "tcp"}.tags(), 0, "tests=10i,failed=10i")
	m.hour("dns_anycast_hour", row{"", "192.0.2.3", "tcp"}.tags(), 0, "tests=8i,within_500=1i,within_1500=4i,within_2500=8i")
	m.hour("dns_anycast_hour", row{"", "192.0.2.1", "udp"}.tags(), 0, "tests=400i,within_50=400i") // its identity, which judges nothing
	m.hour("dns_anycast_hour", row{"", "", "udp"}.tags(), 0, "unsent=4i")
	return m
}

func testAddresses(t *testing.T, db *stacktest.InfluxDB) {
	m := judged()
	d := m.seen(t, db, whole)
	type judgement struct{ counted, down, left float64 }
	for minimum, want := range map[string]map[string]judgement{
		"1": {
			"192.0.2.1 udp example.net": {72, 5, 427}, "192.0.2.2 udp example.net": {442, 442, -10}, "192.0.2.2 tcp example.net": {433, 433, -1},
			"192.0.2.3 udp ": {5, 5, 427}, "192.0.2.3 tcp ": {1, 0, 432},
		},
		"20": {
			"192.0.2.1 udp example.net": {9, 2, 430}, "192.0.2.2 udp example.net": {432, 432, 0}, "192.0.2.2 tcp example.net": {0, -1, noLimit},
			"192.0.2.3 udp ": {0, -1, noLimit}, "192.0.2.3 tcp ": {0, -1, noLimit},
		},
	} {
		got := map[string]judgement{}
		for _, r := range d.Rows(t, d.of, addresses, "A", grafana.Selection{"minimum": {minimum}}) {
			got[r["address"].(string)+" "+r["transport"].(string)+" "+r["zone"].(string)] = judgement{r["counted"].(float64), r["down"].(float64), r["left"].(float64)}
		}
		if !maps.Equal(got, want) {
			t.Errorf("of %s vantage points: got %v\nwant %v", minimum, got, want)
		}
	}
	shares := d.columns(t, addresses, nil, "address", "transport", "zone")
	for name, want := range map[string]map[string]float64{
		"192.0.2.1 udp example.net ": {"tests": 400, "in_time": 171. / 400, "within_50": 45. / 400, "within_100": 90. / 400, "within_250": 171. / 400, "within_1500": 180. / 400},
		"192.0.2.2 tcp example.net ": {"tests": 10, "in_time": 0, "within_50": 0, "within_2500": 0},
		"192.0.2.3 tcp  ":            {"tests": 8, "in_time": 4. / 8, "within_500": 1. / 8, "within_2500": 1},
	} {
		for column, share := range want {
			if got, is := shares[name][column].(float64); !is || math.Abs(got-share) > 1e-9 {
				t.Errorf("%s%s: %v, want %v", name, column, shares[name][column], share)
			}
		}
	}
	testAddressesShown(t, d)
}

// testAddressesShown: what Grafana makes of it is one row for each, the one whose month has most gone first, and no row of
// an identity that judges nothing.
func testAddressesShown(t *testing.T, d *dashboard) {
	t.Helper()
	p, all := d.of.Titled(t, addresses), map[string][]grafana.Frame{}
	for _, q := range p.Targets {
		all[addresses] = append(all[addresses], q.Frames(d.Ask(t, d.of, q, grafana.Selection{"minimum": {"20"}}))...)
	}
	panels := grafana.Show(t, all)
	if panels == nil {
		return
	}
	shown := panels[addresses][0]
	cell := func(row []string, column string) string { return row[slices.Index(shown.Columns, column)] }
	got := map[string][]string{}
	for _, r := range shown.Rows {
		name := cell(r, "Address") + " " + cell(r, "Transport") + " " + cell(r, "Zone")
		got[name] = append(got[name], cell(r, "Left"), cell(r, "Down"), cell(r, "Counted"), cell(r, "In time"), cell(r, "50 ms"), cell(r, "Tests"))
	}
	want := map[string][]string{
		"192.0.2.1 udp example.net": {"430", "2", "9", "42.75%", "11.25%", "400"},
		"192.0.2.2 udp example.net": {"0", "432", "432", "not measured", "-", "-"},
		"192.0.2.2 tcp example.net": {"not measured", "not measured", "0", "0.00%", "0.00%", "10"},
		"192.0.2.3 udp -":           {"not measured", "not measured", "0", "not measured", "-", "-"},
		"192.0.2.3 tcp -":           {"not measured", "not measured", "0", "50.00%", "0.00%", "8"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func testBurnDown(t *testing.T, db *stacktest.InfluxDB) {
	m := month{}
	r := row{"example.net", "192.0.2.1", "udp"}
	m.minutes(r, 0, 60, 3, 0)
	m.minutes(r, hour+50*time.Minute, 30, 3, 2)
	m.minutes(r, 5*hour, 1, 2, 2)
	m.minutes(row{"example.net", "192.0.2.2", "udp"}, 0, 300, 3, 1)
	d := m.seen(t, db, 6*hour)
	var left []float64
	for _, r := range d.Rows(t, d.of, burnDown, "A", nil) {
		left = append(left, r["cumulative_sum"].(float64))
	}
	if want := []float64{432, 422, 402, 402, 402, 401, 401}; !slices.Equal(left, want) {
		t.Errorf("left: %v, want %v of the only one that was down", left, want)
	}
	type down struct {
		hour            int64
		minutes, failed float64
	}
	var hours []down
	for _, r := range d.Rows(t, d.of, hoursDown, "A", nil) {
		at := int64(r["time"].(float64)) - october.UnixMilli()
		hours = append(hours, down{at / hour.Milliseconds(), r["down"].(float64), math.Round(r["failed"].(float64)*1000) / 1000})
	}
	if want := []down{{1, 10, .667}, {2, 20, .667}, {5, 1, 1}}; !slices.Equal(hours, want) {
		t.Errorf("hours: %v, want %v", hours, want)
	}
	if n := len(d.Rows(t, d.of, hoursDown, "A", grafana.Selection{"minimum": {"3"}})); n != 2 {
		t.Errorf("%d hours in which three asked, want 2", n)
	}
}

func testServices(t *testing.T, db *stacktest.InfluxDB) {
	m := month{}
	m.service("example.net", "udp", 0, 100, 3, 0)
	m.service("example.net", "udp", day, 4, 3, 2)
	m.service("example.net", "udp", 2*day, 5, 3, 1)
	m.service("example.net", "tcp", 0, 10, 2, 0)
	m.service("few.example", "udp", 0, 10, 1, 1)
	d := m.seen(t, db, whole)
	for minimum, want := range map[string]map[string][2]float64{ // counted, down
		"1": {"example.net udp ": {109, 4}, "example.net tcp ": {10, 0}, "few.example udp ": {10, 10}},
		"3": {"example.net udp ": {109, 4}, "example.net tcp ": {0, -1}, "few.example udp ": {0, -1}},
	} {
		got := map[string][2]float64{}
		for name, r := range d.columns(t, services, grafana.Selection{"minimum": {minimum}}, "zone", "transport") {
			got[name] = [2]float64{r["counted"].(float64), r["down"].(float64)}
		}
		if !maps.Equal(got, want) {
			t.Errorf("of %s vantage points: got %v, want %v", minimum, got, want)
		}
	}
}

func testUpdates(t *testing.T, db *stacktest.InfluxDB) {
	m := month{}
	soon := func(host string, at time.Duration, serial string) {
		m.update(host, "c", "example.net", at, "serial="+serial+"i,latency_s=3600")
	}
	soon("a", hour, "1")
	soon("a", 5*hour, "2")
	soon("b", hour, "1")
	m.update("b", "c", "example.net", 6*hour, "serial=2i,missing=1i") // and comes later
	m.update("b", "c", "example.net", 7*hour, "serial=2i,latency_s=3601")
	m.update("c", "c", "example.net", 6*hour, "serial=2i,missing=1i") // and does not come
	m.update("d", "c", "example.net", 6*hour, "serial=2i,latency_s=9000.5")
	m.update("d", "c", "example.net", hour, "serial=1i") // newer when first seen
	m.update("e", "reference", "example.net", hour, "serial=1i,latency_s=1")
	m.update("a", "c", "in-time.example", hour, "serial=7i,latency_s=0")
	m.update("a", "c", "missing.example", hour, "serial=7i,missing=1i")
	d := m.seen(t, db, whole)
	got := d.columns(t, updates, nil, "zone")
	want := map[string]map[string]any{
		"example.net ":     {"updates": 6.0, "share": 0.5, "late": 2.0, "missing": 1.0},
		"in-time.example ": {"updates": 1.0, "share": 1.0},
		"missing.example ": {"updates": 1.0, "share": 0.0, "missing": 1.0},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func testVantagePoints(t *testing.T, db *stacktest.InfluxDB) {
	kept := func(hours int, to time.Duration) map[string]map[string]any {
		m := month{}
		for h := range hours {
			m.hour("dns_anycast_vantage", "host=whole", time.Duration(h)*hour, "tests=600i,minutes=60i,start=1i,first=1i,last=60i")
			if h >= hours-24 {
				m.hour("dns_anycast_vantage", "host=late", time.Duration(h)*hour, "tests=30i,minutes=30i,start=1i,first=1i,last=60i")
			}
		}
		return m.seen(t, db, to).columns(t, vantage, nil, "host")
	}
	got, want := kept(31*24, whole), map[string]map[string]any{
		"whole ": {"complete": 1.0, "minutes": 44640.0, "tests": 446400.0}, "late ": {"complete": .5 / 31, "minutes": 720.0, "tests": 720.0},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	db.Query(t, "month", `DROP DATABASE "month"`)
	// An hour that runs is not kept yet, and not missing.
	if share := kept(30, 30*hour+20*time.Minute)["whole "]["complete"]; share != 1.0 {
		t.Errorf("of 30 hours and 20 minutes: %v is complete", share)
	}
}

// testNothing: where nothing is kept nothing is said.
func testNothing(t *testing.T, db *stacktest.InfluxDB) {
	m := month{}
	d := m.seen(t, db, whole)
	for _, p := range d.of.All() {
		for _, q := range p.Targets {
			if rows := d.Ask(t, d.of, q, nil); len(rows) > 0 {
				t.Errorf("%q says %v", p.Title, rows)
			}
		}
	}
}
