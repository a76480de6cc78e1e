package rounds

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/metric"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/cells"
	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

var traced = time.Date(2026, 11, 29, 5, 20, 23, 0, time.UTC)

// target is a query's, with its cloud if it has one, and what it is traced to.
type target struct{ cloud, server, address string }

func (to target) tags() map[string]string {
	tags := map[string]string{"server": to.server, "address": to.address, "transport": "udp", "family": "ipv4", "reason": "hand"}
	if strings.Contains(to.address, ":") {
		tags["family"] = "ipv6"
	}
	if to.cloud != "" {
		tags["cloud"] = to.cloud
	}
	return tags
}

// asked is a round's point of it.
func (to target) asked() telegraf.Metric {
	tags := to.tags()
	tags["result"] = "success"
	return metric.New("dns_anycast", tags, answeredIn(1), traced)
}

// trace makes the points of a path. Its hops are separated by blanks: ADDRESS, ADDRESS/AS, "*", and
// ADDRESS=what-ICMP-says. Behind "…" is who spoke to the full TTL alone; behind "@" the name of the
// server, which is the last hop and answers.
func (to target) trace(hops, cause string) (points []telegraf.Metric) {
	hops, instance, reached := strings.Cut(hops, "@")
	fields := map[string]any{"reached": int64(0), "responded": int64(1)}
	if cause != "" {
		fields["error"] = cause
	}
	if strings.HasSuffix(cause, "from this host") {
		delete(fields, "reached")
		delete(fields, "responded")
	}
	var listed []string
	number := 0
	for word := range strings.FieldsSeq(hops) {
		number++
		if word == "…" {
			number = -1
			word = "*"
		}
		word, icmp, _ := strings.Cut(word, "=")
		address, as, _ := strings.Cut(word, "/")
		if listed = append(listed, address); address != "*" {
			points = append(points, to.hop(number, address, as, strings.ReplaceAll(icmp, "-", " ")))
		}
	}
	if listed != nil {
		fields["path"] = strings.Join(listed, " ")
	}
	tags := to.tags()
	if reached {
		fields["reached"], fields["query_time_ms"] = int64(1), 12.3456
		if number > 0 {
			fields["hops"] = int64(number)
		}
		if instance != "" {
			tags["instance"] = instance
			tags["site"], _, _ = strings.Cut(instance, "1")
		}
	}
	return slices.Insert(points, 0, metric.New("dns_anycast_path", tags, fields, traced))
}

func (to target) hop(number int, address, as, icmp string) telegraf.Metric {
	tags := to.tags()
	if number > 0 {
		tags["hop"] = fmt.Sprintf("%02d", number)
	}
	fields := map[string]any{"hop_address": address, "hop_time_ms": float64(number) + 0.25}
	if icmp != "" {
		fields["icmp"] = icmp
	}
	if as != "" {
		var asn int64
		fmt.Sscan(as, &asn)
		fields["asn"] = asn
	}
	return metric.New("dns_anycast_hop", tags, fields, traced)
}

// tracedPaths adds the points of some paths to those of a round.
func tracedPaths(round []telegraf.Metric, paths ...[]telegraf.Metric) *Paths {
	r := roundOf(time.Second, round...)
	ps := NewPaths(&r)
	ps.Host, ps.Hops = "vantage.example.net", 30
	for _, m := range slices.Concat(paths...) {
		ps.Add(dns_anycast.ReadRow(m))
	}
	return ps
}

var (
	v4 = target{"", "192.0.2.53", "192.0.2.53"}
	v6 = target{"", "2001:db8::53", "2001:db8::53"}
)

const when = "\n  over UDP, 2026-11-29 05:20:23 UTC, from vantage.example.net\n"

// TestPath: what came of a path, and each hop that spoke, or did not.
func TestPath(t *testing.T) {
	for _, test := range []struct {
		name        string
		hops, cause string
		want        string
	}{
		{"answer", "198.51.100.1 192.0.2.53@LHR1", "", `192.0.2.53: LHR (LHR1) at hop 2 in 12.346 ms` + when + `  hop  address           time  says
    1  198.51.100.1  1.250 ms
    2  192.0.2.53    2.250 ms  LHR (LHR1)
`},
		{"with AS numbers", "198.51.100.1/64500 203.0.113.1 * 192.0.2.53/64511@lhr", "", `192.0.2.53: lhr at hop 4 in 12.346 ms` + when + `  hop  address           time  AS       says
    1  198.51.100.1  1.250 ms  AS64500
    2  203.0.113.1   2.250 ms
    3  *
    4  192.0.2.53    4.250 ms  AS64511  lhr
`},
		{"nameless", "192.0.2.53@", "", `192.0.2.53: answer without a name at hop 1 in 12.346 ms` + when + `  hop  address         time  says
    1  192.0.2.53  1.250 ms  answer without a name
`},
		{"silence", "", "", "192.0.2.53: no answer, and no hop spoke" + when},
		{"silence behind a router", "198.51.100.1", "", `192.0.2.53: no answer behind hop 1` + when + `  hop  address           time
    1  198.51.100.1  1.250 ms
`},
		{"prohibited", "* 198.51.100.1=administratively-prohibited", "administratively prohibited from 198.51.100.1", `192.0.2.53: no answer: administratively prohibited from 198.51.100.1, at hop 2` + when + `  hop  address           time  says
    1  *
    2  198.51.100.1  2.250 ms  administratively prohibited
`},
		{"no route", "", "no IPv4 route from this host", "192.0.2.53: not traced: no IPv4 route from this host" + when},
		{"link down half way", "198.51.100.1", "no IPv4 route from this host", `192.0.2.53: broken off behind hop 1: no IPv4 route from this host` + when + `  hop  address           time
    1  198.51.100.1  1.250 ms
`},
		{"full TTL", "198.51.100.1 … 192.0.2.53@LHR1", "", `192.0.2.53: LHR (LHR1) behind hop 1 in 12.346 ms` + when + `  hop  address           time  says
    1  198.51.100.1  1.250 ms
    …  192.0.2.53    0.250 ms  LHR (LHR1)
… spoke to the full TTL alone: at which hop is not known
`},
		{"full TTL, nothing before", "… 192.0.2.53@LHR1", "", `192.0.2.53: LHR (LHR1) behind silence in 12.346 ms` + when + `  hop  address         time  says
    …  192.0.2.53  0.250 ms  LHR (LHR1)
… spoke to the full TTL alone: at which hop is not known
`},
		{"full TTL refused", "198.51.100.1 … 192.0.2.53=port-unreachable", "port unreachable from 192.0.2.53", `192.0.2.53: no answer: port unreachable from 192.0.2.53, behind hop 1` + when + `  hop  address           time  says
    1  198.51.100.1  1.250 ms
    …  192.0.2.53    0.250 ms  port unreachable
… spoke to the full TTL alone: at which hop is not known
`},
		{"full TTL runs out", "198.51.100.1 … 198.51.100.9", "", `192.0.2.53: no answer: the full TTL ran out at 198.51.100.9, behind hop 1` + when + `  hop  address           time  says
    1  198.51.100.1  1.250 ms
    …  198.51.100.9  0.250 ms  time exceeded
… spoke to the full TTL alone: at which hop is not known
`},
	} {
		ps := tracedPaths([]telegraf.Metric{v4.asked()}, v4.trace(test.hops, test.cause))
		if got := ps.Text(table.Look{}); got != "\n"+test.want {
			t.Errorf("%s:\n%s\nwant\n\n%s", test.name, got, test.want)
		}
	}
}

// TestPathTooLong: a path that does not end within the hops, and one of them that is a loop.
func TestPathTooLong(t *testing.T) {
	long := ""
	for i := range 30 {
		long += fmt.Sprintf(" 198.51.100.%d", i)
	}
	for hops, want := range map[string]string{
		long: "192.0.2.53: no answer within 30 hops",
		"198.51.100.1" + strings.Repeat(" 198.51.100.2", 2) + strings.Repeat(" 198.51.100.3", 26): "192.0.2.53: no answer behind hop 29",
		strings.Repeat(" 198.51.100.1 198.51.100.2", 15):                                          "192.0.2.53: no answer within 30 hops: a loop",
	} {
		ps := tracedPaths([]telegraf.Metric{v4.asked()}, v4.trace(hops, ""))
		if got := strings.Split(ps.Text(table.Look{}), "\n"); got[1] != want {
			t.Errorf("%s: %q, want %q", hops, got[1], want)
		}
	}
}

// TestPathsPoints: paths in the order of the configuration, each before its hops.
func TestPathsPoints(t *testing.T) {
	b := target{"b", "ns.example", "192.0.2.9"}
	ps := tracedPaths([]telegraf.Metric{v4.asked(), b.asked(), v6.asked(), v4.asked()},
		v6.trace("* 2001:db8::53@LHR1", ""), b.trace("", "no IPv4 route from this host"), v4.trace("198.51.100.1 192.0.2.53@LHR1", ""))
	var got []string
	for _, m := range ps.Points() {
		to, _ := m.GetTag("address")
		hop, _ := m.GetTag("hop")
		got = append(got, strings.TrimPrefix(m.Name(), "dns_anycast_")+" "+to+" "+hop)
	}
	want := []string{"path 192.0.2.53 ", "hop 192.0.2.53 01", "hop 192.0.2.53 02", "path 192.0.2.9 ", "path 2001:db8::53 ", "hop 2001:db8::53 02"}
	if !slices.Equal(got, want) || ps.Wanted() != 3 || ps.Traced() != 3 {
		t.Errorf("%q of %d, want %q", got, ps.Wanted(), want)
	}
}

// TestPathsNotes: what cannot be traced is said.
func TestPathsNotes(t *testing.T) {
	ps := tracedPaths(append(everyResult(),
		newPoint("server=ns3.example.net,family=ipv6,transport=udp,result=unresolved", nil),
		newPoint("server=ns3.example.net,family=ipv6,transport=tcp,result=unresolved", nil),
		newPoint("server=192.0.2.1,address=192.0.2.1,family=ipv4,transport=tcp,result=success", answeredIn(1)),
		newPoint("server=192.0.2.1,address=192.0.2.1,family=ipv4,transport=tcp,result=success", answeredIn(1)), // of several
	))
	want := `
2 targets over TCP left out: paths are traced by queries over UDP alone
nothing to trace for ns2.example.net, ns3.example.net over IPv6: no address
`
	if got := ps.Text(table.Look{}); got != want || ps.Wanted() != 11 {
		t.Errorf("%d to trace, and\n%swant\n%s", ps.Wanted(), got, want)
	}
	if got := tracedPaths([]telegraf.Metric{v4.asked()}).Text(table.Look{}); got != "" {
		t.Errorf("all can be traced, but it says %q", got)
	}
}

// TestPathsFit: no line of a path is wider than the terminal, and the address outlives what the head
// says.
func TestPathsFit(t *testing.T) {
	long := target{"cloud", "a-long-name.of-a-server.example.net", "2001:db8:1111:2222:3333:4444:5555:6666"}
	ps := tracedPaths([]telegraf.Metric{long.asked(), v4.asked(), v6.asked()},
		long.trace("2001:db8:1111:2222:3333:4444:5555:1/64500 * 2001:db8:1111:2222:3333:4444:5555:2/64501 2001:db8:1111:2222:3333:4444:5555:6666@東京"+strings.Repeat("x", 40), ""),
		v4.trace("198.51.100.1/64500 198.51.100.2/64501 192.0.2.53@LHR1", ""),
		v6.trace("2001:db8::1/64500 2001:db8::2/64502 … 2001:db8::53=administratively-prohibited", "administratively prohibited from 2001:db8::53"))
	for width := 1; width < 200; width++ {
		for l := range strings.Lines(ps.Text(table.Look{Width: width})) {
			if n := cells.Width(strings.TrimSuffix(l, "\n")); n > width {
				t.Fatalf("%d cells on a terminal of %d: %s", n, width, l)
			}
		}
	}
	for width, want := range map[int]string{
		80: "\n    1  2001:db8:1111:2222:3333:4444:5555:1     1.250 ms  AS64500\n",
		60: "\n    1  2001:db8:1111:2222:3333:4444:5555:1     1.250 ms\n",
		40: "\n    1  ~:2222:3333:4444:5555:1  1.250 ms\n",
		20: "\n    1  ~:4444:5555:1\n",
	} {
		if got := ps.Text(table.Look{Width: width}); !strings.Contains(got, want) {
			t.Errorf("%d columns:\n%s\nwant a line %s", width, got, want)
		}
	}
}
