package rounds

import (
	"slices"
	"strings"
	"testing"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
)

// TestPairs: two of a server stand beside each other, else two of a cloud, if there is one of each
// family.
func TestPairs(t *testing.T) {
	for want, targets := range map[string][]target{
		"192.0.2.53+2001:db8::53":   {v6, v4},
		"192.0.2.53":                {v4},
		"192.0.2.53 192.0.2.9":      {v4, {"", "192.0.2.9", "192.0.2.9"}},
		"192.0.2.9 2001:db8::53":    {{"c", "192.0.2.9", "192.0.2.9"}, v6},
		"192.0.2.9+2001:db8::9":     {{"c", "192.0.2.9", "192.0.2.9"}, {"c", "2001:db8::9", "2001:db8::9"}},
		"a+2001:a b+2001:b":         {{"c", "ns.a", "a"}, {"c", "ns.a", "2001:a"}, {"c", "ns.b", "b"}, {"c", "ns.b", "2001:b"}},
		"a1 a2 2001:a":              {{"c", "ns.a", "a1"}, {"c", "ns.a", "a2"}, {"c", "ns.a", "2001:a"}},
		"a 2001:b 2001:c":           {{"c", "ns.a", "a"}, {"c", "ns.b", "2001:b"}, {"c", "ns.c", "2001:c"}},
		"a 2001:d b+2001:b 2001:dd": {{"c", "ns.a", "a"}, {"d", "ns.b", "2001:d"}, {"c", "ns.b", "b"}, {"c", "ns.b", "2001:b"}, {"d", "ns.b", "2001:dd"}},
	} {
		var round, points []telegraf.Metric
		for _, to := range targets {
			round, points = append(round, to.asked()), append(points, to.trace("", "")...)
		}
		ps := tracedPaths(round, points)
		var got []string
		for _, group := range pairs(ps.all) {
			var addresses []string
			for _, p := range group {
				addresses = append(addresses, p.Address)
			}
			got = append(got, strings.Join(addresses, "+"))
		}
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%q, want %s", got, want)
		}
	}
}

// TestParts: the first hop that tells the path of one family from that of the other. Addresses
// always do.
func TestParts(t *testing.T) {
	const server = " 192.0.2.53@LHR1"
	for _, test := range []struct {
		name, ipv4, ipv6, cause string
		want                    int
	}{
		{"alike", "198.51.100.1 198.51.100.2" + server, "2001:db8::1 2001:db8::2 2001:db8::53@LHR1", "", 0},
		{"one AS", "198.51.100.1/64500" + server, "2001:db8::1/64500 2001:db8::53@LHR1", "", 0},
		{"another AS", "198.51.100.1/64500 198.51.100.2/64501" + server, "2001:db8::1/64500 2001:db8::2/64502 2001:db8::53@LHR1", "", 2},
		{"an unknown AS", "198.51.100.1/64500 198.51.100.2/64501" + server, "2001:db8::1/64500 2001:db8::2 2001:db8::53@LHR1", "", 0},
		{"a silent hop", "198.51.100.1/64500 *" + server, "2001:db8::1/64500 2001:db8::2/64502 2001:db8::53@LHR1", "", 0},
		{"the server nearer", "198.51.100.1" + server, "2001:db8::1 2001:db8::2 2001:db8::53@LHR1", "", 2},
		{"the server nearer, silence in its place", "198.51.100.1" + server, "2001:db8::1 * 2001:db8::53@LHR1", "", 2},
		{"silence behind a hop", "198.51.100.1 198.51.100.2", "2001:db8::1", "", 2},
		{"silence", "198.51.100.1", "", "", 1},
		{"refused in the server's place", "198.51.100.1" + server, "2001:db8::1 2001:db8::53=port-unreachable", "port unreachable from 2001:db8::53", 2},
		{"full TTL", "198.51.100.1 198.51.100.2" + server, "2001:db8::1 … 2001:db8::53@LHR1", "", 0},
		{"full TTL of both", "198.51.100.1 … 192.0.2.53@LHR1", "2001:db8::1 2001:db8::2 … 2001:db8::53@LHR1", "", 0},
		{"another AS before the full TTL", "198.51.100.1/64500" + server, "2001:db8::1/64501 … 2001:db8::53@LHR1", "", 1},
		{"no route", "198.51.100.1" + server, "", "no IPv6 route from this host", 0},
	} {
		ps := tracedPaths(nil, v4.trace(test.ipv4, ""), v6.trace(test.ipv6, test.cause))
		a, b := ps.all[0], ps.all[1]
		if got, back := a.parts(b), b.parts(a); got != test.want || back != test.want {
			t.Errorf("%s: hop %d, the other way round %d, want %d", test.name, got, back, test.want)
		}
	}
}

// TestSideBySide: where there is room two families stand side by side, else below each other. The
// mark is there either way.
func TestSideBySide(t *testing.T) {
	ps := tracedPaths([]telegraf.Metric{v4.asked(), v6.asked()},
		v4.trace("198.51.100.1/64500 198.51.100.2/64501 192.0.2.53/64510@LHR1", ""),
		v6.trace("2001:db8::1/64500 * 2001:db8::2/64502 2001:db8::53/64510@ARN1", ""))
	const (
		headV4 = "\n192.0.2.53: LHR (LHR1) at hop 3 in 12.346 ms" + when
		headV6 = "2001:db8::53: ARN (ARN1) at hop 4 in 12.346 ms" + when
		wide   = headV4 + headV6 + `     hop  IPv4              time  AS       says        IPv6              time  AS       says
       1  198.51.100.1  1.250 ms  AS64500              2001:db8::1   1.250 ms  AS64500
       2  198.51.100.2  2.250 ms  AS64501              *
  >    3  192.0.2.53    3.250 ms  AS64510  LHR (LHR1)  2001:db8::2   3.250 ms  AS64502
       4                                               2001:db8::53  4.250 ms  AS64510  ARN (ARN1)
> first hop at which IPv4 and IPv6 part
`
		narrow = headV4 + `     hop  address           time  AS       says
       1  198.51.100.1  1.250 ms  AS64500
       2  198.51.100.2  2.250 ms  AS64501
  >    3  192.0.2.53    3.250 ms  AS64510  LHR (LHR1)

` + headV6 + `     hop  address           time  AS       says
       1  2001:db8::1   1.250 ms  AS64500
       2  *
  >    3  2001:db8::2   3.250 ms  AS64502
       4  2001:db8::53  4.250 ms  AS64510  ARN (ARN1)
> first hop at which IPv4 and IPv6 part
`
	)
	for width, want := range map[int]string{0: wide, 120: wide, 98: wide, 97: narrow, 80: narrow} {
		if got := ps.Text(table.Look{Width: width}); got != want {
			t.Errorf("%d columns:\n%s\nwant\n%s", width, got, want)
		}
	}
}

// TestSideBySideEmpty: a path without a hop has no column.
func TestSideBySideEmpty(t *testing.T) {
	ps := tracedPaths([]telegraf.Metric{v4.asked(), v6.asked()},
		v4.trace("192.0.2.53@LHR1", ""), v6.trace("", "no IPv6 route from this host"))
	const want = "\n192.0.2.53: LHR (LHR1) at hop 1 in 12.346 ms" + when + `  hop  address         time  says
    1  192.0.2.53  1.250 ms  LHR (LHR1)

2001:db8::53: not traced: no IPv6 route from this host` + when
	if got := ps.Text(table.Look{}); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
