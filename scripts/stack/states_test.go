package stack

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// world is what the states of the data are made of: points of the plugin's own about four servers of a cloud, two of
// them IPv6, in every manner they may answer, and about the cloud.
type world struct {
	servers []*nameServer
	up      [4]string // answered as lhr1
	down    [4]string // silent
	hidden  [4]string
	arn     [4]string
	local   [4]string
	moved   [4]string // changes from LHR to ARN
	itself  string    // about the plugin
	nowhere string
	now     time.Time

	here     [4]string        // answered as lhr1, at its place
	verdicts map[string]int64 // their codes

	serves  [4]string // the zone, as lhr1
	cached  [4]string // not the zone, but an SOA record from elsewhere
	empty   [4]string // not even that
	expired [4]string
	denied  [4]string // REFUSED, by nobody named
	lost    [4]string // no answer about the zone

	// The cloud, when its families reached the same sites, and different ones.
	same, different string
}

func newWorld(t *testing.T, plugin string) *world {
	t.Helper()
	w := &world{}
	for _, ip := range []string{"127.0.0.1", "127.0.0.1", "::1", "::1"} {
		w.servers = append(w.servers, startNameServer(t, ip, silent))
	}
	for _, r := range []struct {
		into *[4]string
		m    manner
	}{
		{&w.up, named("lhr1", 0)},
		{&w.down, silent},
		{&w.hidden, hidden},
		{&w.arn, named("arn1", 0)},
	} {
		w.turn(r.m)
		*r.into = w.ask(t, plugin, "")
	}
	w.local = w.ask(t, plugin, noSource)
	w.nowhere = once(t, plugin, cloud(alpha, nowhere))[0]
	w.same = w.askCloud(t, plugin, named("lhr1", 0), named("lhr2", 0))
	w.different = w.askCloud(t, plugin, named("arn1", 0), named("lhr1", 0))
	moves := w.move(t, plugin)
	w.moved, w.itself = w.byServer(t, only(moves, "dns_anycast_change")), only(moves, "dns_anycast_internal")[0]
	w.askPlaces(t, plugin)
	lhr1 := named("lhr1", 0)
	for _, r := range []struct {
		into     *[4]string
		who, soa manner
	}{
		{&w.serves, lhr1, serving(newSerial, "lhr1")},
		{&w.cached, lhr1, cached},
		{&w.empty, lhr1, hidden},
		{&w.expired, lhr1, expired("lhr1")},
		{&w.denied, refused, refused},
		{&w.lost, lhr1, silent},
	} {
		*r.into = w.askZone(t, plugin, asked(r.who, both(r.soa)))
	}
	return w
}

func (w *world) turn(m manner) {
	for _, s := range w.servers {
		s.turn(m)
	}
}

func (w *world) cloud() string {
	var servers []string
	for _, s := range w.servers {
		servers = append(servers, s.addr)
	}
	return cloud(alpha, servers...)
}

// ask runs the plugin once and returns its points in the order of the servers.
func (w *world) ask(t *testing.T, plugin, options string) (points [4]string) {
	t.Helper()
	return w.byServer(t, once(t, plugin, options+w.cloud()))
}

// byServer puts points in the order of the servers.
func (w *world) byServer(t *testing.T, lines []string) (points [4]string) {
	t.Helper()
	for i, s := range w.servers {
		j := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, ",server="+s.addr+",") })
		if j < 0 {
			t.Fatalf("no point of %s in %q", s.addr, lines)
		}
		points[i] = lines[j]
	}
	return points
}

// askCloud runs the plugin once, with each family's servers in its manner, and returns its point of the cloud.
func (w *world) askCloud(t *testing.T, plugin string, ipv4, ipv6 manner) string {
	t.Helper()
	for i, s := range w.servers {
		s.turn([]manner{ipv4, ipv6}[i/2])
	}
	return only(once(t, plugin, w.cloud()), "dns_anycast_cloud")[0]
}

// move runs the plugin for two rounds, between which all servers move, and returns its points.
func (w *world) move(t *testing.T, plugin string) []string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "plugin.conf"), "[[inputs.dns_anycast]]\nconfirm = 1\n"+w.cloud())
	cmd := exec.Command(plugin, "--config", filepath.Join(dir, "plugin.conf"))
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, filepath.Join(dir, "points"), cmd)
	for i, name := range []string{"lhr1", "arn1"} {
		w.turn(named(name, 0))
		if _, err := stdin.Write([]byte("\n")); err != nil {
			t.Fatal(err)
		}
		eventually(t, p, "a round", func() bool { return strings.Count(read(t, p.log), "dns_anycast_cloud,") > i })
	}
	p.stop(t)
	return strings.Split(read(t, p.log), "\n")
}

// once returns a round's points: of its queries, of zones, and of the cloud.
func once(t *testing.T, plugin, options string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "plugin.conf")
	write(t, file, "[[inputs.dns_anycast]]\ntimeout = \"200ms\"\n"+options)
	out, err := exec.Command(plugin, "--once", "--format", "influx", "--config", file).Output()
	if e, failed := err.(*exec.ExitError); failed && e.ExitCode() != 1 { // 1: some targets did not answer
		t.Fatalf("%v\n%s\n%s", err, out, e.Stderr)
	}
	return regexp.MustCompile(`(?m)^dns_anycast(_cloud|_soa)?,.*$`).FindAllString(string(out), -1)
}

// only returns the points of a measurement.
func only(lines []string, measurement string) (points []string) {
	for _, line := range lines {
		if strings.HasPrefix(line, measurement+",") {
			points = append(points, line)
		}
	}
	return points
}

var tagValue = strings.NewReplacer(" ", `\ `, ",", `\,`, "=", `\=`)

// at gives points another time, and the vantage point as Telegraf writes it.
func (w *world) at(age time.Duration, host string, points ...string) (lines []string) {
	tag, stamp := ",host="+tagValue.Replace(host)+",", strconv.FormatInt(w.now.Add(-age).UnixMilli(), 10)
	for _, p := range points {
		measurement, own, _ := strings.Cut(p[:strings.LastIndexByte(p, ' ')+1], ",")
		lines = append(lines, measurement+tag+own+stamp)
	}
	return lines
}

// every repeats rounds of points from one age to another.
func (w *world) every(step, from, to time.Duration, host string, points ...string) (lines []string) {
	for age := from; age >= to; age -= step {
		lines = append(lines, w.at(age, host, points...)...)
	}
	return lines
}

// testAlertStates evaluates every rule in every situation in the midst of an hour of yesterday, and some so soon after
// midnight that what happened lately lies in another ten seconds, minute, hour and day of the clock.
func testAlertStates(t *testing.T, db *influxDB, plugin string) {
	w := newWorld(t, plugin)
	yesterday := time.Now().Truncate(24 * time.Hour).Add(-24 * time.Hour)
	w.now = yesterday.Add(12*time.Hour + 34*time.Minute + 56*time.Second)
	t.Run("midst of an hour", func(t *testing.T) { w.testSituations(t, db) })
	t.Run("rounds left out", func(t *testing.T) { w.testOverruns(t, db) })
	t.Run("a witness dies", func(t *testing.T) { w.testWitness(t, db) })
	w.testWorst(t, startInfluxDB(t))
	w.now = yesterday.Add(time.Second)
	t.Run("midnight", func(t *testing.T) {
		// Those whose rules count by parts of the clock, or look back over days of it; but no fleet of a hundred.
		for _, s := range slices.Concat(w.strangers(), w.serials(), w.sitesGone(), w.silences()) {
			if !strings.Contains(s.name, " 100") {
				w.testSituation(t, db, "situation", s)
			}
		}
		w.testOverruns(t, db)
	})
}

// testSituations: each rule fires in one situation and not in another. The test and the database wait for each other, so
// that two halves at once keep both busy.
func (w *world) testSituations(t *testing.T, db *influxDB) {
	t.Helper()
	fired, quiet := map[string]bool{}, map[string]bool{}
	var mu sync.Mutex
	all := w.situations()
	t.Run("halves", func(t *testing.T) {
		for half := range 2 {
			t.Run(strconv.Itoa(half), func(t *testing.T) {
				t.Parallel()
				for i := half; i < len(all); i += 2 {
					fires := w.testSituation(t, db, "situation"+strconv.Itoa(half), all[i])
					mu.Lock()
					for name, fires := range fires {
						fired[name], quiet[name] = fired[name] || fires, quiet[name] || !fires
					}
					mu.Unlock()
				}
			})
		}
	})
	for name := range fired {
		always := name == "watchdog"
		// The database does answer here; for rounds that are left out see testOverruns.
		if never := name == "database" || name == "overrun"; fired[name] == never || quiet[name] == always {
			t.Errorf("%s: fires in some situation %v, is quiet in another %v", name, fired[name], quiet[name])
		}
	}
}

// testSituation: the rules say exactly what the situation wants. It returns which of them fire.
func (w *world) testSituation(t *testing.T, db *influxDB, database string, s situation) (fires map[string]bool) {
	t.Helper()
	db.write(t, database, s.points())
	defer db.query(t, database, fmt.Sprintf("DROP DATABASE %q", database)) // its files stay open otherwise
	fires = map[string]bool{}
	var got []string
	for _, r := range readRules(t) {
		standing := r.standing(t, db, database, w.now)
		fires[r.name()] = len(standing) > 0
		for _, a := range standing {
			got = append(got, strings.TrimSpace(r.name()+" "+a.labels.String()))
			followLink(t, db, database, ofUID(readDashboards(t), r.DashboardUID), &r, a, w.now)
		}
	}
	want := append([]string{"watchdog"}, s.want...)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", s.name, got, want)
	}
	return fires
}

// standing are the alerts that hold now and have held for as long as the rule waits. Without a row it is the state
// for that which counts, as if there had been no alert before.
func (r *rule) standing(t *testing.T, db *influxDB, database string, now time.Time) (standing []alert) {
	t.Helper()
	wait := r.wait(t)
	for age := time.Duration(0); ; age = min(age+r.every, wait) {
		alerts, err := r.evaluate(db, database, now.Add(-age))
		if err != nil {
			t.Fatal(err)
		}
		if len(alerts) == 0 && r.NoDataState == "Alerting" {
			return []alert{{}}
		}
		holding := slices.DeleteFunc(alerts, func(a alert) bool { return !a.holds })
		if age == 0 {
			standing = holding
		}
		standing = slices.DeleteFunc(standing, func(a alert) bool {
			return !slices.ContainsFunc(holding, func(b alert) bool { return a.labels.String() == b.labels.String() })
		})
		if len(standing) == 0 || age == wait {
			return standing
		}
	}
}

// followLink: the panel that the alert names shows something with the variables set as its link does.
func followLink(t *testing.T, db *influxDB, database string, d *dashboard, r *rule, a alert, now time.Time) {
	t.Helper()
	if len(a.labels) == 0 {
		return // an alert about no data leads to none
	}
	summary, err := a.render(r.Annotations["summary"], "http://grafana.example.net/")
	if err != nil {
		t.Fatal(err)
	}
	_, u, err := link(summary)
	if err != nil || strings.Contains(summary, "<no value>") || strings.Contains(summary, "  ") {
		t.Fatalf("%s: %q, %v", r.UID, summary, err)
	}
	s := &scenario{db: db, window: window{now.Add(-24 * time.Hour), now, time.Minute}}
	p := d.numbered(r.PanelID)
	rows := 0
	for _, q := range p.Targets {
		text, err := d.expand(q.Query, chosenBy(u))
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range db.query(t, database, s.window.macros(text)) {
			if r.name() != "reference" || row.Tags["cloud"] == "reference" {
				rows++
			}
		}
	}
	if rows == 0 {
		t.Errorf("%s: %q is empty after %s", r.UID, p.Title, u)
	}
}
