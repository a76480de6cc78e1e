package dashboards

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// answers are those to all queries of panels, by title.
func answers(t *testing.T, v *grafana.View, titles []string, chosen grafana.Selection) map[string][]grafana.Frame {
	t.Helper()
	d, all := grafana.AllInOne(t), map[string][]grafana.Frame{}
	for _, title := range titles {
		for _, q := range d.Titled(t, title).Targets {
			all[title] = append(all[title], q.Frames(v.Ask(t, d, q, chosen))...)
		}
	}
	return all
}

// TestPathsShown: Grafana's own code makes of the answers about paths the tables that the dashboards mean.
func TestPathsShown(t *testing.T) {
	t.Parallel()
	db, from := stacktest.StartInfluxDB(t), time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	db.Write(t, "paths", twoVantagePoints(from).lines)
	v := &grafana.View{DB: db, Database: "paths", Window: grafana.Window{From: from, To: from.Add(6 * time.Hour), Interval: time.Hour}}
	titles := []string{pathsTitle, turnsTitle, hopsTitle, silentTitle, timesTitle, behindTitle, fromTitle, toTitle, movesTitle}
	panels := grafana.Show(t, answers(t, v, titles, nil))
	if panels == nil {
		return
	}
	for title, want := range shownTables {
		if len(panels[title]) != 1 {
			t.Fatalf("%q shows %d tables", title, len(panels[title]))
		}
		table := panels[title][0]
		t.Run(title, func(t *testing.T) { same(t, written(table), want) })
	}
	var states []string
	for _, line := range panels[hopsTitle] {
		for _, row := range line.Rows {
			states = append(states, row[1])
		}
	}
	if !slices.Contains(states, "not reached") || !slices.Contains(states, "reached") || !slices.Contains(states, "203.0.113.4") {
		t.Errorf("%q: want the address of each hop, and whether the server answered", states)
	}
}

// written is the head of a table and its rows, in alphabetical order. Hops behind the sixth are
// left out.
func written(table grafana.Shown) string {
	later := regexp.MustCompile(`^Hop ([7-9]|[1-3]\d)$`)
	moment := regexp.MustCompile(`^\d+/\d+/\d+, .+`)
	line := func(cells []string) string {
		var kept []string
		for i, cell := range cells {
			if !later.MatchString(table.Columns[i]) {
				kept = append(kept, moment.ReplaceAllString(cell, "when"))
			}
		}
		return strings.Join(kept, " | ")
	}
	var rows []string
	for _, row := range table.Rows {
		rows = append(rows, line(row))
	}
	slices.Sort(rows)
	return line(table.Columns) + "\n" + strings.Join(rows, "\n")
}

// shownTables are the tables of twoVantagePoints, by their titles.
var shownTables = map[string]string{
	pathsTitle: `
		Vantage point | Newest trace | Hops | Path | AS path | Instance | Site | Reached | Of traces | Last cause | Cloud | Server | Address | Family | Transport | Traced
		vp1 | not reached | - | - | - | - | - | 0 | 2 | - | c | ns2.example.net | 198.51.100.53 | ipv4 | udp | when
		vp1 | not reached | - | 203.0.113.1 203.0.113.2 | - | - | - | 3 | 4 | - | c | ns1.example.net | 192.0.2.53 | ipv4 | udp | when
		vp1 | reached | 2 | 2001:db8:0:1::1 2001:db8::53 | - | lhr1 | LHR | 1 | 1 | no route from this host | c | ns1.example.net | 2001:db8::53 | ipv6 | udp | when
		vp2 | not reached | - | 2001:db8:0:9::1 2001:db8:0:2::1 | - | - | - | 2 | 3 | host unreachable from 2001:db8:0:2::1 | c | ns1.example.net | 2001:db8::53 | ipv6 | udp | when
		vp2 | reached | - | 203.0.113.9 * 198.51.100.53 | - | arn1 | ARN | 1 | 1 | - | c | ns2.example.net | 198.51.100.53 | ipv4 | udp | when
		vp2 | reached | 4 | 203.0.113.9 203.0.113.2 203.0.113.4 192.0.2.53 | - | yyz1 | YYZ | 2 | 2 | - | c | ns1.example.net | 192.0.2.53 | ipv4 | udp | when`,
	turnsTitle: `
		When | Vantage point | Reason | Instance | Site | Trace | Hop | Behind | From | To | Path before | Path | AS path | Cause | Cloud | Server | Address | Family
		when | vp1 | change | yyz1 | YYZ | reached | 3 | 203.0.113.2 | 203.0.113.3 | 203.0.113.4 | ` + before1 + ` | ` + after1 + ` | 64500 64501 | - | c | ns1.example.net | 192.0.2.53 | ipv4
		when | vp1 | regular | - | - | not reached | 3 | 203.0.113.2 | 203.0.113.4 | - | ` + after1 + ` | ` + dead1 + ` | - | - | c | ns1.example.net | 192.0.2.53 | ipv4
		when | vp2 | change | arn1 | ARN | reached | - | - | - | - | - | ` + before6 + ` | - | - | c | ns1.example.net | 2001:db8::53 | ipv6
		when | vp2 | change | yyz1 | YYZ | reached | 3 | 203.0.113.2 | 203.0.113.3 | 203.0.113.4 | ` + before2 + ` | ` + after2 + ` | - | - | c | ns1.example.net | 192.0.2.53 | ipv4
		when | vp2 | regular | - | - | not reached | 3 | 2001:db8:0:9::1 | 2001:db8::53 | - | ` + before6 + ` | ` + after6 + ` | - | host unreachable from 2001:db8:0:2::1 | c | ns1.example.net | 2001:db8::53 | ipv6`,
	silentTitle: `
		Vantage point | Server | Address | Cloud | Family | Transport | Traces | Reached | Hop 1 | Hop 2 | Hop 3 | Hop 4 | Hop 5 | Hop 6
		vp1 | ns1.example.net | 192.0.2.53 | c | ipv4 | udp | 4 | 75.00% | 0.00% | 25.00% | 0.00% | 33.33% | 0.00% | -
		vp1 | ns1.example.net | 2001:db8::53 | c | ipv6 | udp | 1 | 100.00% | 0.00% | 0.00% | - | - | - | -
		vp1 | ns2.example.net | 198.51.100.53 | c | ipv4 | udp | 2 | 0.00% | - | - | - | - | - | -
		vp2 | ns1.example.net | 192.0.2.53 | c | ipv4 | udp | 2 | 100.00% | 0.00% | 0.00% | 0.00% | 0.00% | - | -
		vp2 | ns1.example.net | 2001:db8::53 | c | ipv6 | udp | 3 | 66.67% | 0.00% | 66.67% | 0.00% | - | - | -
		vp2 | ns2.example.net | 198.51.100.53 | c | ipv4 | udp | 1 | 100.00% | 0.00% | - | - | - | - | -`,
	timesTitle: `
		Vantage point | Address | Hop | Router | AS | p50 | p95 | Times | ICMP | Cloud | Server | Family | Transport
		vp1 | 192.0.2.53 | 01 | 203.0.113.1 | 64500 | 2.0 ms | 4.0 ms | 4 | - | c | ns1.example.net | ipv4 | udp
		vp1 | 192.0.2.53 | 02 | 203.0.113.2 | 64500 | 2.0 ms | 2.0 ms | 3 | - | c | ns1.example.net | ipv4 | udp
		vp1 | 192.0.2.53 | 03 | 203.0.113.4 | 64500 | 3.0 ms | 30.0 ms | 3 | - | c | ns1.example.net | ipv4 | udp
		vp1 | 192.0.2.53 | 04 | 192.0.2.53 | - | 4.0 ms | 4.0 ms | 2 | - | c | ns1.example.net | ipv4 | udp
		vp1 | 192.0.2.53 | 05 | 192.0.2.53 | - | 90.0 ms | 90.0 ms | 1 | - | c | ns1.example.net | ipv4 | udp
		vp1 | 2001:db8::53 | 01 | 2001:db8:0:1::1 | - | 1.0 ms | 1.0 ms | 1 | - | c | ns1.example.net | ipv6 | udp
		vp1 | 2001:db8::53 | 02 | 2001:db8::53 | - | 2.0 ms | 2.0 ms | 1 | - | c | ns1.example.net | ipv6 | udp
		vp2 | 192.0.2.53 | 01 | 203.0.113.9 | 64500 | 1.0 ms | 1.0 ms | 2 | - | c | ns1.example.net | ipv4 | udp
		vp2 | 192.0.2.53 | 02 | 203.0.113.2 | 64500 | 2.0 ms | 2.0 ms | 2 | - | c | ns1.example.net | ipv4 | udp
		vp2 | 192.0.2.53 | 03 | 203.0.113.4 | 64500 | 3.0 ms | 30.0 ms | 2 | - | c | ns1.example.net | ipv4 | udp
		vp2 | 192.0.2.53 | 04 | 192.0.2.53 | - | 4.0 ms | 90.0 ms | 2 | - | c | ns1.example.net | ipv4 | udp
		vp2 | 198.51.100.53 | 01 | 203.0.113.9 | 64500 | 1.0 ms | 1.0 ms | 1 | - | c | ns2.example.net | ipv4 | udp
		vp2 | 198.51.100.53 | full TTL | 198.51.100.53 | - | 40.0 ms | 40.0 ms | 1 | - | c | ns2.example.net | ipv4 | udp
		vp2 | 2001:db8::53 | 01 | 2001:db8:0:9::1 | - | 1.0 ms | 1.0 ms | 3 | - | c | ns1.example.net | ipv6 | udp
		vp2 | 2001:db8::53 | 02 | 2001:db8:0:2::1 | - | 2.0 ms | 2.0 ms | 1 | host unreachable | c | ns1.example.net | ipv6 | udp
		vp2 | 2001:db8::53 | 03 | 2001:db8::53 | - | 3.0 ms | 3.0 ms | 2 | - | c | ns1.example.net | ipv6 | udp`,
	behindTitle: `
		Router | Vantage points | Addresses | Turns | Last
		2001:db8:0:9::1 | 1 | 1 | 1 | when
		203.0.113.2 | 2 | 1 | 3 | when`,
	fromTitle: `
		Router | Vantage points | Addresses | Turns | Last
		2001:db8::53 | 1 | 1 | 1 | when
		203.0.113.3 | 2 | 1 | 2 | when
		203.0.113.4 | 1 | 1 | 1 | when`,
	toTitle: `
		Router | Vantage points | Addresses | Turns | Last
		- | 2 | 2 | 2 | when
		203.0.113.4 | 2 | 1 | 2 | when`,
	movesTitle: `
		Vantage point | Address | When | Site before | Site after | Site of the trace | Trace | Hop | Behind | From | To | Cloud | Server | Family
		vp1 | 192.0.2.53 | when | - | - | YYZ | reached | 3 | 203.0.113.2 | 203.0.113.3 | 203.0.113.4 | c | ns1.example.net | ipv4
		vp1 | 192.0.2.53 | when | LHR | YYZ | - | - | - | - | - | - | c | ns1.example.net | ipv4
		vp2 | 192.0.2.53 | when | - | - | YYZ | reached | 3 | 203.0.113.2 | 203.0.113.3 | 203.0.113.4 | c | ns1.example.net | ipv4
		vp2 | 192.0.2.53 | when | LHR | YYZ | - | - | - | - | - | - | c | ns1.example.net | ipv4
		vp2 | 2001:db8::53 | when | - | - | ARN | reached | - | - | - | - | c | ns1.example.net | ipv6
		vp2 | 2001:db8::53 | when | LHR | ARN | - | - | - | - | - | - | c | ns1.example.net | ipv6`,
}
