package config_test

import (
	"net"
	"slices"
	"strconv"
	"testing"
	"time"
)

// judged gives points another verdict.
func (w *world) judged(verdict string, points ...string) (all []string) {
	for _, p := range points {
		all = append(all, with("verdict_code", w.verdicts[verdict], p))
	}
	return all
}

// judgedOf are the labels of what the rules of verdicts say of a server.
func (w *world) judgedOf(host string, i int, instance string) labels {
	address, _, _ := net.SplitHostPort(w.servers[i].addr)
	family := []string{"ipv4", "ipv6"}[i/2]
	return labels{
		"host": host, "cloud": alpha, "server": w.servers[i].addr, "address": address, "family": family,
		"transport": "udp", "instance": instance,
	}
}

func (w *world) impossible() []state {
	lhr1 := []labels{w.judgedOf(far, 0, "lhr1")}
	round := func(age time.Duration, verdict, point string) []string {
		return w.at(age, far, w.judged(verdict, point)...)
	}
	const second, minute, ms = time.Second, time.Minute, time.Millisecond
	const rule = "impossible"
	p, arn := w.here[0], w.hereARN[0]
	// In the middle of ten seconds of the clock, which all queries of a round share.
	aligned := w.now.Sub(w.now.Truncate(10*second)) + 45*second
	return []state{
		of(rule, "twice running", lhr1, w.before(p),
			round(40*second, "impossible", p), round(20*second, "impossible", p)),
		of(rule, "a minute apart", lhr1, round(90*second, "impossible", p), round(30*second, "impossible", p)),
		of(rule, "once", nil, w.before(p), w.every(10*second, 50*second, 20*second, far, p),
			round(5*second, "impossible", p)),
		of(rule, "the only answer", nil, round(20*second, "impossible", p)),
		of(rule, "over", nil,
			round(60*second, "impossible", p), round(40*second, "impossible", p), round(20*second, "near", p)),
		of(rule, "twice, with another between", nil,
			round(60*second, "impossible", p), round(40*second, "near", p), round(20*second, "impossible", p)),
		of(rule, "slow before", nil, round(40*second, "slow", p), round(20*second, "impossible", p)),
		of(rule, "silence between", lhr1,
			round(60*second, "impossible", p), w.at(40*second, far, w.down[0]), round(20*second, "impossible", p)),
		of(rule, "three queries of one round", nil, w.before(p),
			round(aligned, "impossible", p), round(aligned-ms, "impossible", p), round(aligned-2*ms, "impossible", p)),
		of(rule, "one of the queries of a round", nil, round(aligned+10*second, "impossible", p),
			round(aligned, "impossible", p), round(aligned-ms, "near", p)),
		of(rule, "two instances take turns", lhr1, round(80*second, "impossible", p), round(60*second, "near", arn),
			round(40*second, "impossible", p), round(20*second, "near", arn)),
		of(rule, "two instances, each once", nil, round(40*second, "impossible", p), round(20*second, "impossible", arn)),
		of(rule, "two targets, each once", nil,
			round(40*second, "impossible", p), round(20*second, "impossible", w.here[1])),
		of(rule, "two vantage points, each once", nil,
			round(40*second, "impossible", p), w.at(20*second, near, w.judged("impossible", p)...)),
		of(rule, "from one vantage point", []labels{w.judgedOf(near, 3, "lhr1")}, w.lately(w.here[3]),
			w.every(20*second, minute, 0, near, w.judged("impossible", w.here[3])...)),
		of(rule, "four minutes ago", lhr1, round(4*minute+20*second, "impossible", p), round(4*minute, "impossible", p)),
		of(rule, "six minutes ago", nil, round(6*minute, "impossible", p), round(6*minute-20*second, "impossible", p)),
		of(rule, "no place is known", nil, w.lately(w.up[:]...)),
		of(rule, "near, far and slow", nil, w.lately(p), w.lately(w.judged("far", w.here[1])...),
			w.lately(w.judged("slow", w.here[2])...)),
	}
}

func (w *world) slowVerdicts() []state {
	lhr1 := []labels{w.judgedOf(far, 0, "lhr1")}
	const rule = "verdict-slow"
	slow := func(i int) []string { return w.judged("slow", w.here[i]) }
	through := func(from, to time.Duration, points ...string) []string {
		return w.every(30*time.Second, from, to, far, points...)
	}
	const second, minute = time.Second, time.Minute
	return []state{
		of(rule, "for an hour", lhr1, w.before(slow(0)...), through(150*second, 0, slow(0)...)),
		of(rule, "for six minutes", lhr1, through(30*minute, 6*minute+30*second, w.here[0]), through(6*minute, 0, slow(0)...)),
		of(rule, "for four minutes", nil, through(30*minute, 4*minute+30*second, w.here[0]), through(4*minute, 0, slow(0)...)),
		of(rule, "three answers", lhr1, through(minute, 0, slow(0)...)),
		of(rule, "two answers", nil, through(30*second, 0, slow(0)...)),
		of(rule, "rounds of a minute", lhr1, w.every(minute, 30*minute, 0, far, slow(0)...)),
		of(rule, "one answer", nil, through(30*minute, 30*second, w.here[0]), w.at(0, far, slow(0)...)),
		of(rule, "near again", nil, through(30*minute, 30*second, slow(0)...), w.at(0, far, w.here[0])),
		of(rule, "far", nil, through(30*minute, 0, w.judged("far", w.here[0])...)),
		of(rule, "impossible", nil, through(30*minute, 0, w.judged("impossible", w.here[0])...)),
		of(rule, "impossible at times", lhr1, through(30*minute, 0, slow(0)...),
			w.at(15*second, far, w.judged("impossible", w.here[0])...)),
		of(rule, "silent since", nil, through(30*minute, 6*minute, slow(0)...), through(6*minute, 0, w.down[0])),
		of(rule, "loses some answers", lhr1, w.every(minute, 30*minute, 0, far, slow(0)...),
			w.every(minute, 30*minute+30*second, 30*second, far, w.down[0])),
		of(rule, "the other target is not", []labels{w.judgedOf(far, 2, "lhr1")},
			w.lately(append(slow(2), w.here[0], w.here[3])...)),
		of(rule, "the other instance is not", lhr1, w.lately(slow(0)...),
			w.every(30*second, 105*second, 15*second, far, w.hereARN[0])),
		of(rule, "two targets, two answers each", nil, through(30*second, 0, append(slow(0), slow(1)...)...)),
		of(rule, "from one vantage point", lhr1, w.lately(slow(0)...), w.every(30*second, 2*minute, 0, near, w.here[0])),
		of(rule, "no place is known, and no verdict", nil, w.lately(taking(900, w.up[0]))),
	}
}

// ofVerdicts are the states for the rules about verdicts.
func (w *world) ofVerdicts() []state { return slices.Concat(w.impossible(), w.slowVerdicts()) }

// askPlaces runs the plugin once as each instance, at its own place.
func (w *world) askPlaces(t *testing.T, plugin string) {
	t.Helper()
	w.verdicts = map[string]int64{}
	for verdict, code := range readSchema(t).verdicts {
		n, err := strconv.ParseInt(code, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		w.verdicts[verdict] = n
	}
	for _, r := range []struct {
		into      *[4]string
		who, here string
	}{{&w.here, "lhr1", atLHR}, {&w.hereARN, "arn1", atARN}} {
		w.turn(named(r.who, 0))
		*r.into = w.byServer(t, once(t, plugin, r.here+w.cloud()+placed))
	}
}

// testWorst: of targets that one site answers, the worst verdict of the last two minutes is that of the site; of answers in one
// interval, here an hour of the clock in whose midst it is now, the worst is that of the target. A site whose place is not
// known is nowhere.
func (w *world) testWorst(t *testing.T, db *influxDB) {
	t.Helper()
	d := readDashboard(t)
	s := &scenario{db: db, database: database, window: window{w.now.Add(-time.Hour), w.now, time.Hour}}
	db.write(t, database, slices.Concat(
		w.at(3*time.Minute, far, w.judged("impossible", w.here[:]...)...),
		w.at(90*time.Second, far, append(w.judged("far", w.here[0]), w.judged("slow", w.here[1])...)...),
		w.at(1*time.Minute, far, w.here[2], w.here[3], w.arn[0]),
	))
	for _, title := range []string{whereSites, "Is the time the distance?"} {
		rows := s.rows(t, d, title, "A", nil)
		if len(rows) != 1 || rows[0]["verdict"] != float64(w.verdicts["slow"]) {
			t.Errorf("%q: %v, want one site, slow", title, rows)
		}
	}
	for _, r := range s.rows(t, d, "When was each target near, far or slow?", "A", nil) {
		if r["max"] != nil && r["max"] != float64(w.verdicts["impossible"]) {
			t.Errorf("%v, want the worst of an hour", r)
		}
	}
}
