package alerts

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// testMetricOverruns is testOverruns in PromQL.
func (w *world) testMetricOverruns(t *testing.T, store *stacktest.Metrics) {
	t.Helper()
	for i, state := range w.overruns() {
		s := scope{store: store, name: "overrun" + strconv.Itoa(i), now: w.now}
		alerts, err := s.say(metricsOf(t, state.lines, s.name))
		if err != nil {
			t.Fatal(err)
		}
		got := about(alerts, "overrun")
		var want []string
		for _, l := range state.want {
			want = append(want, grafana.About("overrun")+" "+l.String())
		}
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s, %s:\n got %q\nwant %q", store.Name, state.name, got, want)
		}
	}
}

// about are the alerts of some rules, sorted.
func about(alerts []string, rules ...string) (some []string) {
	for _, a := range alerts {
		if name, _, _ := strings.Cut(a, " "); slices.Contains(rules, name) {
			some = append(some, a)
		}
	}
	slices.Sort(some)
	return some
}

// testMetricWitness is testWitness in PromQL: what is recorded is what is remembered.
func (w *world) testMetricWitness(t *testing.T, store *stacktest.Metrics) {
	t.Helper()
	for i, tc := range w.witnesses() {
		s := scope{store: store, name: "witness" + strconv.Itoa(i), now: w.now}
		got, err := s.say(metricsOf(t, w.seen(tc.fleet, tc.but)(), s.name))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range outlived {
			if fires := slices.Contains(got, w.of(name, 0)[0]); fires != slices.Contains(tc.want, name) {
				t.Errorf("%s, %s: %s fires: %v, want %q: %q", store.Name, tc.name, name, fires, tc.want, got)
			}
		}
	}
}

// TestMetricLevels is TestLevels in PromQL: what minutes of the fleet say of an address' month.
func TestMetricLevels(t *testing.T) {
	t.Parallel()
	for _, store := range []*stacktest.Metrics{stacktest.StartVictoriaMetrics(t), stacktest.StartPrometheus(t)} {
		for i, tc := range levels() {
			k := kept{now: tc.now}
			tc.of(&k)
			s := scope{store: store, name: strconv.Itoa(i), now: tc.now}
			alerts, err := s.say(metricsOf(t, k.lines, s.name))
			want := tc.want
			if tc.name == "silence after it was down" {
				want = []string{"month-burning 192.0.2.1"} // Grafana has to remember it, see testKeeps
			}
			var got []string
			for _, a := range about(alerts, "month-burning", "month-half-gone") {
				name, _, _ := strings.Cut(a, " ")
				got = append(got, name+" "+alertLabel(a, "address"))
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s, %s: got %q, error %v, want %q", store.Name, tc.name, got, err, want)
			}
		}
	}
}
