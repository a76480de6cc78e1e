package alerts

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/skiptest"
	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// scope is a part of a store of metrics of which the rest knows nothing: all of its series have a label of its own, which
// every expression asks for.
type scope struct {
	store *stacktest.Metrics
	name  string
	now   time.Time
	first map[string]time.Time // of each metric, when its points begin
}

// of makes an expression one about the scope.
func (s *scope) of(expression string) string {
	return selector.ReplaceAllStringFunc(expression, func(selector string) string {
		if name, braced := strings.CutSuffix(selector, "{"); braced {
			return fmt.Sprintf(`%s{scope=%q, `, name, s.name)
		}
		return fmt.Sprintf(`%s{scope=%q}`, selector, s.name)
	})
}

var selector = regexp.MustCompile(metricName.String() + `\{?`)

// metricsOf are the points of a situation as far as any rule reads them. Minutes are as they are recorded.
func metricsOf(t *testing.T, lines []string, scope string) []stacktest.Metric {
	t.Helper()
	needed := map[string]bool{}
	for _, r := range readMetricRules(t) {
		needed[r.Record] = true
		for _, name := range metricName.FindAllString(r.Expr, -1) {
			needed[name] = true
		}
	}
	for i, line := range lines {
		lines[i] = strings.Replace(line, "dns_anycast_minute,", "dns_anycast:minute,", 1)
	}
	return stacktest.MetricsOf(t, lines, map[string]string{"scope": scope}, func(name string) bool { return needed[name] })
}

// write stores series, and remembers when they begin.
func (s *scope) write(all []stacktest.Metric) error {
	for _, m := range all {
		name, at := m.Labels[0].Value, time.UnixMilli(m.Samples[0].Time)
		if first, known := s.first[name]; !known || at.Before(first) {
			s.first[name] = at
		}
	}
	return s.store.Write(all)
}

// say are the alerts that stand where points are all that there is: those of some rules, or of all where none is named.
func (s *scope) say(points []stacktest.Metric, about ...string) (got []string, err error) {
	rules, err := metricRules()
	if err != nil {
		return nil, err
	}
	if len(about) > 0 {
		rules = slices.DeleteFunc(slices.Clone(rules), func(r metricRule) bool { return r.Alert != "" && !slices.Contains(about, r.name()) })
	}
	s.first = map[string]time.Time{}
	if err := s.write(points); err != nil {
		return nil, err
	}
	if err := s.recordAll(rules); err != nil {
		return nil, err
	}
	for _, r := range rules {
		if r.Record == "" {
			alerts, err := s.standing(&r)
			if err != nil {
				return nil, err
			}
			got = append(got, alerts...)
		}
	}
	return got, nil
}

// recordAll stores what rules would have recorded, as far as alerts are made of it. What is recorded of minutes, and of what
// is recorded of them, is so where minutes are given alone: no other situation lasts for as long as an address may be down
// in an hour; what minutes are made of is another test's.
func (s *scope) recordAll(rules []metricRule) error {
	_, minutes := s.first[given[0]]
	needed := neededBy(rules)
	var all []stacktest.Metric
	for _, r := range rules {
		fromMinutes := strings.Contains(r.Record, "minute") || strings.Contains(r.Record, "hour_down")
		if !needed[r.Record] || slices.Contains(given, r.Record) || fromMinutes && !minutes {
			continue
		}
		recorded, err := s.record(&r, lookingBack(rules, r.Record))
		if err != nil {
			return err
		}
		if all = append(all, recorded...); fromMinutes { // the next one reads them
			if err := s.write(all); err != nil {
				return err
			}
			all = nil
		}
	}
	return s.write(all)
}

// given is what is recorded of minutes that tests write themselves.
var given = []string{"dns_anycast:minute_asked", "dns_anycast:minute_failed"}

// neededBy are the metrics that alerts read, and what is recorded for them.
func neededBy(rules []metricRule) map[string]bool {
	needed := map[string]bool{}
	for _, r := range slices.Backward(rules) {
		if r.Alert != "" || needed[r.Record] && !slices.Contains(given, r.Record) {
			for _, name := range metricName.FindAllString(r.Expr, -1) {
				needed[name] = true
			}
		}
	}
	return needed
}

// record is what a rule would have recorded until now, each time that it was evaluated, as far as rules look back.
func (s *scope) record(r *metricRule, back time.Duration) (all []stacktest.Metric, err error) {
	var from time.Time
	for _, name := range metricName.FindAllString(r.Expr, -1) {
		if at, known := s.first[name]; known && (from.IsZero() || at.Before(from)) {
			from = at
		}
	}
	if from.IsZero() {
		return nil, nil
	}
	const most = 10000 // rows of an answer, a little fewer than stores give
	for steps := min(s.now.Sub(from), back)/r.every + 1; steps >= 0; steps -= most {
		to := max(0, steps-most+1)
		rows, err := s.store.Range(s.of(r.Expr), s.now.Add(-steps*r.every), s.now.Add(-to*r.every), r.every)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			row.Labels["scope"], row.Labels["__name__"] = s.name, r.Record
			all = append(all, stacktest.Metric{Labels: row.Sorted(), Samples: row.Values})
		}
	}
	return all, nil
}

// standing are the alerts of a rule that hold now and have held for as long as it waits.
func (s *scope) standing(r *metricRule) (alerts []string, err error) {
	wait, err := time.ParseDuration(r.For)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Range(s.of(r.Expr), s.now, s.now, r.every)
	if len(rows) > 0 && wait > 0 {
		rows, err = s.store.Range(s.of(r.Expr), s.now.Add(-wait), s.now, r.every)
	}
	for _, row := range rows {
		if len(row.Values) == int(wait/r.every)+1 {
			delete(row.Labels, "scope")
			delete(row.Labels, "__name__")
			alerts = append(alerts, strings.TrimSpace(r.name()+" "+grafana.Labels(row.Labels).String()))
		}
	}
	return alerts, err
}

// lookingBack is how far rules look back at what is recorded, for as long as they wait.
func lookingBack(rules []metricRule, recorded string) time.Duration {
	back := 3 * time.Hour
	for _, r := range rules {
		for _, m := range regexp.MustCompile(regexp.QuoteMeta(recorded)+`(?:\{[^}]*\})?\[(\d+)d\]`).FindAllStringSubmatch(r.Expr, -1) {
			days, _ := strconv.Atoi(m[1])
			back = max(back, time.Duration(days)*24*time.Hour+time.Hour)
		}
	}
	return back
}

// TestMetricStates: in each situation the rules in PromQL say what those in InfluxQL say.
func TestMetricStates(t *testing.T) {
	t.Parallel()
	skiptest.IPv6(t)
	w := newWorld(t, stacktest.Plugin(t))
	yesterday := time.Now().Truncate(24 * time.Hour).Add(-24 * time.Hour)
	w.now = yesterday.Add(12*time.Hour + 34*time.Minute + 56*time.Second)
	victoria, prometheus := stacktest.StartVictoriaMetrics(t), stacktest.StartPrometheus(t)
	fired, slower := map[string]bool{}, chooser{fired: map[string]bool{}}
	for i, situation := range w.situations() {
		stores := []*stacktest.Metrics{victoria}
		if slower.chooses(situation) {
			stores = append(stores, prometheus)
		}
		w.testMetricSituation(t, stores, strconv.Itoa(i), situation)
		for _, alert := range situation.want {
			name, _, _ := strings.Cut(alert, " ")
			fired[name] = true
		}
	}
	for _, store := range []*stacktest.Metrics{victoria, prometheus} {
		w.testMetricOverruns(t, store)
		w.testMetricWitness(t, store)
		w.testMetricHosts(t, store)
		w.testMetricLate(t, store)
	}
	w.testMetricAhead(t, victoria)
	elsewhere := []string{"watchdog", "overrun", "tags-hidden", "clock-behind"} // always, or in those tests
	for _, r := range readMetricRules(t) {
		if r.Alert != "" && !fired[r.name()] && !slices.Contains(elsewhere, r.name()) {
			t.Errorf("%s fires in no situation", r.name())
		}
	}
}

// chooser picks situations for the slower store: each rule fires there, and nothing is said in half of those in which all is
// quiet. A hundred vantage points take it too long.
type chooser struct {
	fired map[string]bool
	quiet int
}

func (c *chooser) chooses(situation situation) (chosen bool) {
	if strings.Contains(situation.name, "100") {
		return false
	}
	for _, alert := range situation.want {
		rule, _, _ := strings.Cut(alert, " ")
		chosen = chosen || !c.fired[rule]
		c.fired[rule] = true
	}
	if len(situation.want) > 0 {
		return chosen
	}
	c.quiet++
	return c.quiet%2 == 0
}

// testMetricSituation: in each store the rules say exactly what the situation wants.
func (w *world) testMetricSituation(t *testing.T, stores []*stacktest.Metrics, name string, situation situation) {
	t.Helper()
	lines := situation.points()
	points := append(metricsOf(t, lines, name), w.expected(t, lines, name)...)
	want := slices.DeleteFunc(append([]string{"watchdog"}, situation.want...), func(alert string) bool {
		rule, _, _ := strings.Cut(alert, " ")
		return notInMetrics[rule] != ""
	})
	slices.Sort(want)
	var wait sync.WaitGroup
	for _, store := range stores {
		wait.Go(func() {
			s := scope{store: store, name: name, now: w.now}
			got, err := s.say(points)
			slices.Sort(got)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%s, %s:\n got %q, error %v\nwant %q", store.Name, situation.name, got, err, want)
			}
		})
	}
	wait.Wait()
}
