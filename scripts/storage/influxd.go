package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// influxd is a process of its own, whose files go when it ends.
type influxd struct {
	dir, url string
	cmd      *exec.Cmd
}

// The index on disk, as in docker-compose.yml. What is in memory goes to disk at once, and is compacted fully soon.
const conf = `
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "%[1]s/meta"
[data]
  dir = "%[1]s/data"
  wal-dir = "%[1]s/wal"
  index-version = "tsi1"
  query-log-enabled = false
  cache-snapshot-write-cold-duration = "1s"
  compact-full-write-cold-duration = "1s"
[monitor]
  store-enabled = false
[http]
  bind-address = %[2]q
  log-enabled = false
[continuous_queries]
  enabled = false
`

func startInfluxd(ctx context.Context) (*influxd, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	l.Close()
	db := &influxd{url: "http://" + address}
	if db.dir, err = os.MkdirTemp("", "storage-influxd-"); err != nil {
		return nil, err
	}
	file := filepath.Join(db.dir, "influxdb.conf")
	if err := os.WriteFile(file, fmt.Appendf(nil, conf, db.dir, address), 0o600); err != nil {
		return nil, errors.Join(err, os.RemoveAll(db.dir))
	}
	db.cmd = exec.CommandContext(ctx, program(), "-config", file)
	if err := db.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("%w (Debian package influxdb)", err), os.RemoveAll(db.dir))
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		r, err := http.Get(db.url + "/ping")
		if err == nil {
			r.Body.Close()
			return db, nil
		}
		if time.Now().After(deadline) {
			return nil, errors.Join(err, db.close())
		}
	}
}

func program() string {
	if other := os.Getenv("INFLUXD"); other != "" {
		return other
	}
	return "influxd"
}

func (db *influxd) close() error {
	db.cmd.Process.Kill()
	db.cmd.Wait() // killed: its status says nothing
	return os.RemoveAll(db.dir)
}

// setup runs what schema.iql says, but for the users.
func (db *influxd) setup() error {
	text, err := os.ReadFile(schema)
	if err != nil {
		return err
	}
	text = regexp.MustCompile(`(?m)^--.*\n`).ReplaceAll(text, nil)
	for statement := range strings.SplitSeq(string(text), ";") {
		if statement = strings.TrimSpace(statement); statement == "" || strings.HasPrefix(statement, "GRANT") {
			continue
		}
		if _, err := db.query(statement); err != nil {
			return err
		}
	}
	return nil
}

// downsample does what the continuous query does, for some whole hours at once.
func (db *influxd) downsample(from time.Time, hours int) error {
	text, err := os.ReadFile(schema)
	if err != nil {
		return err
	}
	m := regexp.MustCompile(`(?s)BEGIN\s+(SELECT.*)(GROUP BY time\(1h\), \*)\s+END`).FindSubmatch(text)
	if m == nil {
		return fmt.Errorf("%s: no continuous query", schema)
	}
	_, err = db.query(fmt.Sprintf("%s WHERE time >= '%s' AND time < '%s' %s", m[1], from.Format(time.RFC3339),
		from.Add(time.Duration(hours)*time.Hour).Format(time.RFC3339), m[2]))
	return err
}

// query returns the first value of the answer's first row, after its time.
func (db *influxd) query(statement string) (value any, err error) {
	r, err := http.PostForm(db.url+"/query", url.Values{"q": {statement}})
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	var answer struct {
		Error   string
		Results []struct {
			Error  string
			Series []struct{ Values [][]any }
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
		return nil, err
	}
	if len(answer.Results) != 1 || answer.Error+answer.Results[0].Error != "" {
		return nil, fmt.Errorf("%s: %+v", statement, answer)
	}
	if s := answer.Results[0].Series; len(s) > 0 && len(s[0].Values) > 0 {
		row := s[0].Values[0]
		return row[len(row)-1], nil
	}
	return nil, nil
}

func (db *influxd) count(statement string) (int, error) {
	value, err := db.query(statement)
	n, ok := value.(float64)
	if err == nil && !ok {
		err = fmt.Errorf("%s: %v is no number", statement, value)
	}
	return int(n), err
}

// write stores lines as Telegraf does: a thousand at a time, compressed, one batch after the other.
func (db *influxd) write(lines func(func(string) bool)) (err error) {
	batch, n := &bytes.Buffer{}, 0
	flush := func() bool {
		err = db.post(batch.Bytes())
		batch.Reset()
		n = 0
		return err == nil
	}
	lines(func(line string) bool {
		batch.WriteString(line)
		batch.WriteByte('\n')
		n++
		return n < 1000 || flush()
	})
	if err == nil && n > 0 {
		flush()
	}
	return err
}

func (db *influxd) post(lines []byte) error {
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	if _, err := z.Write(lines); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	r, err := http.NewRequest(http.MethodPost, db.url+"/write?db=telegraf", &body)
	if err != nil {
		return err
	}
	r.Header.Set("Content-Encoding", "gzip")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		text, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("write: %s: %s", answer.Status, text)
	}
	return nil
}

// compacted waits until nothing is left to compact, and returns the bytes of points by retention policy.
func (db *influxd) compacted() (raw, hourly int64, err error) {
	var last string
	for since := time.Now(); time.Since(since) < 8*time.Second; time.Sleep(100 * time.Millisecond) {
		files, err := filepath.Glob(db.dir + "/*/telegraf/*/*/*.*")
		if err != nil {
			return 0, 0, err
		}
		state := strings.Join(files, " ")
		for _, file := range files {
			if i, err := os.Stat(file); err == nil { // it may be gone by now
				state += fmt.Sprint(i.Size(), " ")
			}
		}
		if state != last {
			last, since = state, time.Now()
		}
	}
	if raw, err = size(db.dir + "/data/telegraf/raw"); err != nil {
		return 0, 0, err
	}
	hourly, err = size(db.dir + "/data/telegraf/hourly")
	return raw, hourly, err
}

// size is that of a directory's files of points.
func size(dir string) (n int64, err error) {
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // nothing was ever downsampled
			return nil
		}
		if err != nil || filepath.Ext(path) != ".tsm" {
			return err
		}
		i, err := e.Info()
		n += i.Size()
		return err
	})
	return n, err
}

func machine() string {
	version := "influxd"
	if out, err := exec.Command(program(), "version").Output(); err == nil {
		version = strings.TrimSpace(string(out))
	}
	return fmt.Sprintf("%s, %d processors, one writer, %s/%s.", version, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
}
