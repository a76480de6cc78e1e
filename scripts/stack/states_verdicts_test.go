package stack

import (
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

// askPlaces runs the plugin once as lhr1, at its place.
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
	w.turn(named("lhr1", 0))
	w.here = w.byServer(t, once(t, plugin, atLHR+w.cloud()+placed))
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
