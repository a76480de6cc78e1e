//go:build unix

package dns_anycast

import (
	"context"
	"net/netip"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/influxdata/telegraf"
	"github.com/influxdata/telegraf/plugins/serializers/influx"
)

// judgement is what a point must say. Empty: the tag or field is absent.
type judgement struct {
	result           string
	rcode            string
	source, instance string
	site             string
	hostname         string // empty: as instance
	nsid             string
	err              string
	discarded        int // over UDP
}

// codes are the numbers that dashboards rely on.
var codes = map[string]int64{
	"not_authoritative": 9, "no_soa": 10,
	"success": 0, "timeout": 1, "unreachable": 2, "rcode_error": 3, "no_identity": 4, "truncated": 5, "invalid": 6,
	"unresolved": 7, "local": 8,
}

var answeredCodes = map[string]int64{
	"success": 1, "truncated": 1, "rcode_error": 1, "no_identity": 1, "timeout": 0, "unreachable": 0, "invalid": 0,
}

var rcodeValues = map[string]int64{
	"NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5, "BADVERS": 16, "BADCOOKIE": 23,
	"OTHER": 3841, // the one unassigned code that these tests use
}

type questionTo struct{ server, transport string }

// pointsOf runs one round and checks that every target has one point, on one line.
func pointsOf(t *testing.T, d *DNSAnycast) map[questionTo]telegraf.Metric {
	t.Helper()
	points, _ := timedPoints(t, d)
	return points
}

func timedPoints(t *testing.T, d *DNSAnycast) (points map[questionTo]telegraf.Metric, took time.Duration) {
	t.Helper()
	var all []telegraf.Metric
	start := time.Now()
	d.Round(context.Background(), queriesTo(func(m telegraf.Metric) { all = append(all, m) }))
	took = time.Since(start)
	if took > 2*time.Duration(d.Timeout)+500*time.Millisecond {
		t.Errorf("the round took %v", took)
	}
	points = map[questionTo]telegraf.Metric{}
	for _, m := range all {
		key := questionTo{m.Tags()["server"], m.Tags()["transport"]}
		if points[key] != nil {
			t.Errorf("%v: a second point", key)
		}
		points[key] = m
		if sent := m.Time(); sent.Before(start.Round(0)) || sent.After(start.Add(took).Round(0)) {
			t.Errorf("%v: time stamp %v of a round that began at %v", key, sent, start)
		}
	}
	if len(points) != len(d.Plan()) {
		t.Errorf("%d points of %d targets", len(points), len(d.Plan()))
	}
	checkLines(t, all)
	return points, took
}

// checkLines: whatever a server says, a point is one line.
func checkLines(t *testing.T, all []telegraf.Metric) {
	t.Helper()
	serializer := &influx.Serializer{}
	if err := serializer.Init(); err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		line, err := serializer.Serialize(m)
		if err != nil || strings.IndexByte(string(line), '\n') != len(line)-1 {
			t.Errorf("%v in the line %q", err, line)
		}
	}
}

// checkPoint compares every tag and field, but for times, of which it knows only the bounds.
func checkPoint(t *testing.T, m telegraf.Metric, key questionTo, timeout Duration, want judgement) {
	t.Helper()
	if m == nil {
		t.Errorf("%v: no point", key)
		return
	}
	fields := m.Fields()
	checkDurations(t, key, fields, timeout, want.rcode != "")
	if tags := verdictTags(key, want); m.Name() != "dns_anycast" || !reflect.DeepEqual(m.Tags(), tags) {
		t.Errorf("%s tags\n got %v\nwant %v", key.transport, m.Tags(), tags)
	}
	if want := verdictFields(key, want); !reflect.DeepEqual(fields, want) {
		t.Errorf("%s fields\n got %v\nwant %v", key.transport, fields, want)
	}
}

// checkDurations removes what was measured: it is there if there was something to measure, and below the timeout.
func checkDurations(t *testing.T, key questionTo, fields map[string]any, timeout Duration, replied bool) {
	t.Helper()
	for field, want := range map[string]bool{"query_time_ms": replied, "connect_time_ms": key.transport == "tcp"} {
		v, there := fields[field]
		ms, isFloat := v.(float64)
		if there != want || there && (!isFloat || ms <= 0 || ms > float64(timeout)/1e6) {
			t.Errorf("%s: %s is %v", key.transport, field, v)
		}
		delete(fields, field)
	}
}

func verdictTags(key questionTo, want judgement) map[string]string {
	a := netip.MustParseAddrPort(key.server).Addr()
	tags := map[string]string{
		"server": key.server, "address": a.String(), "cloud": "c", "operator": "x", "transport": key.transport,
		"family": "ipv4", "result": want.result,
	}
	if a.Is6() {
		tags["family"] = "ipv6"
	}
	for k, v := range map[string]string{"rcode": want.rcode, "identity_source": want.source, "instance": want.instance, "site": want.site} {
		if v != "" {
			tags[k] = v
		}
	}
	return tags
}

func verdictFields(key questionTo, want judgement) map[string]any {
	fields := map[string]any{"result_code": codes[want.result], "answered": answeredCodes[want.result]}
	if key.transport == "udp" {
		fields["discarded"] = int64(want.discarded)
	}
	if want.rcode != "" {
		fields["rcode_value"] = rcodeValues[want.rcode]
		fields["time_source"] = timeSource()
	}
	hostname := want.hostname
	if hostname == "" {
		hostname = want.instance
	}
	for k, v := range map[string]string{"hostname": hostname, "nsid": want.nsid, "error": want.err} {
		if v != "" {
			fields[k] = v
		}
	}
	return fields
}

// timeSource is the kernel, unless the portable twin runs.
func timeSource() string {
	info, _ := debug.ReadBuildInfo()
	portable := runtime.GOOS != "linux"
	for _, s := range info.Settings {
		portable = portable || s.Key == "-tags" && strings.Contains(s.Value, "portable")
	}
	if !portable {
		return "kernel"
	}
	return "user"
}
