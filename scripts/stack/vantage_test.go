package stack

import (
	"bytes"
	"fmt"
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
	return db.status(t, r)
}

func (db *stack) status(t *testing.T, r *http.Request) int {
	t.Helper()
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
	add := func(name string, says ...string) (password string) {
		var out, said bytes.Buffer
		cmd := db.vantageScript("add", name)
		cmd.Stdout, cmd.Stderr = &out, &said
		err := cmd.Run()
		m := printed.FindStringSubmatch(out.String())
		if err != nil || m == nil || m[1] != name || m[2] != name || said.String() != strings.Join(says, "") {
			t.Fatalf("%s: error %v, printed %q, said %q, want %q", name, err, &out, &said, says)
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
	again := add("vantage-1", "vantage: vantage-1 had a user: its old password is void from now on, and what it writes with that is thrown away\n")
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
	stacktest.Succeed(t, db.vantageScript("remove", "v_2.example.net")) // again
	db.checkListed(t, again)
	db.checkRemoved(t)
	r, err := http.NewRequest(http.MethodPost, db.url+"/write?db=telegraf&rp=changes", strings.NewReader("dns_anycast_cloud,host=bus-1 expected=0i"))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("vantage-1", again)
	if got := db.status(t, r); got != http.StatusNoContent { // another off the list: this too InfluxDB 1.x takes, as the page says
		t.Errorf("it writes to the list: status %d", got)
	}
	if got := stacktest.Succeed(t, db.vantageScript("list")); !strings.Contains(got, "bus-1                    removed    not in 30 days\n") {
		t.Errorf("it took another off the list:\n%s", got)
	}
}

// checkListed: each name as it is, with its newest point where there is one of the last 30 days.
func (db *stack) checkListed(t *testing.T, password string) {
	t.Helper()
	month := time.Now().AddDate(0, 0, -32)
	stacktest.Succeed(t, db.vantageScript("expect", "v-old"))
	db.pointAs(t, "vantage-1", password, fmt.Sprintf("dns_anycast_cloud,cloud=a,host=v-old ipv4_asked=1i %d", month.UnixNano()))
	db.pointAs(t, "vantage-1", password, "dns_anycast_cloud,cloud=a,host=v-never ipv4_asked=1i 1700000000000000000") // beyond what is kept
	for _, host := range []string{",host=vantage-8", `,host=my\ own\ host`, `,host=q"u'o\,t"e\=`, `,host=back\slash\\ `, ",host=line\\\nfeed", ",host=red\x1b[31m\x1f", ""} {
		if got := db.pointAs(t, "vantage-1", password, "dns_anycast_cloud,cloud=a"+host+" ipv4_asked=1i"); got != http.StatusNoContent {
			t.Fatalf("host %q: status %d", host, got)
		}
	}
	got := regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`).ReplaceAllString(stacktest.Succeed(t, db.vantageScript("list")), "TIME")
	want := ""
	for _, line := range [][]any{
		{`""`, "not-listed", "TIME"},
		{`back\slash\ `, "not-listed", "TIME"},
		{"bus-1", "expected", "not in 30 days"},
		{`line\?feed`, "not-listed", "TIME"},
		{"my own host", "not-listed", "TIME"},
		{`q"u'o,t"e=`, "not-listed", "TIME"},
		{"red?[31m?", "not-listed", "TIME"},
		{"v-old", "expected", "not in 30 days"},
		{"v_2.example.net", "removed", "not in 30 days"},
		{"vantage-1", "expected", "TIME"},
		{"vantage-8", "not-listed", "TIME"},
	} {
		want += fmt.Sprintf("%-24s %-10s %s\n", line...)
	}
	if got != want {
		t.Errorf("list:\n%s\nwant\n%s", got, want)
	}
}

// checkRemoved: a name that nobody has is refused, and does not come on the list; one that is not on it, but reports, is
// taken.
func (db *stack) checkRemoved(t *testing.T) {
	t.Helper()
	before := stacktest.Succeed(t, db.vantageScript("list"))
	for name, want := range map[string]string{
		"vantage-3":       "vantage: vantage-3 is on no list and has never reported. Near it: vantage-1, vantage-8. See vantage list\n",
		"Bus-1":           "vantage: Bus-1 is on no list and has never reported. Near it: bus-1. See vantage list\n",
		"bus-1.example":   "vantage: bus-1.example is on no list and has never reported. Near it: bus-1. See vantage list\n",
		"somewhere-else":  "vantage: somewhere-else is on no list and has never reported. See vantage list\n",
		"v_2.example.ne.": "vantage: v_2.example.ne. is on no list and has never reported. Near it: v_2.example.net. See vantage list\n",
	} {
		checkWrong(t, db.vantageScript("remove", name), want)
	}
	if after := stacktest.Succeed(t, db.vantageScript("list")); after != before {
		t.Errorf("list:\n%s\nwant\n%s", after, before)
	}
	stacktest.Succeed(t, db.vantageScript("remove", "vantage-8"))
	if got := stacktest.Succeed(t, db.vantageScript("list")); !strings.Contains(got, "\nvantage-8                removed    ") {
		t.Errorf("removed, it is not on the list:\n%s", got)
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
