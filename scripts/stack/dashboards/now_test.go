package dashboards

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// fleet writes points such as a fleet of vantage points does: of cloud c, one server of two addresses, one a family, and
// of its zone. The list of who is expected has 1 for those, and 0 for who was removed.
type fleet struct {
	lines    []string
	expected map[string]int
}

const (
	ipv4Address = "192.0.2.1"
	ipv6Address = "2001:db8::1"
)

// families are how the queries of a round ended, by family: "" success, a result, or "none" for no query.
type families struct{ ipv4, ipv6 string }

// rounds are those of a vantage point between two ages, each minute; zone is how its query for the zone ended.
func (f *fleet) rounds(now time.Time, host string, from, to time.Duration, results families, zone string) {
	for age := from; age >= to; age -= time.Minute {
		f.round(now.Add(-age), host, results, zone)
	}
}

func (f *fleet) round(at time.Time, host string, results families, zone string) {
	add := func(format string, args ...any) {
		f.lines = append(f.lines, fmt.Sprintf(format, args...)+fmt.Sprint(" ", at.UnixMilli()))
	}
	asked, answered := map[string]int{}, map[string]int{}
	for _, a := range []struct{ family, address, result string }{
		{"ipv4", ipv4Address, results.ipv4}, {"ipv6", ipv6Address, results.ipv6},
	} {
		of := fmt.Sprintf("host=%s,cloud=c,server=ns1.example.net,address=%s,family=%s,transport=udp", host, a.address, a.family)
		switch a.result {
		case "none":
			continue
		case "":
			add("dns_anycast,%s,instance=lhr1,site=LHR,result=success,rcode=NOERROR answered=1i,result_code=0i,query_time_ms=5", of)
			asked[a.family], answered[a.family] = 1, 1
		case "local":
			add("dns_anycast,%s,result=local result_code=8i,error=\"no route from this host\"", of)
		default:
			add("dns_anycast,%s,result=%s answered=0i,result_code=1i", of, a.result)
			asked[a.family] = 1
		}
		if zone == "" && a.result == "" {
			add("dns_anycast_soa,%s,zone=example.net,result=success,rcode=NOERROR answered=1i,result_code=0i,serial=5i,serial_lag_s=0", of)
		} else if a.result == "" {
			add("dns_anycast_soa,%s,zone=example.net,result=%s answered=0i,result_code=1i", of, zone)
		}
	}
	add("dns_anycast_cloud,host=%s,cloud=c ipv4_asked=%di,ipv4_answered=%di,ipv6_asked=%di,ipv6_answered=%di,instances=1i,sites=1i",
		host, asked["ipv4"], answered["ipv4"], asked["ipv6"], answered["ipv6"])
	add("dns_anycast_internal,host=%s,config=/etc/plugin.conf targets=2i,targets_answered=2i,round_ms=9,rounds_coalesced=0i,"+
		"discarded=0i,stamps_missing=0i,over_max_instances=0i,interval_s=60.01,version=\"0.2.0\"", host)
}

// halfKnown are rounds in which the look-up of one family of a name failed, and that of the other did not.
func (f *fleet) halfKnown(now time.Time, host string) {
	for age := range 10 {
		at := now.Add(-time.Duration(age) * time.Minute)
		f.lines = append(f.lines, fmt.Sprintf("dns_anycast,host=%s,cloud=c,server=ns2.example.net,family=ipv6,transport=udp,"+
			`result=unresolved result_code=7i,error="timeout" %d`, host, at.UnixMilli()))
	}
}

// with puts fields behind the time of every answer over IPv4, but to one vantage point.
func (f *fleet) with(fields, but string) {
	for i, line := range f.lines {
		if !strings.Contains(line, "host="+but+",") && strings.Contains(line, ipv4Address) {
			f.lines[i] = strings.Replace(line, "query_time_ms=5", "query_time_ms=5,"+fields, 1)
		}
	}
}

// unresolved is a round in which the name had no address.
func (f *fleet) unresolved(at time.Time, host string) {
	f.lines = append(f.lines, fmt.Sprintf("dns_anycast,host=%s,cloud=c,server=ns1.example.net,transport=udp,result=unresolved "+
		`result_code=7i,error="no address" %d`, host, at.UnixMilli()),
		fmt.Sprintf("dns_anycast_cloud,host=%s,cloud=c ipv4_asked=0i,ipv4_answered=0i,ipv6_asked=0i,ipv6_answered=0i,"+
			"instances=0i,sites=0i %d", host, at.UnixMilli()))
}

// moved is a change of the site that answers over IPv4.
func (f *fleet) moved(at time.Time, host string) {
	f.lines = append(f.lines, fmt.Sprintf("dns_anycast_change,host=%s,cloud=c,server=ns1.example.net,address=%s,family=ipv4,transport=udp "+
		`from="LHR",to="ARN",held_s=60,changes=1i %d`, host, ipv4Address, at.UnixMilli()))
}

// list are the points of who is expected.
func (f *fleet) list(now time.Time) (lines []string) {
	for host, is := range f.expected {
		lines = append(lines, fmt.Sprintf("dns_anycast_cloud,host=%s expected=%di %d", host, is, now.Add(-50*24*time.Hour).UnixMilli()))
	}
	return lines
}

// checkMetrics: what dashboards say in PromQL is what they say in InfluxQL.
func (f *fleet) checkMetrics(t *testing.T, store *stacktest.Metrics, truth *grafana.View, name string) {
	t.Helper()
	situation := stacktest.Label{Name: "situation", Value: name}
	points := stacktest.MetricsOf(t, f.lines, map[string]string{situation.Name: situation.Value}, func(metric string) bool {
		return strings.HasPrefix(metric, "dns_anycast")
	})
	if err := store.Write(slices.Concat(points, reported(points), stacktest.ExpectedByRule(f.expected, truth.Window.To, situation))); err != nil {
		t.Fatal(err)
	}
	v := &grafana.MetricView{Store: store, Window: truth.Window, Only: []stacktest.Label{situation}}
	for _, d := range grafana.MetricDashboards(t) {
		if d.UID != grafana.MonthUID+"-metrics" {
			v.CheckSame(t, d, truth, nil)
		}
	}
}

// reported are what the rules record of vantage points that report, at each of their rounds.
func reported(points []stacktest.Metric) (all []stacktest.Metric) {
	for _, m := range points {
		if m.Labels[0].Value != "dns_anycast_cloud_ipv4_asked" {
			continue
		}
		one := stacktest.Metric{Labels: []stacktest.Label{{Name: "__name__", Value: "dns_anycast:host_reports"}}}
		for _, l := range m.Labels {
			if l.Name == "host" || l.Name == "cloud" || l.Name == "situation" {
				one.Labels = append(one.Labels, l)
			}
		}
		for _, s := range m.Samples {
			one.Samples = append(one.Samples, stacktest.Sample{Time: s.Time, Value: 1})
		}
		all = append(all, one)
	}
	return all
}

// TestNow: what the dashboards say is the case is what was measured at the end of the time range.
func TestNow(t *testing.T) {
	t.Parallel()
	db, metrics, situations := stacktest.StartInfluxDB(t), stacktest.StartVictoriaMetrics(t), 0
	now := time.Now().Truncate(time.Minute)
	seen := func(t *testing.T, f fleet) *overview {
		name := strings.ReplaceAll(t.Name(), "/", "_")
		db.Write(t, name, f.lines)
		db.Keep(t, name, "changes", f.list(now))
		window := grafana.Window{From: now.Add(-6 * time.Hour), To: now, Interval: 5 * time.Minute}
		s := &overview{grafana.View{DB: db, Database: name, Window: window}}
		situations++
		f.checkMetrics(t, metrics, &s.View, fmt.Sprint(situations))
		return s
	}
	const hours = 6 * time.Hour
	healthy := func(hosts int, to time.Duration) (f fleet) {
		for h := range hosts {
			f.rounds(now, fmt.Sprint("vp", h), hours, to, families{}, "")
		}
		return f
	}
	t.Run("a dead fleet is grey", func(t *testing.T) {
		f := healthy(3, 5*time.Hour)
		f.moved(now.Add(-330*time.Minute), "vp0")
		seen(t, f).isGrey(t)
	})
	t.Run("all is well", func(t *testing.T) {
		s := seen(t, healthy(3, 0))
		s.counts(t, counted{dark: 0.0, zones: 0.0, reporting: []any{3.0, 3.0, 0.0}})
		s.shares(t, map[string]any{ipv4Address: 0.0, ipv6Address: 0.0})
	})
	t.Run("nothing", func(t *testing.T) {
		s := seen(t, fleet{lines: []string{"another value=1 1"}})
		s.isGrey(t)
		s.counts(t, counted{})
	})
	t.Run("one of three died", func(t *testing.T) {
		f := healthy(2, 0)
		f.rounds(now, "vp9", hours, 350*time.Minute, families{}, "")
		s := seen(t, f)
		s.counts(t, counted{dark: 0.0, zones: 0.0, reporting: []any{2.0, 3.0, 1.0}})
		s.Window.From = now.Add(-time.Hour) // as the overview opens
		s.counts(t, counted{dark: 0.0, zones: 0.0, reporting: []any{2.0, 3.0, 1.0}})
	})
	t.Run("a family is local for hours", func(t *testing.T) {
		f := fleet{}
		for h := range 2 {
			f.rounds(now, fmt.Sprint("vp", h), hours, hours-10*time.Minute, families{}, "")
			f.rounds(now, fmt.Sprint("vp", h), hours-11*time.Minute, 0, families{ipv6: "local"}, "")
		}
		s := seen(t, f)
		s.counts(t, counted{dark: 0.0, zones: 0.0, unmeasured: 1.0, reporting: []any{2.0, 2.0, 0.0}})
		s.shares(t, map[string]any{ipv4Address: 0.0, ipv6Address: -1.0})
		s.clouds(t, map[string]any{"IPv4": 1.0, "IPv6": -1.0, "dark": 0.0, "loss": 0.0})
		if rows := s.Rows(t, grafana.AllInOne(t), "Which vantage points cannot ask, and why?", "A", nil); len(rows) != 2 ||
			rows[0]["error"] != "no route from this host" || rows[0]["family"] != "ipv6" {
			t.Errorf("%v, want why", rows)
		}
	})
	t.Run("nobody could ask", func(t *testing.T) {
		f := fleet{}
		f.rounds(now, "vp0", time.Hour, 0, families{"local", "local"}, "")
		s := seen(t, f)
		s.counts(t, counted{zones: nil, unmeasured: 2.0, reporting: []any{1.0, 1.0, 0.0}})
		s.shares(t, map[string]any{ipv4Address: -1.0, ipv6Address: -1.0})
		s.clouds(t, map[string]any{"IPv4": -1.0, "IPv6": -1.0, "dark": -1.0, "loss": -1.0})
	})
	t.Run("a name that no longer resolves", func(t *testing.T) {
		f := healthy(2, 10*time.Minute)
		for h := range 2 {
			for age := range 10 {
				f.unresolved(now.Add(-time.Duration(age)*time.Minute), fmt.Sprint("vp", h))
			}
		}
		s, d := seen(t, f), grafana.AllInOne(t)
		s.counts(t, counted{zones: nil, unmeasured: 3.0, reporting: []any{2.0, 2.0, 0.0}}) // its two addresses too
		s.clouds(t, map[string]any{"IPv4": -1.0, "IPv6": -1.0, "dark": -1.0, "loss": -1.0})
		if rows := s.Rows(t, d, grafana.DarkTitle, "B", nil); len(rows) != 1 || rows[0]["server"] != "ns1.example.net" || rows[0]["local"] == nil {
			t.Errorf("%v, want the name that could not be asked", rows)
		}
	})
	t.Run("a name that resolves again", func(t *testing.T) {
		f := healthy(2, 0)
		f.unresolved(now.Add(-30*time.Minute), "vp0")
		s := seen(t, f)
		s.counts(t, counted{dark: 0.0, zones: 0.0, reporting: []any{2.0, 2.0, 0.0}})
		s.shares(t, map[string]any{ipv4Address: 0.0, ipv6Address: 0.0})
	})
	t.Run("one family of a name cannot be looked up", func(t *testing.T) {
		f := healthy(2, 0)
		f.halfKnown(now, "vp0")
		f.halfKnown(now, "vp1")
		s := seen(t, f)
		s.counts(t, counted{dark: 0.0, zones: 0.0, reporting: []any{2.0, 2.0, 0.0}})
		for _, ref := range []string{"A", "B"} {
			for _, r := range s.Rows(t, grafana.AllInOne(t), grafana.DarkTitle, ref, nil) {
				if r["server"] != "ns1.example.net" {
					t.Errorf("%s: %v, which is no address", ref, r)
				}
			}
		}
	})
	t.Run("the only witness of a cloud died", func(t *testing.T) {
		f := healthy(1, 30*time.Minute)
		other := fleet{}
		other.rounds(now, "vp1", time.Hour, 0, families{}, "")
		for _, line := range other.lines {
			f.lines = append(f.lines, strings.Replace(line, "cloud=c", "cloud=other", 1))
		}
		s := seen(t, f)
		s.counts(t, counted{dark: 0.0, zones: 0.0, unmeasured: 2.0, reporting: []any{1.0, 2.0, 1.0}})
		s.clouds(t, map[string]any{"IPv4": -1.0, "IPv6": -1.0})
		zones := map[any]any{}
		for _, r := range s.Rows(t, grafana.AllInOne(t), grafana.ZonesTitle, "A", nil) {
			zones[r["cloud"]] = r["unserved"]
		}
		if want := map[any]any{"c": -1.0, "other": 0.0}; !maps.Equal(zones, want) {
			t.Errorf("zones: %v, want %v", zones, want)
		}
		dark := 0
		for _, r := range s.Rows(t, grafana.AllInOne(t), grafana.DarkTitle, "A", nil) {
			if r["cloud"] == "c" && r["dark"] == -1.0 {
				dark++
			}
		}
		if dark != 2 {
			t.Errorf("%d grey addresses, want 2", dark)
		}
	})
	t.Run("somebody else answers", func(t *testing.T) {
		f := healthy(3, 0)
		f.with("expected=0i", "vp0")
		seen(t, f).counts(t, counted{dark: 0.0, zones: 0.0, strangers: 1.0, reporting: []any{3.0, 3.0, 0.0}})
	})
	t.Run("nobody else answers", func(t *testing.T) {
		for _, fields := range []string{"expected=1i", "verdict_code=0i", "expected=1i,verdict_code=2i"} {
			f := healthy(3, 0)
			f.with(fields, "")
			s := seen(t, f)
			s.counts(t, counted{dark: 0.0, zones: 0.0, strangers: 0.0, reporting: []any{3.0, 3.0, 0.0}})
			db.Query(t, s.Database, "DROP DATABASE "+fmt.Sprintf("%q", s.Database))
		}
	})
	t.Run("a time range that ended hours ago", func(t *testing.T) {
		f := healthy(2, 0)
		f.moved(now.Add(-5*time.Hour), "vp0")
		s := seen(t, f)
		s.Window.To = now.Add(-4 * time.Hour)
		s.endsInTime(t)
	})
	t.Run("who is expected, and who was removed", func(t *testing.T) {
		f := healthy(2, 0)
		f.rounds(now, "gone", hours, 350*time.Minute, families{}, "")
		f.rounds(now, "dead", hours, 350*time.Minute, families{}, "")
		f.expected = map[string]int{"never": 1, "vp0": 1, "vp1": 0, "gone": 0, "dead": 1}
		seen(t, f).counts(t, counted{dark: 0.0, zones: 0.0, reporting: []any{2.0, 4.0, 2.0}})
	})
	t.Run("quorum", func(t *testing.T) {
		for dead, want := range map[int]float64{5: 0, 6: 1} {
			f := healthy(10-dead, 0)
			for h := range dead {
				f.rounds(now, fmt.Sprint("dead", h), time.Hour, 0, families{ipv4: "timeout"}, "")
			}
			s := seen(t, f)
			s.counts(t, counted{dark: want, zones: 0.0, reporting: []any{10.0, 10.0, 0.0}})
			s.shares(t, map[string]any{ipv4Address: float64(dead) / 10, ipv6Address: 0.0})
			db.Query(t, s.Database, "DROP DATABASE "+fmt.Sprintf("%q", s.Database))
		}
	})
	t.Run("a zone that nobody serves", func(t *testing.T) {
		f := fleet{}
		for h := range 3 {
			f.rounds(now, fmt.Sprint("vp", h), time.Hour, 0, families{}, "timeout")
		}
		s := seen(t, f)
		s.counts(t, counted{dark: 0.0, zones: 1.0, reporting: []any{3.0, 3.0, 0.0}})
		if rows := s.Rows(t, grafana.AllInOne(t), grafana.ZonesTitle, "A", nil); len(rows) != 1 || rows[0]["unserved"] != 1.0 {
			t.Errorf("%v", rows)
		}
	})
	t.Run("a zone that is late", func(t *testing.T) {
		for lag, want := range map[string]float64{
			"3599": 0, "3601": 1, "3601,refresh_s=1800i": 1, "3599,refresh_s=1800i": 0, "7199,refresh_s=7200i": 0, "7201,refresh_s=7200i": 1,
		} {
			f := healthy(1, 0)
			for i, line := range f.lines {
				f.lines[i] = strings.Replace(line, "serial_lag_s=0", "serial_lag_s="+lag, 1)
			}
			s := seen(t, f)
			s.counts(t, counted{dark: 0.0, zones: want, reporting: []any{1.0, 1.0, 0.0}})
			db.Query(t, s.Database, "DROP DATABASE "+fmt.Sprintf("%q", s.Database))
		}
	})
	t.Run("who is silent", func(t *testing.T) {
		f := healthy(1, 0)
		f.rounds(now, "month", 29*24*time.Hour, 29*24*time.Hour-time.Minute, families{}, "")
		f.rounds(now, "year", 300*24*time.Hour, 300*24*time.Hour-time.Minute, families{}, "")
		s, d := seen(t, f), grafana.AllInOne(t)
		got := map[any]any{}
		for _, r := range s.Rows(t, d, "Which vantage points report, and which are silent?", "A", nil) {
			got[r["host"]] = r["reports"]
		}
		if want := map[any]any{"vp0": 1.0, "month": 0.0}; !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		var offered []any
		for _, a := range s.Ask(t, d, grafana.Target{Query: d.Variable("host").Query}, nil) {
			for _, row := range a.Values {
				offered = append(offered, row[1])
			}
		}
		if !slices.Equal(offered, []any{"vp0"}) {
			t.Errorf("the variable offers %v, who left long ago among them", offered)
		}
	})
	t.Run("the length of a round", func(t *testing.T) {
		for interval, want := range map[string]string{"interval_s=60.01,": "60", "interval_s=9.97,": "10", "interval_s=0.3,": "", "": "10"} {
			f := healthy(2, 0)
			for i, line := range f.lines {
				f.lines[i] = strings.Replace(line, "interval_s=60.01,", interval, 1)
			}
			s := seen(t, f)
			if got := s.round(t); got != want {
				t.Errorf("%q: %q, want %q", interval, got, want)
			}
			db.Query(t, s.Database, "DROP DATABASE "+fmt.Sprintf("%q", s.Database))
		}
		if got := seen(t, fleet{lines: []string{"another value=1 1"}}).round(t); got != "" {
			t.Errorf("without a point: %q", got)
		}
	})
	t.Run("moves", func(t *testing.T) {
		f := healthy(3, 0)
		f.moved(now.Add(-61*time.Minute), "vp0")
		f.moved(now.Add(-20*time.Minute), "vp1")
		f.moved(now.Add(-10*time.Minute), "vp1")
		f.moved(now.Add(-10*time.Minute), "vp2")
		s, d := seen(t, f), grafana.AllInOne(t)
		const title = "Where did vantage points move?"
		hosts, changes, last := s.Rows(t, d, title, "A", nil), s.Rows(t, d, title, "B", nil), s.Rows(t, d, title, "C", nil)
		if len(hosts) != 1 || hosts[0]["hosts"] != 2.0 || len(changes) != 1 || changes[0]["changes"] != 3.0 ||
			last[0]["time"] != float64(now.Add(-10*time.Minute).UnixMilli()) {
			t.Errorf("%v %v %v, want three changes of two vantage points", hosts, changes, last)
		}
	})
}

// overview is what the first screen says of the points of a fleet.
type overview struct{ grafana.View }

// counted are the figures of the overview; nil where there is none.
type counted struct {
	dark, zones           any
	unmeasured, strangers any   // of addresses; strangers also nil where nobody is expected and no place is known
	reporting             []any // and of how many, and how many are silent
}

func (s *overview) counts(t *testing.T, want counted) {
	t.Helper()
	figure := func(title string) []any {
		answer := s.Ask(t, grafana.AllInOne(t), grafana.AllInOne(t).Titled(t, title).Targets[0], nil)
		if len(answer) == 0 {
			return []any{nil}
		}
		return answer[0].Values[0][1:]
	}
	got := counted{
		dark:       figure("How many addresses are dark for most vantage points?")[0],
		zones:      figure("How many zones do most vantage points not get, or get late?")[0],
		unmeasured: figure("How many addresses could nobody measure?")[0],
		strangers:  figure("How many addresses does somebody else answer?")[0],
		reporting:  figure("How many vantage points report?"),
	}
	if want.reporting == nil {
		want.reporting = []any{nil}
	}
	if want.dark != nil {
		want.unmeasured = orNone(want.unmeasured)
	}
	if got.dark != want.dark || got.zones != want.zones || got.unmeasured != want.unmeasured || got.strangers != want.strangers || !slices.Equal(got.reporting, want.reporting) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// orNone is a count that is not given where others are.
func orNone(count any) any {
	if count == nil {
		return 0.0
	}
	return count
}

// shares compares the table of addresses with the share of the vantage points that each is dark for; nil where it has a
// row, but no share.
func (s *overview) shares(t *testing.T, want map[string]any) {
	t.Helper()
	got := map[string]any{}
	for _, ref := range []string{"B", "A"} {
		for _, r := range s.Rows(t, grafana.AllInOne(t), grafana.DarkTitle, ref, nil) {
			share, _ := r["dark"].(float64)
			if got[r["address"].(string)] = r["dark"]; r["dark"] != nil {
				got[r["address"].(string)] = math.Round(share*1000) / 1000
			}
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// clouds compares the row of cloud c in the table of clouds.
func (s *overview) clouds(t *testing.T, want map[string]any) {
	t.Helper()
	got := map[string]any{}
	for ref, column := range map[string]string{"A": "IPv4", "B": "IPv6", "C": "dark", "D": "loss"} {
		for _, r := range s.Rows(t, grafana.AllInOne(t), grafana.CloudsTitle, ref, nil) {
			if r["cloud"] == "c" {
				got[column] = r[column]
			}
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// endsInTime: no line goes on after the end of the time range.
func (s *overview) endsInTime(t *testing.T) {
	t.Helper()
	for _, d := range grafana.Dashboards(t) {
		for _, p := range d.All() {
			for _, q := range p.Targets {
				for _, a := range s.Ask(t, d, q, nil) {
					if last := a.Values[len(a.Values)-1][0].(float64); int64(last) > s.Window.To.UnixMilli() {
						t.Errorf("%s: %q has a row at %v", d.UID, p.Title, time.UnixMilli(int64(last)))
					}
				}
			}
		}
	}
}

// greyBelow is whether a column of the panel shows -1 as not measured.
func greyBelow(p *grafana.Panel) bool {
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			if property.ID == "mappings" && strings.Contains(string(property.Value), `"-1"`) {
				return true
			}
		}
	}
	return false
}

// round is what the variable of that name holds, as Grafana makes it of the answer.
func (s *overview) round(t *testing.T) string {
	t.Helper()
	v := grafana.AllInOne(t).Variable("round")
	pattern := regexp.MustCompile(strings.Trim(v.Regex, "/"))
	for _, a := range s.Ask(t, grafana.AllInOne(t), grafana.Target{Query: v.Query}, nil) {
		for _, row := range a.Values {
			if m := pattern.FindStringSubmatch(fmt.Sprint(row[1])); m != nil {
				return m[1]
			}
		}
	}
	return ""
}

// isGrey: no panel of the overview's first screen says anything of the last hours, but who is silent.
func (s *overview) isGrey(t *testing.T) {
	t.Helper()
	d := grafana.OfUID(grafana.Dashboards(t), "dns-anycast")
	for _, p := range d.Panels {
		for _, q := range p.Targets {
			for _, a := range s.Ask(t, d, q, nil) {
				for _, row := range a.Values {
					late := int64(row[0].(float64)) > s.Window.To.Add(-290*time.Minute).UnixMilli()
					says := slices.ContainsFunc(row[1:], func(v any) bool { return v != nil && (v != -1.0 || !greyBelow(&p)) })
					overTime := strings.Contains(q.Query, "time($__interval)")
					if p.Title == "How many vantage points report?" {
						if row[1] != 0.0 || row[3] != row[2] { // red
							t.Errorf("%q: %v", p.Title, row)
						}
					} else if says && (late || !overTime) {
						t.Errorf("%q says %v", p.Title, row)
					}
				}
			}
		}
	}
}
