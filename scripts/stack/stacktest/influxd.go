package stacktest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/line-protocol/v2/lineprotocol"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// InfluxDB is a real influxd, of which a test may use several databases.
type InfluxDB struct{ URL string }

const influxConf = `
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = %[1]q
[data]
  dir = %[2]q
  wal-dir = %[3]q
  query-log-enabled = false
  index-version = "tsi1" # as in docker-compose.yml
[coordinator]
  write-timeout = "1m" # it is the last in line for a processor
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:0"
  log-enabled = false
`

var listening = regexp.MustCompile(`msg="Listening on HTTP".* addr=(\S+)`)

// StartInfluxDB runs an influxd without users until the test ends.
func StartInfluxDB(t *testing.T) *InfluxDB {
	t.Helper()
	path := skiptest.Program(t, "influxd", "influxdb")
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	conf := fmt.Sprintf(influxConf, file("meta"), file("data"), file("wal"))
	Write(t, file("influxdb.conf"), conf)
	Start(t, file("log"), exec.Command(path, "-config", file("influxdb.conf")))
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		log := Read(t, file("log"))
		if m := listening.FindStringSubmatch(log); m != nil {
			return &InfluxDB{"http://" + m[1]}
		}
		if time.Now().After(deadline) {
			t.Fatalf("influxd does not listen:\n%s", log)
		}
	}
}

// plain asks for answers as they are: to pack small ones costs more than to send them.
var plain = &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 8}}

// Series is a part of InfluxDB's answer.
type Series struct {
	Name    string
	Tags    map[string]string
	Columns []string
	Values  [][]any
}

// Try runs one statement, over HTTP and with times in milliseconds, as Grafana does.
func (db *InfluxDB) Try(database, statement string) ([]Series, error) {
	r, err := plain.PostForm(db.URL+"/query", url.Values{"db": {database}, "epoch": {"ms"}, "q": {statement}})
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	return SeriesOf(r.Body, statement)
}

// SeriesOf reads InfluxDB's answer to one statement.
func SeriesOf(body io.Reader, statement string) ([]Series, error) {
	var answer struct {
		Error   string
		Results []struct {
			Error  string
			Series []Series
		}
	}
	if err := json.NewDecoder(body).Decode(&answer); err != nil {
		return nil, err
	}
	if len(answer.Results) != 1 || answer.Error+answer.Results[0].Error != "" {
		return nil, fmt.Errorf("%s: %+v", statement, answer)
	}
	return answer.Results[0].Series, nil
}

// Query is Try, whose error fails the test.
func (db *InfluxDB) Query(t *testing.T, database, statement string) []Series {
	t.Helper()
	s, err := db.Try(database, statement)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Write stores line protocol with milliseconds in a database that it makes.
func (db *InfluxDB) Write(t *testing.T, database string, lines []string) {
	t.Helper()
	db.Make(t, database)
	db.write(t, database, "", lines)
}

// Make makes a database, with the retention policies of what is kept.
func (db *InfluxDB) Make(t *testing.T, database string) {
	t.Helper()
	db.Query(t, database, fmt.Sprintf("CREATE DATABASE %q", database))
	for _, kept := range []string{"slo", "changes"} {
		db.Query(t, database, fmt.Sprintf("CREATE RETENTION POLICY %q ON %q DURATION 1825d REPLICATION 1 SHARD DURATION 30d", kept, database))
	}
}

// Keep stores line protocol with milliseconds in a retention policy of a database that is there: slo or changes.
func (db *InfluxDB) Keep(t *testing.T, database, policy string, lines []string) {
	t.Helper()
	db.write(t, database, "&rp="+policy, lines)
}

func (db *InfluxDB) write(t *testing.T, database, policy string, lines []string) {
	t.Helper()
	for part := range slices.Chunk(lines, 20000) { // InfluxDB takes 25 MB at once
		r, err := plain.Post(db.URL+"/write?precision=ms&db="+database+policy, "text/plain", strings.NewReader(strings.Join(part, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != http.StatusNoContent {
			t.Fatalf("InfluxDB refuses %d lines: %s", len(part), r.Header.Get("X-Influxdb-Error"))
		}
	}
}

// Lines are all points of a database's default retention policy as line protocol with milliseconds, numbers as floats.
func (db *InfluxDB) Lines(t *testing.T, database string) (lines []string) {
	t.Helper()
	for _, s := range db.Query(t, database, `SELECT * FROM /.*/ GROUP BY *`) {
		for _, row := range s.Values {
			lines = append(lines, s.line(t, row))
		}
	}
	return lines
}

// line is a row of a series as it may have been written.
func (s Series) line(t *testing.T, row []any) string {
	t.Helper()
	var e lineprotocol.Encoder
	e.SetPrecision(lineprotocol.Millisecond)
	e.StartLine(s.Name)
	for _, tag := range slices.Sorted(maps.Keys(s.Tags)) {
		if s.Tags[tag] != "" {
			e.AddTag(tag, s.Tags[tag])
		}
	}
	for i, value := range row {
		if i > 0 && value != nil {
			e.AddField(s.Columns[i], lineprotocol.MustNewValue(value))
		}
	}
	e.EndLine(time.UnixMilli(int64(row[0].(float64))))
	if e.Err() != nil {
		t.Fatal(e.Err())
	}
	return strings.TrimSuffix(string(e.Bytes()), "\n")
}
