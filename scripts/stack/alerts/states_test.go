package alerts

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// world is what the states of the data are made of: points of the plugin's own about four servers of a cloud, two of
// them IPv6, in every manner they may answer, and about the cloud.
type world struct {
	servers []*stacktest.NameServer
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

	probes    []string     // a window of RIPE Atlas, and its two sites
	databases atomic.Int64 // made so far
}

func newWorld(t *testing.T, plugin string) *world {
	t.Helper()
	w := &world{}
	for _, ip := range []string{"127.0.0.1", "127.0.0.1", "::1", "::1"} {
		w.servers = append(w.servers, stacktest.StartNameServer(t, ip, stacktest.Silent))
	}
	for _, r := range []struct {
		into *[4]string
		m    stacktest.Manner
	}{
		{&w.up, stacktest.Named("lhr1", 0)},
		{&w.down, stacktest.Silent},
		{&w.hidden, stacktest.Hidden},
		{&w.arn, stacktest.Named("arn1", 0)},
	} {
		w.turn(r.m)
		*r.into = w.ask(t, plugin, "")
	}
	w.local = w.ask(t, plugin, stacktest.NoSource)
	w.nowhere = stacktest.Once(t, plugin, stacktest.Cloud(stacktest.Alpha, stacktest.Nowhere))[0]
	w.same = w.askCloud(t, plugin, stacktest.Named("lhr1", 0), stacktest.Named("lhr2", 0))
	w.different = w.askCloud(t, plugin, stacktest.Named("arn1", 0), stacktest.Named("lhr1", 0))
	moves := w.move(t, plugin)
	w.moved, w.itself = w.byServer(t, stacktest.Only(moves, "dns_anycast_change")), stacktest.Only(moves, "dns_anycast_internal")[0]
	w.askPlaces(t, plugin)
	w.askProbes(t)
	lhr1 := stacktest.Named("lhr1", 0)
	for _, r := range []struct {
		into     *[4]string
		who, soa stacktest.Manner
	}{
		{&w.serves, lhr1, stacktest.Serving(stacktest.NewSerial, "lhr1")},
		{&w.cached, lhr1, stacktest.Cached},
		{&w.empty, lhr1, stacktest.Hidden},
		{&w.expired, lhr1, stacktest.Expired("lhr1")},
		{&w.denied, stacktest.Refused, stacktest.Refused},
		{&w.lost, lhr1, stacktest.Silent},
	} {
		*r.into = w.askZone(t, plugin, stacktest.Asked(r.who, stacktest.Both(r.soa)))
	}
	return w
}

func (w *world) turn(m stacktest.Manner) {
	for _, s := range w.servers {
		s.Turn(m)
	}
}

func (w *world) cloud() string {
	var servers []string
	for _, s := range w.servers {
		servers = append(servers, s.Addr)
	}
	return stacktest.Cloud(stacktest.Alpha, servers...)
}

// ask runs the plugin once and returns its points in the order of the servers.
func (w *world) ask(t *testing.T, plugin, options string) (points [4]string) {
	t.Helper()
	return w.byServer(t, stacktest.Once(t, plugin, options+w.cloud()))
}

// byServer puts points in the order of the servers.
func (w *world) byServer(t *testing.T, lines []string) (points [4]string) {
	t.Helper()
	for i, s := range w.servers {
		j := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, ",server="+s.Addr+",") })
		if j < 0 {
			t.Fatalf("no point of %s in %q", s.Addr, lines)
		}
		points[i] = lines[j]
	}
	return points
}

// askCloud runs the plugin once, with each family's servers in its manner, and returns its point of the cloud.
func (w *world) askCloud(t *testing.T, plugin string, ipv4, ipv6 stacktest.Manner) string {
	t.Helper()
	for i, s := range w.servers {
		s.Turn([]stacktest.Manner{ipv4, ipv6}[i/2])
	}
	return stacktest.Only(stacktest.Once(t, plugin, w.cloud()), "dns_anycast_cloud")[0]
}

// move runs the plugin for two rounds, between which all servers move, and returns its points.
func (w *world) move(t *testing.T, plugin string) []string {
	t.Helper()
	dir := t.TempDir()
	stacktest.Write(t, filepath.Join(dir, "plugin.conf"), "[[inputs.dns_anycast]]\nconfirm = 1\n"+w.cloud())
	cmd := exec.Command(plugin, "--config", filepath.Join(dir, "plugin.conf"))
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p := stacktest.Start(t, filepath.Join(dir, "points"), cmd)
	for i, name := range []string{"lhr1", "arn1"} {
		w.turn(stacktest.Named(name, 0))
		if _, err := stdin.Write([]byte("\n")); err != nil {
			t.Fatal(err)
		}
		stacktest.Eventually(t, p, "a round", func() bool { return strings.Count(stacktest.Read(t, p.Log), "dns_anycast_cloud,") > i })
	}
	p.Stop(t)
	return strings.Split(stacktest.Read(t, p.Log), "\n")
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

// TestStates evaluates every rule in every situation in the midst of an hour of yesterday, and some so soon after
// midnight that what happened lately lies in another ten seconds, minute, hour and day of the clock.
func TestStates(t *testing.T) {
	skiptest.IPv6(t)
	db, w := stacktest.StartInfluxDB(t), newWorld(t, stacktest.Plugin(t))
	yesterday := time.Now().Truncate(24 * time.Hour).Add(-24 * time.Hour)
	w.now = yesterday.Add(12*time.Hour + 34*time.Minute + 56*time.Second)
	t.Run("midst of an hour", func(t *testing.T) { w.testSituations(t, db) })
	t.Run("rounds left out", func(t *testing.T) { w.testOverruns(t, db) })
	t.Run("a witness dies", func(t *testing.T) { w.testWitness(t, db) })
	t.Run("hosts", func(t *testing.T) { w.testHosts(t, db) })
	t.Run("points come late", func(t *testing.T) { w.testLate(t, db) })
	w.testWorst(t, db)
	w.now = yesterday.Add(time.Second)
	t.Run("midnight", func(t *testing.T) {
		w.testHosts(t, db)
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
func (w *world) testSituations(t *testing.T, db *stacktest.InfluxDB) {
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
		// The database does answer here; for rounds that are left out see testOverruns, for the others testHosts and testLate.
		if never := slices.Contains([]string{"database", "overrun", "clock-behind", "tags-hidden"}, name); fired[name] == never || quiet[name] == always {
			t.Errorf("%s: fires in some situation %v, is quiet in another %v", name, fired[name], quiet[name])
		}
	}
}

// testSituation: the rules, all of them where none is given, say exactly what the situation wants. It returns which of
// them fire. On a machine without a processor to spare, InfluxDB has been seen to answer without some of what was
// written: a situation that differs is written and asked once again, and a rule that is wrong is wrong twice.
func (w *world) testSituation(t *testing.T, db *stacktest.InfluxDB, database string, s situation, rules ...grafana.Rule) (fires map[string]bool) {
	t.Helper()
	if len(rules) == 0 {
		rules = grafana.Rules(t)
	}
	want := append([]string{"watchdog"}, s.want...)
	slices.Sort(want)
	said := w.say(t, db, database, s, rules)
	if got := textsOf(said); !slices.Equal(got, want) {
		t.Logf("%s: asked again, after %+v", s.name, said)
		said = w.say(t, db, database, s, rules)
	}
	if got := textsOf(said); !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", s.name, got, want)
	}
	fires = map[string]bool{}
	for _, r := range said {
		fires[r.name] = len(r.alerts) > 0
	}
	return fires
}

// saying is what a rule says.
type saying struct {
	name   string
	alerts []grafana.Alert
}

// textsOf are alerts as situations want them.
func textsOf(said []saying) (texts []string) {
	for _, r := range said {
		for _, a := range r.alerts {
			texts = append(texts, strings.TrimSpace(r.name+" "+a.Labels.String()))
		}
	}
	slices.Sort(texts)
	return texts
}

// say writes a situation to a database of its own, and evaluates rules there.
func (w *world) say(t *testing.T, db *stacktest.InfluxDB, database string, s situation, rules []grafana.Rule) (said []saying) {
	t.Helper()
	database = fmt.Sprintf("%s-%d", database, w.databases.Add(1)) // one that was dropped may take points with it for a while
	lines, slo, changes := parted(s.points())
	db.Write(t, database, lines)
	db.Keep(t, database, "slo", slo)
	db.Keep(t, database, "changes", changes)
	defer db.Query(t, database, fmt.Sprintf("DROP DATABASE %q", database)) // its files stay open otherwise
	for _, r := range rules {
		alerts := standing(t, &r, db, database, w.now)
		said = append(said, saying{r.Name(), alerts})
		for _, a := range alerts {
			followLink(t, db, database, grafana.OfUID(grafana.Dashboards(t), r.DashboardUID), &r, a, w.now)
		}
	}
	return said
}

// standing are the alerts that hold now and have held for as long as the rule waits. Without a row it is the state
// for that which counts, as if there had been no alert before.
func standing(t *testing.T, r *grafana.Rule, db *stacktest.InfluxDB, database string, now time.Time) (lasting []grafana.Alert) {
	t.Helper()
	wait := r.Wait(t)
	for age := time.Duration(0); ; age = min(age+r.Every, wait) {
		alerts, err := r.Evaluate(db, database, now.Add(-age))
		if err != nil {
			t.Fatal(err)
		}
		if len(alerts) == 0 && r.NoDataState == "Alerting" {
			return []grafana.Alert{{}}
		}
		holding := slices.DeleteFunc(alerts, func(a grafana.Alert) bool { return !a.Holds })
		if age == 0 {
			lasting = holding
		}
		lasting = slices.DeleteFunc(lasting, func(a grafana.Alert) bool {
			return !slices.ContainsFunc(holding, func(b grafana.Alert) bool { return a.Labels.String() == b.Labels.String() })
		})
		if len(lasting) == 0 || age == wait {
			return lasting
		}
	}
}

// followLink: the panel that the alert names shows something with the variables set as its link does.
func followLink(t *testing.T, db *stacktest.InfluxDB, database string, d *grafana.Dashboard, r *grafana.Rule, a grafana.Alert, now time.Time) {
	t.Helper()
	if len(a.Labels) == 0 {
		return // an alert about no data leads to none
	}
	summary, err := a.Render(r.Annotations["summary"], "http://grafana.example.net/")
	if err != nil {
		t.Fatal(err)
	}
	_, u, err := grafana.Link(summary)
	if err != nil || strings.Contains(summary, "<no value>") || strings.Contains(summary, "  ") {
		t.Fatalf("%s: %q, %v", r.UID, summary, err)
	}
	v := &grafana.View{DB: db, Database: database, Window: grafana.Window{From: now.Add(-24 * time.Hour), To: now, Interval: time.Minute}}
	p := d.Numbered(r.PanelID)
	rows := 0
	for _, q := range p.Targets {
		for _, row := range v.Ask(t, d, q, grafana.ChosenBy(u)) {
			if r.Name() != "reference" || row.Tags["cloud"] == "reference" {
				rows++
			}
		}
	}
	if rows == 0 {
		t.Errorf("%s: %q is empty after %s", r.UID, p.Title, u)
	}
}
