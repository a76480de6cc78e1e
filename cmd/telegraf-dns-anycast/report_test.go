package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

var october = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

// policies makes a database as the stack has it.
func policies(t *testing.T, db *stacktest.InfluxDB, database string) {
	t.Helper()
	db.Query(t, "", fmt.Sprintf("CREATE DATABASE %q", database))
	for _, policy := range []string{"slo", "changes"} {
		db.Query(t, "", fmt.Sprintf("CREATE RETENTION POLICY %q ON %q DURATION 0s REPLICATION 1 SHARD DURATION 30d", policy, database))
	}
}

// reportOf runs the command for a month of a database.
func reportOf(t *testing.T, server string, status int, args ...string) (levels.Report, ran) {
	t.Helper()
	args = append([]string{"--report", "2026-10", "--influxdb", server, "--format", "json"}, args...)
	got := runCommand(t, "", args...)
	if got.status != status {
		t.Fatalf("%v: %s, want status %d", args, got, status)
	}
	var r levels.Report
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil && status != statusUsage && got.stdout != "" {
		t.Fatalf("%v: %v", err, got)
	}
	return r, got
}

// oddNames are those of hosts that no quotes may end.
var oddNames = []string{`a "quoted", one`, `b\slash='it|is'`, "ç d"}

// madeUp are the queries of two days in a month: three vantage points, of which one joins late, ask
// two clouds that serve one zone, and one without a zone.
func madeUp() (all []storedQuery) {
	random := rand.New(rand.NewPCG(3, 4))
	times := []float64{1, 40, 249, 250, 251, 499, 500, 501, 900, 1499, 1500, 1501, 2499, 2500, 2501}
	targets := []storedQuery{
		{cloud: "one", zone: "example.net", server: "ns1", address: "192.0.2.1", over: "udp"},
		{cloud: "one", zone: "example.net", server: "ns1", address: "2001:db8::1", over: "udp"},
		{cloud: "one", zone: "example.net", server: "ns1", address: "192.0.2.1", over: "tcp"},
		{cloud: `two, "2"`, zone: "example.net", server: "192.0.2.2", address: "192.0.2.2", over: "udp"},
		{cloud: `two, "2"`, zone: "example.net", server: "192.0.2.2", address: "192.0.2.2", over: "tcp"},
		{cloud: "one", server: "ns1", address: "192.0.2.1", over: "udp"},
		{server: "192.0.2.3", address: "192.0.2.3", over: "udp"},
		{cloud: "reference", zone: "example.net", server: "192.0.2.9", address: "192.0.2.9", over: "udp"},
	}
	for minute := 1439 - 100; minute < 1440+100; minute++ {
		for h, host := range oddNames {
			if h == 1 && minute < 1400 {
				continue
			}
			for range 1 + random.IntN(2) {
				at := october.Add(time.Duration(minute)*time.Minute + time.Duration(random.IntN(59000))*time.Millisecond)
				for i, q := range targets {
					q.host, q.at = host, at.Add(time.Duration(i)*time.Millisecond)
					q.result, q.ms = "success", times[random.IntN(len(times))]
					if random.IntN(6) == 0 || minute > 1430 && minute < 1450 && q.zone != "" {
						q.result = []string{"timeout", "local", "rcode_error", "not_authoritative"}[random.IntN(4)]
					}
					if q.result == "timeout" || q.result == "local" {
						q.ms = 0
					} else if q.over == "tcp" && random.IntN(4) > 0 {
						q.connect = 5000
					}
					all = append(all, q)
				}
			}
		}
	}
	return all
}

// TestReportSources: the figures are the same from points, from what is counted of them, and from
// some hours of each.
func TestReportSources(t *testing.T) {
	t.Parallel()
	db := stacktest.StartInfluxDB(t)
	queries := madeUp()
	// Identity queries of a cloud with a zone count where it had no zone query: there is none here.
	counted := slices.DeleteFunc(slices.Clone(queries), func(q storedQuery) bool {
		return q.cloud == "reference" || q.cloud == "one" && q.zone == ""
	})
	inHour := func(even bool) func(storedQuery) bool {
		return func(q storedQuery) bool { return (q.at.Hour()%2 == 0) != even }
	}
	serials := []string{}
	for i, host := range oddNames {
		serials = append(serials,
			fmt.Sprintf("dns_anycast_serial,host=%s,cloud=one,zone=example.net,server=ns1,address=192.0.2.1,family=ipv4,transport=udp,result=success serial=7i,latency_s=%d %d",
				lineEscapes.Replace(host), i*1900, october.Add(time.Hour).UnixMilli()+int64(i)))
	}
	declared := fmt.Sprintf(`dns_anycast_maintenance,cloud=one text="it | is",until=%di %d`, october.Add(24*time.Hour).Unix(), october.AddDate(0, 0, -9).UnixMilli())

	for _, name := range []string{"points", "counted", "mixed", "begun"} {
		policies(t, db, name)
	}
	writeTo(t, db, "points", "", append(linesOf(queries), append(serials, declared)...))
	writeTo(t, db, "counted", "slo", countedLines(counted))
	writeTo(t, db, "counted", "changes", append(serials, declared))
	writeTo(t, db, "mixed", "slo", countedLines(slices.DeleteFunc(slices.Clone(counted), inHour(true))))
	writeTo(t, db, "mixed", "", linesOf(slices.DeleteFunc(slices.Clone(queries), inHour(false))))
	// Counters that begin within an hour, after a part of it.
	begun := slices.DeleteFunc(slices.Clone(counted), func(q storedQuery) bool { return q.at.Before(october.Add(24*time.Hour + 13*time.Minute)) })
	writeTo(t, db, "begun", "slo", countedLines(begun))
	writeTo(t, db, "begun", "", append(linesOf(queries), append(serials, declared)...))
	writeTo(t, db, "mixed", "", append(serials, declared))
	writeTo(t, db, "mixed", "changes", append(serials, declared))

	for _, args := range [][]string{
		{}, {"--minimum-vantage-points", "2"}, {"--minimum-vantage-points", "3"}, {"--profile", "rssac047"},
	} {
		want, _ := reportOf(t, db.URL, statusFailed, append(args, "--database", "points")...)
		if len(want.Addresses) != 6 || len(want.VantagePoints) != 3 || len(want.Updates) != 1 || len(want.Maintenances) != 1 {
			t.Errorf("%q: %+v", args, want)
		}
		if len(args) == 0 && (len(want.Services) != 3 || len(want.Incidents) < 10) {
			t.Errorf("%d services, %d incidents", len(want.Services), len(want.Incidents))
		}
		for _, name := range []string{"counted", "mixed", "begun"} {
			got, _ := reportOf(t, db.URL, statusFailed, append(args, "--database", name)...)
			compareReports(t, fmt.Sprint(args, name), got, want)
		}
	}
}

// compareReports leaves out medians, which one of them lacks, and the notes on what that holds otherwise.
func compareReports(t *testing.T, name string, got, want levels.Report) {
	t.Helper()
	lacks := func(r *levels.Report) {
		r.Notes = slices.DeleteFunc(slices.Clone(r.Notes), func(note string) bool { return strings.Contains(note, "the retention policy slo") })
		r.Addresses = slices.Clone(r.Addresses)
		for i := range r.Addresses {
			r.Addresses[i].MedianMS = nil
		}
	}
	lacks(&got)
	lacks(&want)
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range g.NumField() {
		if !reflect.DeepEqual(g.Field(i).Interface(), w.Field(i).Interface()) {
			a, _ := json.Marshal(g.Field(i).Interface())
			b, _ := json.Marshal(w.Field(i).Interface())
			t.Errorf("%s: %s\n%s\nwant\n%s", name, g.Type().Field(i).Name, a, b)
		}
	}
}

// TestReportShape: JSON and CSV have the fields that README lists, with null and nothing where
// nothing was measured.
func TestReportShape(t *testing.T) {
	t.Parallel()
	db := stacktest.StartInfluxDB(t)
	policies(t, db, "telegraf")
	writeTo(t, db, "telegraf", "", linesOf([]storedQuery{
		{at: october, host: "a|b", cloud: "c", zone: "example.net", server: "ns1", address: "192.0.2.1", over: "udp", result: "success", ms: 5},
		{at: october, host: "a|b", cloud: "c", zone: "example.net", server: "ns2", address: "192.0.2.2", over: "udp", result: "local"},
	}))
	_, got := reportOf(t, db.URL, statusUnknown)
	if want := "the data do not suffice: service of zone example.net over udp could not be judged, nor 1 more\n"; got.stderr != want {
		t.Errorf("stderr %q, want %q", got.stderr, want)
	}
	var all map[string]any
	if err := json.Unmarshal([]byte(got.stdout), &all); err != nil {
		t.Fatal(err)
	}
	if all["met"] != nil || all["to"] != "2026-11-01T00:00:00Z" || all["minutes"] != 44640.0 || len(all["incidents"].([]any)) != 0 {
		t.Errorf("%v", all)
	}
	rows := all["addresses"].([]any)
	if first := rows[0].(map[string]any); first["median_ms"] == nil || first["noerror_tests"] != nil || first["counted_minutes"] != 1.0 {
		t.Errorf("%v", first)
	}
	if second := rows[1].(map[string]any); second["median_ms"] != nil || second["down_minutes"] != nil || second["not_asked_tests"] != 1.0 {
		t.Errorf("%v", second)
	}

	text := runCommand(t, "", "--report", "2026-10", "--influxdb", db.URL, "--format", "csv").stdout
	table, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(table) != 5 || table[0][0] != "kind" || !strings.Contains(text, "\r\n") {
		t.Fatalf("%v, %q", err, text)
	}
	column := func(name string) int { return slices.Index(table[0], name) }
	for field := range rows[0].(map[string]any) {
		if column(field) < 0 {
			t.Errorf("no column %s", field)
		}
	}
	kinds := map[string]int{}
	for _, row := range table[1:] {
		kinds[row[0]]++
	}
	if !maps.Equal(kinds, map[string]int{"address": 2, "service": 1, "vantage_point": 1}) || table[1][column("counted_minutes")] != "1" ||
		table[2][column("down_minutes")] != "" || table[4][column("first")] != "2026-10-01T00:00:00Z" {
		t.Errorf("%q", table)
	}

	text = runCommand(t, "", "--report", "2026-10", "--influxdb", db.URL).stdout
	for _, want := range []string{"# Service levels, 2026-10\n", "**The data do not suffice**", `| a\|b | 1 | 1 | `, "## Notes\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// TestReportRunning: of a month that is not over it is the full minutes so far.
func TestReportRunning(t *testing.T) {
	t.Parallel()
	db := stacktest.StartInfluxDB(t)
	policies(t, db, "telegraf")
	now := time.Now().UTC()
	writeTo(t, db, "telegraf", "", linesOf([]storedQuery{
		{at: now, host: "vp", cloud: "c", server: "a", address: "192.0.2.1", over: "udp", result: "success", ms: 5},
	}))
	got := runCommand(t, "", "--report", now.Format("2006-01"), "--influxdb", db.URL, "--format", "json")
	var r levels.Report
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil {
		t.Fatal(got)
	}
	if r.To.After(time.Now()) || time.Since(r.To) > 2*time.Minute || r.Minutes != int(r.To.Sub(r.From)/time.Minute) ||
		!slices.ContainsFunc(r.Notes, func(n string) bool { return strings.HasPrefix(n, "the month is not over") }) {
		t.Errorf("%+v", r)
	}
}

// TestReportUnread: no report at all, status 3, and one line that names no password.
func TestReportUnread(t *testing.T) {
	t.Setenv("INFLUXDB_HTTP_AUTH_ENABLED", "true") // for influxd
	db := stacktest.StartInfluxDB(t)
	for _, statement := range []string{
		"CREATE USER admin WITH PASSWORD 'admin' WITH ALL PRIVILEGES",
	} {
		db.Query(t, "", statement)
	}
	admin, err := url.Parse(db.URL)
	if err != nil {
		t.Fatal(err)
	}
	admin.User = url.UserPassword("admin", "admin")
	as := &stacktest.InfluxDB{URL: admin.String()}
	policies(t, as, "telegraf")
	for _, statement := range []string{
		"CREATE USER reader WITH PASSWORD 'sesame'", `GRANT READ ON telegraf TO reader`,
		"CREATE USER stranger WITH PASSWORD 'sesame'",
	} {
		as.Query(t, "", statement)
	}
	writeTo(t, as, "telegraf", "", linesOf(madeUp()[:4000]))
	dead := httptest.NewServer(nil)
	dead.Close()
	run := func(server, user, password string, args ...string) ran {
		cmd := exec.Command(binary(t), append([]string{"--report", "2026-10", "--influxdb", server, "--format", "json"}, args...)...)
		cmd.Env = append(os.Environ(), "INFLUXDB_READ_USER="+user, "INFLUXDB_READ_PASSWORD="+password)
		var stdout, stderr strings.Builder
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		cmd.Run()
		return ran{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	}
	if got := run(db.URL, "reader", "sesame"); got.status != statusFailed || !strings.HasPrefix(got.stdout, "{") || got.stderr != "" {
		t.Errorf("%s", got)
	}
	for name, test := range map[string]struct {
		got  ran
		want string
	}{
		"wrong password": {run(db.URL, "reader", "mellon"), "cannot read " + db.URL + ": it answers 401 Unauthorized: authorization failed: set INFLUXDB_READ_USER and INFLUXDB_READ_PASSWORD"},
		"no user":        {run(db.URL, "", "sesame"), "cannot read " + db.URL + ": it answers 401 Unauthorized: unable to parse authentication credentials"},
		"no database":    {run(db.URL, "admin", "admin", "--database", "x y"), "cannot read " + db.URL + ": database not found: x y"},
		"no privilege":   {run(db.URL, "stranger", "sesame"), "cannot read " + db.URL + ": it answers 403 Forbidden: "},
		"dead port":      {run(dead.URL, "reader", "sesame"), "cannot read " + dead.URL + ": dial tcp "},
		"cut":            {run(faulty(t, db.URL, cutBody), "reader", "sesame"), ": the answer is cut"},
		"error inside":   {run(faulty(t, db.URL, failBody), "reader", "sesame"), ": timeout reached"},
		"elsewhere":      {run(faulty(t, db.URL, redirect), "reader", "sesame"), ": it redirects to http://192.0.2.1, which is not followed: give the URL of InfluxDB itself"},
	} {
		lines := strings.Count(test.got.stderr, "\n")
		if test.got.status != statusUnknown || test.got.stdout != "" || lines != 1 || !strings.Contains(test.got.stderr, test.want) ||
			strings.Contains(test.got.stderr, "sesame") || strings.Contains(test.got.stderr, "mellon") {
			t.Errorf("%s: %s, want %q", name, test.got, test.want)
		}
	}
}

// faulty passes queries on to InfluxDB and spoils what comes back for points.
func faulty(t *testing.T, server string, spoil func(*http.Response)) string {
	t.Helper()
	to, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	answers := 0
	proxy.ModifyResponse = func(r *http.Response) error {
		if answers++; answers > 5 {
			spoil(r)
		}
		return nil
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A server of package http reads what is left of a request as its answer begins, beside the
		// proxy, which may then give up both.
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL
}
