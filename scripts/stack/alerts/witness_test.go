package alerts

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// history is what Grafana remembers of a rule's alerts, by their labels.
type history map[string]*instance

type instance struct {
	since   time.Time // when its condition began to hold; zero: it does not
	missing int       // evaluations without its row
}

// next is one more evaluation. Where no row comes at all, the rule's state for that holds for all; a row that is
// missing among others ends its alert after as many evaluations as the rule says.
func (h history) next(r *grafana.Rule, alerts []grafana.Alert, now time.Time) error {
	if len(alerts) == 0 {
		switch r.NoDataState {
		case "KeepLast":
		case "OK":
			clear(h)
		default:
			return fmt.Errorf("state %s without data", r.NoDataState)
		}
		return nil
	}
	for _, i := range h {
		i.missing++
	}
	for _, a := range alerts {
		name := a.Labels.String()
		i := h[name]
		if i == nil {
			i = &instance{}
			h[name] = i
		}
		i.missing = 0
		if !a.Holds {
			i.since = time.Time{}
		} else if i.since.IsZero() {
			i.since = now
		}
	}
	for name, i := range h {
		if i.missing >= r.Missing {
			delete(h, name)
		}
	}
	return nil
}

// firing are the alerts that have held for as long as the rule waits.
func (h history) firing(wait time.Duration, now time.Time) (names []string) {
	for name, i := range h {
		if !i.since.IsZero() && now.Sub(i.since) >= wait {
			names = append(names, name)
		}
	}
	return names
}

// witnesses is an outage, and who is left to tell of it.
type witnesses struct {
	name  string
	fleet int
	but   func(host, round int, s *sight)
	want  []string // rules
}

// outlived are the rules about an outage that outlives those who saw it.
var outlived = []string{"address-dark", "zone-not-served"}

func (w *world) witnesses() []witnesses {
	dead := func(s *sight) { s.answers[0], s.zones[0] = w.down[0], w.lost[0] }
	return []witnesses{
		{"the only witness dies", 1, func(_, round int, s *sight) {
			dead(s)
			s.silent = round < 20
		}, outlived},
		{"all witnesses die", 10, func(_, round int, s *sight) {
			dead(s)
			s.silent = round < 20
		}, outlived},
		{"the only one who asks it dies", 3, func(host, round int, s *sight) {
			dead(s)
			if host > 0 {
				s.answers[0], s.zones[0] = "", ""
			}
			s.silent = host == 0 && round < 20
		}, outlived[:1]},
		{"it answers again", 3, func(_, round int, s *sight) {
			if round >= 20 {
				dead(s)
			}
		}, nil},
		{"it answers again, where nothing else is wrong or asked", 1, func(_, round int, s *sight) {
			s.answers = [4]string{0: w.up[0]}
			s.zones = [4]string{0: w.serves[0]}
			if round >= 25 {
				dead(s)
			}
		}, nil},
	}
}

// testWitness: an outage goes on while nobody can say that it is over, and ends when somebody does.
func (w *world) testWitness(t *testing.T, db *stacktest.InfluxDB) {
	for _, tc := range w.witnesses() {
		t.Run(tc.name, func(t *testing.T) {
			db.Write(t, "witness", w.seen(tc.fleet, tc.but)())
			defer db.Query(t, "witness", `DROP DATABASE "witness"`)
			for _, name := range outlived {
				alert := w.of(name, 0)[0]
				got := w.remembered(t, db, name)
				if fires := slices.Contains(got, alert); fires != slices.Contains(tc.want, name) {
					t.Errorf("%s fires: %v, want %q: %q", name, fires, tc.want, got)
				}
			}
		})
	}
}

// remembered are the alerts of a rule now, after every evaluation of the last half of an hour.
func (w *world) remembered(t *testing.T, db *stacktest.InfluxDB, name string) (alerts []string) {
	t.Helper()
	rules := grafana.Rules(t)
	r := rules[slices.IndexFunc(rules, func(r grafana.Rule) bool { return r.Name() == name })]
	h := history{}
	for at := w.now.Add(-30 * time.Minute); !at.After(w.now); at = at.Add(r.Every) {
		evaluated, err := r.Evaluate(db, "witness", at)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.next(&r, evaluated, at); err != nil {
			t.Fatal(err)
		}
	}
	for _, labels := range h.firing(r.Wait(t), w.now) {
		alerts = append(alerts, name+" "+labels)
	}
	return alerts
}
