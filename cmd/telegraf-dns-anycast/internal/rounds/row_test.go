package rounds

import (
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/metric"

	"telegraf-dns-anycast/cmd/telegraf-dns-anycast/internal/table"
)

// aboutZone makes a point of a zone query to 192.0.2.N.
func aboutZone(cloud, server, tags string, fields map[string]any) telegraf.Metric {
	m := metric.New("dns_anycast_soa", map[string]string{"cloud": cloud, "server": server, "address": server, "transport": "udp"}, fields, time.Unix(1700000000, 5))
	for tag := range strings.SplitSeq(tags, ",") {
		key, value, _ := strings.Cut(tag, "=")
		m.AddTag(key, value)
	}
	return m
}

func served(serial int64, lag float64) map[string]any {
	return map[string]any{"answered": int64(1), "serial": serial, "serial_lag_s": lag, "query_time_ms": 1.5}
}

// TestTableZones: serials stand beside the names, what is not served in the result, and
// references below.
func TestTableZones(t *testing.T) {
	answered := map[string]any{"answered": int64(1)}
	at := func(server, instance string) telegraf.Metric {
		return newPoint("cloud=c,server="+server+",address="+server+",transport=udp,instance="+instance+",rcode=NOERROR,result=success", answeredIn(1))
	}
	one := roundOf(time.Second, at("192.0.2.1", "LHR1"), at("192.0.2.2", "ARN1"), at("192.0.2.3", "YYZ1"), at("192.0.2.4", "NRT1"),
		aboutZone("c", "192.0.2.1", "zone=example,result=success,rcode=NOERROR", served(12, 0)),
		aboutZone("c", "192.0.2.2", "zone=example,result=success,rcode=NOERROR", served(9, 75.4)),
		aboutZone("c", "192.0.2.3", "zone=example,result=rcode_error,rcode=SERVFAIL", answered),
		aboutZone("c", "192.0.2.4", "zone=example,result=timeout", failedFor("reply came from 192.0.2.9")),
		aboutZone("reference", "192.0.2.8", "zone=example,result=success,rcode=NOERROR", served(11, 0.2)),
		aboutZone("reference", "192.0.2.9", "zone=example,result=success,rcode=NOERROR,instance=hidden", served(12, 0)),
	)
	const wantOne = `  server     instance      time  serial    lag  result
c
  192.0.2.1  LHR1      1.000 ms  12         0s  success
  192.0.2.2  ARN1      1.000 ms  9       1m15s  success
  192.0.2.3  YYZ1      1.000 ms                 success; zone example: rcode_error SERVFAIL
  192.0.2.4  NRT1      1.000 ms                 success; zone example: timeout: reply came from 192.0.2.9
reference
  192.0.2.8            1.500 ms  example 11  example behind  success
  192.0.2.9  hidden    1.500 ms  example 12  example 0s  success
4 of 4 queries answered, 4 instances, 2 of 6 zone queries failed, in 1s
`
	several := roundOf(time.Second, at("192.0.2.1", "LHR1"),
		aboutZone("c", "192.0.2.1", "zone=a.example,result=success,rcode=NOERROR", served(12, 0)),
		aboutZone("c", "192.0.2.1", "zone=b.example,result=not_authoritative,rcode=NOERROR", map[string]any{"answered": int64(1), "serial": int64(7)}),
	)
	const wantSeveral = `  server     instance      time  serial                   lag           result
c
  192.0.2.1  LHR1      1.000 ms  a.example 12, b.example 7  a.example 0s  success; zone b.example: not_authoritative
1 of 1 query answered, 1 instance, 1 of 2 zone queries failed, in 1s
`
	for _, c := range []struct {
		r    Round
		want string
	}{{one, wantOne}, {several, wantSeveral}} {
		if got := c.r.Text(table.Look{}); squeeze(got) != squeeze(c.want) {
			t.Errorf("got\n%swant\n%s", got, c.want)
		}
		if !c.r.Failed() {
			t.Error("a zone that is not served is no failure")
		}
	}
	coloured := one.Text(table.Look{Color: true})
	if n := strings.Count(coloured, "\033[31m"); n != 2 {
		t.Errorf("%d rows are red, want 2:\n%s", n, coloured)
	}
}

// squeeze leaves widths aside.
func squeeze(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}
