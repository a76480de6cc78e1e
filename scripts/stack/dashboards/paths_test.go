package dashboards

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// Titles of panels about paths.
const (
	pathsTitle  = "Which path do queries take from each vantage point, and do they arrive?"
	turnsTitle  = "When did a path turn, where, and which was it before?"
	hopsTitle   = "Which router speaks at each hop, and does the server answer?"
	silentTitle = "Which hops are silent, and in how many of the traces?"
	timesTitle  = "How long does it take to each hop, and who is there?"
	behindTitle = "Behind which router do paths part?"
	fromTitle   = "Which router do paths no longer take?"
	toTitle     = "Which router do paths take instead?"
	movesTitle  = "When the site changed, where did the path turn?"
	barsTitle   = "How many vantage points' paths turned, and when?"
)

// TestPaths: what the dashboards say of paths is what was traced.
func TestPaths(t *testing.T) {
	t.Parallel()
	db := stacktest.StartInfluxDB(t)
	from := time.Now().UTC().Truncate(time.Hour).Add(-6 * time.Hour)
	db.Write(t, "paths", twoVantagePoints(from).lines)
	window := grafana.Window{From: from, To: from.Add(6 * time.Hour), Interval: time.Hour}
	v := &paths{grafana.View{DB: db, Database: "paths", Window: window}}
	t.Run("now", v.now)
	t.Run("turns", v.turns)
	t.Run("hops over time", v.overTime)
	t.Run("silence", v.silence)
	t.Run("times", v.times)
	t.Run("routers", v.routers)
	t.Run("moves", v.moves)
	t.Run("bars", v.bars)
}

type paths struct{ grafana.View }

// columns writes some columns of the rows of a query, a line for each row, in alphabetical order.
func (v *paths) columns(t *testing.T, title, ref string, names ...string) string {
	t.Helper()
	var lines []string
	for _, row := range v.Rows(t, grafana.AllInOne(t), title, ref, nil) {
		var texts []string
		for _, name := range names {
			text := "-"
			if row[name] != nil {
				text = fmt.Sprint(row[name])
			}
			if name == "time" {
				text = time.UnixMilli(int64(row[name].(float64))).Sub(v.Window.From).String()
			}
			texts = append(texts, text)
		}
		lines = append(lines, strings.Join(texts, " | "))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func same(t *testing.T, got, want string) {
	t.Helper()
	if want = strings.TrimSpace(strings.ReplaceAll(want, "\t", "")); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func (v *paths) now(t *testing.T) {
	same(t, v.columns(t, pathsTitle, "A", "host", "address", "time", "reached", "hops", "path", "instance", "site"), `
		vp1 | 192.0.2.53 | 4h0m0s | 0 | - | 203.0.113.1 203.0.113.2 | - | -
		vp1 | 198.51.100.53 | 1h0m0s | 0 | - | - | - | -
		vp1 | 2001:db8::53 | 0s | 1 | 2 | 2001:db8:0:1::1 2001:db8::53 | lhr1 | LHR
		vp2 | 192.0.2.53 | 2h10m0s | 1 | 4 | 203.0.113.9 203.0.113.2 203.0.113.4 192.0.2.53 | yyz1 | YYZ
		vp2 | 198.51.100.53 | 0s | 1 | - | 203.0.113.9 * 198.51.100.53 | arn1 | ARN
		vp2 | 2001:db8::53 | 4h0m0s | 0 | - | 2001:db8:0:9::1 2001:db8:0:2::1 | - | -`)
	same(t, v.columns(t, pathsTitle, "C", "host", "address", "error"), `
		vp1 | 2001:db8::53 | no route from this host
		vp2 | 2001:db8::53 | host unreachable from 2001:db8:0:2::1`)
	same(t, v.columns(t, pathsTitle, "B", "host", "address", "arrived", "traces"), `
		vp1 | 192.0.2.53 | 3 | 4
		vp1 | 198.51.100.53 | 0 | 2
		vp1 | 2001:db8::53 | 1 | 1
		vp2 | 192.0.2.53 | 2 | 2
		vp2 | 198.51.100.53 | 1 | 1
		vp2 | 2001:db8::53 | 2 | 3`)
}

func (v *paths) turns(t *testing.T) {
	same(t, v.columns(t, turnsTitle, "A", "time", "host", "address", "reason", "site", "reached", "changed_hop", "parted_after", "changed_from", "changed_to"), `
		2h10m0s | vp1 | 192.0.2.53 | change | YYZ | 1 | 3 | 203.0.113.2 | 203.0.113.3 | 203.0.113.4
		2h10m0s | vp2 | 192.0.2.53 | change | YYZ | 1 | 3 | 203.0.113.2 | 203.0.113.3 | 203.0.113.4
		2h10m0s | vp2 | 2001:db8::53 | change | ARN | 1 | - | - | - | -
		4h0m0s | vp1 | 192.0.2.53 | regular | - | 0 | 3 | 203.0.113.2 | 203.0.113.4 | -
		4h0m0s | vp2 | 2001:db8::53 | regular | - | 0 | 3 | 2001:db8:0:9::1 | 2001:db8::53 | -`)
	same(t, v.columns(t, turnsTitle, "A", "host", "path_before", "path", "as_path", "error"), `
		vp1 | `+before1+` | `+after1+` | 64500 64501 | -
		vp1 | `+after1+` | `+dead1+` | - | -
		vp2 | - | `+before6+` | - | -
		vp2 | `+before6+` | `+after6+` | - | host unreachable from 2001:db8:0:2::1
		vp2 | `+before2+` | `+after2+` | - | -`)
}

// overTime: a hop that is silent, or behind the end, is a gap in its line; that of the server tells the one from the other
// and a dead path from a short one.
func (v *paths) overTime(t *testing.T) {
	p := grafana.AllInOne(t).Titled(t, hopsTitle)
	var got []string
	for _, q := range p.Targets {
		for _, f := range q.Frames(v.Ask(t, grafana.AllInOne(t), q, nil)) {
			var states []string
			for _, value := range f.Fields[1].Values[:6] {
				text := ""
				if value != nil {
					text = fmt.Sprint(value)
				}
				states = append(states, text)
			}
			got = append(got, f.Fields[1].Config["displayNameFromDS"]+": "+strings.Join(states, ","))
		}
	}
	same(t, strings.Join(got, "\n"), `
		01 192.0.2.53 from vp1: 203.0.113.1,203.0.113.1,203.0.113.1,,203.0.113.1,
		01 192.0.2.53 from vp2: 203.0.113.9,,203.0.113.9,,,
		02 192.0.2.53 from vp1: ,203.0.113.2,203.0.113.2,,203.0.113.2,
		02 192.0.2.53 from vp2: 203.0.113.2,,203.0.113.2,,,
		03 192.0.2.53 from vp1: 203.0.113.3,203.0.113.3,203.0.113.4,,,
		03 192.0.2.53 from vp2: 203.0.113.3,,203.0.113.4,,,
		04 192.0.2.53 from vp1: 192.0.2.53,192.0.2.53,,,,
		04 192.0.2.53 from vp2: 192.0.2.53,,192.0.2.53,,,
		05 192.0.2.53 from vp1: ,,192.0.2.53,,,
		01 198.51.100.53 from vp2: 203.0.113.9,,,,,
		01 2001:db8::53 from vp1: 2001:db8:0:1::1,,,,,
		01 2001:db8::53 from vp2: 2001:db8:0:9::1,,2001:db8:0:9::1,,2001:db8:0:9::1,
		02 2001:db8::53 from vp1: 2001:db8::53,,,,,
		02 2001:db8::53 from vp2: ,,,,2001:db8:0:2::1,
		03 2001:db8::53 from vp2: 2001:db8::53,,2001:db8::53,,,
		192.0.2.53 from vp1: 1,1,1,,0,
		192.0.2.53 from vp2: 1,,1,,,
		198.51.100.53 from vp1: 0,0,,,,
		198.51.100.53 from vp2: 1,,,,,
		2001:db8::53 from vp1: 1,,,,,
		2001:db8::53 from vp2: 1,,1,,0,`)
}

// silence: what is behind the end of a path was not lost, and a server that the full TTL reached is at no hop.
func (v *paths) silence(t *testing.T) {
	d, silent := grafana.AllInOne(t), map[string][]string{}
	p := d.Titled(t, silentTitle)
	if len(p.Targets) != 31 {
		t.Fatalf("%d queries, want one of the traces and one for each of 30 hops", len(p.Targets))
	}
	for hop, q := range p.Targets {
		for _, r := range v.Rows(t, d, silentTitle, q.RefID, nil) {
			who := fmt.Sprint(r["host"], " ", r["address"])
			if hop == 0 {
				silent[who] = []string{fmt.Sprintf("%v of %v:", r["arrived"], r["traces"])}
			} else if hop < 7 || r[fmt.Sprint("hop", hop)] != -1.0 {
				silent[who] = append(silent[who], fmt.Sprint(r[fmt.Sprint("hop", hop)]))
			}
		}
	}
	var got []string
	for who, shares := range silent {
		got = append(got, who+": "+strings.Join(shares, " "))
	}
	slices.Sort(got)
	same(t, strings.Join(got, "\n"), `
		vp1 192.0.2.53: 0.75 of 4: 0 0.25 0 0.33333333333333337 0 -1
		vp1 198.51.100.53: 0 of 2: -1 -1 -1 -1 -1 -1
		vp1 2001:db8::53: 1 of 1: 0 0 -1 -1 -1 -1
		vp2 192.0.2.53: 1 of 2: 0 0 0 0 -1 -1
		vp2 198.51.100.53: 1 of 1: 0 -1 -1 -1 -1 -1
		vp2 2001:db8::53: 0.6666666666666666 of 3: 0 0.6666666666666667 0 -1 -1 -1`)
}

func (v *paths) times(t *testing.T) {
	same(t, v.columns(t, timesTitle, "A", "host", "address", "hop", "router", "asn", "times", "p50", "p95", "icmp"), `
		vp1 | 192.0.2.53 | 01 | 203.0.113.1 | 64500 | 4 | 2 | 4 | -
		vp1 | 192.0.2.53 | 02 | 203.0.113.2 | 64500 | 3 | 2 | 2 | -
		vp1 | 192.0.2.53 | 03 | 203.0.113.4 | 64500 | 3 | 3 | 30 | -
		vp1 | 192.0.2.53 | 04 | 192.0.2.53 | - | 2 | 4 | 4 | -
		vp1 | 192.0.2.53 | 05 | 192.0.2.53 | - | 1 | 90 | 90 | -
		vp1 | 2001:db8::53 | 01 | 2001:db8:0:1::1 | - | 1 | 1 | 1 | -
		vp1 | 2001:db8::53 | 02 | 2001:db8::53 | - | 1 | 2 | 2 | -
		vp2 | 192.0.2.53 | 01 | 203.0.113.9 | 64500 | 2 | 1 | 1 | -
		vp2 | 192.0.2.53 | 02 | 203.0.113.2 | 64500 | 2 | 2 | 2 | -
		vp2 | 192.0.2.53 | 03 | 203.0.113.4 | 64500 | 2 | 3 | 30 | -
		vp2 | 192.0.2.53 | 04 | 192.0.2.53 | - | 2 | 4 | 90 | -
		vp2 | 198.51.100.53 |  | 198.51.100.53 | - | 1 | 40 | 40 | -
		vp2 | 198.51.100.53 | 01 | 203.0.113.9 | 64500 | 1 | 1 | 1 | -
		vp2 | 2001:db8::53 | 01 | 2001:db8:0:9::1 | - | 3 | 1 | 1 | -
		vp2 | 2001:db8::53 | 02 | 2001:db8:0:2::1 | - | 1 | 2 | 2 | host unreachable
		vp2 | 2001:db8::53 | 03 | 2001:db8::53 | - | 2 | 3 | 3 | -`)
}

func (v *paths) routers(t *testing.T) {
	for title, want := range map[string]string{
		behindTitle: `
			2001:db8:0:9::1 | vp2 | 2001:db8::53
			203.0.113.2 | vp1 | 192.0.2.53
			203.0.113.2 | vp1 | 192.0.2.53
			203.0.113.2 | vp2 | 192.0.2.53`,
		fromTitle: `
			2001:db8::53 | vp2 | 2001:db8::53
			203.0.113.3 | vp1 | 192.0.2.53
			203.0.113.3 | vp2 | 192.0.2.53
			203.0.113.4 | vp1 | 192.0.2.53`,
		toTitle: `
			- | vp1 | 192.0.2.53
			- | vp2 | 2001:db8::53
			203.0.113.4 | vp1 | 192.0.2.53
			203.0.113.4 | vp2 | 192.0.2.53`,
	} {
		of := map[string]string{behindTitle: "parted_after", fromTitle: "changed_from", toTitle: "changed_to"}[title]
		same(t, v.columns(t, title, "A", of, "host", "address"), want)
	}
}

func (v *paths) moves(t *testing.T) {
	same(t, v.columns(t, movesTitle, "A", "host", "address", "time", "from", "to"), `
		vp1 | 192.0.2.53 | 2h9m59s | LHR | YYZ
		vp2 | 192.0.2.53 | 2h9m59s | LHR | YYZ
		vp2 | 2001:db8::53 | 2h9m59s | LHR | ARN`)
	same(t, v.columns(t, movesTitle, "B", "host", "address", "time", "site", "reached", "changed_hop", "parted_after", "changed_from", "changed_to"), `
		vp1 | 192.0.2.53 | 2h10m0s | YYZ | 1 | 3 | 203.0.113.2 | 203.0.113.3 | 203.0.113.4
		vp2 | 192.0.2.53 | 2h10m0s | YYZ | 1 | 3 | 203.0.113.2 | 203.0.113.3 | 203.0.113.4
		vp2 | 2001:db8::53 | 2h10m0s | ARN | 1 | - | - | - | -`)
}

func (v *paths) bars(t *testing.T) {
	same(t, v.columns(t, barsTitle, "A", "time", "count"), `
		0s | 0
		1h0m0s | 0
		2h0m0s | 2
		3h0m0s | 0
		4h0m0s | 2
		5h0m0s | 0
		6h0m0s | 0`)
}

// TestNotTraced: a panel about paths says how they come to be, where there is none. The panels of a cloud read no point of
// a hop, and no query reads more rows of single traces, or lines, than it says.
func TestNotTraced(t *testing.T) {
	s, panels := stacktest.ReadSchema(t), map[string]int{}
	for _, d := range grafana.Dashboards(t) {
		for _, p := range d.All() {
			ofPaths := false
			for _, q := range p.Targets {
				of := s.Measurement(q.Query)
				if of != "dns_anycast_path" && of != "dns_anycast_hop" {
					ofPaths = ofPaths || strings.Contains(q.Query, `"traces_skipped"`)
					continue
				}
				ofPaths = true
				if of == "dns_anycast_hop" && d.UID != "dns-anycast-target" {
					t.Errorf("%q of %s reads hops: %s", p.Title, d.UID, q.Query)
				}
				bounded := strings.Contains(q.Query, "LIMIT ") || strings.Contains(q.Query, `"cloud", "host" fill(none)`)
				if !bounded {
					t.Errorf("%q reads without a limit: %s", p.Title, q.Query)
				}
			}
			if !ofPaths {
				continue
			}
			panels[d.UID]++
			if says := p.FieldConfig.Defaults.NoValue; !strings.Contains(says, "traced: ") || !strings.Contains(says, `trace = "change"`) {
				t.Errorf("%q says %q, also where nothing is traced", p.Title, says)
			}
		}
	}
	if panels["dns-anycast-target"] != 5 || panels["dns-anycast-cloud"] != 5 || panels["dns-anycast-fleet"] != 1 {
		t.Errorf("%v panels about paths, want five of a target, five of a cloud, one of the fleet", panels)
	}
}
