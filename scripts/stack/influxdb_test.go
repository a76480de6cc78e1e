package stack

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// influxDB is a real influxd, of which a test may use several databases.
type influxDB struct{ url string }

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
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:0"
  log-enabled = false
`

var listening = regexp.MustCompile(`msg="Listening on HTTP".* addr=(\S+)`)

func startInfluxDB(t *testing.T) *influxDB {
	t.Helper()
	path := skiptest.Program(t, "influxd", "influxdb")
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	conf := fmt.Sprintf(influxConf, file("meta"), file("data"), file("wal"))
	write(t, file("influxdb.conf"), conf)
	start(t, file("log"), exec.Command(path, "-config", file("influxdb.conf")))
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		log := read(t, file("log"))
		if m := listening.FindStringSubmatch(log); m != nil {
			return &influxDB{"http://" + m[1]}
		}
		if time.Now().After(deadline) {
			t.Fatalf("influxd does not listen:\n%s", log)
		}
	}
}

// plain asks for answers as they are: to pack small ones costs more than to send them.
var plain = &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 8}}

// series is a part of InfluxDB's answer.
type series struct {
	Name    string
	Tags    map[string]string
	Columns []string
	Values  [][]any
}

// try runs one statement, over HTTP and with times in milliseconds, as Grafana does.
func (db *influxDB) try(database, statement string) ([]series, error) {
	r, err := plain.PostForm(db.url+"/query", url.Values{"db": {database}, "epoch": {"ms"}, "q": {statement}})
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	return seriesOf(r.Body, statement)
}

// seriesOf reads InfluxDB's answer to one statement.
func seriesOf(body io.Reader, statement string) ([]series, error) {
	var answer struct {
		Error   string
		Results []struct {
			Error  string
			Series []series
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

func (db *influxDB) query(t *testing.T, database, statement string) []series {
	t.Helper()
	s, err := db.try(database, statement)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// write stores line protocol with milliseconds in a database that it makes.
func (db *influxDB) write(t *testing.T, database string, lines []string) {
	t.Helper()
	db.query(t, database, fmt.Sprintf("CREATE DATABASE %q", database))
	for part := range slices.Chunk(lines, 20000) { // InfluxDB takes 25 MB at once
		r, err := plain.Post(db.url+"/write?precision=ms&db="+database, "text/plain", strings.NewReader(strings.Join(part, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != http.StatusNoContent {
			t.Fatalf("InfluxDB refuses %d lines: %s", len(part), r.Header.Get("X-Influxdb-Error"))
		}
	}
}
