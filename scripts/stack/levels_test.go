package stack

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// row names a row of the service levels: an address that is asked for a zone, or for an identity.
type row struct{ cloud, zone, server, address, family, transport string }

// asked is a query, and what came of it.
type asked struct {
	at   time.Time
	host string
	row
	result      string
	ms, connect float64 // 0: none
}

var outcomes = map[string]struct {
	fields string // of any query
	rcode  string // of one with an answer
}{
	"success":           {"result_code=0i,answered=1i", "NOERROR,rcode_value=0i"},
	"not_authoritative": {"result_code=9i,answered=1i", "NOERROR,rcode_value=0i"},
	"rcode_error":       {"result_code=3i,answered=1i", "SERVFAIL,rcode_value=2i"},
	"timeout":           {"result_code=1i,answered=0i", ""},
	"local":             {"result_code=8i", ""},
	"unresolved":        {"result_code=7i", ""},
}

func (q *asked) line() string {
	o := outcomes[q.result]
	measurement, tags, fields := "dns_anycast", "", o.fields
	for _, tag := range []struct{ key, value string }{
		{"host", q.host},
		{"cloud", q.cloud},
		{"server", q.server},
		{"address", q.address},
		{"family", q.family},
		{"transport", q.transport},
		{"result", q.result},
		{"zone", q.zone},
	} {
		if tag.value != "" {
			tags += "," + tag.key + "=" + tag.value
		}
	}
	if rcode, value, answered := strings.Cut(o.rcode, ","); answered {
		tags += ",rcode=" + rcode
		fields += fmt.Sprintf(",%s,query_time_ms=%v", value, q.ms)
	}
	if q.connect > 0 {
		fields += fmt.Sprintf(",connect_time_ms=%v", q.connect)
	}
	if q.zone != "" {
		measurement = "dns_anycast_soa"
	}
	return fmt.Sprintf("%s%s %s %d", measurement, tags, fields, q.at.UnixMilli())
}

// watched is a probe of RIPE Atlas that asks as well, and is no vantage point: first, in vain.
func (q *asked) watched() string {
	other := *q
	other.result, other.at, other.connect = "timeout", q.at.Add(-time.Millisecond), 0
	return strings.Replace(other.line(), "dns_anycast,", "dns_anycast,probe=7,", 1)
}

func (q *asked) time() float64 { return q.ms + q.connect }

func (q *asked) noerror() bool { return strings.HasPrefix(outcomes[q.result].rcode, "NOERROR") }

func (q *asked) udp() bool { return q.transport == "udp" }

// ok: as the levels have it, in time.
func (q *asked) ok() bool {
	good := q.result == "success" || q.zone == "" && strings.Contains(outcomes[q.result].fields, "answered=1i")
	return good && (q.time() <= 2500 || !q.udp() && q.time() <= 7500)
}

// levelRows are what the vantage points of these tests ask: two clouds serve example.org, one of them example.net too; one
// serves no zone.
var levelRows = []row{
	{"one", "example.org", "ns1", "192.0.2.1", "ipv4", "udp"},
	{"one", "example.org", "ns1", "2001:db8::1", "ipv6", "udp"},
	{"one", "example.org", "ns1", "192.0.2.1", "ipv4", "tcp"},
	{"one", "example.net", "ns1", "192.0.2.1", "ipv4", "udp"},
	{"one", "example.org", "ns2", "192.0.2.2", "ipv4", "udp"},
	{"two", "example.org", "ns3", "192.0.2.3", "ipv4", "udp"},
	{"two", "example.org", "192.0.2.4", "192.0.2.4", "ipv4", "tcp"},
	{"three", "", "192.0.2.5", "192.0.2.5", "ipv4", "udp"},
	{"three", "", "192.0.2.5", "192.0.2.5", "ipv4", "tcp"},
	{"", "", "192.0.2.6", "192.0.2.6", "ipv4", "udp"},
	{"reference", "example.org", "192.0.2.7", "192.0.2.7", "ipv4", "udp"},
}

// Times on each side of every level, in milliseconds.
var levelTimes = []float64{
	1, 49.999, 50, 50.001, 100, 100.001, 249.999, 250, 250.001, 499.999, 500, 500.001, 1499, 1500, 1500.001, 2499, 2500,
	2500.001, 7489.999, 7490, 7490.001, 7500, 7500.001,
}

// askedFrom makes the queries of some minutes: a vantage point asks up to three times a minute, joins late, rests, or
// ends early, and one of them cannot ask for most of the time. The first one always asks.
func askedFrom(from time.Time, minutes int) (all []asked) {
	random := rand.New(rand.NewPCG(1, 2))
	for minute := range minutes {
		for h, host := range []string{"first", "joins late", "rests", "local"} {
			if h == 1 && minute < 37 || h == 2 && minute%17 > 12 {
				continue
			}
			for range 1 + random.IntN(3) {
				at := from.Add(time.Duration(minute)*time.Minute + time.Duration(random.IntN(55_000))*time.Millisecond)
				all = append(all, aRound(random, at, strings.ReplaceAll(host, " ", "-"), h == 3)...)
			}
		}
	}
	return all
}

// aRound asks for all zones, and all clouds for identities. No two queries of a series have one time.
func aRound(random *rand.Rand, at time.Time, host string, local bool) (all []asked) {
	results := slices.Sorted(maps.Keys(outcomes))
	for i, r := range levelRows {
		q := asked{at: at.Add(time.Duration(i) * time.Millisecond), host: host, row: r}
		switch n := random.IntN(20); {
		case local && n < 15:
			q.result = "local"
		case n == 0 && host != "first":
			q.result = results[random.IntN(len(results))]
		case n < 4:
			q.result = []string{"timeout", "rcode_error", "not_authoritative"}[n%3]
		default:
			q.result = "success"
		}
		if q.result == "unresolved" {
			q.address, q.family = "", ""
		}
		if outcomes[q.result].rcode != "" {
			q.ms = levelTimes[random.IntN(len(levelTimes))]
			if q.transport == "tcp" && random.IntN(10) > 0 {
				q.connect = 10
			}
		}
		all = append(all, q)
		if q.zone != "" && q.cloud != "reference" {
			q.zone, q.at = "", q.at.Add(100*time.Millisecond)
			all = append(all, q)
		}
	}
	return all
}

// TestServiceLevels: what the policy slo keeps of two hours and a half is what one counts by hand; so is it once those
// have come who were late.
func TestServiceLevels(t *testing.T) {
	t.Parallel()
	db := startStack(t)
	day := time.Now().UTC().AddDate(0, 0, -3).Truncate(24 * time.Hour)
	all := askedFrom(day.Add(4*time.Hour+15*time.Minute), 150)
	var early, late []asked
	for _, q := range all {
		if q.host == "rests" || q.at.Second() < 20 {
			late = append(late, q)
		} else {
			early = append(early, q)
		}
	}
	db.store(t, early)
	stacktest.Succeed(t, db.script("../fill", "--plain", day.Format(time.DateOnly)))
	db.checkLevels(t, newLedger(early))
	db.store(t, late)
	stacktest.Succeed(t, db.script("../fill", "--plain", day.Format(time.DateOnly)))
	db.checkLevels(t, newLedger(all))
	if left := db.query(t, `SHOW RETENTION POLICIES ON "telegraf"`); strings.Contains(fmt.Sprint(left), "slo_fill") {
		t.Errorf("policies are left: %v", left)
	}
}

// TestServiceLevelsNow: InfluxDB's own queries come to the same, of minutes that are over and were not too long ago.
func TestServiceLevelsNow(t *testing.T) {
	t.Parallel()
	db := startStack(t)
	from := time.Now().UTC().Truncate(time.Minute).Add(-14 * time.Minute)
	all := askedFrom(from, 13)
	db.store(t, all)
	want := newLedger(all)
	db.rerun(t)
	stacktest.Eventually(t, db.Process, "the last minute", func() bool {
		return len(db.rows(t, "dns_anycast_service")) == len(want.service())
	})
	time.Sleep(time.Second)
	compareRows(t, "minutes", db.rows(t, "dns_anycast_minute"), want.minutes())
	compareRows(t, "service", db.rows(t, "dns_anycast_service"), want.service())
}

// store stores queries in an order that is not that of their times.
func (db *stack) store(t *testing.T, all []asked) {
	t.Helper()
	lines := make([]string, 0, len(all))
	for i := range all {
		q := all[len(all)-1-i]
		lines = append(lines, q.line())
		if q.zone == "" {
			lines = append(lines, q.watched())
		}
	}
	for part := range slices.Chunk(lines, 10000) {
		if code := db.writeAs(t, "telegraf", "telegraf", part...); code != 204 {
			t.Fatalf("InfluxDB answers %d", code)
		}
	}
}

// rows are the points of a measurement of the policy slo, a line each.
func (db *stack) rows(t *testing.T, measurement string) (lines []string) {
	t.Helper()
	for _, line := range db.points(t, "slo") {
		if rest, found := strings.CutPrefix(line, measurement+" "); found {
			lines = append(lines, rest)
		}
	}
	return lines
}

func (db *stack) checkLevels(t *testing.T, want *ledger) {
	t.Helper()
	compareRows(t, "minutes", db.rows(t, "dns_anycast_minute"), want.minutes())
	compareRows(t, "service", db.rows(t, "dns_anycast_service"), want.service())
	compareRows(t, "hours", db.rows(t, "dns_anycast_hour"), want.hours())
	compareRows(t, "vantage points", db.vantagePoints(t), want.vantagePoints())
}

// vantagePoints are the rows of vantage points, with minutes of the hour for the numbers that stand for them.
func (db *stack) vantagePoints(t *testing.T) (lines []string) {
	t.Helper()
	for _, s := range db.query(t, `SELECT "tests", "minutes", "first" - "start", "last" - "start", "soa_tests", "soa_minutes", "soa_first" - "start", "soa_last" - "start" FROM "slo"."dns_anycast_vantage" GROUP BY "host"`) {
		for _, v := range s.Values {
			if v[1] == nil && v[3] == nil {
				continue // an hour without a test
			}
			lines = append(lines, fmt.Sprint(s.Tags["host"], v))
		}
	}
	slices.Sort(lines)
	return lines
}

// compareRows tells the first rows that differ.
func compareRows(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(want) == 0 {
		t.Fatalf("%s: nothing is wanted", what)
	}
	told := 0
	tell := func(word string, rows, others []string) {
		there := map[string]bool{}
		for _, r := range others {
			there[r] = true
		}
		for _, r := range rows {
			if !there[r] && told < 6 {
				told++
				t.Errorf("%s, %s: %s", what, word, r)
			}
		}
	}
	tell("got", got, want)
	tell("want", want, got)
	if len(got) != len(want) {
		t.Errorf("%s: %d rows, want %d", what, len(got), len(want))
	}
}
