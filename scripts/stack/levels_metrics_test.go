package stack

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// When what is known of a minute is recorded, from its begin on, where rules are evaluated on the minute: its tests, and
// whether it was down.
const (
	testsRecorded = 3 * time.Minute
	downRecorded  = 4 * time.Minute
)

// TestServiceLevelsRecorded: what VictoriaMetrics and Prometheus record of minutes is what one counts by hand, and so what
// InfluxDB keeps (TestServiceLevels). Of each minute there is one query that could be sent: of several these stores know
// the newest, and InfluxDB the first.
func TestServiceLevelsRecorded(t *testing.T) {
	t.Parallel()
	from := time.Now().UTC().AddDate(0, 0, -3).Truncate(24 * time.Hour).Add(4*time.Hour + 15*time.Minute)
	all := oneATest(askedFrom(from, 150))
	var lines []string
	for _, q := range all {
		if lines = append(lines, q.line()); q.zone == "" {
			lines = append(lines, q.watched())
		}
	}
	want := newLedger(all)
	for _, store := range []*stacktest.Metrics{stacktest.StartVictoriaMetrics(t), stacktest.StartPrometheus(t)} {
		t.Run(store.Name, func(t *testing.T) {
			if err := store.Write(stacktest.MetricsOf(t, lines, nil, nil)); err != nil {
				t.Fatal(err)
			}
			r := recorded{store, from, from.Add(150*time.Minute + downRecorded)}
			store.Record(t, r.from, r.to, "dns_anycast:test_ms", "dns_anycast:minute_asked", "dns_anycast:minute_failed",
				"dns_anycast:minute_within", "dns_anycast:host_tests", "dns_anycast:service_asked", "dns_anycast:service_failed",
				"dns_anycast:minute_down", "dns_anycast:minute_down_asked", "dns_anycast:minute_down_failed", "dns_anycast:service_down")
			compareRows(t, "minutes", r.counts(t, "dns_anycast:minute"), want.minutes())
			compareRows(t, "service", r.counts(t, "dns_anycast:service"), want.service())
			compareRows(t, "tests in time", r.within(t), want.within())
			compareRows(t, "vantage points", r.lines(t, "dns_anycast:host_tests", testsRecorded), want.hosts())
			for name, lines := range want.down() {
				compareRows(t, name, r.lines(t, name, downRecorded), lines)
			}
		})
	}
}

// oneATest leaves the first query of each test. All answers over TCP have a time to connect, as those of this version have:
// where one has none, a store of metrics adds the one before it.
func oneATest(all []asked) (first []asked) {
	tests := newLedger(all).tests
	for i := range all {
		q := &all[i]
		k := testKey{q.at.Truncate(time.Minute), q.host, q.row}
		if tests[k] == nil || tests[k] == q { // what is no test of its own counts nowhere
			one := *q
			if one.ms > 0 && one.transport == "tcp" {
				one.connect = 10
			}
			first = append(first, one)
		}
	}
	return first
}

// recorded is what a store recorded from one moment to another.
type recorded struct {
	store    *stacktest.Metrics
	from, to time.Time
}

// each reads all that was recorded under a name so long after the begin of its minute.
func (r recorded) each(t *testing.T, name string, later time.Duration, of func(at time.Time, tags map[string]string, value float64)) {
	t.Helper()
	rows, err := r.store.Range("last_over_time("+name+"[59999ms])", r.from, r.to, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		delete(row.Labels, "__name__")
		for _, s := range row.Values {
			of(time.UnixMilli(s.Time).Add(-later).UTC(), row.Labels, s.Value)
		}
	}
}

// lines are all of it, each as the figure value.
func (r recorded) lines(t *testing.T, name string, later time.Duration) (lines []string) {
	t.Helper()
	r.each(t, name, later, func(at time.Time, tags map[string]string, n float64) {
		lines = append(lines, figures{"value": n}.line(at, tags, "value"))
	})
	slices.Sort(lines)
	return lines
}

// counts are who asked and failed, in the shape of stack.rows.
func (r recorded) counts(t *testing.T, name string) (lines []string) {
	t.Helper()
	failed := map[string]float64{}
	key := func(at time.Time, tags map[string]string) string { return fmt.Sprint(at, tags) }
	r.each(t, name+"_failed", testsRecorded, func(at time.Time, tags map[string]string, n float64) { failed[key(at, tags)] = n })
	r.each(t, name+"_asked", testsRecorded, func(at time.Time, tags map[string]string, n float64) {
		lines = append(lines, figures{"asked": n, "failed": failed[key(at, tags)]}.line(at, tags, "failed"))
	})
	slices.Sort(lines)
	return lines
}

// within are the tests of each minute in time, where there are any.
func (r recorded) within(t *testing.T) (lines []string) {
	t.Helper()
	r.each(t, "dns_anycast:minute_within", testsRecorded, func(at time.Time, tags map[string]string, n float64) {
		others := maps.Clone(tags)
		delete(others, "le")
		if n > 0 {
			lines = append(lines, figures{"within_" + tags["le"]: n}.line(at, others))
		}
	})
	slices.Sort(lines)
	return lines
}

// within are the tests of each minute in time, of what is judged, where there are any.
func (l *ledger) within() (lines []string) {
	sums := map[span[row]]figures{}
	zoned := l.zoned()
	for k, q := range l.tests {
		if k.zone != "" || !zoned[span[row]{k.minute, k.row}] {
			sum(sums, k.minute, k.row).add(q)
		}
	}
	for k, f := range sums {
		for name, n := range f {
			if strings.HasPrefix(name, "within_") && n > 0 {
				lines = append(lines, figures{name: n}.line(k.at, k.of.tags()))
			}
		}
	}
	slices.Sort(lines)
	return lines
}

// hosts are the tests of each vantage point in each minute: of identities where it asked the cloud for no zone.
func (l *ledger) hosts() (lines []string) {
	zoned, sums := l.clouds(), map[span[string]]figures{}
	for k := range l.tests {
		if k.zone != "" || !zoned[span[cloud]{k.minute, cloud{k.host, k.cloud}}] {
			sum(sums, k.minute, k.host)["tests"]++
		}
	}
	for k, f := range sums {
		lines = append(lines, figures{"value": f["tests"]}.line(k.at, map[string]string{"host": k.of}))
	}
	slices.Sort(lines)
	return lines
}

// down is what there is to be recorded of minutes that count, by its name.
func (l *ledger) down() map[string][]string {
	all := map[string][]string{}
	for k, f := range l.byMinute() {
		addDown(all, k, f, "dns_anycast:minute_down", map[string]string{"month": fmt.Sprint(int(k.at.Month()))})
	}
	for k, f := range l.serviceByMinute() {
		addDown(all, k, f, "dns_anycast:service_down", nil)
	}
	for _, lines := range all {
		slices.Sort(lines)
	}
	return all
}

// addDown adds a minute under a name, for each number of vantage points that is enough; with a month, also who asked and who
// failed in one that is down.
func addDown[T tagged](all map[string][]string, of span[T], f figures, name string, month map[string]string) {
	for _, minimum := range []float64{1, 2, 3, 5, 10, 20} {
		if f["asked"] < minimum {
			break
		}
		add := func(name string, value float64, more map[string]string) {
			tags := of.of.tags()
			tags["minimum"] = fmt.Sprint(minimum)
			maps.Copy(tags, more)
			all[name] = append(all[name], figures{"value": value}.line(of.at, tags, "value"))
		}
		down := f["failed"]*100 >= f["asked"]*51
		add(name, truth(down), nil)
		if down && month != nil {
			add(name+"_asked", f["asked"], month)
			add(name+"_failed", f["failed"], nil)
		}
	}
}

// TestUpdatesRecorded: an update that came later than it may is recorded, within two minutes after it came.
func TestUpdatesRecorded(t *testing.T) {
	t.Parallel()
	from := time.Now().UTC().AddDate(0, 0, -3).Truncate(time.Hour)
	var lines []string
	update := func(host, cloud string, second int, fields string) {
		lines = append(lines, fmt.Sprintf("dns_anycast_serial,host=%s,cloud=%s,zone=example.net,server=s,address=192.0.2.1,family=ipv4,transport=udp %s %d",
			host, cloud, fields, from.Add(time.Duration(second)*time.Second).UnixMilli()))
	}
	update("a", "c", 10, "serial=1i,latency_s=3600")
	update("a", "c", 130, "serial=2i,latency_s=3600.001")
	update("b", "c", 59, "serial=1i,latency_s=4000")
	update("b", "c", 125, "serial=2i,latency_s=4000")
	update("b", "c", 135, "serial=3i,latency_s=4000")
	update("b", "c", 190, "serial=4i,missing=1i")
	update("c", "reference", 10, "serial=1i,latency_s=4000")
	want := []string{"a 4m0s 1", "b 2m0s 1", "b 4m0s 2"}
	for _, store := range []*stacktest.Metrics{stacktest.StartVictoriaMetrics(t), stacktest.StartPrometheus(t)} {
		if err := store.Write(stacktest.MetricsOf(t, lines, nil, nil)); err != nil {
			t.Fatal(err)
		}
		r := recorded{store, from, from.Add(10 * time.Minute)}
		store.Record(t, r.from, r.to, "dns_anycast:update_late")
		var got []string
		r.each(t, "dns_anycast:update_late", 0, func(at time.Time, tags map[string]string, n float64) {
			got = append(got, fmt.Sprint(tags["host"], " ", at.Sub(from), " ", n))
		})
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", store.Name, got, want)
		}
	}
}
