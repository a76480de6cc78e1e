package stack

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// ledger is the truth about queries, counted as the levels' own words have it.
type ledger struct {
	tests  map[testKey]*asked // the first that could be sent, of a minute and vantage point
	unsent map[testKey]bool   // there is one that could not
}

type testKey struct {
	minute time.Time
	host   string
	row
}

func newLedger(all []asked) *ledger {
	l := &ledger{map[testKey]*asked{}, map[testKey]bool{}}
	for i := range all {
		q := &all[i]
		if q.cloud == "reference" {
			continue
		}
		k := testKey{q.at.Truncate(time.Minute), q.host, q.row}
		if q.result == "local" || q.result == "unresolved" {
			l.unsent[k] = true
			continue
		}
		if first := l.tests[k]; first == nil || q.at.Before(first.at) {
			l.tests[k] = q
		}
	}
	return l
}

// figures are the fields of a row, in the shape of stack.rows; what is 0 and not among keep is absent.
type figures map[string]float64

func (f figures) line(at time.Time, tags map[string]string, keep ...string) string {
	parts := []string{fmt.Sprintf("time=%v", float64(at.UnixMilli()))}
	for name, value := range tags {
		if value != "" {
			parts = append(parts, name+"="+value)
		}
	}
	for name, value := range f {
		if value != 0 || slices.Contains(keep, name) {
			parts = append(parts, fmt.Sprintf("%s=%v", name, value))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

func (r row) tags() map[string]string {
	return map[string]string{
		"cloud": r.cloud, "zone": r.zone, "server": r.server, "address": r.address, "family": r.family,
		"transport": r.transport,
	}
}

// span is a minute or an hour of something.
type span[T comparable] struct {
	at time.Time
	of T
}

// sum adds up figures by span.
func sum[T comparable](all map[span[T]]figures, at time.Time, of T) figures {
	k := span[T]{at, of}
	if all[k] == nil {
		all[k] = figures{}
	}
	return all[k]
}

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// zoned are the minutes in which an address was asked for a zone: there its identity judges nothing.
func (l *ledger) zoned() map[span[row]]bool {
	zoned := map[span[row]]bool{}
	for k := range l.tests {
		if k.zone != "" {
			k.zone = ""
			zoned[span[row]{k.minute, k.row}] = true
		}
	}
	return zoned
}

func (l *ledger) minutes() []string { return linesOf(l.byMinute()) }

func (l *ledger) byMinute() map[span[row]]figures {
	zoned := l.zoned()
	sums := map[span[row]]figures{}
	for k, q := range l.tests {
		if k.zone != "" || !zoned[span[row]{k.minute, k.row}] {
			f := sum(sums, k.minute, k.row)
			f["asked"]++
			f["failed"] += truth(!q.ok())
		}
	}
	return sums
}

// linesOf are the figures of each minute, in the shape of stack.rows.
func linesOf[T tagged](sums map[span[T]]figures) (lines []string) {
	for k, f := range sums {
		lines = append(lines, f.line(k.at, k.of.tags(), "failed"))
	}
	slices.Sort(lines)
	return lines
}

// served is the service of a zone over a transport.
type served struct{ zone, transport string }

// tagged is a row that figures are of.
type tagged interface {
	comparable
	tags() map[string]string
}

func (s served) tags() map[string]string {
	return map[string]string{"zone": s.zone, "transport": s.transport}
}

func (l *ledger) service() []string { return linesOf(l.serviceByMinute()) }

func (l *ledger) serviceByMinute() map[span[served]]figures {
	type view struct{ host, zone, transport string }
	servers := map[span[view]]map[string]bool{} // whether all addresses are good
	for k, q := range l.tests {
		if k.zone == "" {
			continue
		}
		v := span[view]{k.minute, view{k.host, k.zone, k.transport}}
		if servers[v] == nil {
			servers[v] = map[string]bool{}
		}
		good, known := servers[v][k.server]
		servers[v][k.server] = q.ok() && (good || !known)
	}
	sums := map[span[served]]figures{}
	for v, all := range servers {
		if len(all) < 2 {
			continue
		}
		good := 0
		for _, yes := range all {
			good += int(truth(yes))
		}
		f := sum(sums, v.at, served{v.of.zone, v.of.transport})
		f["asked"]++
		f["failed"] += truth(good < 2)
	}
	return sums
}

func (l *ledger) hours() (lines []string) {
	sums := map[span[row]]figures{}
	for k := range l.unsent {
		f := sum(sums, k.minute.Truncate(time.Hour), k.row)
		f["unsent"]++
		f["unsent_tested"] += truth(l.tests[k] != nil)
	}
	for k, q := range l.tests {
		sum(sums, k.minute.Truncate(time.Hour), k.row).add(q)
	}
	for k, f := range sums {
		lines = append(lines, f.line(k.at, k.of.tags()))
	}
	slices.Sort(lines)
	return lines
}

// add counts a test.
func (f figures) add(q *asked) {
	f["tests"]++
	f["failed"] += truth(!q.ok())
	f["timed"] += truth(q.ms > 0)
	f["connected"] += truth(q.connect > 0)
	for _, ms := range []float64{50, 100, 250, 500, 1500, 2500} {
		f[fmt.Sprint("within_", ms)] += truth(q.ok() && q.time() <= ms)
	}
	if !q.noerror() {
		return
	}
	f["noerror"]++
	if q.time() <= 250 || !q.udp() && q.time() <= 500 {
		f["noerror_within"]++
		f["noerror_within_max"] = max(f["noerror_within_max"], q.time())
	} else if f["noerror_above_min"] == 0 || q.time() < f["noerror_above_min"] {
		f["noerror_above_min"] = q.time()
	}
}

// cloud is one that a vantage point asks.
type cloud struct{ host, cloud string }

// clouds are those that a vantage point asked for a zone in a minute: there an identity is no test of its.
func (l *ledger) clouds() map[span[cloud]]bool {
	zoned := map[span[cloud]]bool{}
	for k := range l.tests {
		if k.zone != "" {
			zoned[span[cloud]{k.minute, cloud{k.host, k.cloud}}] = true
		}
	}
	return zoned
}

// vantagePoints have tests, minutes, first and last minute, of all tests and of those of zones.
func (l *ledger) vantagePoints() (lines []string) {
	zoned := l.clouds()
	type tested struct {
		tests   int
		minutes map[int]bool
	}
	all := map[span[string]]*[2]tested{}
	for k := range l.tests {
		if k.zone == "" && zoned[span[cloud]{k.minute, cloud{k.host, k.cloud}}] {
			continue
		}
		at := span[string]{k.minute.Truncate(time.Hour), k.host}
		if all[at] == nil {
			all[at] = &[2]tested{{minutes: map[int]bool{}}, {minutes: map[int]bool{}}}
		}
		for i := range all[at] {
			if i == 0 || k.zone != "" {
				all[at][i].tests++
				all[at][i].minutes[k.minute.Minute()] = true
			}
		}
	}
	for at, both := range all {
		values := []any{float64(at.at.UnixMilli())}
		for _, v := range both {
			if v.tests == 0 {
				values = append(values, nil, nil, nil, nil)
				continue
			}
			minutes := slices.Sorted(maps.Keys(v.minutes))
			values = append(values, v.tests, len(minutes), minutes[0], minutes[len(minutes)-1])
		}
		lines = append(lines, fmt.Sprint(at.of, values))
	}
	slices.Sort(lines)
	return lines
}
