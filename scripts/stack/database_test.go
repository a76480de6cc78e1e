package stack

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// stack is an influxd with users, made by influxdb/setup, that a test may stop and start again on its data.
type stack struct {
	dir, url, rpc string
	environment   []string // of influxd, beside the test's own
	client        *http.Client
	starts        int
	*stacktest.Process
}

// Passwords with what shells, curl and InfluxQL take as theirs.
var passwords = map[string]string{"admin": `a"d\m 'n$x`, "telegraf": `w'r"\t`, "grafana": "r&e=a+d"}

const stackConf = `
reporting-disabled = true
bind-address = %[2]q
[meta]
  dir = "%[1]s/meta"
[data]
  dir = "%[1]s/data"
  wal-dir = "%[1]s/wal"
  query-log-enabled = false
  index-version = "tsi1" # as in docker-compose.yml
[monitor]
  store-enabled = false
[http]
  bind-address = %[3]q
  auth-enabled = true
  log-enabled = false
[continuous_queries]
  run-interval = "100ms"
  log-enabled = false
`

// newStack returns one that does not run yet.
func newStack(t *testing.T) *stack {
	t.Helper()
	skiptest.Program(t, "influxd", "influxdb")
	skiptest.Program(t, "curl", "curl")
	address := stacktest.FreePort(t)
	db := &stack{dir: t.TempDir(), url: "http://" + address, rpc: stacktest.FreePort(t), client: http.DefaultClient}
	stacktest.Write(t, db.file("influxdb.conf"), fmt.Sprintf(stackConf, db.dir, db.rpc, address))
	return db
}

func startStack(t *testing.T) *stack {
	t.Helper()
	db := newStack(t)
	db.run(t)
	db.setup(t, stacktest.Shipped("influxdb/setup"))
	return db
}

func (db *stack) file(name string) string { return filepath.Join(db.dir, name) }

func (db *stack) run(t *testing.T) {
	t.Helper()
	db.starts++
	cmd := exec.Command("influxd", "-config", db.file("influxdb.conf"))
	cmd.Env = append(os.Environ(), db.environment...)
	db.Process = stacktest.Start(t, db.file(fmt.Sprintf("log%d", db.starts)), cmd)
	stacktest.Eventually(t, db.Process, "an answer of influxd", func() bool {
		r, err := db.client.Get(db.url + "/ping")
		if err == nil {
			r.Body.Close()
		}
		return err == nil
	})
}

// script is a command that knows this InfluxDB and every password.
func (db *stack) script(name string, arguments ...string) *exec.Cmd {
	cmd := exec.Command(name, arguments...)
	cmd.Env = append(os.Environ(), "INFLUXDB_URL="+db.url, "INFLUXDB_RPC="+db.rpc,
		"INFLUXDB_ADMIN_PASSWORD="+passwords["admin"],
		"INFLUXDB_WRITE_PASSWORD="+passwords["telegraf"], "INFLUXDB_READ_PASSWORD="+passwords["grafana"])
	return cmd
}

func (db *stack) setup(t *testing.T, file string) {
	t.Helper()
	stacktest.Succeed(t, db.script(file))
}

// try runs one statement as a user. Times are in milliseconds.
func (db *stack) try(user, statement string) ([]stacktest.Series, error) {
	form := url.Values{"db": {"telegraf"}, "epoch": {"ms"}, "q": {statement}}
	r, err := db.as(user, "/query", form.Encode(), "application/x-www-form-urlencoded")
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	return stacktest.SeriesOf(r.Body, statement)
}

func (db *stack) as(user, path, body, kind string) (*http.Response, error) {
	r, err := http.NewRequest(http.MethodPost, db.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", kind)
	r.SetBasicAuth(user, passwords[user])
	return db.client.Do(r)
}

func (db *stack) query(t *testing.T, statement string) []stacktest.Series {
	t.Helper()
	s, err := db.try("admin", statement)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// writeAs returns InfluxDB's status for lines with milliseconds.
func (db *stack) writeAs(t *testing.T, user, database string, lines ...string) int {
	t.Helper()
	r, err := db.as(user, "/write?precision=ms&db="+database, strings.Join(lines, "\n"), "text/plain")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	return r.StatusCode
}

// number is the answer to a query for one value.
func (db *stack) number(t *testing.T, statement string) float64 {
	t.Helper()
	s := db.query(t, statement)
	if len(s) != 1 || len(s[0].Values) != 1 || len(s[0].Values[0]) != 2 {
		t.Fatalf("%s: %v", statement, s)
	}
	return s[0].Values[0][1].(float64)
}

// points returns everything in a retention policy, in the shape of parseLines.
func (db *stack) points(t *testing.T, policy string) []string {
	t.Helper()
	var all []string
	for _, s := range db.query(t, fmt.Sprintf(`SELECT * FROM "telegraf".%q./.*/ GROUP BY *`, policy)) {
		for _, row := range s.Values {
			if s.Name == telegrafsOwn {
				break
			}
			var parts []string
			for name, value := range s.Tags {
				if value != "" { // as a missing tag is shown
					parts = append(parts, name+"="+value)
				}
			}
			for i, value := range row {
				if value != nil {
					parts = append(parts, fmt.Sprintf("%s=%v", s.Columns[i], value))
				}
			}
			slices.Sort(parts)
			all = append(all, s.Name+" "+strings.Join(parts, " "))
		}
	}
	slices.Sort(all)
	return all
}

var (
	influxLine  = regexp.MustCompile(`^(\w+),(\S+) (.*) ([0-9]+)000000$`)
	influxField = regexp.MustCompile(`(\w+)=(?:"([^"]*)"|([^,]*))`)
)

// telegrafsOwn are points that come by Telegraf's clock, whatever a test does.
const telegrafsOwn = "internal_write"

// parseLines reads what outputs.file wrote: points whose tags need no escapes. Each becomes a line.
func parseLines(t *testing.T, file string) []string {
	t.Helper()
	var all []string
	for line := range strings.Lines(stacktest.Read(t, file)) {
		if strings.HasPrefix(line, telegrafsOwn+",") {
			continue
		}
		m := influxLine.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil {
			t.Fatalf("no line protocol with milliseconds: %q", line)
		}
		parts := append(strings.Split(m[2], ","), fmt.Sprintf("time=%v", float(t, m[4])))
		for _, f := range influxField.FindAllStringSubmatch(m[3], -1) {
			if f[3] == "" {
				parts = append(parts, f[1]+"="+f[2])
			} else {
				parts = append(parts, fmt.Sprintf("%s=%v", f[1], float(t, strings.TrimSuffix(f[3], "i"))))
			}
		}
		slices.Sort(parts)
		all = append(all, m[1]+" "+strings.Join(parts, " "))
	}
	slices.Sort(all)
	return all
}

func float(t *testing.T, text string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// edited is a shipped file with changes, pairs of what stands there once and what replaces it.
func edited(t *testing.T, file string, changes ...string) string {
	t.Helper()
	text := stacktest.Read(t, stacktest.Shipped(file))
	for i := 0; i < len(changes); i += 2 {
		if n := strings.Count(text, changes[i]); n != 1 {
			t.Fatalf("%s: %q stands there %d times", file, changes[i], n)
		}
		text = strings.Replace(text, changes[i], changes[i+1], 1)
	}
	return text
}
