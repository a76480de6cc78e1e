package alerts

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
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
	for verdict, code := range stacktest.ReadSchema(t).Verdicts {
		n, err := strconv.ParseInt(code, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		w.verdicts[verdict] = n
	}
	w.turn(stacktest.Named("lhr1", 0))
	w.here = w.byServer(t, stacktest.Once(t, plugin, stacktest.AtLHR+w.cloud()+stacktest.Placed))
}

// testWorst: of targets that one site answers, the worst verdict of the last two minutes is that of the site; of answers in one
// interval, here an hour of the clock in whose midst it is now, the worst is that of the target. A site whose place is not
// known is nowhere.
func (w *world) testWorst(t *testing.T, db *stacktest.InfluxDB) {
	t.Helper()
	d := grafana.AllInOne(t)
	v := &grafana.View{DB: db, Database: "worst", Window: grafana.Window{From: w.now.Add(-time.Hour), To: w.now, Interval: time.Hour}}
	db.Write(t, v.Database, slices.Concat(
		w.at(3*time.Minute, stacktest.Far, w.judged("impossible", w.here[:]...)...),
		w.at(90*time.Second, stacktest.Far, append(w.judged("far", w.here[0]), w.judged("slow", w.here[1])...)...),
		w.at(1*time.Minute, stacktest.Far, w.here[2], w.here[3], w.arn[0]),
	))
	for _, title := range []string{grafana.SitesTitle, "Is the time the distance?"} {
		if got := v.Rows(t, d, title, "A", nil); len(got) != 1 || got[0]["verdict"] != float64(w.verdicts["slow"]) {
			t.Errorf("%q: %v, want one site, slow", title, got)
		}
	}
	for _, r := range v.Rows(t, d, "When was each target near, far or slow?", "A", nil) {
		if r["max"] != nil && r["max"] != float64(w.verdicts["impossible"]) {
			t.Errorf("%v, want the worst of an hour", r)
		}
	}
}
