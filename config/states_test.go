package config_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// world is what the states of the data are made of: points of the plugin's own about four servers of a cloud, two of
// them IPv6, in every manner they may answer.
type world struct {
	servers []*nameServer
	up      [4]string // answered as lhr1
	down    [4]string // silent
	hidden  [4]string
	lhr2    [4]string
	lhr3    [4]string
	arn     [4]string
	fra     [4]string
	local   [4]string
	nowhere string
	now     time.Time
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
		{&w.up, named("lhr1", 0)}, {&w.down, silent}, {&w.hidden, hidden},
		{&w.lhr2, named("lhr2", 0)}, {&w.lhr3, named("lhr3", 0)}, {&w.arn, named("arn1", 0)}, {&w.fra, named("fra1", 0)},
	} {
		for _, s := range w.servers {
			s.turn(r.m)
		}
		*r.into = w.ask(t, plugin, "")
	}
	w.local = w.ask(t, plugin, noSource)
	w.nowhere = once(t, plugin, cloud(alpha, nowhere))[0]
	w.now = time.Now()
	return w
}

// ask runs the plugin once and returns its points in the order of the servers.
func (w *world) ask(t *testing.T, plugin, options string) (points [4]string) {
	t.Helper()
	var servers []string
	for _, s := range w.servers {
		servers = append(servers, s.addr)
	}
	lines := once(t, plugin, options+cloud(alpha, slices.Clone(servers)...))
	for i, s := range servers {
		j := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, ",server="+s+",") })
		if j < 0 {
			t.Fatalf("no point of %s in %q", s, lines)
		}
		points[i] = lines[j]
	}
	return points
}

// once returns a round's points of single queries.
func once(t *testing.T, plugin, options string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "plugin.conf")
	write(t, file, "[[inputs.dns_anycast]]\ntimeout = \"200ms\"\n"+options)
	out, err := exec.Command(plugin, "--once", "--format", "influx", "--config", file).Output()
	if e, failed := err.(*exec.ExitError); failed && e.ExitCode() != 1 { // 1: some targets did not answer
		t.Fatalf("%v\n%s\n%s", err, out, e.Stderr)
	}
	return regexp.MustCompile(`(?m)^dns_anycast,.*$`).FindAllString(string(out), -1)
}

var lineProtocol = regexp.MustCompile(`^dns_anycast,(.*) \d+$`)

// taking gives a point another time from query to answer.
func taking(ms int, point string) string {
	return regexp.MustCompile(`query_time_ms=[^,]*`).ReplaceAllString(point, fmt.Sprintf("query_time_ms=%d", ms))
}

// at gives points another time, and the vantage point as Telegraf writes it.
func (w *world) at(age time.Duration, host string, points ...string) (lines []string) {
	escaped := strings.NewReplacer(" ", `\ `, ",", `\,`, "=", `\=`).Replace(host)
	for _, p := range points {
		own := lineProtocol.FindStringSubmatch(p)[1]
		lines = append(lines, fmt.Sprintf("dns_anycast,host=%s,%s %d", escaped, own, w.now.Add(-age).UnixMilli()))
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

// state is a state of the data, and the alerts that a rule is to make of it.
type state struct {
	rule, name string
	lines      []string
	want       []labels
}

func testAlertStates(t *testing.T, db *influxDB, plugin string) {
	w := newWorld(t, plugin)
	d, rules := readDashboard(t), readRules(t)
	fired, quiet := map[string]bool{}, map[string]bool{}
	for i, s := range w.states() {
		j := slices.IndexFunc(rules, func(r rule) bool { return r.UID == "dns-anycast-"+s.rule })
		if j < 0 {
			t.Fatalf("no rule %s", s.rule)
		}
		database := fmt.Sprintf("state%d", i)
		db.write(t, database, s.lines)
		got, err := rules[j].fires(db, database, w.now)
		if err != nil {
			t.Fatal(err)
		}
		var about []labels
		for _, a := range got {
			about = append(about, a.labels)
			followLink(t, db, database, d, &rules[j], a, w.now)
		}
		if !reflect.DeepEqual(about, s.want) {
			t.Errorf("%s, %s:\n got %v\nwant %v", s.rule, s.name, got, s.want)
		}
		fired[s.rule], quiet[s.rule] = fired[s.rule] || len(got) > 0, quiet[s.rule] || len(got) == 0
	}
	for _, r := range rules {
		name := strings.TrimPrefix(r.UID, "dns-anycast-")
		if !fired[name] || !quiet[name] {
			t.Errorf("%s: fires in some state %v, is quiet in another %v", r.UID, fired[name], quiet[name])
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
	if err != nil {
		t.Fatal(err)
	}
	s := &scenario{db: db, window: window{now.Add(-24 * time.Hour), now, time.Minute}}
	p := d.numbered(r.PanelID)
	for _, q := range p.Targets {
		text, err := d.expand(q.Query, chosenBy(u))
		if err != nil {
			t.Fatal(err)
		}
		if len(db.query(t, database, s.window.macros(text))) == 0 {
			t.Errorf("%s: %q is empty after %s", r.UID, p.Title, u)
		}
	}
}
