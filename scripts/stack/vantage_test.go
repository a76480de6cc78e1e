package stack

import (
	"bytes"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// vantageScript runs scripts/vantage.
func (db *stack) vantageScript(arguments ...string) *exec.Cmd {
	return db.script(filepath.Join(stacktest.Root(), "scripts/vantage"), append([]string{"--plain"}, arguments...)...)
}

// pointAs writes a point and returns the status.
func (db *stack) pointAs(t *testing.T, user, password, line string) int {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, db.url+"/write?db=telegraf", strings.NewReader(line))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(user, password)
	answer, err := db.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

var printed = regexp.MustCompile(`^VANTAGE=(\S+)\nINFLUXDB_WRITE_USER=(\S+)\nINFLUXDB_WRITE_PASSWORD=([0-9a-f]{32})\n$`)

// TestVantage: a user each, who may write and do nothing else, until it is removed; and a list of who is expected.
func TestVantage(t *testing.T) {
	t.Parallel()
	db := startStack(t)
	add := func(name string) (password string) {
		m := printed.FindStringSubmatch(stacktest.Succeed(t, db.vantageScript("add", name)))
		if m == nil || m[1] != name || m[2] != name {
			t.Fatalf("%s: printed %q", name, m)
		}
		return m[3]
	}
	db.checkRefused(t)
	first, other := add("vantage-1"), add("v_2.example.net")
	const line = "dns_anycast_cloud,cloud=a,host=vantage-1 ipv4_asked=1i"
	for _, c := range []struct {
		user, password string
		want           int
	}{
		{"vantage-1", first, http.StatusNoContent},
		{"v_2.example.net", other, http.StatusNoContent}, // in another's name: InfluxDB 1.x takes it, as the page says
		{"vantage-1", other, http.StatusUnauthorized},
		{"vantage-3", first, http.StatusUnauthorized},
	} {
		if got := db.pointAs(t, c.user, c.password, line); got != c.want {
			t.Errorf("%s writes: status %d, want %d", c.user, got, c.want)
		}
	}
	db.checkWriter(t, "vantage-1", first)
	again := add("vantage-1")
	if old, renewed := db.pointAs(t, "vantage-1", first, line), db.pointAs(t, "vantage-1", again, line); again == first ||
		old != http.StatusUnauthorized || renewed != http.StatusNoContent {
		t.Errorf("after a new password: status %d with the old one, %d with the new one", old, renewed)
	}
	stacktest.Succeed(t, db.vantageScript("expect", "bus-1"))
	time.Sleep(2 * time.Millisecond) // InfluxDB stamps what follows with another time
	stacktest.Succeed(t, db.vantageScript("remove", "v_2.example.net"))
	if got := db.pointAs(t, "v_2.example.net", other, line); got != http.StatusUnauthorized {
		t.Errorf("removed, it writes: status %d", got)
	}
	db.pointAs(t, "vantage-1", again, "dns_anycast_cloud,cloud=a,host=vantage-9 ipv4_asked=1i 1700000000000000000") // beyond what is kept
	db.pointAs(t, "vantage-1", again, "dns_anycast_cloud,cloud=a,host=vantage-8 ipv4_asked=1i")
	stacktest.Succeed(t, db.vantageScript("remove", "v_2.example.net")) // again
	got := regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`).ReplaceAllString(stacktest.Succeed(t, db.vantageScript("list")), "TIME")
	want := "bus-1 expected never|v_2.example.net removed never|vantage-1 expected TIME|vantage-8 not-listed TIME"
	if lines := strings.Join(strings.Fields(got), " "); lines != strings.ReplaceAll(want, "|", " ") {
		t.Errorf("list:\n%s\nwant %s", got, want)
	}
}

// checkWriter: the user may not read, change users or drop what is there.
func (db *stack) checkWriter(t *testing.T, user, password string) {
	t.Helper()
	passwords := map[string]string{user: password}
	for _, statement := range []string{
		`SELECT * FROM "dns_anycast_cloud"`, `DROP MEASUREMENT "dns_anycast_cloud"`, `CREATE DATABASE "x"`, `SHOW USERS`, `SET PASSWORD FOR "grafana" = 'x'`,
	} {
		cmd := exec.Command("curl", "-sS", "-u", user+":"+passwords[user], "--data-urlencode", "q="+statement, "--data-urlencode", "db=telegraf", db.url+"/query")
		if out := stacktest.Succeed(t, cmd); !strings.Contains(out, "error") {
			t.Errorf("%s: %s", statement, out)
		}
	}
}

// checkRefused: what would change another user, or be two words to InfluxDB.
func (db *stack) checkRefused(t *testing.T) {
	t.Helper()
	for arguments, want := range map[string]string{
		"add telegraf": "telegraf is a user of the stack's own", "remove grafana": "grafana is a user of the stack's own", "remove admin": "admin is a user",
		"add a/b": "a/b is no name: write letters", `add a"b`: "is no name", "add é": "is no name", "add -x": "-x is no name", "add a,b": "is no name",
		"add": "vantage add NAME", "": "vantage add NAME", "list x": "vantage add NAME", "invite x": "vantage add NAME",
	} {
		checkWrong(t, db.vantageScript(strings.Fields(arguments)...), want)
	}
	if users := len(db.query(t, "SHOW USERS")[0].Values); users != 3 {
		t.Errorf("%d users, want three", users)
	}
}

// checkWrong: what was asked for makes no sense.
func checkWrong(t *testing.T, cmd *exec.Cmd, want string) {
	t.Helper()
	checkFails(t, cmd, 2, want)
}

// checkFails: the command ends with the status, and says so, in one line where want is one.
func checkFails(t *testing.T, cmd *exec.Cmd, status int, want string) {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != status || !strings.Contains(string(out), want) ||
		strings.HasPrefix(want, "vantage: ") && (!strings.HasPrefix(string(out), want) || bytes.Count(out, []byte("\n")) != 1) {
		t.Errorf("%q: %v, %s, want status %d and %s", cmd.Args, err, out, status, want)
	}
}
