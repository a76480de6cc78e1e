package main

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// storedQuery is one of a month that a test makes up.
type storedQuery struct {
	at                                       time.Time
	host, cloud, zone, server, address, over string
	result                                   string
	ms, connect                              float64 // 0: none
}

var lineEscapes = strings.NewReplacer(`,`, `\,`, ` `, `\ `, `=`, `\=`)

// tagsOf writes those that are not empty.
func tagsOf(pairs ...string) (text string) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			text += "," + pairs[i] + "=" + lineEscapes.Replace(pairs[i+1])
		}
	}
	return text
}

func (q storedQuery) family() string {
	if strings.Contains(q.address, ":") {
		return "ipv6"
	}
	return "ipv4"
}

// target are the tags by which rows are told apart.
func (q storedQuery) target() string {
	return tagsOf("cloud", q.cloud, "zone", q.zone, "server", q.server, "address", q.address,
		"family", q.family(), "transport", q.over)
}

// line is its point, stamped in milliseconds.
func (q storedQuery) line() string {
	measurement, rcode, fields := "dns_anycast", "", "answered=0i"
	if q.zone != "" {
		measurement = "dns_anycast_soa"
	}
	switch q.result {
	case "success", "not_authoritative":
		rcode, fields = "NOERROR", "answered=1i,rcode_value=0i"
	case "rcode_error":
		rcode, fields = "REFUSED", "answered=1i,rcode_value=5i"
	case "local":
		fields = "error=\"no route\""
	}
	codes := map[string]int{"success": 0, "timeout": 1, "rcode_error": 3, "local": 8, "not_authoritative": 9}
	fields += fmt.Sprintf(",result_code=%di", codes[q.result])
	if q.ms > 0 {
		fields += fmt.Sprintf(",query_time_ms=%v", q.ms)
	}
	if q.connect > 0 {
		fields += fmt.Sprintf(",connect_time_ms=%v", q.connect)
	}
	return fmt.Sprintf("%s,host=%s%s%s %s %d", measurement, lineEscapes.Replace(q.host), q.target(),
		tagsOf("result", q.result, "rcode", rcode, "instance", fmt.Sprint("i", q.at.Minute()%3)), fields, q.at.UnixMilli())
}

func (q storedQuery) took() float64 { return q.ms + q.connect }

// good: a test that is ok, said anew.
func (q storedQuery) good() bool {
	right := q.result == "success" || q.zone == "" && (q.result == "rcode_error" || q.result == "not_authoritative")
	return right && q.ms > 0 && (q.took() <= 2500 || q.over == "tcp" && q.took() <= 7500)
}

func linesOf(queries []storedQuery) (lines []string) {
	for _, q := range queries {
		lines = append(lines, q.line())
	}
	return lines
}

// countedLines are what the policy slo holds of the queries' hours, stamped in milliseconds.
func countedLines(queries []storedQuery) []string {
	tests, unsent := map[string]storedQuery{}, map[string]storedQuery{}
	sums := map[string]map[string]float64{} // by line up to its fields, then by field
	add := func(measurement, tags string, at time.Time, field string, n float64) {
		key := fmt.Sprintf("%s%s %d", measurement, tags, at.UnixMilli())
		if sums[key] == nil {
			sums[key] = map[string]float64{}
		}
		sums[key][field] += n
	}
	for _, q := range queries {
		minute := q.at.Truncate(time.Minute)
		key := fmt.Sprint(q.host, q.target(), minute)
		if first, ok := tests[key]; q.result == "local" {
			unsent[key] = q
		} else if !ok || q.at.Before(first.at) {
			tests[key] = q
		}
	}
	for key, q := range unsent {
		_, tested := tests[key]
		add("dns_anycast_hour", q.target(), q.at.Truncate(time.Hour), "unsent", 1)
		add("dns_anycast_hour", q.target(), q.at.Truncate(time.Hour), "unsent_tested", one(tested))
	}
	for _, q := range tests {
		countTest(q, add)
	}
	countServices(tests, add)
	countVantagePoints(tests, add)
	var lines []string
	for key, fields := range sums {
		at := strings.LastIndexByte(key, ' ')
		var texts []string
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			texts = append(texts, fmt.Sprintf("%s=%di", name, int(fields[name])))
		}
		lines = append(lines, key[:at]+" "+strings.Join(texts, ",")+key[at:])
	}
	return append(lines, medianLines(tests)...)
}

type adder func(measurement, tags string, at time.Time, field string, n float64)

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func countTest(q storedQuery, add adder) {
	minute := q.at.Truncate(time.Minute)
	add("dns_anycast_minute", q.target(), minute, "asked", 1)
	add("dns_anycast_minute", q.target(), minute, "failed", one(!q.good()))
	hour := func(field string, yes bool) {
		if yes {
			add("dns_anycast_hour", q.target(), minute.Truncate(time.Hour), field, 1)
		}
	}
	hour("tests", true)
	hour("failed", !q.good())
	hour("timed", q.ms > 0)
	hour("connected", q.connect > 0)
	noError := q.result == "success" || q.result == "not_authoritative"
	hour("noerror", noError)
	hour("noerror_within", noError && (q.took() <= 250 || q.over == "tcp" && q.took() <= 500))
	for _, ms := range []int{50, 100, 250, 500, 1500, 2500} {
		hour(fmt.Sprint("within_", ms), q.good() && q.took() <= float64(ms))
	}
}

// medianLines are the two floats of hours.
func medianLines(tests map[string]storedQuery) (lines []string) {
	type hour struct {
		tags string
		at   time.Time
	}
	longest, shortest := map[hour]float64{}, map[hour]float64{}
	for _, q := range tests {
		if q.result != "success" && q.result != "not_authoritative" {
			continue
		}
		h := hour{q.target(), q.at.Truncate(time.Hour)}
		if q.took() <= 250 || q.over == "tcp" && q.took() <= 500 {
			longest[h] = max(longest[h], q.took())
		} else if shortest[h] == 0 || q.took() < shortest[h] {
			shortest[h] = q.took()
		}
	}
	for h, ms := range longest {
		lines = append(lines, fmt.Sprintf("dns_anycast_hour%s noerror_within_max=%v %d", h.tags, ms, h.at.UnixMilli()))
	}
	for h, ms := range shortest {
		lines = append(lines, fmt.Sprintf("dns_anycast_hour%s noerror_above_min=%v %d", h.tags, ms, h.at.UnixMilli()))
	}
	return lines
}

func countServices(tests map[string]storedQuery, add adder) {
	type view struct {
		minute     time.Time
		host, tags string
	}
	views := map[view]map[string]bool{} // whether each server is good
	for _, q := range tests {
		if q.zone == "" {
			continue
		}
		v := view{q.at.Truncate(time.Minute), q.host, tagsOf("zone", q.zone, "transport", q.over)}
		if views[v] == nil {
			views[v] = map[string]bool{}
		}
		before, known := views[v][q.server]
		views[v][q.server] = q.good() && (before || !known)
	}
	for v, servers := range views {
		if len(servers) < 2 {
			continue
		}
		good := 0.0
		for _, yes := range servers {
			good += one(yes)
		}
		add("dns_anycast_service", v.tags, v.minute, "asked", 1)
		add("dns_anycast_service", v.tags, v.minute, "failed", one(good < 2))
	}
}

// countVantagePoints counts minutes of an hour from the 7th on, up to 66: from where on is nobody's
// business.
func countVantagePoints(tests map[string]storedQuery, add adder) {
	type hour struct {
		host string
		at   time.Time
	}
	for _, prefix := range []string{"", "soa_"} {
		minutes := map[hour]map[int]bool{}
		for _, q := range tests {
			if prefix != "" && q.zone == "" {
				continue
			}
			h := hour{q.host, q.at.Truncate(time.Hour)}
			if minutes[h] == nil {
				minutes[h] = map[int]bool{}
			}
			minutes[h][q.at.Minute()+61] = true
			add("dns_anycast_vantage", tagsOf("host", q.host), h.at, prefix+"tests", 1)
		}
		for h, set := range minutes {
			first, last := math.MaxInt, 0
			for minute := range set {
				first, last = min(first, minute), max(last, minute)
			}
			tags := tagsOf("host", h.host)
			add("dns_anycast_vantage", tags, h.at, prefix+"minutes", float64(len(set)))
			add("dns_anycast_vantage", tags, h.at, prefix+"first", float64(first))
			if prefix == "" {
				add("dns_anycast_vantage", tags, h.at, "start", 61)
			}
			add("dns_anycast_vantage", tags, h.at, prefix+"last", float64(last))
		}
	}
}

// writeTo stores lines with milliseconds in a retention policy of a database; "": the default.
func writeTo(t *testing.T, db *stacktest.InfluxDB, database, policy string, lines []string) {
	t.Helper()
	for part := range slices.Chunk(lines, 20000) {
		r, err := http.Post(db.URL+"/write?precision=ms&db="+database+"&rp="+policy, "text/plain",
			strings.NewReader(strings.Join(part, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != http.StatusNoContent {
			t.Fatalf("InfluxDB refuses %d lines: %s", len(part), r.Header.Get("X-Influxdb-Error"))
		}
	}
}
