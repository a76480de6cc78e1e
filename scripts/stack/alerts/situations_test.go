package alerts

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"time"

	"telegraf-dns-anycast/scripts/stack/grafana"
	"telegraf-dns-anycast/scripts/stack/stacktest"
)

// situation is what vantage points see, and all that the rules are to say of it, but that alerting works.
type situation struct {
	name   string
	points points
	want   []string // rule and labels
}

// points makes lines when they are needed: those of all situations would take half of a gigabyte.
type points func() []string

// and puts lines before those of a fleet.
func (p points) and(lines ...string) points {
	return func() []string { return append(slices.Clip(lines), p()...) }
}

// sight is what a vantage point writes in a round.
type sight struct {
	answers, zones [4]string // by server
	cloud, itself  string
	more           []string
	silent         bool
}

// span is how long a situation lasts, in rounds of pace: the rule that waits longest, half of an hour, then looks back for
// five minutes.
const (
	span = 36 * time.Minute
	pace = 30 * time.Second
)

// seen are the points of a fleet: what each vantage point sees in each round is well, unless but says otherwise. Rounds
// count back from now, which is 0. A hundred ask in every other round: InfluxDB takes long to write them.
func (w *world) seen(fleet int, but func(host, round int, s *sight)) points {
	step := 1
	if fleet == 100 {
		step = 2
	}
	return func() (lines []string) {
		for host := range fleet {
			for round := int(span / pace); round >= 0; round -= step {
				s := sight{answers: w.up, zones: w.serves, cloud: w.same, itself: w.itself}
				if but != nil {
					but(host, round, &s)
				}
				if s.silent {
					continue
				}
				points := slices.Concat(s.answers[:], s.zones[:], []string{s.cloud, s.itself}, s.more)
				points = slices.DeleteFunc(points, func(p string) bool { return p == "" })
				lines = append(lines, w.at(time.Duration(round)*pace+time.Second, hostname(host), points...)...)
			}
		}
		return lines
	}
}

// hostname names the vantage points.
func hostname(host int) string {
	if host < 2 {
		return []string{stacktest.Near, stacktest.Far}[host]
	}
	return fmt.Sprintf("vantage-%d", host+1)
}

// of are alerts of a rule about addresses, by server.
func (w *world) of(rule string, servers ...int) (alerts []string) {
	for _, i := range servers {
		address, _, _ := net.SplitHostPort(w.servers[i].Addr)
		pairs := []string{
			"cloud", stacktest.Alpha, "server", w.servers[i].Addr, "address", address, "family", []string{"ipv4", "ipv6"}[i/2],
		}
		switch {
		case strings.HasPrefix(rule, "zone"):
			pairs = append(pairs, "zone", stacktest.Zone)
		}
		alerts = append(alerts, grafana.About(rule, pairs...))
	}
	return alerts
}

// fleets are the numbers of vantage points with which most situations are evaluated. More take long to write: there are
// ten and a hundred where a share of them counts.
var fleets = []int{1, 3}

// situations are all.
func (w *world) situations() []situation {
	return slices.Concat(w.dark(), w.losses(), w.strangers(), w.zonesGone(), w.serials(), w.shifts(), w.sitesGone(),
		w.timesAndFamilies(), w.silences(), w.unable(), w.months(), w.catchments(), w.hosts()[:3], w.thrownAway()[:2], w.familiesLost()[:4])
}

// everywhere makes a situation of each size of fleet.
func (w *world) everywhere(name string, want []string, but func(host, round int, s *sight)) []situation {
	return w.sized(fleets, name, want, but)
}

func (w *world) sized(fleets []int, name string, want []string, but func(host, round int, s *sight)) (all []situation) {
	for _, n := range fleets {
		all = append(all, situation{fmt.Sprintf("%s, %d vantage points", name, n), w.seen(n, but), want})
	}
	return all
}

func (w *world) dark() []situation {
	dead := func(servers ...int) func(host, round int, s *sight) {
		return func(_, _ int, s *sight) {
			for _, i := range servers {
				s.answers[i], s.zones[i] = w.down[i], w.lost[i]
			}
		}
	}
	at := func(hosts, of int, servers ...int) points {
		return w.seen(of, func(host, round int, s *sight) {
			if host < hosts {
				dead(servers...)(host, round, s)
			}
		})
	}
	both := func(servers ...int) []string {
		return slices.Concat(w.of("address-dark", servers...), w.of("zone-not-served", servers...))
	}
	everything := append(both(0, 1, 2, 3), grafana.About("zone-down", "zone", stacktest.Zone))
	uplink := []string{
		grafana.About("vantage-loss", "host", stacktest.Near, "family", "ipv4"), grafana.About("vantage-loss", "host", stacktest.Near, "family", "ipv6"),
	}
	hidden := withoutExpected(w.hidden[0])
	named := []string{ofName("192.0.2.46", w.up[0]), ofName("192.0.2.37", w.down[0])}
	halfdead := []string{
		grafana.About("address-dark", "cloud", stacktest.Alpha, "server", "ns.example.net", "address", "192.0.2.37", "family", "ipv4"),
	}
	return slices.Concat(
		w.everywhere("all is well", nil, nil),
		w.everywhere("an address is dead", both(0), dead(0)),
		w.everywhere("everything is dead", everything, dead(0, 1, 2, 3)),
		w.everywhere("hidden is not down", nil, func(_, _ int, s *sight) { s.answers[0] = hidden }),
		w.sized([]int{1}, "hidden is not whom expect names", w.of("unexpected", 0), func(_, _ int, s *sight) { s.answers[0] = w.hidden[0] }),
		w.everywhere("one of two addresses of a name is dead", halfdead, func(_, _ int, s *sight) { s.more = named }),
		w.everywhere("dead for a minute", nil, func(host, round int, s *sight) {
			if round < 2 {
				dead(0, 1)(host, round, s)
			}
		}),
		[]situation{
			{"dead for 51 of 100", at(51, 100, 3), both(3)},
			{"dead for 50 of 100", at(50, 100, 3), w.of("address-partly-dark", 3)},
			{"dead for one of 3", at(1, 3, 2), append(w.of("address-partly-dark", 2), uplink[1])},
			{"dead for one of 100", at(1, 100, 2), append(w.of("address-partly-dark", 2), uplink[1])},
			{"the only IPv4 address is dead for 3 of 10", w.asking([]int{0, 2}, 1, 1, func(host, _ int, s *sight) {
				if host < 3 {
					s.answers[0], s.zones[0] = w.down[0], w.lost[0]
				}
			}), append(w.of("address-partly-dark", 0), blind(3, "ipv4")...)},
			{"the only IPv6 address is dead for 3 of 10", w.asking([]int{0, 1, 2}, 2, 1, func(host, _ int, s *sight) {
				if host < 3 {
					s.answers[2], s.zones[2] = w.down[2], w.lost[2]
				}
			}), append(w.of("address-partly-dark", 2), blind(3, "ipv6")...)},
			{"one uplink of 10 is dead, where nobody has IPv4", w.asking([]int{2, 3}, 0, 2, func(host, round int, s *sight) {
				if host < 1 {
					dead(2, 3)(host, round, s)
				}
			}), uplink[1:]},
			{"one uplink of 10 is dead, where nobody has IPv6", w.asking([]int{0, 1}, 2, 0, func(host, round int, s *sight) {
				if host < 1 {
					dead(0, 1)(host, round, s)
				}
			}), uplink[:1]},
			{"one uplink of 3 is dead", at(1, 3, 0, 1, 2, 3), uplink},
			{"one uplink of 10 is dead", at(1, 10, 0, 1, 2, 3), uplink},
			{"one uplink of 100 is dead", at(1, 100, 0, 1, 2, 3), uplink},
			{"one family of one uplink of 10 is dead", at(1, 10, 2, 3), uplink[1:]},
		},
	)
}

// ofName makes a point one of an address of a host name.
func ofName(address, point string) string {
	point = regexp.MustCompile(`\bserver=(\\.|[^,\\])*`).ReplaceAllLiteralString(point, "server=ns.example.net")
	return regexp.MustCompile(`\baddress=(\\.|[^,\\])*`).ReplaceAllLiteralString(point, "address="+address)
}

// asking are points of ten vantage points that ask these servers alone, so many of each family.
func (w *world) asking(servers []int, ipv4, ipv6 int64, but func(host, round int, s *sight)) points {
	cloud := with("ipv4_asked", ipv4, with("ipv6_asked", ipv6, w.same))
	return w.seen(10, func(host, round int, s *sight) {
		for i := range s.answers {
			if !slices.Contains(servers, i) {
				s.answers[i], s.zones[i] = "", ""
			}
		}
		s.cloud = cloud
		but(host, round, s)
	})
}

// blind are alerts about vantage points that get nothing over a family.
func blind(hosts int, family string) (alerts []string) {
	for host := range hosts {
		alerts = append(alerts, grafana.About("vantage-loss", "host", hostname(host), "family", family))
	}
	return alerts
}

// withoutExpected is a point of a cloud that expects nobody in particular.
func withoutExpected(point string) string { return strings.Replace(point, ",expected=0i", "", 1) }

func (w *world) losses() []situation {
	// losing loses so many of each five rounds.
	losing := func(n int, hosts int) func(host, round int, s *sight) {
		return func(host, round int, s *sight) {
			if host < hosts && (round+host)%5 < n {
				s.answers = w.down
			}
		}
	}
	all := w.of("loss", 0, 1, 2, 3)
	seldom := func(_, round int, s *sight) {
		if round%25 == 3 { // 4 %
			s.answers = w.down
		}
	}
	one := []string{
		grafana.About("vantage-loss", "host", stacktest.Near, "family", "ipv4"), grafana.About("vantage-loss", "host", stacktest.Near, "family", "ipv6"),
	}
	probe := func(_, _ int, s *sight) { // of what RIPE Atlas' probes see nothing is said here
		for _, p := range w.down {
			s.more = append(s.more, watched(p))
		}
	}
	return slices.Concat(
		w.everywhere("40 % of everything is lost", all, losing(2, 100)),
		w.everywhere("a probe that is watched hears nothing", nil, probe),
		w.everywhere("4 % of everything is lost", nil, seldom),
		[]situation{
			{"40 % at one of 100", w.seen(100, losing(2, 1)), one},
			{"40 % at one of 10", w.seen(10, losing(2, 1)), one},
			{"20 % at one of 10", w.seen(10, losing(1, 1)), nil},
			{"20 % at all of 10", w.seen(10, losing(1, 10)), all},
		},
	)
}

func (w *world) strangers() []situation {
	// lately somebody answers server 0 in so many rounds, at so many vantage points.
	by := func(hosts, rounds int, who [4]string) func(host, round int, s *sight) {
		return func(host, round int, s *sight) {
			if host < hosts && round < rounds {
				s.answers[0] = who[0]
			}
		}
	}
	quick := [4]string(w.judged("impossible", w.here[:]...))
	once := grafana.About("unexpected-once", "cloud", stacktest.Alpha)
	return []situation{
		{"a stranger once at the only one", w.seen(1, by(1, 1, w.arn)), nil},
		{"a stranger thrice at the only one", w.seen(1, by(1, 3, w.arn)), w.of("unexpected", 0)},
		{"a stranger once at one of 3", w.seen(3, by(1, 1, w.arn)), nil},
		{"a stranger at one of 3 for long", w.seen(3, by(1, 100, w.arn)), []string{once}},
		{"a stranger at one of 100 for long", w.seen(100, by(1, 100, w.arn)), []string{once}},
		{"a stranger once at two of 3", w.seen(3, by(2, 1, w.arn)), w.of("unexpected", 0)},
		{"a stranger at all of 100", w.seen(100, by(100, 100, w.arn)), append(w.of("unexpected", 0), once)},
		{"strangers at two of 3, each at an address of its own", w.seen(3, func(host, _ int, s *sight) {
			if host < 2 {
				s.answers[2*host] = w.arn[2*host]
			}
		}), []string{once}},
		{"a stranger ten minutes ago", w.seen(3, func(_, round int, s *sight) {
			if round > 20 && round < 40 {
				s.answers[0] = w.arn[0]
			}
		}), nil},
		{"quicker than light once at the only one", w.seen(1, by(1, 1, quick)), nil},
		{"quicker than light thrice at the only one", w.seen(1, by(1, 3, quick)), w.of("unexpected", 0)},
		{"quicker than light at two of 3", w.seen(3, by(2, 2, quick)), w.of("unexpected", 0)},
		{"quicker than light at one of 3", w.seen(3, by(1, 9, quick)), nil},
	}
}

// referring makes a point about a zone one of a reference, which no cloud has.
func referring(point string) string {
	point = ofName(primaryAddress, point)
	return regexp.MustCompile(`\bcloud=(\\.|[^,\\])*`).ReplaceAllLiteralString(point, "cloud=reference")
}

const primaryAddress = "192.0.2.53"

func (w *world) zonesGone() []situation {
	gone := func(how [4]string, servers ...int) func(_, _ int, s *sight) {
		return func(_, _ int, s *sight) {
			for _, i := range servers {
				s.zones[i] = how[i]
			}
		}
	}
	down := append(w.of("zone-not-served", 0, 1, 2, 3), grafana.About("zone-down", "zone", stacktest.Zone))
	refused := grafana.About("zone-refused", "zone", stacktest.Zone, "cloud", stacktest.Alpha, "site", "LHR")
	reference := []string{grafana.About("reference", "zone", stacktest.Zone, "server", "ns.example.net", "address", primaryAddress)}
	lost, denied := []string{referring(w.lost[0])}, []string{referring(w.denied[0])}
	nameless := grafana.About("zone-refused", "zone", stacktest.Zone, "cloud", stacktest.Alpha)
	return slices.Concat(
		w.sized(append(slices.Clone(fleets), 100), "zones time out, names do not", down, gone(w.lost, 0, 1, 2, 3)),
		w.everywhere("zones have expired", append(down, refused), gone(w.expired, 0, 1, 2, 3)),
		w.everywhere("a zone times out at one address", w.of("zone-not-served", 2), gone(w.lost, 2)),
		[]situation{
			{"referrals at one address", w.seen(3, gone(w.empty, 1)), append(w.of("zone-not-served", 1), refused)},
			{"from elsewhere at one address", w.seen(3, gone(w.cached, 1)), append(w.of("zone-not-served", 1), refused)},
			{"denied at one address", w.seen(3, gone(w.denied, 3)), append(w.of("zone-not-served", 3), nameless)},
			{"expired for a minority", w.seen(10, func(host, _ int, s *sight) {
				if host < 3 {
					s.zones[0] = w.expired[0]
				}
			}), []string{refused}},
			{"the reference is silent", w.seen(3, func(_, _ int, s *sight) { s.more = lost }), reference},
			{"the reference refuses", w.seen(3, func(_, _ int, s *sight) { s.more = denied }), reference},
			{"one query of three is lost", w.seen(3, func(_, round int, s *sight) {
				if round%3 == 0 {
					s.zones = w.lost
				}
			}), nil},
		},
	)
}
