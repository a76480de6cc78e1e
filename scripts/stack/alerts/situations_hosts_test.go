package alerts

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// chrony is a point of Telegraf's, in seconds.
func chrony(off, dispersion, delay float64) string {
	return fmt.Sprintf("chrony,region=eu system_time=%g,root_dispersion=%g,root_delay=%g 1", off, dispersion, delay)
}

// thrownAway is a point of Telegraf's about an output, with counters since it began: dropped and rejected points, errors
// in the log, and writes that failed.
func thrownAway(counters [4]int) string {
	const point = "internal_write,output=influxdb buffer_size=3i,buffer_limit=100000i,metrics_dropped=%di,metrics_rejected=%di,errors=%di,write_errors=%di 1"
	return fmt.Sprintf(point, counters[0], counters[1], counters[2], counters[3])
}

// onlyNear lays something over what the first vantage point sees.
func onlyNear(but func(round int, s *sight)) func(host, round int, s *sight) {
	return func(host, round int, s *sight) {
		if host == 0 {
			but(round, s)
		}
	}
}

func (w *world) hosts() []situation {
	return slices.Concat(w.clocks(), w.thrownAway(), w.familiesLost(), w.tagsHidden())
}

var aboutHosts = []string{"clock", "clock-ahead", "clock-unwatched", "dropped", "family-lost", "tags-hidden", "watchdog"}

// testHosts evaluates the rules about hosts alone, in every situation of hosts: the other rules look at other points.
func (w *world) testHosts(t *testing.T, db *stacktest.InfluxDB) {
	t.Helper()
	rules := slices.DeleteFunc(slices.Clone(grafana.Rules(t)), func(r grafana.Rule) bool { return !slices.Contains(aboutHosts, r.Name()) })
	for _, s := range w.hosts() {
		w.testSituation(t, db, "hosts", s, rules...)
	}
}

func (w *world) clocks() []situation {
	is := func(off, dispersion, delay float64) points {
		return w.seen(3, func(host, round int, s *sight) {
			s.more = []string{chrony(0.0001, 0.002, 0.02)}
			if host == 0 {
				s.more = []string{chrony(off, dispersion, delay)}
			}
		})
	}
	off := []string{grafana.About("clock", "host", stacktest.Near)}
	early := []string{grafana.About("clock-ahead", "host", stacktest.Near)}
	future := func(by time.Duration) points {
		return w.seen(3, nil).and(w.every(5*time.Second, 0, -by, stacktest.Near, w.same)...)
	}
	ended := func(silent bool) points {
		return w.seen(3, onlyNear(func(round int, s *sight) {
			if s.silent = silent && round < rounds(25*time.Minute); round > rounds(25*time.Minute) {
				s.more = []string{chrony(0, 0.002, 0.02)}
			}
		}))
	}
	return []situation{
		{"a minute ahead of the database", future(time.Minute), early},
		{"a clock is ahead by 1.2 s", is(1.2, 0.002, 0.02), off},
		{"chronyd has ended", ended(false), []string{grafana.About("clock-unwatched", "host", stacktest.Near)}},
		{"clocks are right", is(-0.0002, 0.002, 0.02), nil},
		{"a clock is behind by 1.2 s", is(-1.2, 0.002, 0.02), off},
		{"a clock is off by 0.9 s", is(-0.9, 0.002, 0.02), nil},
		{"chrony reaches no server", is(0, 1, 1), off},
		{"a dispersion of 0.6 s and a way of 1 s", is(0, 0.6, 1), off},
		{"a dispersion of 0.6 s", is(0, 0.6, 0.1), nil},
		{"off for some minutes", w.seen(3, onlyNear(func(round int, s *sight) {
			s.more = []string{chrony(0, 0.002, 0.02)}
			if round < rounds(10*time.Minute) {
				s.more = []string{chrony(5, 0.002, 0.02)}
			}
		})), nil},
		{"five seconds ahead of the database", future(5 * time.Second), early},
		{"not ahead of the database", future(0), nil},
		{"the host has ended with it", ended(true), nil},
		{"chronyd ended days ago", w.seen(3, nil).and(w.every(30*time.Minute, 50*time.Hour, 26*time.Hour, stacktest.Near, chrony(0, 0.002, 0.02))...), nil},
	}
}

func (w *world) thrownAway() []situation {
	// grow adds to the counters twenty minutes ago.
	grow := func(before, by [4]int) points {
		return w.seen(3, onlyNear(func(round int, s *sight) {
			counters := before
			if round < rounds(20*time.Minute) {
				for i, n := range by {
					counters[i] += n
				}
			}
			s.more = []string{thrownAway(counters)}
		}))
	}
	// refused is a password that was wrong for so long, until twenty minutes ago: nothing came, and a write was refused.
	refused := func(long time.Duration, after [4]int) points {
		began := 20*time.Minute + long
		return w.seen(3, onlyNear(func(round int, s *sight) {
			if round < rounds(20*time.Minute) {
				s.more = []string{thrownAway(after)}
			}
		})).and(w.every(pace, began+5*time.Minute, began, stacktest.Near, thrownAway([4]int{2: 5, 3: 5}))...)
	}
	want := []string{grafana.About("dropped", "host", stacktest.Near, "output", "influxdb")}
	return []situation{
		{"nothing is thrown away", grow([4]int{}, [4]int{}), nil},
		{"points were dropped", grow([4]int{}, [4]int{0: 12}), want},
		{"points were rejected", grow([4]int{1: 7}, [4]int{1: 1}), want},
		{"a write was refused", grow([4]int{2: 5, 3: 5}, [4]int{2: 1}), want},
		{"writes failed, and were done again", grow([4]int{2: 5, 3: 5}, [4]int{2: 9, 3: 9}), nil},
		{"writes failed that nobody logs", grow([4]int{3: 5}, [4]int{3: 9}), nil},
		{"points were dropped long ago", grow([4]int{500, 7, 9, 4}, [4]int{}), nil},
		{"a password was wrong for half an hour", refused(30*time.Minute, [4]int{2: 35, 3: 5}), want},
		{"a password was wrong for an hour and a half", refused(90*time.Minute, [4]int{2: 95, 3: 5}), nil},
		{"a password was wrong until Telegraf began anew", refused(30*time.Minute, [4]int{}), nil},
		{"points were dropped before Telegraf began anew", grow([4]int{500, 7, 9, 4}, [4]int{-500, -7, -9, -4}), nil},
	}
}

func (w *world) familiesLost() []situation {
	const config = "/etc/plugin.conf"
	asks := func(ipv4, ipv6 int) string {
		fields := fmt.Sprintf(" ipv4_asked=%di,ipv6_asked=%di,discarded=", ipv4, ipv6)
		return strings.Replace(w.leftOut(config, 0), " discarded=", fields, 1)
	}
	then := func(before, now string) points {
		return w.seen(3, onlyNear(func(round int, s *sight) { s.itself = now })).and(
			w.every(30*time.Minute, 26*time.Hour, time.Hour, stacktest.Near, before, w.same)...)
	}
	listed, noRoute := w.leftOut(config, 0), w.leftOut(config, 0) // neither says anything of families
	later := w.seen(3, onlyNear(func(round int, s *sight) {
		if s.itself = asks(1, 0); round > rounds(20*time.Minute) {
			s.itself = noRoute
		}
	}))
	want := []string{grafana.About("family-lost", "host", stacktest.Near, "config", config)}
	return []situation{
		{"both families are asked", then(asks(1, 1), asks(1, 1)), nil},
		{"IPv6 was never there", then(asks(1, 0), asks(1, 0)), nil},
		{"IPv6 has come", then(asks(1, 0), asks(1, 1)), nil},
		{"IPv6 is lost", then(asks(1, 1), asks(1, 0)), want},
		{"IPv4 is lost", then(asks(1, 1), asks(0, 1)), want},
		{"IPv6 is lost where there was nothing else", then(asks(0, 1), asks(1, 0)), want},
		{"IPv6 is left out by hand", then(asks(1, 1), listed), nil},
		{"families were listed before", then(listed, asks(1, 0)), nil},
		{"the uplink of a host without IPv6 came after the plugin", later, nil},
		{"no uplink since the plugin began anew", then(asks(1, 1), noRoute), nil},
	}
}

var hostsOwn = regexp.MustCompile(`discarded=\d+i,|,time_source="\w+"`)

// watched makes of a point that of a probe of RIPE Atlas, of which nobody knows what it discarded, nor its clock.
func watched(point string) string {
	return hostsOwn.ReplaceAllString(strings.Replace(point, "dns_anycast,", "dns_anycast,probe=7,", 1), "")
}

func (w *world) tagsHidden() []situation {
	// tagged is what Telegraf makes of points with a global tag: those that have the tag keep theirs.
	tagged := func(points [4]string, tag string) (all [4]string) {
		name, _, _ := strings.Cut(tag, "=")
		for i, p := range points {
			all[i] = p
			if !strings.Contains(p, ","+name+"=") {
				all[i] = strings.Replace(p, "dns_anycast,", "dns_anycast,"+tag+",", 1)
			}
		}
		return all
	}
	is := func(tag string) points {
		return w.seen(3, onlyNear(func(round int, s *sight) {
			if s.answers = tagged(w.up, tag); round%3 == 0 {
				s.answers[3] = tagged(w.down, tag)[3]
			}
		}))
	}
	want := []string{grafana.About("tags-hidden", "host", stacktest.Near)}
	return []situation{
		{"a global tag called site", is("site=LHR"), want},
		{"a global tag called instance", is("instance=vantage"), want},
		{"a global tag called rcode", is("rcode=NOERROR"), want},
		{"a global tag called zone", is("zone=eu"), want},
		{"a global tag called probe", is("probe=12"), want},
		{"probes are watched", w.seen(3, onlyNear(func(_ int, s *sight) { s.more = []string{watched(w.up[0]), watched(w.down[1])} })), nil},
		{"a global tag called region", is("region=eu"), nil},
		{"a global tag called server", is("server=a"), nil}, // every point has one
	}
}

// testLate: points that are some minutes old when they come make a ticket after 75 minutes of that; a vantage point that has
// died does not, nor one that is late by less than two minutes. What had come by an evaluation is all that it sees.
func (w *world) testLate(t *testing.T, db *stacktest.InfluxDB) {
	rules := grafana.Rules(t)
	r := rules[slices.IndexFunc(rules, func(r grafana.Rule) bool { return r.Name() == "clock-behind" })]
	const database = "late"
	defer db.Query(t, database, `DROP DATABASE "late"`)
	h, fired := history{}, map[string]time.Duration{}
	for age := lateFrom; age >= 0; age -= lateStep {
		now := w.now.Add(-age)
		db.Write(t, database, w.come(age))
		alerts, err := r.Evaluate(db, database, now)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.next(&r, alerts, now); err != nil {
			t.Fatal(err)
		}
		for _, labels := range h.firing(r.Wait(t), now) {
			fired[labels] = age
		}
	}
	checkLate(t, fired)
}

// Ages of the evaluations of points that come late.
const lateFrom, lateStep = 110 * time.Minute, 5 * time.Minute

// come are the points that have come between two evaluations, of which the second was so long ago.
func (w *world) come(age time.Duration) []string {
	between := func(host string, late time.Duration) []string {
		return w.every(30*time.Second, age+late+lateStep, age+late, host, w.same)
	}
	lines := slices.Concat(between("right", 0), between("a little late", 90*time.Second), between("late", 4*time.Minute), between("very late", 50*time.Minute))
	if age >= 95*time.Minute {
		lines = append(lines, between("dead", 0)...)
	}
	return lines
}

// checkLate: of the hosts of come those fired, by the age of their last alert, that are late.
func checkLate(t *testing.T, fired map[string]time.Duration) {
	t.Helper()
	late, very := grafana.Labels{"host": "late"}.String(), grafana.Labels{"host": "very late"}.String()
	if _, ok := fired[late]; !ok || len(fired) != 2 || fired[very] != 0 {
		t.Errorf("fired for %v, want late and very late", fired)
	}
}
