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
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
)

// Metrics is a real store that is asked in PromQL.
type Metrics struct {
	Name, URL string
	Dir       string // where its data lie
	flush     string // what makes points seen that were just written; empty: they are

	ClosedRanges bool // whether a point at the very beginning of a range is within it
}

// The time that stores look back for what comes late, and keep what they have: situations are of any day.
const ever = "100y"

// StartVictoriaMetrics runs one until the test ends.
func StartVictoriaMetrics(t *testing.T) *Metrics {
	t.Helper()
	path, address, dir := skiptest.Program(t, "victoria-metrics", "victoria-metrics"), FreePort(t), t.TempDir()
	m := &Metrics{
		Name: "VictoriaMetrics", URL: "http://" + address, Dir: filepath.Join(dir, "data"), flush: "/internal/force_flush",
	}
	m.start(t, filepath.Join(dir, "log"), exec.Command(path,
		"-storageDataPath", m.Dir, "-httpListenAddr", address, "-retentionPeriod", ever,
		"-search.latencyOffset", "0s", "-dedup.minScrapeInterval", "1ms", "-search.disableCache", "-memory.allowedBytes", "256MB", "-loggerLevel", "WARN"))
	return m
}

// StartPrometheus runs one without rules until the test ends.
func StartPrometheus(t *testing.T) *Metrics {
	t.Helper()
	path, address, dir := skiptest.Program(t, "prometheus", "prometheus"), FreePort(t), t.TempDir()
	Write(t, filepath.Join(dir, "prometheus.yml"), "storage:\n  tsdb:\n    out_of_order_time_window: "+ever+"\n")
	m := &Metrics{Name: "Prometheus", URL: "http://" + address, Dir: filepath.Join(dir, "data"), ClosedRanges: true}
	m.start(t, filepath.Join(dir, "log"), exec.Command(path,
		"--config.file", filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path", m.Dir, "--web.enable-admin-api",
		"--web.listen-address", address, "--web.enable-remote-write-receiver", "--storage.tsdb.retention.time", ever,
		"--log.level", "warn"))
	return m
}

// start waits until the store answers.
func (m *Metrics) start(t *testing.T, log string, cmd *exec.Cmd) {
	t.Helper()
	p := Start(t, log, cmd)
	Eventually(t, p, "an answer of "+m.Name, func() bool {
		r, err := plain.Get(m.URL + "/-/ready")
		if err != nil {
			return false
		}
		r.Body.Close()
		return r.StatusCode == http.StatusOK
	})
}

// Flush makes points seen that were just written.
func (m *Metrics) Flush() error {
	if m.flush == "" {
		return nil
	}
	r, err := plain.Get(m.URL + m.flush)
	if err != nil {
		return err
	}
	return r.Body.Close()
}

// Row is a series of an answer: its labels, and its values in the order of their times.
type Row struct {
	Labels map[string]string `json:"metric"`
	Value  *Sample           `json:"value"`
	Values []Sample          `json:"values"`
}

// UnmarshalJSON reads [seconds, "value"].
func (s *Sample) UnmarshalJSON(text []byte) error {
	var value string
	var seconds float64
	if err := json.Unmarshal(text, &[]any{&seconds, &value}); err != nil {
		return err
	}
	n, err := strconv.ParseFloat(value, 64)
	*s = Sample{int64(seconds*1000 + 0.5), n}
	return err
}

// At asks for the rows of one moment.
func (m *Metrics) At(expression string, at time.Time) ([]Row, error) {
	return m.ask("/api/v1/query", url.Values{"query": {expression}, "time": {seconds(at)}})
}

// Range asks for the rows of all moments from one to another, a step apart.
func (m *Metrics) Range(expression string, from, to time.Time, step time.Duration) ([]Row, error) {
	return m.ask("/api/v1/query_range", url.Values{
		"query": {expression}, "start": {seconds(from)}, "end": {seconds(to)}, "step": {fmt.Sprint(step.Seconds())}, "nocache": {"1"},
	})
}

// LabelValues asks for the values that a label has among the series that are selected, in a time.
func (m *Metrics) LabelValues(selector, label string, from, to time.Time) (all []string, err error) {
	answer, err := m.data("/api/v1/label/"+label+"/values?"+url.Values{
		"match[]": {selector}, "start": {seconds(from)}, "end": {seconds(to)},
	}.Encode(), nil)
	if err != nil {
		return nil, err
	}
	return all, json.Unmarshal(answer, &all)
}

func seconds(at time.Time) string {
	return strconv.FormatFloat(float64(at.UnixMilli())/1000, 'f', 3, 64)
}

func (m *Metrics) ask(path string, form url.Values) (rows []Row, err error) {
	data, err := m.data(path, form)
	if err != nil {
		return nil, err
	}
	var answer struct {
		ResultType string
		Result     json.RawMessage
	}
	if err := json.Unmarshal(data, &answer); err != nil {
		return nil, err
	}
	if answer.ResultType == "scalar" {
		return nil, fmt.Errorf("%s: %s is a number, and no rows", m.Name, form.Get("query"))
	}
	return rows, json.Unmarshal(answer.Result, &rows)
}

// data is the answer to a question, or the store's reason to refuse it. Without a form it is in the path.
func (m *Metrics) data(path string, form url.Values) (json.RawMessage, error) {
	method, body := http.MethodPost, io.Reader(strings.NewReader(form.Encode()))
	if form == nil {
		method, body = http.MethodGet, nil
	}
	request, err := http.NewRequest(method, m.URL+path, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r, err := plain.Do(request)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Status string
		Data   json.RawMessage
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.Status != "success" {
		return nil, fmt.Errorf("%s: %s refuses %s: %s", m.Name, path, form.Get("query"), text)
	}
	return answer.Data, nil
}

// ExpectedByRule is what a file of scripts/vantage records at a moment: 1 for each host that is expected, 0 for one that
// was removed.
func ExpectedByRule(hosts map[string]int, at time.Time, more ...Label) (all []Metric) {
	for host, is := range hosts {
		labels := append([]Label{{"__name__", "dns_anycast:host_expected"}, {"host", host}}, more...)
		all = append(all, Metric{labels, []Sample{{at.UnixMilli(), float64(is)}}})
	}
	return all
}

// Sorted are the labels in the order of their names.
func (r *Row) Sorted() (all []Label) {
	for _, name := range slices.Sorted(maps.Keys(r.Labels)) {
		all = append(all, Label{name, r.Labels[name]})
	}
	return all
}
