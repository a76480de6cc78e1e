package rounds

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/metric"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// newPoint makes a metric of tags as one would write them, "server=a,result=success", and of
// fields.
func newPoint(tags string, fields map[string]any) telegraf.Metric {
	m := metric.New("dns_anycast", nil, fields, time.Unix(1700000000, 5))
	for tag := range strings.SplitSeq(tags, ",") {
		key, value, _ := strings.Cut(tag, "=")
		m.AddTag(key, value)
	}
	return m
}

func changeOf(fields map[string]any, at time.Time) telegraf.Metric {
	tags := map[string]string{"cloud": "c", "server": "192.0.2.1", "address": "192.0.2.1", "family": "ipv4", "transport": "udp"}
	return metric.New("dns_anycast_change", tags, fields, at)
}

func roundOf(took time.Duration, points ...telegraf.Metric) Round {
	r := Round{Took: took}
	for _, m := range points {
		r.Add(dns_anycast.ReadRow(m))
	}
	return r
}

func answeredIn(ms float64) map[string]any {
	return map[string]any{"answered": int64(1), "query_time_ms": ms}
}

func failedFor(cause string) map[string]any {
	fields := map[string]any{"answered": int64(0)}
	if cause != "" {
		fields["error"] = cause
	}
	return fields
}

// everyResult has two clouds, both families, both transports and each result.
func everyResult() []telegraf.Metric {
	connected := answeredIn(1.25)
	connected["connect_time_ms"] = 101.5
	return []telegraf.Metric{
		newPoint("cloud=iis-1,server=192.0.2.40,address=192.0.2.40,family=ipv4,transport=udp,instance=LHR1,site=LHR,rcode=NOERROR,result=success", answeredIn(3.2004)),
		newPoint("cloud=iis-1,server=192.0.2.40,address=192.0.2.40,family=ipv4,transport=tcp,instance=LHR2,site=LHR,rcode=NOERROR,result=success", connected),
		newPoint("cloud=iis-1,server=ns1.example.net,address=192.0.2.41,family=ipv4,transport=udp,instance=zürich-1,site=ZRH,rcode=REFUSED,result=success", answeredIn(12.75)),
		newPoint("cloud=iis-1,server=ns1.example.net,address=2001:db8::41,family=ipv6,transport=udp,result=timeout", failedFor("reply came from 2001:db8::7")),
		newPoint("cloud=iis-1,server=ns2.example.net,transport=udp,result=unresolved", map[string]any{"error": "no IPv4 or IPv6 address"}),
		newPoint("cloud=zürich-1,server=192.0.2.50,address=192.0.2.50,family=ipv4,transport=udp,instance=zürich-1,rcode=NOERROR,result=success", answeredIn(0.05)),
		newPoint("cloud=zürich-1,server=192.0.2.51,address=192.0.2.51,family=ipv4,transport=udp,rcode=REFUSED,result=rcode_error", answeredIn(1234.5678)),
		newPoint("cloud=zürich-1,server=192.0.2.52,address=192.0.2.52,family=ipv4,transport=udp,rcode=NOERROR,result=no_identity", answeredIn(20)),
		newPoint("cloud=zürich-1,server=192.0.2.53,address=192.0.2.53,family=ipv4,transport=udp,rcode=NOERROR,result=truncated", answeredIn(20)),
		newPoint("cloud=zürich-1,server=192.0.2.54,address=192.0.2.54,family=ipv4,transport=udp,result=unreachable", failedFor("port unreachable from 192.0.2.54")),
		newPoint("cloud=zürich-1,server=192.0.2.55,address=192.0.2.55,family=ipv4,transport=udp,result=invalid", failedFor("wrong cookie")),
		newPoint("cloud=zürich-1,server=192.0.2.56,address=192.0.2.56,family=ipv4,transport=udp,result=timeout", failedFor("")),
		newPoint("cloud=zürich-1,server=2001:db8::57,address=2001:db8::57,family=ipv6,transport=udp,result=local", map[string]any{"error": "no IPv6 route from this host"}),
	}
}

const everyResultTable = `  server           address       via  instance  site     connect         time  rcode    result
iis-1
  192.0.2.40       192.0.2.40    udp  LHR1      LHR                  3.200 ms  NOERROR  success
  192.0.2.40       192.0.2.40    tcp  LHR2      LHR   101.500 ms     1.250 ms  NOERROR  success
  ns1.example.net  192.0.2.41    udp  zürich-1  ZRH                 12.750 ms  REFUSED  success
  ns1.example.net  2001:db8::41  udp                                                    timeout: reply came from 2001:db8::7
  ns2.example.net                udp                                                    unresolved: no IPv4 or IPv6 address
zürich-1
  192.0.2.50       192.0.2.50    udp  zürich-1                       0.050 ms  NOERROR  success
  192.0.2.51       192.0.2.51    udp                              1234.568 ms  REFUSED  rcode_error
  192.0.2.52       192.0.2.52    udp                                20.000 ms  NOERROR  no_identity
  192.0.2.53       192.0.2.53    udp                                20.000 ms  NOERROR  truncated
  192.0.2.54       192.0.2.54    udp                                                    unreachable: port unreachable from 192.0.2.54
  192.0.2.55       192.0.2.55    udp                                                    invalid: wrong cookie
  192.0.2.56       192.0.2.56    udp                                                    timeout
  2001:db8::57     2001:db8::57  udp                                                    local: no IPv6 route from this host
7 of 13 queries answered, 4 instances at 2 sites, 2 timeout, 1 unreachable, 1 rcode_error, 1 no_identity, 1 truncated, 1 invalid, 1 unresolved, 1 local, in 2.001s
`

func TestTable(t *testing.T) {
	for _, test := range []struct {
		name   string
		points []telegraf.Metric
		want   string
	}{
		{"every result", everyResult(), everyResultTable},
		{"columns that say nothing", []telegraf.Metric{
			newPoint("server=192.0.2.1,address=192.0.2.1,transport=udp,instance=lhr1,rcode=NOERROR,result=success", answeredIn(1)),
			newPoint("server=[2001:db8::1]:53,address=2001:db8::1,transport=udp,result=timeout", failedFor("")),
		}, `  server            instance      time  result
  192.0.2.1         lhr1      1.000 ms  success
  [2001:db8::1]:53                      timeout
1 of 2 queries answered, 1 instance, 1 timeout, in 2.001s
`},
		{"one", []telegraf.Metric{
			newPoint("server=192.0.2.1,address=192.0.2.1,transport=udp,instance=lhr1,site=LHR,rcode=NOERROR,result=success", answeredIn(1)),
		}, `  server     instance  site      time  result
  192.0.2.1  lhr1      LHR   1.000 ms  success
1 of 1 query answered, 1 instance at 1 site, in 2.001s
`},
		{"none", nil, "0 of 0 queries answered, 0 instances, in 2.001s\n"},
	} {
		r := roundOf(2000600*time.Microsecond, test.points...)
		if got := r.Text(table.Look{}); got != test.want {
			t.Errorf("%s: got\n%swant\n%s", test.name, got, test.want)
		}
	}
}

var shade = regexp.MustCompile("\033\\[3([123])m(.*?)\033\\[0m")

// TestTableColor: colour changes nothing but the result, whose cell it fills: green for a name,
// yellow for another answer, red for none.
func TestTableColor(t *testing.T) {
	r := roundOf(2000600*time.Microsecond, everyResult()...)
	text := r.Text(table.Look{Color: true})
	if plain := shade.ReplaceAllString(text, "$2"); plain != everyResultTable {
		t.Errorf("without its colours it is\n%swant\n%s", plain, everyResultTable)
	}
	want := []string{
		"2success", "2success", "2success", "1timeout: reply came from 2001:db8::7", "1unresolved: no IPv4 or IPv6 address",
		"2success", "3rcode_error", "3no_identity", "3truncated", "1unreachable: port unreachable from 192.0.2.54",
		"1invalid: wrong cookie", "1timeout", "1local: no IPv6 route from this host",
	}
	cells := shade.FindAllStringSubmatch(text, -1)
	for i, cell := range cells {
		if got := cell[1] + cell[2]; i >= len(want) || got != want[i] {
			t.Errorf("coloured cell %d: %q, want one of %q", i+1, got, want)
		}
	}
	if len(cells) != len(want) {
		t.Errorf("%d coloured cells, want %d", len(cells), len(want))
	}
}
