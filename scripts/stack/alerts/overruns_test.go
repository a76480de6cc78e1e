package alerts

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// leftOut is a point about the plugin with another configuration and number of rounds left out.
func (w *world) leftOut(config string, rounds int64) string {
	point := with("rounds_coalesced", rounds, w.itself)
	return regexp.MustCompile(`config=\S+`).ReplaceAllLiteralString(point, "config="+config)
}

// state is a state of the data, and the alerts that a rule is to make of it.
type state struct {
	rule, name string
	lines      []string
	want       []grafana.Labels
}

// of makes a state of its parts.
func of(rule, name string, want []grafana.Labels, parts ...[]string) state {
	return state{rule, name, slices.Concat(parts...), want}
}

// lately repeats points through the last two minutes.
func (w *world) lately(points ...string) []string {
	return w.every(30*time.Second, 2*time.Minute, 0, stacktest.Far, points...)
}

// testOverruns evaluates the rule about rounds that are left out.
func (w *world) testOverruns(t *testing.T, db *stacktest.InfluxDB) {
	t.Helper()
	rules := grafana.Rules(t)
	for i, s := range w.overruns() {
		database := fmt.Sprintf("state%d", i)
		db.Write(t, database, s.lines)
		r := rules[slices.IndexFunc(rules, func(r grafana.Rule) bool { return r.Name() == s.rule })]
		var got []grafana.Labels
		for _, a := range standing(t, &r, db, database, w.now) {
			got = append(got, a.Labels)
			followLink(t, db, database, grafana.OfUID(grafana.Dashboards(t), r.DashboardUID), &r, a, w.now)
		}
		if !reflect.DeepEqual(got, s.want) {
			t.Errorf("%s, %s:\n got %v\nwant %v", s.rule, s.name, got, s.want)
		}
		db.Query(t, database, fmt.Sprintf("DROP DATABASE %q", database))
	}
}

func (w *world) overruns() []state {
	const rule, second, minute = "overrun", time.Second, time.Minute
	const one, other = `/etc/a&b/"1"+(c|d)%.conf`, "/etc/other.conf"
	about := func(host, config string) []grafana.Labels { return []grafana.Labels{{"host": host, "config": config}} }
	kept := w.every(minute, 2*time.Hour, 0, stacktest.Far, w.leftOut(one, 0))
	left := func(host, config string, ages ...time.Duration) (lines []string) {
		for _, age := range ages {
			lines = append(lines, w.at(age, host, w.leftOut(config, 1))...)
		}
		return lines
	}
	// In the middle of five minutes of the clock, and their beginning.
	stretch := w.now.Sub(w.now.Truncate(5*minute)) + 12*minute + 30*second
	edge := stretch + 150*second
	// Soon again: the last hour holds as few of them as it may.
	each := func(step time.Duration, config string) []string {
		return w.every(step, 3*step-10*second, 0, stacktest.Far, w.leftOut(config, 1))
	}
	return []state{
		of(rule, "three times in an hour", about(stacktest.Far, one), kept, left(stacktest.Far, one, 50*minute, 30*minute, 10*minute)),
		of(rule, "twice in an hour", nil, kept, left(stacktest.Far, one, 50*minute, 10*minute)),
		of(rule, "a hiccup", nil, kept, w.at(stretch, stacktest.Far, w.leftOut(one, 30))),
		of(rule, "a hiccup of several rounds", nil, kept,
			left(stacktest.Far, one, stretch+20*second, stretch+10*second, stretch, stretch-10*second)),
		of(rule, "a hiccup through the end of a stretch", nil, kept,
			left(stacktest.Far, one, edge+20*second, edge+10*second, edge-10*second, edge-20*second)),
		of(rule, "1 % longer than ten seconds", about(stacktest.Far, one), kept, each(1010*second, one)),
		of(rule, "6 % longer than a minute", about(stacktest.Far, one), kept, each(1060*second, one)),
		of(rule, "a hiccup each half of an hour", nil, kept, each(30*minute, one)),
		of(rule, "twice as long as the interval, for a quarter of an hour", about(stacktest.Far, one),
			w.every(20*second, 15*minute, 0, stacktest.Far, w.leftOut(one, 1))),
		of(rule, "over for half of an hour", about(stacktest.Far, one), left(stacktest.Far, one, 59*minute, 45*minute, 35*minute),
			w.every(minute, 30*minute, 0, stacktest.Far, w.leftOut(one, 0))),
		of(rule, "one of three more than an hour ago", nil, kept, left(stacktest.Far, one, 61*minute, 30*minute, 10*minute)),
		of(rule, "two hours ago", nil, w.every(20*second, 2*time.Hour, 65*minute, stacktest.Far, w.leftOut(one, 1)), kept),
		of(rule, "one vantage point", about(stacktest.Near, one), kept, left(stacktest.Near, one, 50*minute, 30*minute, 10*minute)),
		of(rule, "two vantage points, three times in all", nil,
			left(stacktest.Far, one, 50*minute, 10*minute), left(stacktest.Near, one, 30*minute)),
		of(rule, "the other configuration", about(stacktest.Far, other), kept, left(stacktest.Far, other, 50*minute, 30*minute, 10*minute)),
		of(rule, "two configurations, three times in all", nil,
			left(stacktest.Far, one, 50*minute, 10*minute), left(stacktest.Far, other, 30*minute)),
		of(rule, "both configurations", slices.Concat(about(stacktest.Far, one), about(stacktest.Far, other)),
			each(15*minute, one), each(15*minute, other)),
		of(rule, "none", nil, kept),
		of(rule, "no point about the plugin", nil, w.lately(w.up[:]...)),
	}
}
