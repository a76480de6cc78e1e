//go:build fleetcost

package dashboards

import (
	"math/rand/v2"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// costPass is how long all rules about probes may take together, which are asked each five minutes.
const costPass = 30 * time.Second

// TestCatchmentsFleetCost measures what the 13 root letters cost InfluxDB, over both families and in windows of five minutes:
// each rule about probes, and each panel of a day with one letter chosen, and with all.
func TestCatchmentsFleetCost(t *testing.T) {
	db, random := stacktest.StartInfluxDB(t), rand.New(rand.NewPCG(7, 8))
	now := time.Now().UTC().Truncate(time.Hour)
	for age := 7*24*time.Hour + 90*time.Minute; age > 10*time.Minute; age -= 5 * time.Minute {
		var lines []string
		lately := age <= 24*time.Hour
		for letter := range stacktest.LetterSites {
			lines = append(lines, stacktest.Letter(random, letter, now.Add(-age), lately || age > 7*24*time.Hour, lately && age.Minutes() < 180)...)
		}
		db.Write(t, "letters", lines)
	}
	var pass time.Duration
	for _, r := range grafana.Rules(t) {
		if r.DashboardUID != grafana.CatchmentsUID {
			continue
		}
		began := time.Now()
		alerts, err := r.Evaluate(db, "letters", now)
		if err != nil {
			t.Fatal(err)
		}
		pass += time.Since(began)
		t.Logf("%-30s %7d ms %5d rows", r.UID, time.Since(began).Milliseconds(), len(alerts))
	}
	if pass > costPass {
		t.Errorf("the rules take %v, want %v at most", pass, costPass)
	}
	v := &grafana.View{DB: db, Database: "letters", Window: grafana.Window{From: now.Add(-24 * time.Hour), To: now, Interval: 5 * time.Minute}}
	d := grafana.OfUID(grafana.Dashboards(t), grafana.CatchmentsUID)
	for what, chosen := range map[string]grafana.Selection{"k": {"cloud": {"k.root-servers.net"}}, "all": nil} {
		began := time.Now()
		for _, p := range d.All() {
			asked := time.Now()
			for _, q := range p.Targets {
				v.Ask(t, d, q, chosen)
			}
			t.Logf("%-4s %6d ms %q", what, time.Since(asked).Milliseconds(), p.Title)
			if took := time.Since(asked); took > costLongest {
				t.Errorf("%q of %s takes %v, want %v at most", p.Title, what, took, costLongest)
			}
		}
		t.Logf("%-4s %6d ms in all", what, time.Since(began).Milliseconds())
	}
}
