package stack

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

var continuous = regexp.MustCompile(`CREATE CONTINUOUS QUERY "(\w+)"`)

// TestLevelsUpgrade: a database without service levels gets them, its points stay, and what they tell is filled in.
// Continuous queries are in the order of the files then, also where one of them changes or comes between two others.
func TestLevelsUpgrade(t *testing.T) {
	t.Parallel()
	db := newStack(t)
	db.run(t)
	for _, name := range []string{"setup", "schema.iql"} {
		stacktest.Write(t, db.file(name), stacktest.Read(t, stacktest.Shipped("influxdb/"+name)))
	}
	schema, levels := stacktest.Read(t, db.file("schema.iql")), stacktest.Read(t, stacktest.Shipped("influxdb/slo.iql"))
	stacktest.Write(t, db.file("slo.iql"), "")
	stacktest.Succeed(t, db.script("sh", db.file("setup")))
	day := time.Now().UTC().AddDate(0, 0, -3).Truncate(24 * time.Hour)
	all := askedFrom(day.Add(23*time.Hour), 20)
	db.store(t, all)
	before := db.points(t, "raw")

	apart := strings.Index(levels, `CREATE CONTINUOUS QUERY "slo_servers"`)
	for _, text := range []string{
		levels,
		levels[:apart] + strings.Replace(levels[apart:], "FOR 20m", "FOR 25m", 1),
		levels[:apart] + "CREATE CONTINUOUS QUERY \"more\" ON \"telegraf\" BEGIN SELECT max(\"x\") INTO \"y\" FROM \"z\" GROUP BY time(1d) END;\n" + levels[apart:],
	} {
		stacktest.Write(t, db.file("slo.iql"), text)
		stacktest.Succeed(t, db.script("sh", db.file("setup")))
		var want, got []string
		for _, m := range continuous.FindAllStringSubmatch(schema+text, -1) {
			want = append(want, m[1])
		}
		queries := db.query(t, "SHOW CONTINUOUS QUERIES")
		for _, s := range queries {
			for _, v := range s.Values {
				got = append(got, v[0].(string))
			}
		}
		if i := slices.Index(got, "more"); i >= 0 && !slices.Contains(want, "more") {
			got = slices.Delete(got, i, i+1)
		}
		if !slices.Equal(got, want) {
			t.Errorf("queries in the order %q, want %q", got, want)
		}
		if n := strings.Count(fmt.Sprint(queries), "FOR 25m"); n != strings.Count(text, "FOR 25m") {
			t.Errorf("%d queries changed, want %d", n, strings.Count(text, "FOR 25m"))
		}
	}
	compareRows(t, "points", db.points(t, "raw"), before)
	stacktest.Succeed(t, db.script("../fill", "--plain", day.Format(time.DateOnly)))
	compareRows(t, "minutes", db.rows(t, "dns_anycast_minute"), newLedger(all).minutes())
}

// TestFillRefuses: what cannot be filled is told in one line, and changes nothing.
func TestFillRefuses(t *testing.T) {
	t.Parallel()
	db := startStack(t)
	today := time.Now().UTC().Format(time.DateOnly)
	for _, c := range []struct {
		arguments []string
		want      string
		fails     bool
	}{
		{[]string{"2026-13"}, "fill: 2026-13 is no day: write one like 2026-10-31, or a month like 2026-10\n", true},
		{[]string{"2026-02-30"}, "fill: 2026-02-30 is no day: write one like 2026-10-31, or a month like 2026-10\n", true},
		{[]string{"2026-02-28", "today"}, "fill: today is no day: write one like 2026-10-31, or a month like 2026-10\n", true},
		{[]string{"yesterday"}, time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly) + "\n", false},
		{[]string{today}, today + " is not over: InfluxDB's own queries do it\n", false},
	} {
		out, err := db.script("../fill", append([]string{"--plain"}, c.arguments...)...).CombinedOutput()
		if (err != nil) != c.fails || string(out) != c.want {
			t.Errorf("%q: error %v, %q, want %q", c.arguments, err, out, c.want)
		}
	}
	cmd := db.script("../fill", "--plain", "2026-01-31")
	cmd.Env = append(cmd.Env, "INFLUXDB_ADMIN_PASSWORD=wrong-one")
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "authorization failed") ||
		strings.Contains(string(out), "wrong-one") {
		t.Errorf("a wrong password: error %v:\n%s", err, out)
	}
	db.query(t, `DROP RETENTION POLICY "slo" ON "telegraf"`)
	out, err := db.script("../fill", "--plain", "2026-01-31").CombinedOutput()
	if want := "fill: telegraf has no retention policy slo: run config/influxdb/setup first\n"; err == nil || string(out) != want {
		t.Errorf("no policy: error %v, %q, want %q", err, out, want)
	}
}

// TestChangesKept: changes, updates of zones and maintenance are kept for years, each to the millisecond.
func TestChangesKept(t *testing.T) {
	t.Parallel()
	db := startStack(t)
	at := time.Now().Add(-time.Hour).Truncate(time.Second)
	lines := []string{
		`dns_anycast_change,host=one,server=192.0.2.1 from="LHR",to="ARN",from_instance="lhr1",to_instance="arn1",held_s=60,changes=1i`,
		`dns_anycast_serial,host=one,server=192.0.2.1,zone=example.org serial=7i,latency_s=12.5`,
		`dns_anycast_serial,host=two,server=192.0.2.1,zone=example.org serial=7i,missing=1i`,
		`dns_anycast_maintenance,cloud=example text="new router",until=1790000000i`,
	}
	for i := range lines {
		lines[i] += fmt.Sprint(" ", at.Add(time.Duration(i)*time.Millisecond).UnixMilli())
	}
	if code := db.writeAs(t, "telegraf", "telegraf", lines...); code != 204 {
		t.Fatalf("InfluxDB answers %d", code)
	}
	want := db.points(t, "raw")
	db.rerun(t)
	stacktest.Eventually(t, db.Process, "the copies", func() bool { return len(db.points(t, "changes")) == len(want) })
	compareRows(t, "changes", db.points(t, "changes"), want)
}

// TestMaintenanceLine: the page's line declares a maintenance, from now on.
func TestMaintenanceLine(t *testing.T) {
	t.Parallel()
	db := startStack(t)
	page := stacktest.Read(t, stacktest.Shipped("LEVELS.md"))
	line := strings.TrimSpace(regexp.MustCompile(`(?m)^    curl .*dns_anycast_maintenance.*$`).FindString(page))
	line = strings.NewReplacer("-u telegraf ", `-f -u "telegraf:$INFLUXDB_WRITE_PASSWORD" `, "http://127.0.0.1:8086", db.url).Replace(line)
	stacktest.Succeed(t, db.script("sh", "-c", line))
	rows := db.query(t, `SELECT "text", "until" FROM "changes"."dns_anycast_maintenance" WHERE time > now() - 1m GROUP BY "cloud", "server"`)
	want := map[string]string{"cloud": "example", "server": "ns1.example.net"}
	if len(rows) != 1 || !maps.Equal(rows[0].Tags, want) || rows[0].Values[0][1] != "new router" || rows[0].Values[0][2] != 1792000000.0 {
		t.Errorf("%v", rows)
	}
}
