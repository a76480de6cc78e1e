package stack

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// trial is restore --try, of which start begins the InfluxDB. It knows the address of the one that runs.
func (db *stack) trial(t *testing.T, start, file string, set ...string) *exec.Cmd {
	t.Helper()
	cmd := db.script("../restore", "--try", "--start", start, file)
	cmd.Env = append(cmd.Env, "INFLUXDB_TRY_URL=http://"+stacktest.FreePort(t), "INFLUXDB_TRY_RPC="+stacktest.FreePort(t),
		"INFLUXDB_CONFIG_PATH="+db.file("influxdb.conf"))
	cmd.Env = append(cmd.Env, set...)
	return cmd
}

// testTaken: what listens already where a trial is to be, is never taken for the one that was begun.
func (f *filled) testTaken(t *testing.T) {
	db := startStack(t)
	db.query(t, `DROP DATABASE "telegraf"`)
	const hint = `: INFLUXDB_TRY_URL and INFLUXDB_TRY_RPC may name other addresses\n$`
	for set, want := range map[string]string{
		"INFLUXDB_TRY_URL=" + db.url: `^restore: ` + db.url + `/ping is taken \(it answers\)` + hint,
		"INFLUXDB_TRY_RPC=" + db.rpc: `^restore: http://` + db.rpc + `/ is taken \(curl: .*\)` + hint,
	} {
		if out, err := db.trial(t, "influxd", f.backup, set).CombinedOutput(); err == nil || !regexp.MustCompile(want).Match(out) {
			t.Errorf("%s: error %v, want %s\n%s", set, err, want, out)
		}
		if out, err := f.run(t).keep(t, set).CombinedOutput(); err == nil || !regexp.MustCompile(`addresses\nbackup: \S+\.untried is whole, but could not be tried: restore says why\n$`).Match(out) {
			t.Errorf("backup --keep, %s: error %v\n%s", set, err, out)
		}
	}
	stopped := db.script("../restore", "--start", "influxd", f.backup)
	stopped.Env = append(stopped.Env, "INFLUXDB_CONFIG_PATH="+db.file("influxdb.conf"))
	if out, err := stopped.CombinedOutput(); err == nil || !strings.HasSuffix(string(out), "/ping is taken (it answers): stop the InfluxDB there first\n") {
		t.Errorf("restore --start beside one that runs: error %v\n%s", err, out)
	}
	if all := fmt.Sprint(db.query(t, "SHOW DATABASES")); strings.Contains(all, "telegraf") {
		t.Errorf("the one that runs holds %s", all)
	}
	// Without addresses of its own it is not begun at that of the one that runs.
	unset := db.script("../restore", "--try", "--start", "/bin/false", f.backup)
	if out, err := unset.CombinedOutput(); err == nil || !regexp.MustCompile(`^restore: (no InfluxDB: /bin/false ended with status 1|http://127\.0\.0\.1:809[68]/.* is taken .*)\n$`).Match(out) {
		t.Errorf("without addresses: error %v\n%s", err, out)
	}
}

// testEnded: an InfluxDB that ends is told at once, and nobody who listens there afterwards is taken for it.
func (f *filled) testEnded(t *testing.T) {
	db := newStack(t)
	began := time.Now()
	out, err := db.trial(t, "/bin/false", f.backup).CombinedOutput()
	if err == nil || string(out) != "restore: no InfluxDB: /bin/false ended with status 1\n" {
		t.Errorf("error %v\n%s", err, out)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it takes %v", took)
	}

	address, begun, start := stacktest.FreePort(t), db.file("begun"), db.file("start")
	stacktest.Write(t, start, fmt.Sprintf("touch %q; exit 7\n", begun))
	ended := db.trial(t, "sh "+start, f.backup, "INFLUXDB_TRY_URL=http://"+address)
	other := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ping" {
			t.Errorf("it is asked for %s", r.URL)
		}
		w.WriteHeader(http.StatusNoContent)
	})}
	go func() {
		for {
			if _, err := os.Stat(begun); err == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if l, err := net.Listen("tcp", address); err == nil {
			other.Serve(l)
		}
	}()
	defer other.Close()
	out, err = ended.CombinedOutput()
	if err == nil || !strings.HasSuffix(string(out), " ended with status 7\n") {
		t.Errorf("another one that answers: error %v\n%s", err, out)
	}
}

// testKilled: an InfluxDB that ends during a trial blames no backup.
func (f *filled) testKilled(t *testing.T) {
	db := newStack(t)
	pid, start := db.file("pid"), db.file("start")
	stacktest.Write(t, start, fmt.Sprintf("echo $$ >%q; exec influxd\n", pid))
	kills := instead(t, fmt.Sprintf(`case ${1-} in restore) kill -9 "$(cat %q)"; exit 1 ;; esac`, pid))
	trial := db.trial(t, "sh "+start, f.backup, kills)
	out, err := trial.CombinedOutput()
	if want := regexp.MustCompile(`\nrestore: sh \S+ ended with status 137: is there room in \S+, and memory\?\n$`); trial.ProcessState.ExitCode() != 1 || !want.Match(out) {
		t.Errorf("error %v, want %s\n%s", err, want, out)
	}
}

// testCramped: where TMPDIR is too small for a trial, that is what is said, with a status that blames no backup.
func (f *filled) testCramped(t *testing.T) {
	skiptest.Namespaces(t, exec.Command("unshare", "-m", "true").Run())
	db := newStack(t)
	info, err := os.Stat(f.backup)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kib  int64
		want string
	}{
		{8, `^restore: no room to unpack the backup in \S+\n$`},
		{info.Size()/1024 + 16, `^restore: no room for the trial in \S+: it takes \d+ KiB\n$`},
	} {
		trial := db.trial(t, "influxd", f.backup)
		in := t.TempDir()
		cmd := exec.Command("unshare", append([]string{
			"-m", "--propagation", "private", "sh", "-ec",
			`mount -t tmpfs -o size="$1"k tmpfs "$2"; export TMPDIR="$2"; shift 2; exec "$@"`, "sh", fmt.Sprint(c.kib), in,
		}, trial.Args...)...)
		cmd.Env = trial.Env
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != 1 || !regexp.MustCompile(c.want).Match(out) {
			t.Errorf("%d KiB: error %v, want %s\n%s", c.kib, err, c.want, out)
		}
	}
}
