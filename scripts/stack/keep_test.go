package stack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// keep backs up as the timer does, into the test's directory of backups.
func (db *stack) keep(t *testing.T, set ...string) *exec.Cmd {
	t.Helper()
	cmd := db.script("../backup", "--plain", "--keep", "2", db.file("backups"))
	cmd.Env = append(cmd.Env, "INFLUXDB_TRY_URL=http://"+stacktest.FreePort(t), "INFLUXDB_TRY_RPC="+stacktest.FreePort(t),
		"INFLUXDB_CONFIG_PATH="+db.file("influxdb.conf"))
	cmd.Env = append(cmd.Env, set...)
	return cmd
}

// kept lists what is in that directory, with a T for each new time.
func (db *stack) kept(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(db.file("backups/[^.]*")) // not the lock
	if err != nil {
		t.Fatal(err)
	}
	for i := range files {
		files[i] = regexp.MustCompile(`2\d{3}-\d\d-\d\dT\d{6}Z`).ReplaceAllString(filepath.Base(files[i]), "T")
	}
	return files
}

// testKept: each backup is restored before it counts, the oldest go, and what runs is not touched; nothing else is
// removed, and a backup that cannot be restored pushes no good one out.
func (f *filled) testKept(t *testing.T) {
	db := f.run(t)
	out := stacktest.Succeed(t, db.keep(t))
	said := regexp.MustCompile(`restore: the backup can be restored: (\d+) shards, (\d+) of them with points\n` + regexp.QuoteMeta(db.file("backups")) + `/telegraf-\S+Z\.tar\n$`)
	shards := len(db.query(t, `SHOW SHARD GROUPS`)[0].Values)
	if m := said.FindStringSubmatch(out); m == nil || m[1] != m[2] || m[1] != strconv.Itoa(shards) {
		t.Errorf("of %d shards, it says\n%s", shards, out)
	}
	if out, err := db.script("../backup", "--plain", db.file("backups")).CombinedOutput(); err == nil || !strings.Contains(string(out), " is a directory: ") {
		t.Errorf("a directory: error %v\n%s", err, out)
	}
	if info, err := os.Stat(db.file("backups")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("its directory: %v, error %v", info.Mode(), err)
	}
	compare(t, db.content(t), f.content)

	for _, name := range []string{"telegraf-2025-12-31T235959Z.tar", "telegraf-2026-01-01T000000Z.tar", "other-2025-12-31T235959Z.tar", "telegraf-before-the-update.tar", "telegraf-best.tar.untried", "telegraf-2026-01-01T000000Z.tar.untried.part"} {
		stacktest.Write(t, db.file("backups/"+name), "")
	}
	// influxd takes these as a backup, and then does not restore them.
	fails := instead(t, `case ${1-} in restore) exit 1 ;; esac`)
	for range 2 {
		out, err := db.keep(t, fails).CombinedOutput()
		if err == nil || !regexp.MustCompile(`restore: influxd does not restore this backup: .*\nbackup: \S+Z\.tar\.untried is whole, but cannot be restored\n$`).Match(out) {
			t.Errorf("what cannot be restored: error %v\n%s", err, out)
		}
		if want := []string{"other-T.tar", "telegraf-T.tar", "telegraf-T.tar", "telegraf-T.tar", "telegraf-T.tar.untried", "telegraf-before-the-update.tar", "telegraf-best.tar.untried"}; !slices.Equal(db.kept(t), want) {
			t.Errorf("kept %q, want %q", db.kept(t), want)
		}
	}
	newest := strings.TrimSpace(out[strings.LastIndex(strings.TrimSpace(out), "\n")+1:])
	stacktest.Succeed(t, db.keep(t))
	if want := []string{"other-T.tar", "telegraf-T.tar", "telegraf-T.tar", "telegraf-before-the-update.tar", "telegraf-best.tar.untried"}; !slices.Equal(db.kept(t), want) {
		t.Errorf("kept %q, want %q", db.kept(t), want)
	}
	if _, err := os.Stat(newest); err != nil {
		t.Error(err)
	}
	f.keptInTheFuture(t, db)
}

// keptInTheFuture: what a clock that was ahead has named neither counts nor goes, which is told; directories are nobody's
// backups. The new one is for nobody else to read; and a second run at once is refused.
func (f *filled) keptInTheFuture(t *testing.T, db *stack) {
	t.Helper()
	before := len(db.kept(t))
	for _, year := range []string{"2098", "2099"} {
		stacktest.Write(t, db.file("backups/telegraf-"+year+"-01-01T000000Z.tar"), "")
	}
	for _, name := range []string{"telegraf-2020-01-01T000000Z.tar", "telegraf-2020-01-02T000000Z.tar.untried", "telegraf-2020-01-03T000000Z.tar.untried.part", "telegraf-2097-01-01T000000Z.tar"} {
		if err := os.Mkdir(db.file("backups/"+name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		out := stacktest.Succeed(t, db.keep(t))
		newest := strings.TrimSpace(out[strings.LastIndex(strings.TrimSpace(out), "\n")+1:])
		if info, err := os.Stat(newest); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the new one: %v, error %v", info, err)
		}
		for _, year := range []string{"2098", "2099"} {
			if told := "backup: " + db.file("backups/telegraf-"+year+"-01-01T000000Z.tar") + " is dated later than now: it does not count, and stays until you remove it\n"; strings.Count(out, told) != 1 {
				t.Errorf("it does not say %q\n%s", told, out)
			}
		}
		if now := db.kept(t); len(now) != before+6 || strings.Count(out, "dated later") != 2 {
			t.Errorf("kept %q, of %d files before\n%s", now, before, out)
		}
	}
	many := db.script("../backup", "--plain", "--keep", "99999999999999999999", db.file("backups"))
	if out, err := many.CombinedOutput(); many.ProcessState.ExitCode() != 2 || string(out) != "backup: --keep 99999999999999999999: that is more than can be counted\n" {
		t.Errorf("too many: error %v\n%s", err, out)
	}
	held := exec.Command("flock", db.file("backups/.telegraf.lock"), "../backup", "--plain", "--keep", "2", db.file("backups"))
	held.Env = db.keep(t).Env
	if out, err := held.CombinedOutput(); err == nil || string(out) != "backup: another backup of telegraf into "+db.file("backups")+" runs\n" {
		t.Errorf("two at once: error %v\n%s", err, out)
	}
}

// testTried: a trial says what is wrong, and never takes an InfluxDB that holds points for one to throw away.
func (f *filled) testTried(t *testing.T) {
	db := f.run(t)
	try := func(file string) (string, error) {
		cmd := db.trial(t, "influxd", file, brief)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := try(f.backup); err != nil {
		t.Errorf("error %v\n%s", err, out)
	}
	dir, shards := unpacked(t, f.backup)
	last := brokenBackups[len(brokenBackups)-1] // only InfluxDB finds out
	shell(t, dir, "s=data/"+filepath.Base(shards[0])+"\n"+last.spoil+"\ntar -cf ../spoilt.tar .")
	want := fmt.Sprintf("restore: points came of %d of the backup's shards, not of %d\n", len(shards)-1, len(shards))
	if out, err := try(filepath.Join(filepath.Dir(dir), "spoilt.tar")); err == nil || !strings.HasSuffix(out, want) {
		t.Errorf("%s: error %v, want %q\n%s", last.name, err, want, out)
	}
	for _, arguments := range [][]string{{"--try", "--plain", f.backup}, {"--try", "--replace", f.backup}, {"--keep", "0", dir}, {"--keep", "x", dir}, {"--keep", "2", "-"}, {"--keep", "2"}, {"--keep", "", dir}} {
		script := "../restore"
		if arguments[0] == "--keep" {
			script = "../backup"
		}
		if out, err := db.script(script, arguments...).CombinedOutput(); err == nil || !strings.Contains(string(out), "Environment: as for") && !strings.Contains(string(out), "FILE may be - for stdout") {
			t.Errorf("%q: error %v\n%s", arguments, err, out)
		}
	}
	compare(t, db.content(t), f.content)
}

// testKeptComposed: in containers the trial is one of its own, beside the one that runs.
func (f *filled) testKeptComposed(t *testing.T) {
	db := f.run(t)
	dir := t.TempDir()
	said := filepath.Join(dir, "said")
	beside := strings.Replace(fmt.Sprintf(fakeCompose, said, db.Cmd.Process.Pid, db.file("influxdb.conf")), "case $1 in\n",
		fmt.Sprintf("if [ \"$1\" = run ]; then export INFLUXDB_TRY_URL=http://%s INFLUXDB_TRY_RPC=%s; fi\ncase $1 in\n", stacktest.FreePort(t), stacktest.FreePort(t)), 1)
	stacktest.Write(t, filepath.Join(dir, "compose"), beside)
	cmd := db.script("../backup", "--keep", "2", db.file("backups"))
	cmd.Env = append(cmd.Env, "COMPOSE=sh "+filepath.Join(dir, "compose"))
	stacktest.Succeed(t, cmd)
	if want := []string{"telegraf-T.tar"}; !slices.Equal(db.kept(t), want) {
		t.Errorf("kept %q, want %q", db.kept(t), want)
	}
	const told = `exec -T influxdb sh /scripts/backup --plain -
run --rm -T --no-deps influxdb sh /scripts/restore --try --start influxd -
`
	if got := stacktest.Read(t, said); got != told {
		t.Errorf("compose was told\n%swant\n%s", got, told)
	}
	compare(t, db.content(t), f.content)
}
