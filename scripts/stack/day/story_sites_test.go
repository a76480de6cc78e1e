package day

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

const (
	whichAddresses = "Which addresses answer now, and which are dark from where?"
	whichSites     = "Which sites answer, and for which share of the vantage points?"
	howManySites   = "How many sites of each cloud answer now, of those seen before and announced?"
	whoReachesIt   = "How does each vantage point reach it now?"
	whatMoved      = "What moved, and from where to where?"
	whereUnserved  = "Where is a zone not served?"
	whichSerial    = "Which serial does each instance serve, and how late is it?"
)

// column returns one of a query's rows, by what the key makes of each.
func column(rows []map[string]any, name string, key func(r map[string]any) string) map[string]any {
	values := map[string]any{}
	for _, r := range rows {
		values[key(r)] = r[name]
	}
	return values
}

// tellsAddresses: of beta's addresses three are dark over one transport or both, two for both vantage points; what could
// not be asked has no judgement.
func (s *scenario) tellsAddresses(t *testing.T) {
	d := grafana.AllInOne(t)
	server := func(r map[string]any) string { return r["server"].(string) }
	dark := column(s.Rows(t, d, whichAddresses, "A", nil), "dark", server)
	want := map[string]any{s.alpha4.Addr: 0.0, s.alpha6.Addr: 0.0, stacktest.Closed: 1.0, unasked4: -1.0, unasked6: -1.0}
	for i, other := range s.others { // silent, refused, hidden, cut, garbage
		want[other.Addr] = map[bool]any{true: 1.0, false: 0.0}[i == 0 || i == 4]
	}
	if !maps.Equal(dark, want) {
		t.Errorf("dark %v\nwant %v", dark, want)
	}
	for server, lost := range column(s.Rows(t, d, whichAddresses, "B", nil), "lost", server) {
		n := lost.(float64)
		if isAlpha4 := server == s.alpha4.Addr; isAlpha4 && (n < 0.1 || n > 0.9) || !isAlpha4 && n != dark[server] {
			t.Errorf("%s lost %v, dark %v", server, n, dark[server])
		}
	}
}

// tellsVantagePoints: how each of alpha's IPv4 server's targets ended, and who answered.
func (s *scenario) tellsVantagePoints(t *testing.T) {
	d := grafana.AllInOne(t)
	target := func(r map[string]any) string { return fmt.Sprint(r["host"], " ", r["transport"]) }
	chosen := grafana.Selection{"server": {s.alpha4.Addr}}
	a, b := s.Rows(t, d, whoReachesIt, "A", chosen), s.Rows(t, d, whoReachesIt, "B", chosen)
	targets := []string{stacktest.Near + " tcp", stacktest.Near + " udp", stacktest.Far + " tcp", stacktest.Far + " udp"}
	codes := column(a, "code", target)
	if got := slices.Sorted(maps.Keys(codes)); !slices.Equal(got, targets) {
		t.Errorf("got %q, want %q", got, targets)
	}
	for at, code := range codes {
		if code != 0.0 {
			t.Errorf("%s: code %v, but arn1 answers", at, code)
		}
	}
	verdicts := stacktest.ReadSchema(t).Verdicts
	for _, r := range b {
		verdict := map[bool]string{true: "far", false: "slow"}[r["host"] == stacktest.Near]
		if r["instance"] != "arn1" || r["site"] != "ARN" || fmt.Sprint(r["verdict_code"]) != verdicts[verdict] {
			t.Errorf("%v, want arn1, %s", r, verdict)
		}
	}
	if len(b) != 4 {
		t.Errorf("%d targets were answered", len(b))
	}
}

// tellsSites: within the last two minutes everything happened: both sites answered both vantage points over IPv4, and
// one of them over IPv6.
func (s *scenario) tellsSites(t *testing.T) {
	d := grafana.AllInOne(t)
	site := func(r map[string]any) string { return fmt.Sprint(r["cloud"], " ", r["family"], " ", r["site"]) }
	family := func(r map[string]any) string { return fmt.Sprint(r["cloud"], " ", r["family"]) }
	now := column(s.Rows(t, d, whichSites, "B", nil), "now", site)
	if want := (map[string]any{stacktest.Alpha + " ipv4 LHR": 2.0, stacktest.Alpha + " ipv4 ARN": 2.0, stacktest.Alpha + " ipv6 LHR": 2.0}); !maps.Equal(now, want) {
		t.Errorf("now %v, want %v", now, want)
	}
	asked := column(s.Rows(t, d, whichSites, "A", nil), "asked", family)
	if want := (map[string]any{stacktest.Alpha + " ipv4": 2.0, stacktest.Alpha + " ipv6": 2.0, beta + " ipv4": 2.0}); !maps.Equal(asked, want) {
		t.Errorf("asked %v, want %v", asked, want)
	}
	for ref, column := range map[string]string{"A": "now", "B": "before", "C": "announced"} {
		rows := s.Rows(t, d, howManySites, ref, nil)
		if len(rows) != 1 || rows[0]["cloud"] != stacktest.Alpha || rows[0][column] != 2.0 {
			t.Errorf("%s: %v, want alpha's two sites", column, rows)
		}
	}
	for _, r := range s.Rows(t, d, "Which share of the vantage points reaches the same sites over both families?", "A", nil) {
		if r["cloud"] != stacktest.Alpha || r["mean"] != nil && r["mean"] != 1.0 && r["mean"] != 0.0 && r["mean"] != 0.5 {
			t.Errorf("families: %v", r)
		}
	}
}

// tellsMoves: both transports of both vantage points, from LHR to ARN.
func (s *scenario) tellsMoves(t *testing.T) {
	d := grafana.AllInOne(t)
	rows := s.Rows(t, d, whatMoved, "A", nil)
	for _, r := range rows {
		if r["cloud"] != stacktest.Alpha || r["family"] != "ipv4" || r["from"] != "LHR" || r["to"] != "ARN" {
			t.Errorf("moved: %v", r)
		}
	}
	moved := 0.0
	for _, r := range s.Rows(t, d, "How many vantage points moved, and when?", "A", nil) {
		if n, some := r["count"].(float64); some {
			moved += n
		}
	}
	if len(rows) != 4 || moved < 2 || moved > 4 { // a move may lie in two intervals
		t.Errorf("%d changes, of %v vantage points", len(rows), moved)
	}
}

// tellsSpread: each answer is in one class, and those of arn1 are where they belong.
func (s *scenario) tellsSpread(t *testing.T) {
	d := grafana.AllInOne(t)
	all, slow := 0.0, 0.0
	for _, q := range d.Titled(t, "How are the times spread, and when did that change?").Targets {
		for _, r := range s.Ask(t, d, q, nil) {
			for _, v := range r.Values {
				n := v[1].(float64)
				if all += n; strings.HasPrefix(q.Alias, "200 ") {
					slow += n
				}
			}
		}
	}
	ask := func(query string) float64 {
		return s.Ask(t, d, grafana.Target{Query: query}, nil)[0].Values[0][1].(float64)
	}
	want := ask(`SELECT count("query_time_ms") FROM "dns_anycast" WHERE $timeFilter`)
	arn1 := ask(`SELECT count("query_time_ms") FROM "dns_anycast" WHERE "instance" = 'arn1' AND $timeFilter`)
	if all != want || slow < arn1 || slow > arn1+all/10 {
		t.Errorf("%v answers in all classes, %v of 200 to 500 ms, want %v and %v", all, slow, want, arn1)
	}
}

// tellsWhoAsks: both vantage points are where they stand, and report.
func (s *scenario) tellsWhoAsks(t *testing.T) {
	d := grafana.AllInOne(t)
	got := map[any][2]any{}
	for _, r := range s.Rows(t, d, grafana.SitesTitle, "B", nil) {
		if n, _ := r["reports"].(float64); n < 5 {
			t.Errorf("%v: few rounds", r)
		}
		got[r["host"]] = [2]any{r["latitude"], r["longitude"]}
	}
	if want := map[any][2]any{stacktest.Near: {51.47, -0.4543}, stacktest.Far: {-34.67, 20.23}}; len(got) != 2 || got[stacktest.Far] != want[stacktest.Far] {
		t.Errorf("got %v, want %v", got, want)
	}
}

// tellsUnserved: alpha serves both zones, beta nowhere.
func (s *scenario) tellsUnserved(t *testing.T) {
	d := grafana.AllInOne(t)
	place := func(r map[string]any) string { return fmt.Sprint(r["zone"], " ", r["server"]) }
	got := column(s.Rows(t, d, whereUnserved, "A", nil), "share", place)
	want, addresses := map[string]any{stacktest.Zone + " " + unasked4: -1.0, stacktest.Zone + " " + unasked6: -1.0}, 0
	for _, z := range []string{stacktest.Zone, stacktest.Slashed} {
		want[z+" "+s.alpha4.Addr], want[z+" "+s.alpha6.Addr], want[z+" "+stacktest.Closed] = 0.0, 0.0, 1.0
		for _, other := range s.others {
			want[z+" "+other.Addr] = 1.0
		}
		addresses += 1 + len(s.others)
	}
	if !maps.Equal(got, want) {
		t.Errorf("unserved %v\nwant %v", got, want)
	}
	if r := s.Rows(t, d, "At how many addresses is a zone not served?", "A", nil); r[0]["addresses"] != float64(addresses) {
		t.Errorf("%v, want %d", r, addresses)
	}
	alone := grafana.Selection{"cloud": {stacktest.Alpha}, "family": {"ipv6"}}
	for title, column := range map[string]string{
		"At how many addresses is a zone not served?": "addresses", "Which share of the queries for zones failed?": "failed",
	} {
		if r := s.Rows(t, d, title, "A", alone); len(r) != 1 || r[0][column] != 0.0 {
			t.Errorf("%s of lhr2: %v, want 0: it serves both", title, r)
		}
	}
	if r := s.Rows(t, d, "How late is the latest instance?", "A", nil); len(r) != 1 || r[0]["lag"].(float64) <= 1 {
		t.Errorf("%v, but arn1 is late", r)
	}
}

// testSilence: hours after everything stopped, what was asked before is there and is not measured, in each table of the
// first screens that says how it is; no figure has a value.
func (s *scenario) testSilence(t *testing.T) {
	d, dead := grafana.AllInOne(t), *s
	dead.Window.To = s.Window.To.Add(5 * time.Hour)
	dead.Window.Interval = time.Minute
	all := map[string][]grafana.Frame{}
	judged := map[string]string{
		whichAddresses: "Dark", whichSites: "Share", howManySites: "Now", whoReachesIt: "Result", whereUnserved: "Not served",
		whichSerial: "Lag",
	}
	for title := range judged {
		for _, q := range d.Titled(t, title).Targets {
			all[title] = append(all[title], q.Frames(dead.Ask(t, d, q, nil))...)
		}
	}
	panels := grafana.Show(t, all)
	for title, column := range judged {
		if panels == nil {
			break
		}
		table := panels[title][0]
		i := slices.Index(table.Columns, column)
		if i < 0 || len(table.Rows) == 0 {
			t.Errorf("%q: no column %s, or nothing of what was asked before: %v", title, column, table)
			continue
		}
		for _, row := range table.Rows {
			if row[i] != "not measured" {
				t.Errorf("%q: %s is %q in %q", title, column, row[i], row)
			}
		}
	}
	for _, title := range []string{
		"At how many addresses is a zone not served?", "How late is the latest instance?", "Which share of the queries for zones failed?",
	} {
		if r := dead.Rows(t, d, title, "A", nil); len(r) > 0 {
			t.Errorf("%q: %v", title, r)
		}
	}
	for _, r := range dead.Rows(t, d, grafana.SitesTitle, "B", nil) {
		if r["reports"] != 0.0 || r["latitude"] == nil {
			t.Errorf("on the map: %v", r)
		}
	}
	if got := dead.Rows(t, d, grafana.SitesTitle, "A", nil); len(got) > 0 {
		t.Errorf("sites that answer: %v", got)
	}
}

// checkSitesShown: shares and sums as Grafana computes them.
func checkSitesShown(t *testing.T, panels map[string][]grafana.Shown) {
	t.Helper()
	shares := map[string]string{}
	for _, row := range panels[whichSites][0].Rows {
		shares[strings.Join(row[:3], " ")] = row[3]
	}
	want := map[string]string{stacktest.Alpha + " LHR ipv4": "100.00%", stacktest.Alpha + " ARN ipv4": "100.00%", stacktest.Alpha + " LHR ipv6": "100.00%", "beta none ipv4": "not measured"}
	if !maps.Equal(shares, want) {
		t.Errorf("shares %v, want %v", shares, want)
	}
	rows := panels[whatMoved][0].Rows
	if len(rows) != 1 || !reflect.DeepEqual(rows[0][:6], []string{stacktest.Alpha, "ipv4", "LHR", "ARN", "2", "4"}) {
		t.Errorf("moved: %q", rows)
	}
	dark := map[string]bool{}
	addresses := panels[whichAddresses][0]
	for _, row := range addresses.Rows {
		dark[row[slices.Index(addresses.Columns, "Dark")]] = true
	}
	if !maps.Equal(dark, map[string]bool{"0.00%": true, "100.00%": true, "not measured": true}) {
		t.Errorf("dark: %v", dark)
	}
}
