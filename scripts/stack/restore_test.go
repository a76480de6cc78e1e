package stack

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// filled is an InfluxDB with points in both policies, and with users and queries beyond those of influxdb/setup. It does
// not run: each test runs a copy.
type filled struct {
	dir     string
	content map[string]any
	backup  string
}

// TestRestore: what was backed up comes back, and whatever goes wrong loses nothing.
func TestRestore(t *testing.T) {
	t.Parallel()
	f := newFilled(t)
	for name, test := range map[string]func(*testing.T){
		"dropped": f.testDropped, "refusals": f.testRefusals, "composed": f.testComposed,
		"kept": f.testKept, "tried": f.testTried, "kept in containers": f.testKeptComposed,
		"broken backups": f.testBroken, "interrupted": f.testInterrupted, "broken while written": f.testWritten,
		"taken": f.testTaken, "ended": f.testEnded, "killed": f.testKilled, "cramped": f.testCramped,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
}

func newFilled(t *testing.T) *filled {
	t.Helper()
	db := startStack(t)
	now := time.Now().Add(-72 * time.Hour) // beyond what continuous queries do again
	lines := anHour(now.Add(-time.Hour), "arn1", 10)
	lines = append(lines, fmt.Sprintf(`dns_anycast,host=one,instance=Größe\,\ 2,result=success hostname="a \"quoted\" name",answered=1i %d`, now.UnixMilli()))
	if code := db.writeAs(t, "telegraf", "telegraf", lines...); code != 204 {
		t.Fatalf("InfluxDB answers %d", code)
	}
	if code := db.writeAs(t, "admin", "telegraf&rp=hourly", fmt.Sprintf("dns_anycast,host=one answered_sum=350i %d", now.UnixMilli())); code != 204 {
		t.Fatalf("InfluxDB answers %d", code)
	}
	for _, statement := range []string{
		`CREATE USER "an, \"operator\"" WITH PASSWORD 'x'`, `GRANT ALL ON "telegraf" TO "an, \"operator\""`,
		`CREATE USER "second" WITH PASSWORD 'x' WITH ALL PRIVILEGES`,
		`CREATE DATABASE "other"`, `GRANT READ ON "other" TO "grafana"`,
		`CREATE CONTINUOUS QUERY "more" ON "telegraf" BEGIN SELECT max("query_time_ms") AS "a, b" INTO "telegraf"."hourly"."worst case" FROM "dns_anycast" GROUP BY time(1d), "host" END`,
		`CREATE CONTINUOUS QUERY "elsewhere" ON "other" BEGIN SELECT max("x") INTO "y" FROM "z" GROUP BY time(1d) END`,
	} {
		db.query(t, statement)
	}
	f := &filled{db.dir, db.content(t), db.file("backup.tar")}
	if n := len(f.content["raw"].([]string)); n != 361 {
		t.Fatalf("%d points", n)
	}
	stacktest.Succeed(t, db.script("../backup", "--plain", f.backup))
	db.Stop(t)
	return f
}

// TestRestoreManySeries: influxd ends a restore while InfluxDB still opens shards of many series; the counts wait for that.
func TestRestoreManySeries(t *testing.T) {
	t.Parallel()
	db := startStack(t)
	const series = 5000
	noon := time.Now().Truncate(24 * time.Hour).Add(-84 * time.Hour)
	for day := range 2 {
		lines := make([]string, series)
		for i := range lines {
			lines[i] = fmt.Sprintf("dns_anycast,host=one,address=a%d,instance=i%d answered=1i %d", i%100, i, noon.AddDate(0, 0, day).UnixMilli())
		}
		if code := db.writeAs(t, "admin", "telegraf", lines...); code != 204 {
			t.Fatalf("InfluxDB answers %d", code)
		}
	}
	backup := db.file("backup.tar")
	stacktest.Succeed(t, db.script("../backup", "--plain", backup))
	if out := stacktest.Succeed(t, db.trial(t, "influxd", backup)); !strings.HasSuffix(out, "\nrestore: the backup can be restored: 2 shards, 2 of them with points\n") {
		t.Errorf("it says\n%s", out)
	}
	stacktest.Succeed(t, db.script("../restore", "--plain", "--replace", backup))
	if n := db.number(t, `SELECT count("answered") FROM "telegraf"."raw"."dns_anycast"`); n != 2*series {
		t.Errorf("%v points, want %d", n, 2*series)
	}
}

// run starts a copy.
func (f *filled) run(t *testing.T) *stack {
	t.Helper()
	db := newStack(t)
	for _, dir := range []string{"meta", "data", "wal"} {
		if err := os.CopyFS(db.file(dir), os.DirFS(filepath.Join(f.dir, dir))); err != nil {
			t.Fatal(err)
		}
	}
	db.run(t)
	return db
}

// content is all that a backup must bring back.
func (db *stack) content(t *testing.T) map[string]any {
	t.Helper()
	all := map[string]any{
		"raw": db.points(t, "raw"), "hourly": db.points(t, "hourly"),
		"operator": db.query(t, `SHOW GRANTS FOR "an, \"operator\""`),
	}
	for statement, answer := range db.state(t) {
		all[statement] = answer
	}
	return all
}

func compare(t *testing.T, got, want map[string]any) {
	t.Helper()
	for what := range want {
		if !reflect.DeepEqual(got[what], want[what]) {
			t.Errorf("%s:\n got %v\nwant %v", what, got[what], want[what])
		}
	}
}

// testDropped: what was dropped comes back, and nothing else is touched.
func (f *filled) testDropped(t *testing.T) {
	db := f.run(t)
	compare(t, db.content(t), f.content)
	for _, statement := range []string{`DROP DATABASE "telegraf"`, `DROP USER "telegraf"`, `DROP USER "an, \"operator\""`} {
		db.query(t, statement)
	}
	out := stacktest.Succeed(t, db.script("../restore", "--plain", f.backup))
	compare(t, db.content(t), f.content)
	if want := `SET PASSWORD FOR "an, \"operator\"" = `; strings.Count(out, "SET PASSWORD") != 1 || !strings.Contains(out, want) {
		t.Errorf("restore is to name the one user without a password, %s; it says:\n%s", want, out)
	}
	if _, err := db.try(`an, "operator"`, "SHOW DATABASES"); err == nil {
		t.Error("an empty password opens the database")
	}
	db.checkRights(t) // writes one point

	with := db.points(t, "raw")
	if text, err := db.script("../restore", "--plain", f.backup).CombinedOutput(); err == nil ||
		!strings.HasSuffix(string(text), "restore: telegraf holds points: --replace drops them first\n") {
		t.Errorf("over points that are there: error %v\n%s", err, text)
	}
	if now := db.points(t, "raw"); len(now) != 362 || !reflect.DeepEqual(now, with) {
		t.Errorf("%d points after a restore that was refused, want 362", len(now))
	}
	stacktest.Succeed(t, db.script("../restore", "--replace", "--plain", f.backup))
	compare(t, db.content(t), f.content)
}

// testRefusals: what cannot be a backup destroys nothing; what cannot be backed up leaves no file that looks like one.
func (f *filled) testRefusals(t *testing.T) {
	db := f.run(t)
	stacktest.Write(t, db.file("junk"), "junk")
	stacktest.Succeed(t, exec.Command("tar", "-C", db.dir, "-cf", db.file("other.tar"), "junk"))
	file := db.file("backup.tar")
	for _, c := range []struct {
		set  string
		args []string
	}{
		{"", []string{"../restore", "--plain", "--replace", db.file("junk")}},
		{"", []string{"../restore", "--plain", "--replace", db.file("other.tar")}},
		{"", []string{"../restore", "--plain", "--replace", db.file("missing")}},
		{"", []string{"../restore", "--replase", "--plain", db.file("junk")}},
		{"", []string{"../restore"}},
		{"", []string{"../backup"}},
		{"", []string{"../backup", "--plane", file}},
		{"", []string{"../backup", "--plain", file, "more"}},
		{"INFLUXDB_ADMIN_PASSWORD=wrong", []string{"../backup", "--plain", file}},
		{"INFLUXDB_DATABASE=none", []string{"../backup", "--plain", file}},
	} {
		cmd := db.script(c.args[0], c.args[1:]...)
		cmd.Env = append(cmd.Env, c.set)
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("%s %q succeeds:\n%s", c.set, c.args, out)
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s %q leaves a backup", c.set, c.args)
		}
	}
	compare(t, db.content(t), f.content)
}

// fakeCompose stands for docker compose: the container is this machine, and what it is told is in its log. Up is left
// to the test.
const fakeCompose = `#!/bin/sh
set -eu
echo "$*" >>%[1]q
case $1 in
stop)
	kill -INT %[2]d
	while kill -0 %[2]d 2>/dev/null; do sleep 0.05; done
	;;
exec | run)
	while [ "$1" != influxdb ]; do shift; done
	script=$3 && shift 3
	INFLUXDB_CONFIG_PATH=%[3]q exec sh "..$script" "$@"
	;;
up) ;;
esac
`

// testComposed is the set-up of docker-compose.yml, with programs of this machine in the place of containers. A new
// machine, where nobody has ever been, gets all of it.
func (f *filled) testComposed(t *testing.T) {
	db := f.run(t)
	dir := t.TempDir()
	said := filepath.Join(dir, "said")
	composed := func(db *stack, command ...string) *exec.Cmd {
		stacktest.Write(t, filepath.Join(dir, "compose"), fmt.Sprintf(fakeCompose, said, db.Cmd.Process.Pid, db.file("influxdb.conf")))
		cmd := db.script("../"+command[0], command[1:]...)
		cmd.Env = append(cmd.Env, "COMPOSE=sh "+filepath.Join(dir, "compose"))
		return cmd
	}
	backup := filepath.Join(dir, "backup.tar")
	stacktest.Succeed(t, composed(db, "backup", backup))
	cut := filepath.Join(dir, "cut.tar")
	stacktest.Write(t, cut, stacktest.Read(t, backup)[:len(stacktest.Read(t, backup))/3])
	if out, err := composed(db, "restore", "--replace", cut).CombinedOutput(); err == nil || strings.Count(string(out), "\n") != 1 { // and nothing stops
		t.Errorf("a third of a backup: error %v\n%s", err, out)
	}
	db.writeAs(t, "telegraf", "telegraf", "dns_anycast,host=two result_code=0i "+strconv.FormatInt(time.Now().UnixMilli(), 10))
	if out, err := composed(db, "restore", backup).CombinedOutput(); err == nil || !strings.Contains(string(out), "holds points") {
		t.Errorf("over points that are there: error %v\n%s", err, out)
	}
	db.run(t)
	stacktest.Succeed(t, composed(db, "restore", "--replace", backup))
	db.run(t)
	compare(t, db.content(t), f.content)

	fresh := newStack(t)
	fresh.run(t)
	stacktest.Succeed(t, composed(fresh, "restore", backup))
	fresh.run(t)
	want := maps.Clone(f.content)
	delete(want, "SHOW DATABASES") // the other one is not in the backup
	delete(want, `SHOW GRANTS FOR "grafana"`)
	delete(want, "SHOW CONTINUOUS QUERIES")
	compare(t, fresh.content(t), want)
	queries := fmt.Sprint(fresh.query(t, "SHOW CONTINUOUS QUERIES"))
	if !strings.Contains(queries, "[hourly ") || !strings.Contains(queries, "[more ") || strings.Contains(queries, "[elsewhere ") {
		t.Errorf("continuous queries: %s", queries)
	}
	fresh.checkRights(t)

	const told = `exec -T influxdb sh /scripts/backup --plain -
stop influxdb
run --rm -T -e INFLUXDB_URL=http://127.0.0.1:8086 influxdb sh /scripts/restore --start influxd -
up -d
stop influxdb
run --rm -T -e INFLUXDB_URL=http://127.0.0.1:8086 influxdb sh /scripts/restore --start influxd --replace -
up -d
stop influxdb
run --rm -T -e INFLUXDB_URL=http://127.0.0.1:8086 influxdb sh /scripts/restore --start influxd -
up -d
`
	if got := stacktest.Read(t, said); got != told {
		t.Errorf("compose was told\n%swant\n%s", got, told)
	}
}
