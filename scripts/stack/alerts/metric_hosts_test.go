package alerts

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// testMetricHosts is testHosts in PromQL.
func (w *world) testMetricHosts(t *testing.T, store *stacktest.Metrics) {
	t.Helper()
	for i, situation := range w.hosts() {
		w.checkHosts(t, store, "hosts"+strconv.Itoa(i), situation, nil)
	}
}

// testMetricAhead: where the label db tells VictoriaMetrics, which is asked up to two minutes late, points of the future are
// those that are further ahead.
func (w *world) testMetricAhead(t *testing.T, store *stacktest.Metrics) {
	t.Helper()
	for i, c := range []struct {
		ahead time.Duration
		alert bool
	}{{time.Minute, false}, {119 * time.Second, false}, {3 * time.Minute, true}} {
		s := situation{c.ahead.String(), w.seen(3, nil).and(w.every(5*time.Second, 0, -c.ahead, stacktest.Near, w.same)...), nil}
		if c.alert {
			s.want = []string{grafana.About("clock-ahead", "host", stacktest.Near)}
		}
		w.checkHosts(t, store, "ahead"+strconv.Itoa(i), s, map[string]string{"db": "telegraf"})
	}
}

// checkHosts: the rules about hosts say exactly what the situation wants, of points with more labels.
func (w *world) checkHosts(t *testing.T, store *stacktest.Metrics, name string, situation situation, more map[string]string) {
	t.Helper()
	points := metricsOf(t, situation.points(), name)
	for label, value := range more {
		for i := range points {
			points[i].Labels = append(points[i].Labels, stacktest.Label{Name: label, Value: value})
			slices.SortFunc(points[i].Labels[1:], func(a, b stacktest.Label) int { return cmp.Compare(a.Name, b.Name) })
		}
	}
	s := scope{store: store, name: name, now: w.now}
	got, err := s.say(points, aboutHosts...)
	want := append([]string{"watchdog"}, situation.want...)
	slices.Sort(got)
	slices.Sort(want)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%s, %s, %v:\n got %q, error %v\nwant %q", store.Name, situation.name, more, got, err, want)
	}
}

// testMetricLate is testLate in PromQL.
func (w *world) testMetricLate(t *testing.T, store *stacktest.Metrics) {
	t.Helper()
	rules := readMetricRules(t)
	r := rules[slices.IndexFunc(rules, func(r metricRule) bool { return r.name() == "clock-behind" })]
	wait, err := time.ParseDuration(r.For)
	if err != nil {
		t.Fatal(err)
	}
	s := scope{store: store, name: "late", now: w.now, first: map[string]time.Time{}}
	since, fired := map[string]time.Duration{}, map[string]time.Duration{}
	for age := lateFrom; age >= 0; age -= lateStep {
		if err := s.write(metricsOf(t, w.come(age), s.name)); err != nil {
			t.Fatal(err)
		}
		rows, err := store.At(s.of(r.Expr), w.now.Add(-age))
		if err != nil {
			t.Fatal(err)
		}
		holding := map[string]time.Duration{}
		for _, row := range rows {
			host := grafana.Labels(row.Labels).String()
			holding[host] = age
			if began, held := since[host]; held {
				holding[host] = began
			}
			if holding[host]-age >= wait {
				fired[host] = age
			}
		}
		since = holding
	}
	checkLate(t, fired)
}

var listedLine = regexp.MustCompile(`^dns_anycast_cloud,host=([^,]+),by=hand expected=(\d)i (\d+)$`)

// expected is what a file of scripts/vantage records each minute, where lines are what the same commands wrote to InfluxDB: of
// each host the newest one holds.
func (w *world) expected(t *testing.T, lines []string, scope string) (all []stacktest.Metric) {
	t.Helper()
	newest, is := map[string]string{}, map[string]float64{}
	for _, line := range lines {
		m := listedLine.FindStringSubmatch(line)
		if m == nil || m[3] < newest[m[1]] {
			continue
		}
		value, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		newest[m[1]], is[m[1]] = m[3], value
	}
	for host, value := range is {
		series := stacktest.Metric{Labels: []stacktest.Label{{Name: "__name__", Value: expectedRecorded}, {Name: "host", Value: host}, {Name: "scope", Value: scope}}}
		for age := 15 * time.Minute; age >= 0; age -= time.Minute {
			series.Samples = append(series.Samples, stacktest.Sample{Time: w.now.Add(-age).UnixMilli(), Value: value})
		}
		all = append(all, series)
	}
	return all
}
