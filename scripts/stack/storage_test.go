//go:build storage

package stack

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// The measured day: 20 targets, each asked once an interval; another instance answers 2 %, and nobody 0.5 %.
const (
	storageTargets  = 20
	storageInterval = 10 * time.Second
	storageRounds   = int(24 * time.Hour / storageInterval)
)

// The traced day: so many targets, each once an hour over so many hops, of which one in ten is silent.
const (
	storageTraced = 200
	storageHops   = 12
)

// The fleet, whose every point is of another series than the one before.
const (
	storageFleet       = 1000
	storageFleetRounds = 10
)

// day is made of points that the plugin wrote, each without its time stamp.
type day struct {
	from                  time.Time
	usual, other, timeout []string // one a target, in the order of their tags
	cloud                 string   // about all of them
}

// TestStorage measures what the plugin's points cost InfluxDB: bytes on disk, series, and points stored in a second.
func TestStorage(t *testing.T) {
	d := newDay(t)
	for _, precision := range []time.Duration{time.Nanosecond, time.Millisecond, time.Second} {
		store(t, fmt.Sprintf("a day of %d targets, precision %v", storageTargets, precision), "result_code",
			d.queries(precision, 1, storageRounds))
	}
	store(t, "a day of their cloud", "instances", d.clouds(time.Millisecond))
	paths, hops := d.traces(time.Millisecond)
	store(t, fmt.Sprintf("a day of paths to %d targets, once an hour", storageTraced), "responded", paths)
	store(t, fmt.Sprintf("a day of their %d hops", storageHops), "hop_address", hops)
	store(t, "a day of catchments of K, in windows of five minutes", "probes", catchments(d.from))
	store(t, fmt.Sprintf("%d vantage points of %d targets", storageFleet, storageTargets), "result_code",
		d.queries(time.Millisecond, storageFleet, storageFleetRounds))
	t.Logf("%d processors, one writer", runtime.NumCPU())
}

// newDay asks every target in each of the three manners. The day is yesterday.
func newDay(t *testing.T) *day {
	t.Helper()
	var servers []*stacktest.NameServer
	var list []string
	for range storageTargets {
		s := stacktest.StartNameServer(t, "127.0.0.1", stacktest.Silent)
		servers, list = append(servers, s), append(list, strconv.Quote(s.Addr))
	}
	plugin, options := stacktest.Plugin(t), fmt.Sprintf("[[inputs.dns_anycast.cloud]]\nname = \"cloud-1\"\n"+
		"site = '^ns[0-9]+\\.[a-z]{2}-([a-z]{3})\\.'\nservers = [%s]\n", strings.Join(list, ", "))
	d := &day{from: time.Now().UTC().Truncate(24 * time.Hour).Add(-24 * time.Hour)}
	for _, r := range []struct {
		m    stacktest.Manner
		into *[]string
	}{{stacktest.Silent, &d.timeout}, {stacktest.Named("ns2.nl-ams.example.net", 0), &d.other}, {stacktest.Named("ns1.gb-lon.example.net", 0), &d.usual}} {
		for _, s := range servers {
			s.Turn(r.m)
		}
		lines := stacktest.Once(t, plugin, options)
		slices.Sort(lines)
		*r.into, d.cloud = stacktest.Only(lines, "dns_anycast"), stacktest.Only(lines, "dns_anycast_cloud")[0]
		if len(*r.into) != storageTargets {
			t.Fatalf("%d points of %d targets", len(*r.into), storageTargets)
		}
	}
	return d
}

// queries are rounds of all vantage points in the order of time. Queries leave within 30 ms of a round's start.
func (d *day) queries(precision time.Duration, vantages, rounds int) (lines []string) {
	random := rand.New(rand.NewPCG(1, 2))
	for r := range rounds {
		for v := range vantages {
			round := d.from.Add(time.Duration(r)*storageInterval + time.Duration(random.IntN(2e9)))
			for target := range storageTargets {
				at := round.Add(time.Duration(random.IntN(30e6))).Truncate(precision)
				lines = append(lines, stamped(d.query(random, target), fmt.Sprint("vantage-", v), at))
			}
		}
	}
	return lines
}

// query takes a time that is the target's own, and up to some ms more.
func (d *day) query(random *rand.Rand, target int) string {
	point, far := d.usual[target], 1
	switch p := random.Float64(); {
	case p < 0.005:
		return d.timeout[target]
	case p < 0.025:
		point, far = d.other[target], 3
	}
	return taking(time.Duration(far*(5+target))*time.Millisecond+time.Duration(random.ExpFloat64()*1e6), "query_time_ms", point)
}

// clouds are a day's points of the cloud.
func (d *day) clouds(precision time.Duration) (lines []string) {
	random := rand.New(rand.NewPCG(3, 4))
	for r := range storageRounds {
		at := d.from.Add(time.Duration(r)*storageInterval + time.Duration(random.IntN(2e9))).Truncate(precision)
		point := taking(24*time.Millisecond+time.Duration(random.IntN(1e6)), "max_ms", d.cloud)
		point = taking(5*time.Millisecond+time.Duration(random.IntN(1e6)), "min_ms", point)
		lines = append(lines, stamped(point, "vantage-0", at))
	}
	return lines
}

// traces are a day's points of paths, and those of their hops. Every fiftieth path is another than the one before.
func (d *day) traces(precision time.Duration) (paths, hops []string) {
	random := rand.New(rand.NewPCG(5, 6))
	for hour := range 24 {
		for target := range storageTraced {
			at := d.from.Add(time.Duration(hour)*time.Hour + time.Duration(random.IntN(3600e9))).Truncate(precision)
			tags := fmt.Sprintf("address=192.0.2.%d,cloud=cloud-1,family=ipv4,reason=regular,server=192.0.2.%[1]d,transport=udp", target)
			var path []string
			for hop := 1; hop <= storageHops; hop++ {
				if random.IntN(10) == 0 && hop < storageHops {
					path = append(path, "*")
					continue
				}
				address := fmt.Sprintf("203.0.113.%d", 20*hop+target%10)
				path = append(path, address)
				took := time.Duration(hop)*time.Millisecond + time.Duration(random.ExpFloat64()*1e6)
				point := taking(took, "hop_time_ms", fmt.Sprintf(`dns_anycast_hop,%s,hop=%02d hop_address="%s",hop_time_ms=0 0`, tags, hop, address))
				hops = append(hops, stamped(point, "vantage-0", at))
			}
			paths = append(paths, stamped(pathPoint(tags, path, random), "vantage-0", at))
		}
	}
	return paths, hops
}

func pathPoint(tags string, path []string, random *rand.Rand) string {
	text := strings.Join(path, " ")
	fields := fmt.Sprintf(`hops=%di,last_hop=%[1]di,path=%q,path_hash=%di,query_time_ms=0,reached=1i,responded=%di`, len(path), text,
		random.Int64N(1<<53), len(path)-strings.Count(text, "*"))
	if random.IntN(50) == 0 {
		fields += fmt.Sprintf(`,changed_hop=2i,changed_from=%q,changed_to=%q,parted_after=%q,path_before=%q`, "203.0.113.49", path[1], path[0], text)
	}
	took := 12*time.Millisecond + time.Duration(random.ExpFloat64()*1e6)
	return taking(took, "query_time_ms", fmt.Sprintf("dns_anycast_path,%s,instance=ns1.gb-lon.example.net,site=LON %s 0", tags, fields))
}

// taking gives a point another time.
func taking(took time.Duration, field, point string) string {
	before, after, _ := strings.Cut(point, field+"=")
	end := strings.IndexAny(after, ", ")
	return before + field + "=" + strconv.FormatFloat(float64(took)/1e6, 'f', -1, 64) + after[end:]
}

// stamped gives a point its time stamp, and the vantage point as Telegraf writes it.
func stamped(point, host string, at time.Time) string {
	measurement, own, _ := strings.Cut(point[:strings.LastIndexByte(point, ' ')+1], ",")
	return measurement + ",host=" + host + "," + own + strconv.FormatInt(at.UnixNano(), 10)
}

// store puts points into an InfluxDB of their own, a thousand at a time as Telegraf does, and says what they took there.
// What is in memory goes to disk at once, and is compacted fully soon.
func store(t *testing.T, what, field string, lines []string) {
	t.Helper()
	db := newStack(t)
	db.environment = []string{
		"INFLUXDB_DATA_INDEX_VERSION=tsi1", // as in docker-compose.yml
		"INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION=1s", "INFLUXDB_DATA_COMPACT_FULL_WRITE_COLD_DURATION=1s",
		"INFLUXDB_CONTINUOUS_QUERIES_ENABLED=false",
	}
	db.run(t)
	db.setup(t, stacktest.Shipped("influxdb/setup"))
	began := time.Now()
	for batch := range slices.Chunk(lines, 1000) {
		r, err := db.as("telegraf", "/write?db=telegraf", strings.Join(batch, "\n"), "text/plain")
		if err != nil || r.StatusCode != 204 {
			t.Fatalf("%v, error %v", r, err)
		}
		r.Body.Close()
	}
	perSecond := float64(len(lines)) / time.Since(began).Seconds()
	stored := 0.0
	for _, s := range db.query(t, fmt.Sprintf("SELECT count(%q) FROM /.*/", field)) {
		stored += s.Values[0][1].(float64)
	}
	if stored != float64(len(lines)) {
		t.Errorf("%s: %v of %d points are stored", what, stored, len(lines))
	}
	series := 0.0
	for _, s := range db.query(t, "SHOW SERIES EXACT CARDINALITY") { // by measurement
		series += s.Values[0][0].(float64)
	}
	size := db.compacted(t)
	t.Logf("%s: %.1f bytes a point, %.2f MB, %v series, %.0f points a second", what, float64(size)/float64(len(lines)),
		float64(size)/1e6, series, perSecond)
	db.Stop(t)
}

// compacted waits until nothing is left to compact, and returns the bytes of points.
func (db *stack) compacted(t *testing.T) (size int64) {
	t.Helper()
	last, state := "", ""
	for since := time.Now(); time.Since(since) < 8*time.Second; time.Sleep(100 * time.Millisecond) {
		files, err := filepath.Glob(db.dir + "/*/telegraf/raw/*/*.*")
		if err != nil {
			t.Fatal(err)
		}
		state, size = "", 0
		for _, file := range files {
			if i, err := os.Stat(file); err == nil { // it may be gone by now
				state += fmt.Sprintln(file, i.Size())
				if filepath.Ext(file) == ".tsm" {
					size += i.Size()
				}
			}
		}
		if state != last {
			last, since = state, time.Now()
		}
	}
	return size
}

// catchments are a day's points of what 12,000 probes say of K over both families.
func catchments(from time.Time) (lines []string) {
	random := rand.New(rand.NewPCG(7, 8))
	for at := from; at.Before(from.Add(24 * time.Hour)); at = at.Add(5 * time.Minute) {
		for _, line := range stacktest.Letter(random, stacktest.LetterK, at, true, true) {
			lines = append(lines, line+"000000")
		}
	}
	return lines
}
