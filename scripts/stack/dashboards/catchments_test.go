package dashboards

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// Titles of panels about catchments.
const (
	standingTitle  = "What do the figures of each measurement stand on?"
	sharesTitle    = "Which share of the probes does each site have over IPv4?"
	votesTitle     = "Which share of the autonomous systems does each site have over IPv4?"
	reachTitle     = "Which site do probes reach, how many, and how long does it take them?"
	mapTitle       = "Where are the sites that probes reach, and which countries go too far?"
	whoMovedTitle  = "Who moved in each window, and from which site to which?"
	movedTitle     = "How many probes moved, and when?"
	countriesTitle = "Which countries go too far, and where do they go?"
	asesTitle      = "Which autonomous systems go too far, and where do they go?"
	foreignTitle   = "Which share of the answers is somebody else's?"
	mutedTitle     = "Which share of the probes gets no answer?"
	strangersTitle = "In which countries does somebody else answer?"
	networksTitle  = "In which autonomous systems does somebody else answer?"
	probesSerials  = "Which serial do probes get, how many are behind, and at which site?"
)

// windows are what probes are asked in three windows of five minutes, from begun on, over IPv4; the first two over IPv6;
// and for a zone in all three. Two hosts read the same.
func windows(t *testing.T, begun time.Time) (lines []string) {
	t.Helper()
	for _, host := range []string{"vp1", "vp2"} {
		a := stacktest.NewAtlas(t, "c")
		for n := range 3 {
			at := begun.Add(time.Duration(n) * 5 * time.Minute)
			lines = append(lines, a.Window(t, host, stacktest.AtlasIPv4, at, func(probe int) string { return votes(n, probe) })...)
			if n < 2 {
				lines = append(lines, a.Window(t, host, stacktest.AtlasIPv6, at, func(probe int) string { return votes(0, probe) })...)
			}
			lines = append(lines, a.Serials(t, host, at, func(probe int) (uint32, string) { return served(n, probe) })...)
		}
	}
	return lines
}

// votes are by window and probe: five of the British are answered by somebody else, two by nobody; the Dutch reach AMS, and
// from the second window on JNB; the South Africans reach LHR.
func votes(n, probe int) string {
	switch {
	case probe <= 5:
		return "cpe"
	case probe <= 7:
		return ""
	case probe > 20 && probe <= 30:
		return []string{"ams1", "jnb1"}[min(n, 1)]
	}
	return "lhr1"
}

// served: a new serial comes in the second window, and not to ams1.
func served(n, probe int) (serial uint32, name string) {
	if probe > 20 && probe <= 30 {
		return 7, "ams1"
	}
	return uint32(7 + min(n, 1)), "lhr1"
}

// TestCatchments: what the dashboard says of catchments is what probes were answered, once, whoever read it.
func TestCatchments(t *testing.T) {
	t.Parallel()
	db, begun := stacktest.StartInfluxDB(t), time.Now().UTC().Truncate(time.Hour).Add(-time.Hour)
	db.Write(t, "catchments", windows(t, begun))
	window := grafana.Window{From: begun, To: begun.Add(time.Hour), Interval: 5 * time.Minute}
	v := &paths{grafana.View{DB: db, Database: "catchments", Window: window}}
	t.Run("standing", v.standing)
	t.Run("sites", v.catchmentSites)
	t.Run("over time", v.catchmentsOverTime)
	t.Run("moves", v.catchmentMoves)
	t.Run("groups", v.groups)
	t.Run("map", v.catchmentMap)
	t.Run("serials", v.probesSerials)
	t.Run("windows", v.windowLength)
	t.Run("old", v.oldWindows)
}

func (v *paths) standing(t *testing.T) {
	same(t, v.columns(t, standingTitle, "A", "measurement_id", "time", "probes", "asked", "answered", "named", "foreign", "timeout", "misplaced"), `
		1001 | 10m0s | 40 | 40 | 38 | 33 | 5 | 2 | 0
		1002 | 5m0s | 40 | 40 | 38 | 33 | 5 | 2 | 0
		1003 | 10m0s | 40 | 40 | 40 | 40 | 0 | 0 | 0`)
	same(t, v.columns(t, standingTitle, "B", "measurement_id", "windows"), `
		1001 | 3
		1002 | 2
		1003 | 3`)
}

// catchmentSites: ten of 33 probes, and one of four ASes, are the Dutch. The five that somebody else answers over both families
// count for no distance and no time of 1003 either. AMS is nearer to South Africa than LHR.
func (v *paths) catchmentSites(t *testing.T) {
	same(t, v.columns(t, reachTitle, "A", "measurement_id", "site", "time", "probes", "share", "share_as", "nearest", "entered", "left", "p50_ms"), `
		1001 | AMS | 10m0s | 0 | 0 | 0 | - | 0 | 0 | -
		1001 | JNB | 10m0s | 10 | 0.30303030303030304 | 0.25 | 0 | 0 | 0 | 225
		1001 | LHR | 10m0s | 23 | 0.696969696969697 | 0.75 | 13 | 0 | 0 | 219
		1002 | AMS | 5m0s | 10 | 0.30303030303030304 | 0.25 | 10 | 0 | 0 | 225
		1002 | LHR | 5m0s | 23 | 0.696969696969697 | 0.75 | 13 | 0 | 0 | 219
		1003 | AMS | 10m0s | 10 | 0.25 | 0.25 | 10 | 0 | 0 | 225
		1003 | LHR | 10m0s | 30 | 0.75 | 0.75 | 15 | 0 | 0 | 218`)
}

// line writes the values of a line over time, up to the last one.
func (v *paths) line(t *testing.T, title, ref string, about grafana.Selection, tags map[string]string) string {
	t.Helper()
	d := grafana.AllInOne(t)
	p := d.Titled(t, title)
	i := slices.IndexFunc(p.Targets, func(q grafana.Target) bool { return q.RefID == ref })
	var texts []string
	for _, s := range v.Ask(t, d, p.Targets[i], about) {
		for name, value := range tags {
			if s.Tags[name] != value {
				s.Values = nil
			}
		}
		for _, row := range s.Values {
			if row[1] == nil {
				texts = append(texts, "-")
			} else {
				texts = append(texts, fmt.Sprintf("%.3f", row[1]))
			}
		}
	}
	return strings.TrimRight(strings.Join(texts, " "), " -")
}

// catchmentsOverTime: parts are sums of what both hosts read, which are the same parts.
func (v *paths) catchmentsOverTime(t *testing.T) {
	ipv4 := grafana.Selection{"measurement_id": {"1001"}}
	for _, tc := range []struct {
		title string
		tags  map[string]string
		want  string
	}{
		{sharesTitle, map[string]string{"site": "AMS"}, "20.000 0.000 0.000"},
		{sharesTitle, map[string]string{"site": "JNB"}, "- 20.000 20.000"},
		{sharesTitle, map[string]string{"site": "LHR"}, "46.000 46.000 46.000"},
		{votesTitle, map[string]string{"site": "LHR"}, "1.500 1.500 1.500"},
		{votesTitle, map[string]string{"site": "AMS"}, "0.500 0.000 0.000"},
		{foreignTitle, nil, "0.132 0.132 0.132"},
		{mutedTitle, nil, "0.050 0.050 0.050"},
		{movedTitle, nil, "- 10.000 0.000"},
	} {
		if got := v.line(t, tc.title, "A", ipv4, tc.tags); got != tc.want {
			t.Errorf("%q of %v: %s, want %s", tc.title, tc.tags, got, tc.want)
		}
	}
	both := v.line(t, sharesTitle, "A", grafana.Selection{"measurement_id": {"1001", "1003"}}, map[string]string{"site": "AMS"})
	if want := "40.000 20.000 20.000"; both != want {
		t.Errorf("of two measurements: %s, want %s", both, want)
	}
}

// catchmentMoves: two hosts tell of the same one, which the panel's grouping makes one.
func (v *paths) catchmentMoves(t *testing.T) {
	same(t, v.columns(t, whoMovedTitle, "A", "measurement_id", "time", "from", "to", "probes", "asns", "top_asn", "top_country", "before_ms", "after_ms"), `
		1001 | 5m0s | AMS | JNB | 10 | 1 | 64502 | NL | 225 | 225
		1001 | 5m0s | AMS | JNB | 10 | 1 | 64502 | NL | 225 | 225`)
	p := grafana.AllInOne(t).Titled(t, whoMovedTitle)
	i := slices.IndexFunc(p.Transformations, func(tr grafana.Transformation) bool { return tr.ID == "groupBy" })
	for _, name := range []string{"Time", "address", "from", "to", "measurement_id"} {
		if i < 0 || p.Transformations[i].Options.Fields[name].Operation != "groupby" {
			t.Errorf("%q is not grouped by %s", whoMovedTitle, name)
		}
	}
}

func (v *paths) groups(t *testing.T) {
	same(t, v.columns(t, countriesTitle, "A", "measurement_id", "country", "probes", "answered", "sites", "top_site", "top_share", "nearest_share"), `
		1001 | GB | 20 | 18 | 1 | LHR | 1 | 1
		1001 | NL | 10 | 10 | 1 | JNB | 1 | 0
		1001 | ZA | 10 | 10 | 1 | LHR | 1 | 0
		1002 | GB | 20 | 18 | 1 | LHR | 1 | 1
		1002 | NL | 10 | 10 | 1 | AMS | 1 | 1
		1002 | ZA | 10 | 10 | 1 | LHR | 1 | 0
		1003 | GB | 20 | 20 | 1 | LHR | 1 | 1
		1003 | NL | 10 | 10 | 1 | AMS | 1 | 1
		1003 | ZA | 10 | 10 | 1 | LHR | 1 | 0`)
	same(t, v.columns(t, asesTitle, "A", "measurement_id", "asn", "probes", "top_site"), `
		1001 | 64500 | 15 | LHR
		1001 | 64501 | 5 | LHR
		1001 | 64502 | 10 | JNB
		1001 | 64503 | 10 | LHR
		1002 | 64500 | 15 | LHR
		1002 | 64501 | 5 | LHR
		1002 | 64502 | 10 | AMS
		1002 | 64503 | 10 | LHR
		1003 | 64500 | 15 | LHR
		1003 | 64501 | 5 | LHR
		1003 | 64502 | 10 | AMS
		1003 | 64503 | 10 | LHR`)
	same(t, v.columns(t, strangersTitle, "A", "measurement_id", "country", "foreign", "answered", "time"), `
		1001 | GB | 5 | 18 | 10m0s
		1002 | GB | 5 | 18 | 5m0s`)
	same(t, v.columns(t, networksTitle, "A", "measurement_id", "asn", "foreign", "answered"), `
		1001 | 64500 | 5 | 13
		1002 | 64500 | 5 | 13`)
}

// catchmentMap: of several addresses a site has its largest share, and a country its largest excess.
func (v *paths) catchmentMap(t *testing.T) {
	same(t, v.columns(t, mapTitle, "B", "cloud", "site", "share", "latitude"), `
		c | AMS | 0.30303030303030304 | 52.309
		c | JNB | 0.30303030303030304 | -26.136
		c | LHR | 0.75 | 51.47`)
	excess := map[string]float64{}
	for _, r := range v.Rows(t, grafana.AllInOne(t), mapTitle, "A", nil) {
		excess[fmt.Sprint(r["country"])] = r["excess"].(float64)
	}
	if len(excess) != 3 || excess["GB"] != 0 || excess["NL"] < 80 || excess["ZA"] < 80 {
		t.Errorf("excess of countries: %v", excess)
	}
}

func (v *paths) probesSerials(t *testing.T) {
	same(t, v.columns(t, probesSerials, "A", "zone", "measurement_id", "serials", "newest", "behind", "lag_p50_s", "lag_max_s", "top_behind_site"), `
		example.net | 1003 | 2 | 8 | 10 | 0 | 300 | AMS`)
}

// windowLength: no line has an interval that is shorter than a window.
func (v *paths) windowLength(t *testing.T) {
	d := grafana.OfUID(grafana.Dashboards(t), grafana.CatchmentsUID)
	answer := v.DB.Query(t, v.Database, strings.NewReplacer("${__from}", fmt.Sprint(v.Window.From.UnixMilli()), "${__to}", fmt.Sprint(v.Window.To.UnixMilli())).
		Replace(strings.ReplaceAll(d.Variable("round").Query, "${cloud:regex}", ".*")))
	if len(answer) != 1 || answer[0].Values[0][1] != 300.0 {
		t.Errorf("%v, want windows of 300 s", answer)
	}
}

// oldWindows: hours later the tables say of when they are, and that nothing is new; days later there is nothing.
func (v *paths) oldWindows(t *testing.T) {
	later := func(age time.Duration) *paths {
		w := *v
		w.Window.From, w.Window.To = v.Window.To, v.Window.To.Add(age)
		return &w
	}
	same(t, later(5*time.Hour).columns(t, standingTitle, "B", "measurement_id", "windows"), `
		1001 | 0
		1002 | 0
		1003 | 0`)
	d := grafana.OfUID(grafana.Dashboards(t), grafana.CatchmentsUID)
	for _, p := range d.All() {
		for _, q := range p.Targets {
			for _, s := range later(50*time.Hour).Ask(t, d, q, nil) {
				if len(s.Values) > 0 && !strings.Contains(q.Query, "fill(null)") {
					t.Errorf("%q %s: %v", p.Title, q.RefID, s)
				}
			}
		}
	}
}

// TestNoCatchments: without a window no panel looks as if all were well, and each says what to do.
func TestNoCatchments(t *testing.T) {
	d := grafana.OfUID(grafana.Dashboards(t), grafana.CatchmentsUID)
	for _, p := range d.All() {
		if len(p.Targets) == 0 {
			continue
		}
		says := p.FieldConfig.Defaults.NoValue
		if !strings.Contains(says, "no window of RIPE Atlas") && !strings.Contains(says, "no two windows of RIPE Atlas") {
			t.Errorf("%q says %q where no window was read", p.Title, says)
		}
	}
	if text := stacktest.Read(t, d.File); strings.Contains(text, `green"`) {
		t.Error("something is green: a window may be two days old")
	}
}

// TestCatchmentsShown: Grafana's own code makes of the answers the tables that the dashboard means.
func TestCatchmentsShown(t *testing.T) {
	t.Parallel()
	db, begun := stacktest.StartInfluxDB(t), time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	db.Write(t, "catchments", windows(t, begun))
	window := grafana.Window{From: begun, To: begun.Add(time.Hour), Interval: 5 * time.Minute}
	v := &grafana.View{DB: db, Database: "catchments", Window: window}
	ipv4 := grafana.Selection{"measurement_id": {"1001"}}
	panels := grafana.Show(t, answers(t, v, slices.Collect(maps.Keys(shownCatchments)), ipv4))
	if panels == nil {
		return
	}
	for title, want := range shownCatchments {
		if len(panels[title]) != 1 {
			t.Fatalf("%q shows %d tables", title, len(panels[title]))
		}
		t.Run(title, func(t *testing.T) { same(t, written(panels[title][0]), want) })
	}
}

// shownCatchments are the tables of one measurement, by their titles.
var shownCatchments = map[string]string{
	standingTitle: `
		Cloud | Family | Measurement | Window | Windows | Probes | Asked | Answered | Named | Foreign | Timeout | Unreachable | Invalid | Refused | Sites | Late | Misplaced | Undecodable | Server | Address | Transport
		c | ipv4 | 1001 | when | 3 | 40 | 40 | 38 | 33 | 5 | 2 | 0 | 0 | 0 | 2 | 0 | 0 | 0 | ns.example.net | 192.0.2.53 | udp`,
	reachTitle: `
		Site | Share | By AS | Probes | p50 | p90 | Nearest | Kilometers | In | Out | Cloud | Family | Window | Server | Address | Transport | Measurement
		AMS | 0.00% | 0.00% | 0 | - | - | - | - | 0 | 0 | c | ipv4 | when | ns.example.net | 192.0.2.53 | udp | 1001
		JNB | 30.30% | 25.00% | 10 | 225.0 ms | 229.0 ms | 0 | 9023 | 0 | 0 | c | ipv4 | when | ns.example.net | 192.0.2.53 | udp | 1001
		LHR | 69.70% | 75.00% | 23 | 219.0 ms | 238.0 ms | 13 | 25 | 0 | 0 | c | ipv4 | when | ns.example.net | 192.0.2.53 | udp | 1001`,
	whoMovedTitle: `
		Window | From | To | Probes | ASes | AS | Country | Before | Since | Cloud | Family | Server | Address | Measurement
		when | AMS | JNB | 10 | 1 | 64502 | NL | 225.0 ms | 225.0 ms | c | ipv4 | ns.example.net | 192.0.2.53 | 1001`,
	countriesTitle: `
		Country | Excess | Top site | Its share | Nearest | p50 | p90 | Sites | Probes | Answered | Cloud | Family | Window | Server | Address | Transport | Measurement
		GB | 0.0 ms | LHR | 100.00% | 100.00% | 214.0 ms | 219.0 ms | 1 | 20 | 18 | c | ipv4 | when | ns.example.net | 192.0.2.53 | udp | 1001
		NL | 86.4 ms | JNB | 100.00% | 0.00% | 225.0 ms | 229.0 ms | 1 | 10 | 10 | c | ipv4 | when | ns.example.net | 192.0.2.53 | udp | 1001
		ZA | 90.5 ms | LHR | 100.00% | 0.00% | 235.0 ms | 239.0 ms | 1 | 10 | 10 | c | ipv4 | when | ns.example.net | 192.0.2.53 | udp | 1001`,
	strangersTitle: `
		Country | Share | Foreign | Of | Cloud | Family | Window | Server | Address | Transport | Measurement
		GB | 27.78% | 5 | 18 | c | ipv4 | when | ns.example.net | 192.0.2.53 | udp | 1001`,
}

// TestCatchmentsLinks: from a cloud to what probes say of it, and back, as the page of the stack says.
func TestCatchmentsLinks(t *testing.T) {
	leads := func(from, to string) bool {
		for _, p := range grafana.OfUID(grafana.Dashboards(t), from).First() {
			for _, url := range linksOf(t, &p) {
				if strings.HasPrefix(url, "/d/"+to+"?") && strings.Contains(url, `&var-cloud=${__data.fields["Cloud"]:percentencode}`) {
					return true
				}
			}
		}
		return false
	}
	for _, way := range [][2]string{{"dns-anycast-cloud", grafana.CatchmentsUID}, {grafana.CatchmentsUID, "dns-anycast-cloud"}} {
		if !leads(way[0], way[1]) {
			t.Errorf("nothing on the first screen of %s leads to the cloud of a row on %s", way[0], way[1])
		}
	}
}
