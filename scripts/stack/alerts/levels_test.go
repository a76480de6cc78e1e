package alerts

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// kept are minutes of addresses as slo has them, before a moment.
type kept struct {
	now   time.Time
	lines []string
}

// judgedAs is a transport of an address of cloud c, and the zone that it was asked for.
type judgedAs struct{ address, transport, zone string }

// minutes are those from one age up to another, this one not among them, in which so many asked and failed.
func (k *kept) minutes(of judgedAs, from, to time.Duration, asked, failed int) {
	tags := fmt.Sprintf("cloud=c,server=ns.example.net,address=%s,family=ipv4,transport=%s", of.address, of.transport)
	if of.zone != "" {
		tags += ",zone=" + of.zone
	}
	k.lines = append(k.lines, minutes(k.now, tags, from, to, asked, failed)...)
}

func minutes(now time.Time, tags string, from, to time.Duration, asked, failed int) (lines []string) {
	for age := from; age > to; age -= time.Minute {
		at := now.Add(-age).Truncate(time.Minute)
		lines = append(lines, fmt.Sprintf("dns_anycast_minute,%s asked=%di,failed=%di %d", tags, asked, failed, at.UnixMilli()))
	}
	return lines
}

// levelRule finds one of the rules that judge minutes of a month.
func levelRule(t *testing.T, name string) *grafana.Rule {
	t.Helper()
	rules := grafana.Rules(t)
	return &rules[slices.IndexFunc(rules, func(r grafana.Rule) bool { return r.Name() == name })]
}

// said are the alerts of both rules.
func (k *kept) said(t *testing.T, db *stacktest.InfluxDB) (alerts []string) {
	t.Helper()
	db.Make(t, "levels")
	defer db.Query(t, "levels", `DROP DATABASE "levels"`)
	db.Keep(t, "levels", "slo", k.lines)
	for _, name := range []string{"month-burning", "month-half-gone"} {
		r := levelRule(t, name)
		for _, a := range standing(t, r, db, "levels", k.now) {
			alerts = append(alerts, name+" "+a.Labels["address"])
			followLink(t, db, "levels", grafana.OfUID(grafana.Dashboards(t), r.DashboardUID), r, a, k.now)
		}
	}
	return alerts
}

// midst is in the midst of a month.
var midst = time.Date(2026, 11, 14, 15, 16, 40, 0, time.UTC)

// level is what minutes of the fleet say of an address' month.
type level struct {
	name string
	now  time.Time
	of   func(k *kept)
	want []string
}

func levels() []level {
	const minute, hour, day = time.Minute, time.Hour, 24 * time.Hour
	udp, tcp, other := judgedAs{"192.0.2.1", "udp", "example.net"}, judgedAs{"192.0.2.1", "tcp", "example.net"}, judgedAs{"192.0.2.2", "udp", "example.net"}
	const burns, half = "month-burning 192.0.2.1", "month-half-gone 192.0.2.1"
	late := 10*minute - time.Second // the newest minute that is sure to be there
	return []level{
		{"nothing", midst, func(_ *kept) {}, nil},
		{"all is well", midst, func(k *kept) { k.minutes(udp, day, late, 3, 1) }, nil},
		{"down for 43 minutes", midst, func(k *kept) {
			k.minutes(udp, 2*hour, 53*minute, 3, 0)
			k.minutes(udp, 53*minute, 10*minute, 3, 3)
		}, nil},
		{"down for 44 minutes", midst, func(k *kept) {
			k.minutes(udp, 2*hour, 54*minute, 3, 0)
			k.minutes(udp, 54*minute, 10*minute, 3, 3)
		}, []string{burns}},
		{"down for 44 minutes up to now", midst, func(k *kept) { k.minutes(udp, 44*minute, 0, 3, 3) }, []string{burns}},
		{"down for 44 minutes of more than an hour", midst, func(k *kept) {
			k.minutes(udp, 80*minute, 66*minute, 3, 3)
			k.minutes(udp, 66*minute, 40*minute, 3, 0)
			k.minutes(udp, 40*minute, 10*minute, 3, 3)
		}, nil},
		{"three of four minutes down", midst, func(k *kept) {
			for age := 100 * minute; age > 10*minute; age -= 4 * minute {
				k.minutes(udp, age, age-3*minute, 3, 2)
				k.minutes(udp, age-3*minute, age-4*minute, 3, 0)
			}
		}, []string{burns}},
		{"two of three minutes down", midst, func(k *kept) {
			for age := 100 * minute; age > 10*minute; age -= 3 * minute {
				k.minutes(udp, age, age-2*minute, 3, 2)
				k.minutes(udp, age-2*minute, age-3*minute, 3, 0)
			}
		}, nil},
		{"down for 51 of 100", midst, func(k *kept) { k.minutes(udp, hour, 0, 100, 51) }, []string{burns}},
		{"down for 50 of 100", midst, func(k *kept) { k.minutes(udp, hour, 0, 100, 50) }, nil},
		{"down for the only vantage point", midst, func(k *kept) { k.minutes(udp, hour, 0, 1, 1) }, []string{burns}},
		{"over both transports, and for two zones", midst, func(k *kept) {
			k.minutes(udp, hour, 0, 3, 3)
			k.minutes(tcp, hour, 0, 3, 3)
			k.minutes(judgedAs{"192.0.2.1", "udp", "other.example"}, hour, 0, 3, 3)
		}, []string{burns}},
		{"over one transport", midst, func(k *kept) {
			k.minutes(udp, hour, 0, 3, 0)
			k.minutes(tcp, hour, 0, 3, 3)
		}, []string{burns}},
		{"half of it over each transport", midst, func(k *kept) {
			k.minutes(udp, hour, 30*minute, 3, 3)
			k.minutes(udp, 30*minute, 0, 3, 0)
			k.minutes(tcp, hour, 30*minute, 3, 0)
			k.minutes(tcp, 30*minute, 0, 3, 3)
		}, nil},
		{"by identity", midst, func(k *kept) { k.minutes(judgedAs{"192.0.2.1", "udp", ""}, hour, 0, 3, 3) }, []string{burns}},
		{"minutes in which nobody asked", midst, func(k *kept) { k.minutes(udp, day, 0, 0, 0) }, nil},
		{"silence after it was down", midst, func(k *kept) { k.minutes(udp, 3*hour, 80*minute, 3, 3) }, nil},
		{"silence after half was gone", midst, func(k *kept) { k.minutes(udp, 10*hour, 4*hour, 3, 3) }, nil},
		{"another one burns", midst, func(k *kept) {
			k.minutes(udp, hour, 0, 3, 0)
			k.minutes(other, hour, 0, 3, 3)
		}, []string{"month-burning 192.0.2.2"}},
		{"216 minutes gone", midst, func(k *kept) {
			k.minutes(udp, 9*day+216*minute, 9*day, 3, 3)
			k.minutes(udp, hour, 0, 3, 0)
		}, nil},
		{"217 minutes gone", midst, func(k *kept) {
			k.minutes(udp, 9*day+100*minute, 9*day, 3, 3)
			k.minutes(udp, 8*day+17*minute, 8*day, 3, 3)
			k.minutes(udp, 2*day+100*minute, 2*day, 3, 2)
			k.minutes(udp, hour, 0, 3, 0)
		}, []string{half}},
		{"217 minutes gone over two transports", midst, func(k *kept) {
			k.minutes(udp, 9*day+200*minute, 9*day, 3, 3)
			k.minutes(tcp, 8*day+17*minute, 8*day, 3, 3)
			k.minutes(udp, hour, 0, 3, 0)
			k.minutes(tcp, hour, 0, 3, 0)
		}, nil},
		{"both at once are one page", midst, func(k *kept) { k.minutes(udp, 5*hour, late, 3, 3) }, []string{burns}},
		{"half is gone when it no longer burns", midst, func(k *kept) {
			k.minutes(udp, 7*hour, 90*minute, 3, 3)
			k.minutes(udp, 90*minute, late, 3, 0)
		}, []string{half}},
		{"half was gone last month", time.Date(2026, 11, 1, 0, 0, 30, 0, time.UTC), func(k *kept) {
			k.minutes(udp, 9*hour, 2*hour, 3, 3)
			k.minutes(udp, 2*hour, late, 3, 0)
		}, nil},
		{"half is gone in the last minute of a month", time.Date(2026, 10, 31, 23, 59, 59, 0, time.UTC), func(k *kept) {
			k.minutes(udp, 30*day+23*hour, 30*day+19*hour, 3, 3)
			k.minutes(udp, 2*hour, late, 3, 0)
		}, []string{half}},
	}
}

// TestLevels: what minutes of the fleet say of an address' month.
func TestLevels(t *testing.T) {
	t.Parallel()
	db := stacktest.StartInfluxDB(t)
	for _, tc := range levels() {
		t.Run(tc.name, func(t *testing.T) {
			k := kept{now: tc.now}
			tc.of(&k)
			if got := k.said(t, db); !slices.Equal(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
	t.Run("calendar", func(t *testing.T) { testCalendar(t, db) })
	t.Run("an outage while nobody measures", func(t *testing.T) { testKeeps(t, db, midst) })
}

// testCalendar: an address that is down for a minute of each day has used up as many as the day's number in its month, in
// years that have a 29th of February and in those that do not: in the first second of a month, in its midst and in its last.
func testCalendar(t *testing.T, db *stacktest.InfluxDB) {
	const tags = "cloud=c,server=ns.example.net,address=192.0.2.1,family=ipv4,transport=udp,zone=example.net"
	began, ended := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), time.Date(2028, 4, 1, 0, 0, 0, 0, time.UTC)
	var lines []string
	for at := began.AddDate(0, 0, -40); !at.After(ended); at = at.AddDate(0, 0, 1) {
		lines = append(lines, fmt.Sprintf("dns_anycast_minute,%s asked=1i,failed=1i %d", tags, at.UnixMilli()))
		for _, still := range []time.Duration{12 * time.Hour, 23*time.Hour + 50*time.Minute} {
			lines = append(lines, fmt.Sprintf("dns_anycast_minute,%s asked=1i,failed=0i %d", tags, at.Add(still).UnixMilli()))
		}
	}
	db.Make(t, "calendar")
	db.Keep(t, "calendar", "slo", lines)
	r := levelRule(t, "month-half-gone")
	for first := began; first.Before(ended); first = first.AddDate(0, 1, 0) {
		last := first.AddDate(0, 1, 0).Add(-time.Second)
		for _, now := range []time.Time{first, first.AddDate(0, 0, 2).Add(12 * time.Hour), last} {
			alerts, err := r.Evaluate(db, "calendar", now)
			if err != nil {
				t.Fatal(err)
			}
			if len(alerts) != 1 || alerts[0].Values["B"].Value != float64(now.Day()) {
				t.Errorf("%v: %v, want %d minutes", now, alerts, now.Day())
			}
		}
	}
}

// testKeeps: what burns goes on while nobody measures, for as long as an address that is dark, and ends when it is over.
func testKeeps(t *testing.T, db *stacktest.InfluxDB, now time.Time) {
	r := levelRule(t, "month-burning")
	if r.NoDataState != "KeepLast" || r.Missing < 60 {
		t.Errorf("state %s without data, %d evaluations without a row", r.NoDataState, r.Missing)
	}
	k := kept{now: now}
	k.minutes(judgedAs{"192.0.2.1", "udp", "example.net"}, 3*time.Hour, 2*time.Hour, 3, 3)
	k.minutes(judgedAs{"192.0.2.2", "udp", "example.net"}, 3*time.Hour, 2*time.Hour, 3, 3)
	k.minutes(judgedAs{"192.0.2.2", "udp", "example.net"}, 2*time.Hour, 0, 3, 0)
	db.Make(t, "keeps")
	db.Keep(t, "keeps", "slo", k.lines)
	h := history{}
	for at := now.Add(-2 * time.Hour); !at.After(now.Add(-20 * time.Minute)); at = at.Add(r.Every) {
		alerts, err := r.Evaluate(db, "keeps", at)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.next(r, alerts, at); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.firing(0, now); len(got) != 1 || !strings.Contains(got[0], "192.0.2.1") {
		t.Errorf("%q, want the one that nobody measured since", got)
	}
}
