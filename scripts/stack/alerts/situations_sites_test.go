package alerts

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// rounds counts those that began within a time before now.
func rounds(within time.Duration) int { return int(within / pace) }

// serial gives points of a zone another serial.
func serial(n int64, points ...string) (all [4]string) {
	for i, p := range points {
		all[i] = with("serial", n, p)
	}
	return all
}

func (w *world) serials() []situation {
	since := func(ago time.Duration, zones [4]string) func(_, round int, s *sight) {
		return func(_, round int, s *sight) {
			if round < rounds(ago) {
				s.zones = zones
			}
		}
	}
	late := func(seconds int64) (zones [4]string) {
		for i, p := range w.serves {
			zones[i] = with("refresh_s", 7200, with("serial_lag_s", seconds, p))
		}
		return zones
	}
	lag := []string{grafana.About("lag", "zone", stacktest.Zone, "cloud", stacktest.Alpha, "site", "LHR")}
	fell := []string{grafana.About("backwards", "zone", stacktest.Zone, "cloud", stacktest.Alpha)}
	still := []string{grafana.About("still", "zone", stacktest.Zone)}
	before := func(n int64) []string { // an hour ago
		zones := serial(n, w.serves[:]...)
		return w.every(pace, time.Hour+5*time.Minute, time.Hour+pace, stacktest.Near, zones[:]...)
	}
	hourly := func(until time.Duration) points {
		now := serial(1000-int64(until/time.Hour), w.serves[:]...)
		return func() (lines []string) {
			for age := 60 * time.Hour; age > span; age -= time.Minute {
				lines = append(lines, w.at(age, stacktest.Near, with("serial", 1000-int64(max(age, until)/time.Hour), w.serves[0]))...)
			}
			return append(lines, w.seen(3, func(_, _ int, s *sight) { s.zones = now })()...)
		}
	}
	edited := append(w.every(time.Minute, 60*time.Hour, 30*time.Hour, stacktest.Near, with("serial", 0, w.serves[0])),
		w.every(time.Minute, 30*time.Hour, span, stacktest.Near, w.serves[0])...)
	with5 := w.seen(3, func(_, _ int, s *sight) { s.zones = serial(5, w.serves[:]...) })
	reference, seven := referring(late(7300)[0]), serial(7, w.serves[:]...)
	five := with("serial", 5, w.cached[0])
	return []situation{
		{"two hours late, refreshed each two", w.seen(3, since(span, late(7300))), lag},
		{"one hour late, refreshed each two", w.seen(3, since(span, late(4000))), nil},
		{"the reference is late, and no site", w.seen(3, func(_, _ int, s *sight) { s.more = []string{reference} }), nil},
		{"late for some minutes", w.seen(3, since(5*time.Minute, late(7300))), nil},
		{"the serial falls", with5.and(before(7)...), fell},
		{"the serial rises", with5.and(before(3)...), nil},
		{"round the end of numbers", with5.and(before(1<<32 - 1)...), nil},
		{"no order", with5.and(before(1<<31 + 5)...), nil},
		{"a lower one without authority", w.seen(3, func(_, round int, s *sight) {
			s.zones = seven
			if round%7 == 0 {
				s.zones[0] = five
			}
		}).and(before(7)...), nil},
		{"a new serial each hour", hourly(0), nil},
		{"a new serial each hour, for five hours none", hourly(5 * time.Hour), nil},
		{"a new serial each hour, for 26 hours none", hourly(26 * time.Hour), still},
		{"never a new serial", hourly(60 * time.Hour), nil},
		{"edited once, a day and a half ago", w.seen(3, nil).and(edited...), nil},
	}
}

// splitting makes a change one to a path that is balanced over several sites.
func splitting(change string) string {
	return regexp.MustCompile(`\bto="[^"]*"`).ReplaceAllString(change, `to="split"`)
}

func (w *world) shifts() []situation {
	moving := func(hosts int, ago time.Duration) func(host, round int, s *sight) {
		return func(host, round int, s *sight) {
			if host < hosts && round == rounds(ago) {
				s.more = w.moved[:]
			}
		}
	}
	split := func(_, round int, s *sight) {
		if round == rounds(5*time.Minute) {
			s.more = []string{splitting(w.moved[0])}
		}
	}
	shift := []string{grafana.About("shift", "cloud", stacktest.Alpha)}
	one := func(name string, hosts, of int, ago time.Duration, want []string) situation {
		return situation{fmt.Sprintf("%s: %d of %d", name, hosts, of), w.seen(of, moving(hosts, ago)), want}
	}
	return append(w.everywhere("a path is split", nil, split),
		one("moved", 1, 1, 5*time.Minute, shift),
		one("moved", 1, 2, 5*time.Minute, shift),
		one("moved", 2, 2, 5*time.Minute, shift),
		one("moved", 1, 3, 5*time.Minute, nil),
		one("moved", 2, 3, 5*time.Minute, nil),
		one("moved", 3, 3, 5*time.Minute, shift),
		one("moved", 2, 10, 5*time.Minute, nil),
		one("moved", 3, 10, 5*time.Minute, shift),
		one("moved", 19, 100, 5*time.Minute, nil),
		one("moved", 20, 100, 14*time.Minute, shift),
		one("moved long ago", 3, 10, 16*time.Minute, nil),
	)
}

func (w *world) sitesGone() []situation {
	gone := []string{grafana.About("site-gone", "cloud", stacktest.Alpha, "site", "ARN")}
	dead := slices.Concat(w.of("address-dark", 0, 1, 2, 3), w.of("zone-not-served", 0, 1, 2, 3),
		[]string{grafana.About("zone-down", "zone", stacktest.Zone)})
	earlier := func(from, to time.Duration) []string {
		return w.every(time.Minute, from, to, stacktest.Near, w.arn[:]...)
	}
	return []situation{
		{"a site until an hour ago", w.seen(3, nil).and(earlier(3*time.Hour, time.Hour)...), gone},
		{"a site until twelve minutes ago", w.seen(3, nil).and(earlier(3*time.Hour, 12*time.Minute)...), nil},
		{"a site for two minutes, an hour ago", w.seen(3, nil).and(earlier(64*time.Minute, 62*time.Minute)...), nil},
		{"a site until two days ago", w.seen(3, nil).and(earlier(50*time.Hour, 48*time.Hour)...), nil},
		{"everything dies, sites with it", w.seen(3, func(_, round int, s *sight) {
			if round < rounds(20*time.Minute) {
				s.answers, s.zones = w.down, w.lost
			}
		}).and(earlier(3*time.Hour, time.Hour)...), dead},
	}
}

func (w *world) timesAndFamilies() []situation {
	late, far := w.judged("slow", w.here[:]...), [4]string(w.judged("far", w.here[:]...))
	slow := func(hosts, servers int) func(host, _ int, s *sight) {
		return func(host, _ int, s *sight) {
			s.answers = w.here
			if host < hosts {
				copy(s.answers[:servers], late)
			}
		}
	}
	since := func(ago time.Duration, before, after string) func(_, round int, s *sight) {
		return func(_, round int, s *sight) {
			s.cloud = before
			if round < rounds(ago) {
				s.cloud = after
			}
		}
	}
	slowly := []string{grafana.About("slow", "cloud", stacktest.Alpha, "site", "LHR")}
	parted := []string{grafana.About("families", "cloud", stacktest.Alpha)}
	return slices.Concat(
		w.everywhere("a site is slow", slowly, slow(100, 4)),
		w.everywhere("all is far", nil, func(_, _ int, s *sight) { s.answers = far }),
		w.everywhere("the families part", parted, since(12*time.Minute, w.same, w.different)),
		w.everywhere("the families always differ", nil, since(0, w.different, w.same)),
		[]situation{
			{"one address of a site is slow", w.seen(3, slow(3, 1)), slowly},
			{"slow for one of 10", w.seen(10, slow(1, 4)), nil},
			{"slow for a moment", w.seen(3, func(host, round int, s *sight) {
				s.answers = w.here
				if round < rounds(5*time.Minute) {
					slow(3, 4)(host, round, s)
				}
			}), nil},
			{"the families part for two of 10", w.seen(10, func(host, round int, s *sight) {
				if host < 2 && round < rounds(12*time.Minute) {
					s.cloud = w.different
				}
			}), parted},
			{"the families part for one of 10", w.seen(10, func(host, round int, s *sight) {
				if host == 0 && round < rounds(12*time.Minute) {
					s.cloud = w.different
				}
			}), nil},
		},
	)
}

func (w *world) silences() []situation {
	silent := func(hosts int, ago time.Duration) func(host, round int, s *sight) {
		return func(host, round int, s *sight) { s.silent = host < hosts && round < rounds(ago) }
	}
	tickets := func(hosts int) (all []string) {
		for host := range hosts {
			all = append(all, grafana.About("silent", "host", hostname(host)))
		}
		return all
	}
	long := func(ago time.Duration) points {
		return w.seen(3, nil).and(w.every(time.Minute, ago+time.Hour, ago, "left", append(w.up[:], w.same, w.itself)...)...)
	}
	left := []string{grafana.About("silent", "host", "left")}
	const ago = 25 * time.Minute
	// listed is what scripts/vantage wrote of one so long ago.
	listed := func(host string, expected int, ago time.Duration) []string {
		return w.at(ago, host, fmt.Sprintf("dns_anycast_cloud,by=hand expected=%di 1", expected))
	}
	year := 365 * 24 * time.Hour
	return []situation{
		{"silent for 32 days, and expected", long(32 * 24 * time.Hour).and(listed("left", 1, year)...), left},
		{"never heard, and expected", w.seen(3, nil).and(listed("left", 1, year)...), left},
		{"silent for six days, and removed", long(6 * 24 * time.Hour).and(append(listed("left", 1, year), listed("left", 0, time.Hour)...)...), nil},
		{"removed, and expected again", w.seen(3, nil).and(append(listed("left", 0, year), listed("left", 1, time.Hour)...)...), left},
		{"reports, and is expected", w.seen(3, nil).and(listed(stacktest.Near, 1, year)...), nil},
		{"reports, and was removed", w.seen(3, nil).and(listed(stacktest.Near, 0, year)...), nil},
		{"one of 3 is silent", w.seen(3, silent(1, ago)), tickets(1)},
		{"one of 10 is silent", w.seen(10, silent(1, ago)), tickets(1)},
		{"two of 10 are silent", w.seen(10, silent(2, ago)), append(tickets(2), "fleet-silent")},
		{"9 of 100 are silent", w.seen(100, silent(9, ago)), tickets(9)},
		{"10 of 100 are silent", w.seen(100, silent(10, ago)), append(tickets(10), "fleet-silent")},
		{"the only one is silent", w.seen(1, silent(1, ago)), append(tickets(1), "nobody")},
		{"all of 3 are silent", w.seen(3, silent(3, ago)), append(tickets(3), "nobody")},
		{"silent for three minutes", w.seen(3, silent(1, 3*time.Minute)), nil},
		{"silent for six days", long(6 * 24 * time.Hour), left},
		{"silent for 29 days", long(29 * 24 * time.Hour), left},
		{"silent for 32 days", long(32 * 24 * time.Hour), nil},
		{"nobody ever reported", w.seen(0, nil), []string{"nobody"}},
	}
}

func (w *world) unable() []situation {
	local := func(hosts int) func(host, _ int, s *sight) {
		return func(host, _ int, s *sight) {
			if host < hosts {
				s.answers, s.zones = w.local, [4]string{}
			}
		}
	}
	unable := []string{
		grafana.About("unable", "host", stacktest.Near, "family", "ipv4"), grafana.About("unable", "host", stacktest.Near, "family", "ipv6"),
	}
	nameless := func(_, _ int, s *sight) { s.more = []string{w.nowhere} }
	// What a resolver that drops AAAA queries makes of a name without IPv6.
	half := []string{ofName("192.0.2.46", w.up[0]), strings.Replace(w.nowhere, ",result=", ",family=ipv6,result=", 1)}
	halfKnown := func(_, _ int, s *sight) { s.more = half }
	return slices.Concat(
		w.everywhere("a name has no address", []string{grafana.About("unresolved", "cloud", stacktest.Alpha, "server", stacktest.Nowhere)}, nameless),
		w.everywhere("one family of a name cannot be looked up", nil, halfKnown),
		[]situation{
			{"one of 3 cannot ask", w.seen(3, local(1)), unable},
			{"the only one cannot ask", w.seen(1, local(1)), unable},
			{"one of 100 cannot ask", w.seen(100, local(1)), unable},
		},
	)
}
