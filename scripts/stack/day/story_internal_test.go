package day

import (
	"maps"
	"path/filepath"
	"testing"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

const (
	itselfTable  = "Which monitors do not keep up?"
	itselfOthers = "What was discarded, without the kernel's stamp, or beyond max_instances?"
)

// overrun is the plugin.conf of which nothing can be asked.
const overrun = "plugin1.conf on " + stacktest.Far

// configured names the plugin.conf and the vantage point of a row.
func configured(r map[string]any) string {
	return filepath.Base(r["config"].(string)) + " on " + r["host"].(string)
}

// tellsItself: the plugin.conf of which nothing can be asked leaves out rounds, which take four times 350 ms and Telegraf
// asks for each second. That is a hiccup still, and no reason to alert.
func (s *scenario) tellsItself(t *testing.T) {
	d := grafana.AllInOne(t)
	type row struct{ targets, answered any }
	got := map[string]row{}
	for _, r := range s.Rows(t, d, itselfTable, "A", nil) {
		who := configured(r)
		got[who] = row{r["targets"], r["targets_answered"]}
		if who == overrun && (r["round_ms"].(float64) < 1400 || r["rounds_coalesced"].(float64) < 1) {
			t.Errorf("%v: it keeps up", r)
		}
	}
	want := map[string]row{"plugin0.conf on " + stacktest.Near: {18.0, 10.0}, "plugin0.conf on " + stacktest.Far: {18.0, 10.0}, overrun: {4.0, 0.0}}
	if !maps.Equal(got, want) {
		t.Errorf("targets %v, want %v", got, want)
	}
	if fired := s.holding(t, "overrun"); len(fired) > 0 {
		t.Errorf("%q", fired)
	}
}

// tellsItselfOverTime: the graphs say what the table does. The server that sends garbage is not asked by the plugin.conf
// that cannot keep up.
func (s *scenario) tellsItselfOverTime(t *testing.T) {
	d := grafana.AllInOne(t)
	longest, left, discarded := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for title, take := range map[string]func(who string, r map[string]any){
		"How long do the rounds take?": func(who string, r map[string]any) {
			ms, _ := r["max"].(float64)
			longest[who] = max(longest[who], ms)
		},
		"How many rounds were left out?": func(who string, r map[string]any) {
			n, _ := r["sum"].(float64)
			left[who] += n
		},
		itselfOthers: func(who string, r map[string]any) {
			n, _ := r["discarded"].(float64)
			discarded[who] += n
			if over, known := r["beyond max_instances"].(float64); known && over > 0 {
				t.Errorf("%v", r)
			}
		},
	} {
		for _, r := range s.Rows(t, d, title, "A", nil) {
			take(configured(r), r)
		}
	}
	table := s.Rows(t, d, itselfTable, "A", nil)
	for _, r := range table {
		who := configured(r)
		if longest[who] != r["round_ms"] || left[who] != r["rounds_coalesced"] {
			t.Errorf("%s: at most %v ms, %v left out, but %v", who, longest[who], left[who], r)
		}
		if garbled := who != overrun; (discarded[who] >= 13) != garbled {
			t.Errorf("%s: discarded %v in 13 rounds", who, discarded[who])
		}
	}
	if len(table) != 3 || len(longest) != 3 || len(left) != 3 || len(discarded) != 3 {
		t.Errorf("lines of others: %v %v %v", longest, left, discarded)
	}
}
