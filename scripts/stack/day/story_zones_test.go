package day

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// tellsSerials: when alpha's IPv4 server is back, arn1 answers with the serial that all had before, while its primary
// and lhr2 have the next one; the zone with a slash has expired there.
func (s *scenario) tellsSerials(t *testing.T) {
	d := grafana.AllInOne(t)
	const title = "Which serial does each instance serve, and how late is it?"
	type row struct {
		site   any
		serial float64
		late   bool
	}
	got, worst := map[string]row{}, map[string]any{}
	who := func(r map[string]any) string { return fmt.Sprint(r["who"], " ", r["zone"]) }
	for _, ref := range []string{"C", "D"} {
		maps.Copy(worst, column(s.Rows(t, d, title, ref, nil), "lag", who))
	}
	for _, ref := range []string{"A", "B"} {
		for _, r := range s.Rows(t, d, title, ref, nil) {
			at := time.UnixMilli(int64(r["time"].(float64)))
			lag, served := worst[who(r)].(float64)
			if !served || lag < 0 || lag > at.Sub(s.Window.From).Seconds() {
				t.Errorf("%v: a lag of %v s: %v", r, lag, served)
			}
			got[who(r)] = row{r["site"], r["serial"].(float64), lag > 1}
		}
	}
	want := map[string]row{"arn1 " + stacktest.Zone: {"ARN", stacktest.OldSerial, true}}
	for _, z := range []string{stacktest.Zone, stacktest.Slashed} {
		want["lhr1 "+z] = row{"LHR", stacktest.OldSerial, false}
		want["lhr2 "+z] = row{"LHR", stacktest.NewSerial, false}
		want[s.primary.Addr+" "+z] = row{nil, stacktest.NewSerial, false}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	lags, gap := map[string]float64{}, false
	for _, r := range s.Rows(t, d, "How late is the zone at each instance?", "A", grafana.Selection{"zone": {stacktest.Zone}}) {
		if lag, served := r["max"].(float64); served {
			lags[r["instance"].(string)] = max(lag, lags[r["instance"].(string)])
		} else {
			gap = gap || r["instance"] == "lhr1"
		}
	}
	if len(lags) != 3 || lags["arn1"] < 1 || lags["lhr1"] > 0.5 || lags["lhr2"] > 0.5 || !gap {
		t.Errorf("lags %v, a gap where lhr1 is silent: %v", lags, gap)
	}
	s.tellsSteps(t, d)
}

// tellsSteps: each line of serials steps once at most.
func (s *scenario) tellsSteps(t *testing.T, d *grafana.Dashboard) {
	t.Helper()
	fine := *s
	fine.Window.Interval = time.Second // no longer than what happened before the silence
	steps := map[string][]float64{}
	for _, ref := range []string{"A", "B"} {
		for _, r := range fine.Rows(t, d, "Does any serial fall?", ref, grafana.Selection{"zone": {stacktest.Zone}}) {
			who := fmt.Sprint(r["instance"], r["server"])
			if n, served := r["last"].(float64); served && !slices.Contains(steps[who], n) {
				steps[who] = append(steps[who], n)
			}
		}
	}
	want := map[string][]float64{
		"lhr1<nil>": {stacktest.OldSerial}, "lhr2<nil>": {stacktest.OldSerial, stacktest.NewSerial}, "arn1<nil>": {stacktest.OldSerial},
		"<nil>" + s.primary.Addr: {stacktest.OldSerial, stacktest.NewSerial},
	}
	if !reflect.DeepEqual(steps, want) {
		t.Errorf("got %v, want %v", steps, want)
	}
}

// tellsZoneFailures: every way not to serve a zone is there, with who did so.
func (s *scenario) tellsZoneFailures(t *testing.T) {
	d := grafana.AllInOne(t)
	type failure struct{ server, instance, zone, result, rcode string }
	got := map[failure]bool{}
	for _, r := range s.Rows(t, d, "Who did not serve a zone, how, and when last?", "A", nil) {
		tag := func(name string) string { return r[name].(string) }
		got[failure{tag("server"), tag("instance"), tag("zone"), tag("result"), tag("rcode")}] = true
	}
	want := map[failure]bool{
		{s.alpha4.Addr, "arn1", stacktest.Slashed, "rcode_error", "SERVFAIL"}:  true,
		{s.others[2].Addr, "", stacktest.Zone, "not_authoritative", "NOERROR"}: true,
		{s.others[2].Addr, "", stacktest.Slashed, "no_soa", "NOERROR"}:         true,
		{unasked4, "", stacktest.Zone, "local", ""}:                            true,
		{unasked6, "", stacktest.Zone, "local", ""}:                            true,
	}
	for _, z := range []string{stacktest.Zone, stacktest.Slashed} {
		for _, f := range []failure{
			{s.alpha4.Addr, "", z, "timeout", ""},
			{stacktest.Closed, "", z, "unreachable", ""},
			{stacktest.Nowhere, "", z, "unresolved", ""},
			{s.others[0].Addr, "", z, "timeout", ""},
			{s.others[1].Addr, "", z, "rcode_error", "REFUSED"},
			{s.others[3].Addr, "", z, "truncated", "NOERROR"},
			{s.others[4].Addr, "", z, "invalid", ""},
		} {
			want[f] = true
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	results := map[string]float64{}
	for _, r := range s.Rows(t, d, "Which queries for zones failed, and when?", "A", nil) {
		if n, some := r["count"].(float64); some {
			results[r["result"].(string)] += n
		}
	}
	for _, result := range stacktest.ReadSchema(t).Results["dns_anycast_soa"] {
		if (results[result] > 0) == (result == "success") {
			t.Errorf("%s is there %v times", result, results[result])
		}
	}
}

// tellsZoneAlerts: the zone that has expired at arn1 is missing at its site. Nobody is late for long, and serials that go
// round the end of the numbers are no fall.
func (s *scenario) tellsZoneAlerts(t *testing.T) {
	for _, name := range []string{"lag", "backwards", "still"} {
		if got := s.holding(t, name); len(got) > 0 {
			t.Errorf("%q", got)
		}
	}
	want := grafana.About("zone-refused", "zone", stacktest.Slashed, "cloud", stacktest.Alpha, "site", "ARN")
	if got := s.holding(t, "zone-refused"); !slices.Contains(got, want) {
		t.Errorf("got %q, want %q among them", got, want)
	}
}
