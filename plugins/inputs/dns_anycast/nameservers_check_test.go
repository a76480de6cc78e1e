//go:build unix

package dns_anycast

import (
	"cmp"
	"context"
	"net"
	"reflect"
	"testing"
	"time"

	"github.com/influxdata/telegraf"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/dnstest/daemons"
)

// saying is what a point must say of its server. Empty: result success, rcode NOERROR, hostname as instance; of the
// rest, that the tag or field is absent.
type saying struct {
	result, rcode                string
	source, instance, site, nsid string
	hostname                     string
	err                          string
}

func (s saying) with(rcode string) saying    { s.rcode = rcode; return s }
func (s saying) withNSID(nsid string) saying { s.nsid = nsid; return s }
func (s saying) because(err string) saying   { s.err = err; return s }

// The numbers that dashboards and alerts rely on.
var (
	wantResultCodes = map[string]int64{"success": 0, "rcode_error": 3, "no_identity": 4, "truncated": 5}
	wantRcodes      = map[string]int64{"NOERROR": 0, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5}
)

// asked is a point and what it is about.
type asked struct {
	server, transport string
	point             telegraf.Metric
	from, to          time.Time // of its round
}

func runNameserverCases(t *testing.T, edns bool, cases []nameserverCase) {
	for _, c := range cases {
		t.Run(c.ns.Name+"/"+c.name, func(t *testing.T) {
			t.Parallel()
			for _, a := range askNameserver(t, daemons.Serve(t, c.ns, c.self), edns) {
				checkSaying(t, a, c.want)
			}
		})
	}
}

func newAsking(t *testing.T, servers []string, change func(*DNSAnycast)) *DNSAnycast {
	t.Helper()
	d := New()
	d.Internal = false
	d.Transports = []string{"udp", "tcp"}
	d.Clouds = []Cloud{{Name: "c", Servers: servers, Site: `^([a-z]+)[0-9]*\.example$`, Tags: map[string]string{"operator": "x"}}}
	change(d)
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // a state that is still being written needs its directory
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		d.monitor.state.await(ctx)
	})
	return d
}

// askNameserver runs one round over UDP and TCP and checks that there is one point for each address and transport.
func askNameserver(t *testing.T, servers []string, edns bool) (all []asked) {
	t.Helper()
	d := newAsking(t, servers, func(d *DNSAnycast) { d.EDNS = edns })
	points := map[[2]string]telegraf.Metric{}
	count := 0
	from := time.Now()
	d.Round(context.Background(), queriesTo(func(m telegraf.Metric) {
		points[[2]string{m.Tags()["server"], m.Tags()["transport"]}] = m
		count++
	}))
	to := time.Now()
	for _, server := range servers {
		for _, transport := range d.Transports {
			m := points[[2]string{server, transport}]
			if m == nil {
				t.Fatalf("no point for %s %s", server, transport)
			}
			all = append(all, asked{server, transport, m, from, to})
		}
	}
	if count != len(all) {
		t.Fatalf("%d points, want %d", count, len(all))
	}
	return all
}

// checkSaying compares every tag and field, but for the times, of which it knows only the bounds.
func checkSaying(t *testing.T, a asked, want saying) {
	t.Helper()
	if a.point.Name() != "dns_anycast" {
		t.Errorf("%s %s: measurement %q", a.server, a.transport, a.point.Name())
	}
	if sent := a.point.Time(); sent.Before(a.from) || sent.After(a.to) {
		t.Errorf("%s %s: time stamp %v is not between %v and %v", a.server, a.transport, sent, a.from, a.to)
	}
	if got, want := a.point.Tags(), wantTags(t, a, want); !reflect.DeepEqual(got, want) {
		t.Errorf("%s %s: tags\n got %v\nwant %v", a.server, a.transport, got, want)
	}
	got := a.point.Fields()
	takeMilliseconds(t, a, got, "query_time_ms")
	if a.transport == "tcp" {
		takeMilliseconds(t, a, got, "connect_time_ms")
	}
	if s := got["time_source"]; s != "kernel" && s != "user" {
		t.Errorf("%s %s: time_source %v", a.server, a.transport, s)
	}
	delete(got, "time_source")
	if want := wantFields(a, want); !reflect.DeepEqual(got, want) {
		t.Errorf("%s %s: fields\n got %v\nwant %v", a.server, a.transport, got, want)
	}
}

func wantTags(t *testing.T, a asked, want saying) map[string]string {
	t.Helper()
	host, _, err := net.SplitHostPort(a.server)
	if err != nil {
		t.Fatal(err)
	}
	tags := map[string]string{
		"server": a.server, "address": host, "cloud": "c", "operator": "x", "transport": a.transport,
		"family": map[string]string{"127.0.0.1": "ipv4", "::1": "ipv6"}[host],
		"result": cmp.Or(want.result, "success"), "rcode": cmp.Or(want.rcode, "NOERROR"),
	}
	for key, value := range map[string]string{"instance": want.instance, "site": want.site, "identity_source": want.source} {
		if value != "" {
			tags[key] = value
		}
	}
	return tags
}

func wantFields(a asked, want saying) map[string]any {
	fields := map[string]any{
		"answered":    int64(1),
		"result_code": wantResultCodes[cmp.Or(want.result, "success")],
		"rcode_value": wantRcodes[cmp.Or(want.rcode, "NOERROR")],
	}
	if a.transport == "udp" {
		fields["discarded"] = int64(0)
	}
	if hostname := cmp.Or(want.hostname, want.instance); hostname != "" {
		fields["hostname"] = hostname
	}
	for key, value := range map[string]string{"nsid": want.nsid, "error": want.err} {
		if value != "" {
			fields[key] = value
		}
	}
	return fields
}

// takeMilliseconds removes a field that must be a time above 0 and below the timeout.
func takeMilliseconds(t *testing.T, a asked, fields map[string]any, key string) {
	t.Helper()
	if ms, ok := fields[key].(float64); !ok || ms <= 0 || ms >= 2000 {
		t.Errorf("%s %s: %s is %v", a.server, a.transport, key, fields[key])
	}
	delete(fields, key)
}
