package stack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// unpacked is a directory with what a backup holds, and its shards, the first one first.
func unpacked(t *testing.T, backup string) (dir string, shards []string) {
	t.Helper()
	dir = t.TempDir()
	stacktest.Succeed(t, exec.Command("tar", "-C", dir, "-xf", backup))
	shards, err := filepath.Glob(dir + "/data/*.tar.gz")
	if err != nil || len(shards) < 2 {
		t.Fatalf("shards %q, error %v", shards, err)
	}
	return dir, shards
}

// shell runs a command in the directory.
func shell(t *testing.T, dir, command string) {
	t.Helper()
	cmd := exec.Command("sh", "-euc", command)
	cmd.Dir = dir
	stacktest.Succeed(t, cmd)
}

// brokenBackups are ways to spoil a backup, as commands in its directory; $s is a shard. Then what restore is to say
// of SHARD, of ALL shards and of one FEWER: soon after midnight the points take one more.
var brokenBackups = []struct{ name, spoil, want string }{
	{"cut shard", `truncate -s 100 "$s"`, "restore: the backup is not whole: SHARD is cut, or broken\n"},
	{"flipped bit", `printf '\377' | dd of="$s" bs=1 seek=120 conv=notrunc`, "restore: the backup is not whole: SHARD is cut, or broken\n"},
	{"missing shard", `rm "$s"`, "restore: the backup is not whole: SHARD is missing\n"},
	{
		"cut before it was packed", `gzip -dc "$s" | head -c 1000 | gzip >x; mv x "$s"
		sed "/$(basename "$s")/{n;s/: [0-9]*/: 1000/}" data/*.manifest >x; mv x data/*.manifest`,
		"restore: the backup is not whole: SHARD is cut, or broken\n",
	},
	{"shard of another size", `cp "$(ls data/*.tar.gz | tail -1)" "$s"`, "restore: the backup is not whole: SHARD is cut, or broken\n"},
	{"cut metadata", `truncate -s 10 data/*.meta`, ".meta is cut, or broken\n"},
	{"no manifest", `rm data/*.manifest`, "restore: the backup is not whole: no manifest\n"},
	{"empty manifest", `truncate -s 0 data/*.manifest`, "restore: the backup is not whole: its manifest names no file\n"},
	{"no users", `rm users`, "restore: the backup is not whole: users is missing\n"},
	// Whole by its manifest: only InfluxDB finds out.
	{"broken points", `mkdir x; cd x; gzip -dc "../$s" | tar -xf -; f=$(find * -name '*.tsm')
		printf 'XXXX' | dd of="$f" bs=1 conv=notrunc; tar -cf ../y "$f"; truncate -s "$(gzip -dc "../$s" | wc -c)" ../y
		cd ..; gzip <y >"$s"; rm -r x y`, "\nrestore: points came of FEWER of the backup's shards, not of ALL\nrestore: telegraf is as it was\n"},
}

// brief is how long to wait for a shard that does not come.
const brief = "INFLUXDB_WAIT=3"

// testBroken: a backup that is not whole takes nothing away, however it is spoilt. Whole, it restores in other tests.
func (f *filled) testBroken(t *testing.T) {
	db := f.run(t)
	check := func(name, file, want string) {
		t.Helper()
		cmd := db.script("../restore", "--plain", "--replace", file)
		cmd.Env = append(cmd.Env, brief)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.HasSuffix(string(out), want) || !strings.HasPrefix(want, "\n") && strings.Count(string(out), "\n") != 1 {
			t.Errorf("%s: error %v, want %q:\n%s", name, err, want, out)
		}
		compare(t, db.content(t), f.content)
	}
	for _, c := range brokenBackups {
		dir, shards := unpacked(t, f.backup)
		shard := "data/" + filepath.Base(shards[0])
		shell(t, dir, "s="+shard+"\n"+c.spoil)
		shell(t, dir, "tar -cf ../spoilt.tar .")
		want := strings.NewReplacer("SHARD", shard, "FEWER", fmt.Sprint(len(shards)-1), "ALL", fmt.Sprint(len(shards))).Replace(c.want)
		check(c.name, filepath.Join(filepath.Dir(dir), "spoilt.tar"), want)
	}
	whole := stacktest.Read(t, f.backup)
	for _, part := range []int{3, 10} {
		stacktest.Write(t, db.file("cut.tar"), whole[:len(whole)/part])
		check(fmt.Sprint("1 of ", part), db.file("cut.tar"), "\n")
	}
}

// instead is a directory for the PATH in which influxd first runs commands of the test's; $* are its arguments.
func instead(t *testing.T, commands string) string {
	t.Helper()
	real := skiptest.Program(t, "influxd", "influxdb")
	dir := t.TempDir()
	stacktest.Write(t, filepath.Join(dir, "influxd"), fmt.Sprintf("#!/bin/sh\nset -eu\nreal=%q\n%s\nexec \"$real\" \"$@\"\n", real, commands))
	if err := os.Chmod(filepath.Join(dir, "influxd"), 0o755); err != nil {
		t.Fatal(err)
	}
	return "PATH=" + dir + ":" + os.Getenv("PATH")
}

// testInterrupted: while there is no whole copy, the live database stays; when that is gone, the copy beside it stays.
// Whatever failed or was killed, the next run ends the work.
func (f *filled) testInterrupted(t *testing.T) {
	db := f.run(t)
	other := db.file("other.tar")
	made, err := os.Stat(f.backup)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(made.ModTime().Add(time.Second))) // backups are named by the second
	stacktest.Succeed(t, db.script("../backup", "--plain", other))
	const (
		untouched = "restore: telegraf is as it was\n"
		gone      = "restore: telegraf may be gone or not whole. telegraf_restoring holds this backup, whole: run the same command again\n"
	)
	for _, c := range []struct{ when, then, want string }{
		{"*-newdb*", `"$real" "$@"; exit 1`, untouched},
		{"*-newdb*", `"$real" "$@"; kill "$PPID"; exit`, untouched},
		{"'restore '*'-db telegraf /'*", "exit 1", gone},
		{"'restore '*'-db telegraf /'*", `"$real" "$@"; kill "$PPID"; exit`, gone},
	} {
		fails := instead(t, `case "$*" in `+c.when+") "+c.then+" ;; esac")
		if out, err := db.replace(fails, f.backup); err == nil || !strings.HasSuffix(out, c.want) {
			t.Fatalf("%s) %s: error %v, want %q\n%s", c.when, c.then, err, c.want, out)
		}
		if c.want == untouched {
			compare(t, db.content(t), f.content)
			continue
		}
		copied := db.query(t, `SELECT * FROM "telegraf_restoring"."raw"./.*/`)
		if len(copied) != 1 || len(copied[0].Values) != 361 {
			t.Fatalf("%d series in the copy", len(copied))
		}
	}
	if out, err := db.replace("", other); err == nil || !strings.Contains(out, "telegraf_restoring holds another backup, whole, of a restore that ended early") {
		t.Errorf("another backup: error %v\n%s", err, out)
	}
	if out, err := db.replace("", f.backup); err != nil {
		t.Fatalf("again: %v\n%s", err, out)
	}
	compare(t, db.content(t), f.content)

	db.query(t, `CREATE DATABASE "telegraf_restoring"`)
	if out, err := db.replace("", f.backup); err == nil || !strings.Contains(out, `telegraf_restoring is there already: DROP DATABASE "telegraf_restoring" first`) {
		t.Errorf("over a database that is not its own: error %v\n%s", err, out)
	}
	db.query(t, `DROP DATABASE "telegraf_restoring"`)
	compare(t, db.content(t), f.content)
}

// replace restores over what is there, with another variable set.
func (db *stack) replace(set, backup string) (string, error) {
	cmd := db.script("../restore", "--replace", "--plain", backup)
	cmd.Env = append(cmd.Env, set)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// testWritten: what influxd backs up badly fails the backup, with a line, and leaves no file.
func (f *filled) testWritten(t *testing.T) {
	db := f.run(t)
	file := db.file("backup.tar")
	for _, c := range []struct{ how, to, want string }{
		{`truncate -s 100 "$s"`, file, ".tar.gz is cut, or broken\n"},
		{`truncate -s 100 "$s"`, "-", ".tar.gz is cut, or broken\n"}, // checked as restore does, see testBroken
		{`: >"$s"`, file, ".tar.gz is cut, or broken\n"},
		{`rm "$s"`, file, ".tar.gz is missing\n"},
		{`: >"$(ls *.manifest)"`, file, "its manifest names no file\n"},
	} {
		spoil := `case $1 in backup) "$real" "$@"; for d; do :; done; cd "$d"; s=$(ls *.tar.gz | head -1); ` + c.how + `; exit ;; esac`
		cmd := db.script("../backup", "--plain", c.to)
		cmd.Env = append(cmd.Env, instead(t, spoil))
		var stderr strings.Builder
		cmd.Stderr = &stderr
		err := cmd.Run()
		lines := strings.SplitAfter(stderr.String(), "\n")
		last := lines[max(len(lines)-2, 0)]
		if err == nil || !strings.HasPrefix(last, "backup: the backup is not whole: ") || !strings.HasSuffix(last, c.want) {
			t.Errorf("%s, to %s: error %v, want %q:\n%s", c.how, c.to, err, c.want, stderr.String())
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s leaves a backup", c.how)
		}
	}
	stacktest.Succeed(t, db.script("../backup", "--plain", file))
	if left, err := filepath.Glob(file + "*"); err != nil || !reflect.DeepEqual(left, []string{file}) {
		t.Errorf("files %q, error %v", left, err)
	}
}
