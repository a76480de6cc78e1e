package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/levels"
)

// month has a row of each kind, with what is hard to write.
func month(met *bool) *levels.Report {
	at := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	return &levels.Report{
		Month: "2026-10", From: at, To: at.AddDate(0, 1, 0), Minutes: 44640, Profile: levels.ICANN, MinimumVantagePoints: 20,
		Met: met, Notes: []string{`the | of a \ note`},
		Addresses: []levels.AddressRow{{
			Cloud: `a|b\|c`, Zone: "example.net", Server: "ns1, the <first>", Address: "192.0.2.1", Transport: "udp",
			Query: levels.QuerySOA, Tests: 1234567, MedianMS: new(25.1234567), Availability: new(0.949999999),
			CountedMinutes: new(44000), Inconclusive: new(640), DownMinutes: new(433), DownNetMinutes: new(0),
			DownMet: new(false), WithinShare: new(1.0),
		}},
		Services: []levels.ServiceRow{{
			Zone: "example.net", Clouds: []string{"a", "b"}, Transport: "udp", WithinShare: new(0.95), WithinMet: new(true),
		}},
		Updates:   []levels.UpdateRow{{Zone: "example.net", Clouds: []string{"a"}, UnknownUpdates: new(3)}},
		Incidents: []levels.IncidentRow{{Of: levels.OfService, Zone: "example.net", From: at, To: at.Add(time.Hour), DownMinutes: 60, FailedShare: 2.0 / 3}},
		VantagePoints: []levels.VantagePointRow{{
			Host: "line\nbreak \"q\"", Tests: 7, Completeness: new(1e-7), First: &at, Last: &at,
		}},
		Maintenances: []levels.MaintenanceRow{},
	}
}

func TestMarkdown(t *testing.T) {
	text, err := Text(month(new(false)), "markdown")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# Service levels, 2026-10\n\n2026-10-01 00:00 to 2026-11-01 00:00 (UTC): 44,640 minutes. Profile `icann`",
		"A minute counts when at least 20 vantage points asked.\n",
		"**A level is missed.**\n\nLevels met: 1; missed: 1; not judged: 0.\n\nMissed:\n\n- ns1, the \\<first> (192.0.2.1) of cloud a\\|b\\\\\\|c, zone example.net, over udp: 433 minutes down (level: at most 432)\n",
		"| a\\|b\\\\\\|c | example.net | ns1, the \\<first> | 192.0.2.1 |  | udp | soa | 433 | 0 | **missed** | 94.9999 % | 44000 | 640 | 100 % | 25.123 | 1234567 | 0 |\n",
		"| example.net | a, b | udp | – | – | – | – | – | 95 % | met | 0 |\n",
		"| example.net | a | 0 | 3 | – | – |\n",
		"| service |  | example.net |  |  |  | 2026-10-01 00:00 | 2026-10-01 01:00 | 60 | 0 | 66.6666 % |\n",
		"| line break \"q\" | 7 | 0 | 0 % | 2026-10-01 00:00 | 2026-10-01 00:00 |\n",
		"- the \\| of a \\\\ note\n",
		"a minute in which at least 51 % of the vantage points that asked had no ok test; a service, in which at least 51 % saw",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no\n%s\nin\n%s", want, text)
		}
	}
	if strings.Contains(text, "maintenances") {
		t.Error("a table without rows")
	}
	checkTables(t, text)
}

// checkTables: each row has as many cells as its head.
func checkTables(t *testing.T, text string) {
	t.Helper()
	head := 0
	for line := range strings.Lines(text) {
		cells := strings.Count(strings.NewReplacer(`\\`, "", `\|`, "").Replace(line), "|")
		switch {
		case !strings.HasPrefix(line, "|"):
			head = 0
		case head == 0:
			head = cells
		case cells != head:
			t.Errorf("%d bars below %d: %s", cells, head, line)
		}
	}
}

func TestMarkdownMet(t *testing.T) {
	r := month(new(true))
	r.Profile, r.Addresses[0].DownMet = levels.RSSAC047, new(true)
	text, _ := Text(r, "markdown")
	if !strings.Contains(text, "**Every level is met.**") || !strings.Contains(text, "Profile `rssac047`") {
		t.Error(text)
	}
	checkTables(t, text)
	r.Met = nil
	if text, _ = Text(r, "markdown"); !strings.Contains(text, "**The data do not suffice**: ns1, the \\<first> (192.0.2.1) of cloud") {
		t.Error(text)
	}
}

// TestCSV: what was written is read again, by RFC 4180.
func TestCSV(t *testing.T) {
	text, err := Text(month(new(false)), "csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 6 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	cell := func(row int, column string) string {
		for i, name := range rows[0] {
			if name == column {
				return rows[row][i]
			}
		}
		return "no column " + column
	}
	for _, test := range []struct {
		row          int
		column, want string
	}{
		{1, "kind", "address"},
		{1, "cloud", `a|b\|c`},
		{1, "server", "ns1, the <first>"},
		{1, "median_ms", "25.1234567"},
		{1, "down_met", "false"},
		{1, "availability", "0.949999999"},
		{1, "availability_met", ""},
		{1, "clouds", ""},
		{2, "kind", "service"},
		{2, "clouds", "a;b"},
		{2, "down_minutes", ""},
		{2, "within_met", "true"},
		{3, "kind", "update"},
		{3, "updates", "0"},
		{3, "unknown_updates", "3"},
		{3, "median_s", ""},
		{4, "kind", "incident"},
		{4, "of", "service"},
		{4, "from", "2026-10-01T00:00:00Z"},
		{4, "to", "2026-10-01T01:00:00Z"},
		{5, "kind", "vantage_point"},
		{5, "host", "line\nbreak \"q\""},
		{5, "completeness", "0.0000001"},
	} {
		if got := cell(test.row, test.column); got != test.want {
			t.Errorf("row %d, %s: %q, want %q", test.row, test.column, got, test.want)
		}
	}
	if strings.Count(text, "\r\n") != 7 { // a line break in a cell is one, too
		t.Errorf("%q", text)
	}
}

func TestJSON(t *testing.T) {
	r := month(nil)
	text, err := Text(r, "json")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"from": "2026-10-01T00:00:00Z"`, `"to": "2026-11-01T00:00:00Z"`, `"met": null`, `"noerror_tests": null`,
		`"maintenances": []`, `"server": "ns1, the <first>"`, `"minimum_vantage_points": 20`, `"median_ms": 25.1234567`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	var again levels.Report
	if err := json.Unmarshal([]byte(text), &again); err != nil || fmt.Sprint(again.VantagePoints[0].Host) != r.VantagePoints[0].Host {
		t.Errorf("%v: %+v", err, again)
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 44640: "44,640", 1234567: "1,234,567"} {
		if got := number(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
