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
)

// unpacked is a directory with what a backup holds, and its shards, the first one first.
func unpacked(t *testing.T, backup string) (dir string, shards []string) {
	t.Helper()
	dir = t.TempDir()
	succeed(t, exec.Command("tar", "-C", dir, "-xf", backup))
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
	succeed(t, cmd)
}

// brokenBackups are ways to spoil a backup, as commands in its directory; $s is a shard. Then what restore is to say.
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
		cd ..; gzip <y >"$s"; rm -r x y`, "\nrestore: points came of 1 of the backup's shards, not of 2\nrestore: telegraf is as it was\n"},
}

// A backup that is not whole takes nothing away, however it is spoilt.
func TestReplaceKeepsPoints(t *testing.T) {
	t.Parallel()
	db := filled(t)
	before := db.content(t)
	backup := db.file("backup.tar")
	succeed(t, db.script("../backup", "--plain", backup))
	check := func(name, file, want string) {
		t.Helper()
		out, err := db.script("../restore", "--plain", "--replace", file).CombinedOutput()
		if err == nil || !strings.HasSuffix(string(out), want) || !strings.HasPrefix(want, "\n") && strings.Count(string(out), "\n") != 1 {
			t.Errorf("%s: error %v, want %q:\n%s", name, err, want, out)
		}
		compare(t, db.content(t), before)
	}
	for _, c := range brokenBackups {
		dir, shards := unpacked(t, backup)
		shard := "data/" + filepath.Base(shards[0])
		shell(t, dir, "s="+shard+"\n"+c.spoil)
		shell(t, dir, "tar -cf ../spoilt.tar .")
		check(c.name, filepath.Join(filepath.Dir(dir), "spoilt.tar"), strings.ReplaceAll(c.want, "SHARD", shard))
	}
	whole, err := os.Stat(backup)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []int64{3, 10} {
		write(t, db.file("cut.tar"), read(t, backup)[:whole.Size()/part])
		check(fmt.Sprint("1 of ", part), db.file("cut.tar"), "\n")
	}
	succeed(t, db.script("../restore", "--replace", "--plain", backup))
	compare(t, db.content(t), before)
}

// instead is a directory for the PATH in which influxd first runs commands of the test's; $* are its arguments.
func instead(t *testing.T, commands string) string {
	t.Helper()
	real := skiptest.Program(t, "influxd", "influxdb")
	dir := t.TempDir()
	write(t, filepath.Join(dir, "influxd"), fmt.Sprintf("#!/bin/sh\nset -eu\nreal=%q\n%s\nexec \"$real\" \"$@\"\n", real, commands))
	if err := os.Chmod(filepath.Join(dir, "influxd"), 0o755); err != nil {
		t.Fatal(err)
	}
	return "PATH=" + dir + ":" + os.Getenv("PATH")
}

// When the live database is gone and its restore fails, the copy beside it stays, and the next run ends the work.
func TestReplaceInterrupted(t *testing.T) {
	t.Parallel()
	db := filled(t)
	before := db.content(t)
	backup, other := db.file("backup.tar"), db.file("other.tar")
	succeed(t, db.script("../backup", "--plain", other))
	time.Sleep(time.Second) // backups are named by the second
	succeed(t, db.script("../backup", "--plain", backup))
	restore := func(path string, arguments ...string) (string, error) {
		cmd := db.script("../restore", append(arguments, "--plain", backup)...)
		cmd.Env = append(cmd.Env, path)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}

	out, err := restore(instead(t, `case "$*" in *-newdb*) "$real" "$@"; exit 1 ;; esac`), "--replace")
	if err == nil || !strings.HasSuffix(out, "\nrestore: telegraf is as it was\n") {
		t.Errorf("the copy fails: error %v\n%s", err, out)
	}
	compare(t, db.content(t), before)

	fails := instead(t, `case "$*" in *-newdb*) ;; restore*) exit 1 ;; esac`)
	for range 2 {
		out, err = restore(fails, "--replace")
		if want := "restore: telegraf may be gone or not whole. telegraf_restoring holds this backup, whole: run the same command again\n"; err == nil ||
			!strings.HasSuffix(out, want) {
			t.Fatalf("the live one fails: error %v, want %q\n%s", err, want, out)
		}
		copied := db.query(t, `SELECT * FROM "telegraf_restoring"."raw"./.*/`)
		if len(copied) != 1 || len(copied[0].Values) != 361 {
			t.Fatalf("%d series in the copy", len(copied))
		}
	}

	out, err = db.scriptOutput("../restore", "--plain", "--replace", other)
	if err == nil || !strings.Contains(out, "telegraf_restoring holds another backup, whole, of a restore that ended early") {
		t.Errorf("another backup: error %v\n%s", err, out)
	}
	if out, err = restore("A=b", "--replace"); err != nil {
		t.Fatalf("again: %v\n%s", err, out)
	}
	compare(t, db.content(t), before)

	db.query(t, `CREATE DATABASE "telegraf_restoring"`)
	out, err = restore("A=b", "--replace")
	if err == nil || !strings.Contains(out, `telegraf_restoring is there already: DROP DATABASE "telegraf_restoring" first`) {
		t.Errorf("over a database that is not its own: error %v\n%s", err, out)
	}
	db.query(t, `DROP DATABASE "telegraf_restoring"`)
	compare(t, db.content(t), before)
}

func (db *stack) scriptOutput(name string, arguments ...string) (string, error) {
	out, err := db.script(name, arguments...).CombinedOutput()
	return string(out), err
}

// Killed in the midst of it, restore says what state it leaves; what had come of a copy is dropped.
func TestReplaceKilled(t *testing.T) {
	t.Parallel()
	db := filled(t)
	before := db.content(t)
	backup := db.file("backup.tar")
	succeed(t, db.script("../backup", "--plain", backup))
	for _, c := range []struct{ when, want string }{
		{"*-newdb*", "restore: telegraf is as it was\n"},
		{"'restore '*'-db telegraf /'*", "telegraf_restoring holds this backup, whole: run the same command again\n"},
	} {
		cmd := db.script("../restore", "--replace", "--plain", backup)
		cmd.Env = append(cmd.Env, instead(t, `case "$*" in `+c.when+`) "$real" "$@"; kill "$PPID"; exit ;; esac`))
		if out, err := cmd.CombinedOutput(); err == nil || !strings.HasSuffix(string(out), c.want) {
			t.Errorf("%s: error %v, want %q:\n%s", c.when, err, c.want, out)
		}
	}
	succeed(t, db.script("../restore", "--replace", "--plain", backup))
	compare(t, db.content(t), before)
}

// What influxd backs up badly fails the backup, with a line, and leaves no file.
func TestBackupIsWhole(t *testing.T) {
	t.Parallel()
	db := filled(t)
	file := db.file("backup.tar")
	spoil := `case $1 in backup) "$real" "$@"; for d; do :; done; cd "$d"; s=$(ls *.tar.gz | head -1); %s; exit ;; esac`
	for _, c := range []struct{ how, want string }{
		{`truncate -s 100 "$s"`, ".tar.gz is cut, or broken\n"},
		{`: >"$s"`, ".tar.gz is cut, or broken\n"},
		{`rm "$s"`, ".tar.gz is missing\n"},
		{`: >"$(ls *.manifest)"`, "its manifest names no file\n"},
	} {
		for _, to := range []string{file, "-"} {
			cmd := db.script("../backup", "--plain", to)
			cmd.Env = append(cmd.Env, instead(t, fmt.Sprintf(spoil, c.how)))
			var stderr strings.Builder
			cmd.Stderr = &stderr
			err := cmd.Run()
			lines := strings.SplitAfter(stderr.String(), "\n")
			if last := lines[max(len(lines)-2, 0)]; err == nil || !strings.HasPrefix(last, "backup: the backup is not whole: ") || !strings.HasSuffix(last, c.want) {
				t.Errorf("%s, to %s: error %v, want %q:\n%s", c.how, to, err, c.want, stderr.String())
			}
			if _, err := os.Stat(file); err == nil {
				t.Errorf("%s leaves a backup", c.how)
			}
		}
	}
	succeed(t, db.script("../backup", "--plain", file))
	if left, err := filepath.Glob(file + "*"); err != nil || !reflect.DeepEqual(left, []string{file}) {
		t.Errorf("files %q, error %v", left, err)
	}
}
