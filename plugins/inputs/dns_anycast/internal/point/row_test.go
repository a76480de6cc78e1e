package point

import (
	"reflect"
	"testing"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/metric"
)

var (
	at     = time.Unix(1700000000, 5)
	target = TargetKey{Cloud: "c", Server: "ns1.example:53", Address: "192.0.2.1", Transport: "udp"}
)

// aboutTarget makes a metric with the tags of target and further ones.
func aboutTarget(measurement string, tags map[string]string, fields map[string]any) telegraf.Metric {
	all := map[string]string{"cloud": "c", "server": "ns1.example:53", "address": "192.0.2.1", "transport": "udp"}
	for key, value := range tags {
		all[key] = value
	}
	return metric.New(measurement, all, fields, at)
}

// TestRead: each row says what its point says, in the types that one reckons with.
func TestRead(t *testing.T) {
	km, serial, lag, newest := 0.0, uint32(0), 75400*time.Millisecond, time.Duration(0)
	for _, test := range []struct {
		name  string
		point telegraf.Metric
		want  Row
	}{
		{
			"an answer",
			aboutTarget("dns_anycast", map[string]string{
				"family": "ipv4", "instance": "LHR1", "site": "LHR", "result": "success", "rcode": "NOERROR", "operator": "x",
			}, map[string]any{
				"answered": int64(1), "expected": int64(0), "query_time_ms": 3.2004, "connect_time_ms": 101.5,
				"distance_km": 0.0, "verdict": "near", "error": "TXT of class IN",
			}),
			Row{Query: &QueryRow{
				TargetKey: target, Sent: at, Family: "ipv4", Instance: "LHR1", Site: "LHR", Result: "success", Rcode: "NOERROR",
				Cause: "TXT of class IN", Asked: true, Answered: true, Unexpected: true,
				QueryTime: 3200400, ConnectTime: 101500 * time.Microsecond, DistanceKM: &km, Verdict: "near",
			}},
		},
		{
			"no answer, as expected",
			aboutTarget("dns_anycast", map[string]string{"result": "timeout"}, map[string]any{"answered": int64(0), "expected": int64(1)}),
			Row{Query: &QueryRow{TargetKey: target, Sent: at, Result: "timeout", Asked: true}},
		},
		{
			"not asked",
			aboutTarget("dns_anycast", map[string]string{"result": "local"}, map[string]any{"error": "no IPv4 route from this host"}),
			Row{Query: &QueryRow{TargetKey: target, Sent: at, Result: "local", Cause: "no IPv4 route from this host"}},
		},
		{
			"a zone, serial 0",
			aboutTarget("dns_anycast_soa", map[string]string{"zone": ".", "result": "success"},
				map[string]any{"answered": int64(1), "serial": int64(0), "serial_lag_s": 75.4}),
			Row{Query: &QueryRow{
				TargetKey: target, Sent: at, Zone: ".", Result: "success", Asked: true, Answered: true, Serial: &serial, Lag: &lag,
			}},
		},
		{
			"a zone that is up to date",
			aboutTarget("dns_anycast_soa", map[string]string{"zone": ".", "result": "success"}, map[string]any{"serial_lag_s": 0.0}),
			Row{Query: &QueryRow{TargetKey: target, Sent: at, Zone: ".", Result: "success", Lag: &newest}},
		},
		{
			"a change",
			aboutTarget("dns_anycast_change", nil, map[string]any{
				"from": "LHR", "from_instance": "LHR1", "to": "split", "held_s": 61.2, "changes": int64(1),
			}),
			Row{Change: &ChangeRow{TargetKey: target, At: at, From: "LHR", FromInstance: "LHR1", To: SiteSplit, Held: 61200 * time.Millisecond}},
		},
		{
			"a cloud whose families differ",
			metric.New("dns_anycast_cloud", map[string]string{"cloud": "c"}, map[string]any{"families_agree": int64(0)}, at),
			Row{Cloud: &CloudRow{"c", true}},
		},
		{
			"a cloud of one family",
			metric.New("dns_anycast_cloud", map[string]string{"cloud": "c"}, map[string]any{"instances": int64(2)}, at),
			Row{Cloud: &CloudRow{"c", false}},
		},
		{"the plugin itself", metric.New("dns_anycast_internal", nil, map[string]any{"targets": int64(1)}, at), Row{}},
	} {
		test.want.Metric = test.point
		if test.want.Query != nil {
			test.want.Query.Metric = test.point
		}
		if got := Read(test.point); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got\n%+v %+v %+v, want\n%+v %+v %+v", test.name,
				got.Query, got.Change, got.Cloud, test.want.Query, test.want.Change, test.want.Cloud)
		}
	}
}

// TestReadTimes: a time comes back as it was, whatever its length.
func TestReadTimes(t *testing.T) {
	for _, want := range []time.Duration{1, 333, 12345678, 999999999, time.Minute - 1, time.Hour + 7} {
		ms := float64(want) / float64(time.Millisecond)
		got := Read(aboutTarget("dns_anycast", nil, map[string]any{"query_time_ms": ms})).Query.QueryTime
		if got != want {
			t.Errorf("%d ns are read as %d", want, got)
		}
	}
}
