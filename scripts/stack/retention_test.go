package stack

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// anHour is a point each ten seconds: most are answered by an instance within 20 ms, some not at all.
func anHour(from time.Time, instance string, timeouts int) []string {
	var lines []string
	for i := range 360 {
		tags, fields := "result=timeout", "answered=0i,result_code=1i"
		if i >= timeouts {
			tags = fmt.Sprintf("instance=%s,result=success", instance)
			fields = fmt.Sprintf("answered=1i,hostname=%q,query_time_ms=20,result_code=0i", instance)
		}
		at := from.Add(time.Duration(i) * 10 * time.Second).UnixMilli()
		lines = append(lines, fmt.Sprintf("dns_anycast,host=one,server=192.0.2.1,%s %s %d", tags, fields, at))
	}
	return lines
}

// rerun starts influxd anew, which then runs every continuous query at once.
func (db *stack) rerun(t *testing.T) {
	t.Helper()
	db.Stop(t)
	db.environment = nil
	db.run(t)
}

// Three hours whose points become one a series and hour. The last hour is late.
func TestRetention(t *testing.T) {
	t.Parallel()
	db := newStack(t)
	db.environment = []string{"INFLUXDB_CONTINUOUS_QUERIES_ENABLED=false"}
	db.run(t)
	db.setup(t, stacktest.Shipped("influxdb/setup"))
	hour := time.Now().Truncate(time.Hour).Add(-5 * time.Hour)
	store := func(lines ...string) {
		if code := db.writeAs(t, "telegraf", "telegraf", lines...); code != 204 {
			t.Fatalf("InfluxDB answers %d", code)
		}
	}
	store(anHour(hour, "arn1", 0)...)
	store(anHour(hour.Add(time.Hour), "lhr1", 18)...)
	// What says nothing about the server is a point, and no loss.
	store(fmt.Sprintf("dns_anycast,host=one,server=192.0.2.1,result=local result_code=8i %d", hour.UnixMilli()))
	db.rerun(t)
	const asked = `SELECT sum("answered_count") FROM "hourly"."dns_anycast"`
	stacktest.Eventually(t, db.Process, "downsampled points", func() bool { return len(db.query(t, asked)) > 0 })
	db.checkDownsampled(t, 720, 18, 721)

	store(anHour(hour.Add(2*time.Hour), "arn1", 9)...)
	db.rerun(t)
	stacktest.Eventually(t, db.Process, "the late points", func() bool { return db.number(t, asked) > 720 })
	db.checkDownsampled(t, 1080, 27, 1081)
	if rows := db.points(t, "hourly"); len(rows) != 6 {
		t.Errorf("%d downsampled points, want 6:\n%s", len(rows), strings.Join(rows, "\n"))
	}
}

// checkDownsampled compares sums and counts with the truth, and shows that a mean of means is something else.
func (db *stack) checkDownsampled(t *testing.T, asked, lost, points float64) {
	t.Helper()
	answered := asked - lost
	for statement, want := range map[string]float64{
		`SELECT 1 - mean("answered") FROM "raw"."dns_anycast"`:                                                    lost / asked,
		`SELECT 1 - sum("answered_sum") / sum("answered_count") FROM "hourly"."dns_anycast"`:                      lost / asked,
		`SELECT 1 - sum("answered_sum") / sum("answered_count") FROM "hourly"."dns_anycast" WHERE "host" = 'one'`: lost / asked,
		`SELECT sum("query_time_ms_sum") / sum("query_time_ms_count") FROM "hourly"."dns_anycast"`:                20,
		`SELECT sum("query_time_ms_count") FROM "hourly"."dns_anycast"`:                                           answered,
		`SELECT sum("points") FROM "hourly"."dns_anycast"`:                                                        points,
		`SELECT min("query_time_ms_min") FROM "hourly"."dns_anycast"`:                                             20,
		`SELECT max("query_time_ms_max") FROM "hourly"."dns_anycast"`:                                             20,
	} {
		if got := db.number(t, statement); math.Abs(got-want) > 1e-9 {
			t.Errorf("%s = %v, want %v", statement, got, want)
		}
	}
	means := db.number(t, `SELECT 1 - mean("m") FROM (SELECT mean("answered") AS "m" FROM "raw"."dns_anycast" GROUP BY time(1h), *)`)
	if means < 5*lost/asked {
		t.Errorf("a mean of means shows a loss of %v; it was to be far from %v", means, lost/asked)
	}
	names := db.query(t, `SELECT last("hostname") FROM "hourly"."dns_anycast" GROUP BY "instance"`)
	if len(names) != 2 || names[0].Values[0][1] != "arn1" || names[1].Values[0][1] != "lhr1" {
		t.Errorf("last names: %v", names)
	}
}

// state is what influxdb/setup is responsible for, in no order.
func (db *stack) state(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, statement := range []string{
		"SHOW DATABASES", `SHOW RETENTION POLICIES ON "telegraf"`, "SHOW CONTINUOUS QUERIES", "SHOW USERS",
		`SHOW GRANTS FOR "telegraf"`, `SHOW GRANTS FOR "grafana"`,
	} {
		var rows []string
		for _, s := range db.query(t, statement) {
			for _, row := range s.Values {
				rows = append(rows, fmt.Sprint(s.Name, row))
			}
		}
		slices.Sort(rows)
		all[statement] = strings.Join(rows, "\n")
	}
	return all
}

func TestSetup(t *testing.T) {
	t.Parallel()
	db := startStack(t)
	made := db.state(t)
	policies := made[`SHOW RETENTION POLICIES ON "telegraf"`]
	for _, want := range []string{`raw 2160h0m0s 24h0m0s 1 (0s 0s )?true`, `hourly 43800h0m0s 720h0m0s 1 (0s 0s )?false`} {
		if !regexp.MustCompile(want).MatchString(policies) {
			t.Errorf("policies %s, want %s", policies, want)
		}
	}
	db.checkRights(t)

	db.setup(t, stacktest.Shipped("influxdb/setup"))
	if again := db.state(t); !maps.Equal(again, made) {
		t.Errorf("a second run changes\n%v to\n%v", made, again)
	}

	changing := db.script(stacktest.Shipped("influxdb/setup"))
	changing.Env = append(changing.Env, "INFLUXDB_READ_PASSWORD=another")
	stacktest.Succeed(t, changing)
	if _, err := db.try("grafana", "SHOW DATABASES"); err == nil {
		t.Error("grafana's old password holds after a change")
	}
	db.setup(t, stacktest.Shipped("influxdb/setup"))
	if _, err := db.try("grafana", "SHOW DATABASES"); err != nil {
		t.Errorf("grafana's password changed twice: %v", err)
	}

	stacktest.Write(t, db.file("schema.iql"), edited(t, "influxdb/schema.iql", "DURATION 90d", "DURATION 30d", "FOR 7h", "FOR 9h"))
	stacktest.Write(t, db.file("slo.iql"), stacktest.Read(t, stacktest.Shipped("influxdb/slo.iql")))
	stacktest.Write(t, db.file("setup"), stacktest.Read(t, stacktest.Shipped("influxdb/setup")))
	stacktest.Succeed(t, db.script("sh", db.file("setup")))
	changed := fmt.Sprint(db.state(t))
	for _, want := range []string{`raw 720h0m0s 24h0m0s 1 (0s 0s )?true`, "RESAMPLE EVERY 1h FOR 9h"} { // 1.12 has two columns more
		if !regexp.MustCompile(want).MatchString(changed) {
			t.Errorf("after a change of schema.iql: %s, want %s", changed, want)
		}
	}
	checkRefusals(t, db)
}

// checkRights: telegraf may only write, grafana may only read, nobody else may do anything.
func (db *stack) checkRights(t *testing.T) {
	t.Helper()
	line := fmt.Sprintf("dns_anycast,host=one result_code=0i %d", time.Now().UnixMilli())
	for user, want := range map[string]int{"telegraf": 204, "grafana": 403, "nobody": 401} {
		if got := db.writeAs(t, user, "telegraf", line); got != want {
			t.Errorf("%s writes: %d, want %d", user, got, want)
		}
	}
	const read = `SELECT * FROM "dns_anycast"`
	if _, err := db.try("grafana", read); err != nil {
		t.Errorf("grafana cannot read: %v", err)
	}
	for _, no := range [][2]string{
		{"telegraf", read}, {"telegraf", "CREATE DATABASE x"}, {"grafana", `DROP MEASUREMENT "dns_anycast"`}, {"nobody", read},
	} {
		if _, err := db.try(no[0], no[1]); err == nil {
			t.Errorf("%s may %s", no[0], no[1])
		}
	}
}

// checkRefusals: what setup cannot do ends it with a message that has no password in it.
func checkRefusals(t *testing.T, db *stack) {
	t.Helper()
	stacktest.Write(t, db.file("schema.iql"), "CREATE DATABASE \"one\";\nMAKE DATABASE \"two\";\nCREATE DATABASE \"three\";\n")
	for _, c := range []struct{ set, want string }{
		{"INFLUXDB_ADMIN_PASSWORD=wrong-one", "setup: InfluxDB does not know the user admin with this password"},
		{"INFLUXDB_WRITE_PASSWORD=", "INFLUXDB_WRITE_PASSWORD: is empty"},
		{"INFLUXDB_READ_PASSWORD=", "INFLUXDB_READ_PASSWORD: is empty"},
		{"A=b", `setup: MAKE DATABASE "two": {"error":"error parsing query: found MAKE`},
	} {
		cmd := db.script("sh", db.file("setup"))
		cmd.Env = append(cmd.Env, c.set)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%s: error %v, want %q:\n%s", c.set, err, c.want, out)
		}
		for _, password := range passwords {
			if strings.Contains(string(out), password) {
				t.Errorf("%s: shows a password:\n%s", c.set, out)
			}
		}
	}
	if databases := fmt.Sprint(db.query(t, "SHOW DATABASES")); !strings.Contains(databases, "one") || strings.Contains(databases, "three") {
		t.Errorf("after a wrong statement: databases %s", databases)
	}
}
