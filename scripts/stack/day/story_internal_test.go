package day

import (
	"fmt"
	"maps"
	"path/filepath"
	"testing"
	"time"

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

// clock is what chrony says of one of the vantage points, as Telegraf writes it.
func (s *scenario) clock() string {
	const point = "chrony,host=%s system_time=-0.000021,root_dispersion=0.0012,root_delay=0.0084 %d"
	return fmt.Sprintf(point, stacktest.Near, time.Now().UnixMilli())
}

// listed are who should report: one who does, one who never did, and one who was removed.
var listed = map[string]int{stacktest.Near: 1, "never": 1, "removed": 0}

// expected is that list as it is kept.
func (s *scenario) expected() (lines []string) {
	for host, yes := range listed {
		lines = append(lines, fmt.Sprintf("dns_anycast_cloud,host=%s expected=%di %d", host, yes, s.Window.From.UnixMilli()))
	}
	return lines
}

// tellsExpected: who never reported is there, and who was removed is not.
func (s *scenario) tellsExpected(t *testing.T) {
	got := map[string]any{}
	for _, r := range s.Rows(t, grafana.AllInOne(t), "Which vantage points report, and which are silent?", "A", nil) {
		got[r["host"].(string)] = r["reports"]
	}
	if want := map[string]any{stacktest.Near: 1.0, stacktest.Far: 1.0, "never": 0.0}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// tellsHosts: the clock of the one that runs chrony, and what outputs threw away: nothing.
func (s *scenario) tellsHosts(t *testing.T) {
	d := grafana.AllInOne(t)
	if rows := s.Rows(t, d, "Is the clock of each vantage point right?", "A", nil); len(rows) != 1 || rows[0]["system_time"] != -0.000021 {
		t.Errorf("clocks %v", rows)
	}
	rows := s.Rows(t, d, "Are points thrown away before they are stored?", "A", nil)
	for _, r := range rows {
		if r["output"] != "influxdb" || r["buffer_limit"] != 10000.0 || r["metrics_dropped"] != 0.0 || r["errors"] != r["write_errors"] {
			t.Errorf("%v", r)
		}
	}
	if len(rows) != 2 {
		t.Errorf("%d rows, want one for each vantage point", len(rows))
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
