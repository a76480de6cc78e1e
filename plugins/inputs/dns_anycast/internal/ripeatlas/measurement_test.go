package ripeatlas

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/atlastest"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/observation"
)

var (
	v4Addr = kRoot.Addr()
	names  = []string{"hostname.bind", "id.server"}
)

// measurement10301 asks a server for its identity.
func measurement10301(other map[string]any) atlastest.Measurement {
	return atlastest.Measurement{
		ID: 10301, Target: "k.example", Addr: v4Addr, Name: "hostname.bind", Interval: 240 * time.Second, Other: other,
	}
}

func TestParseMeasurement(t *testing.T) {
	m, err := parseMeasurement(measurement10301(nil).JSON(), 10301)
	if err != nil {
		t.Fatal(err)
	}
	q := m.Question()
	if m.Target != "k.example" || m.Addr != v4Addr || m.Interval != 240*time.Second || m.Zone() != "" || m.Over ||
		q.Measurement != 10301 || fmt.Sprint(q.Names) != "[hostname.bind]" || q.Zone != "" || q.Addr != kRoot || q.Family != observation.IPv4 {
		t.Errorf("%+v, %+v", m, q)
	}
	of := measurement10301(map[string]any{"query_argument": "EXAMPLE.", "protocol": "TCP"})
	of.SOA, of.Addr = true, kRoot6.Addr()
	m, err = parseMeasurement(of.JSON(), 10301)
	if q := m.Question(); err != nil || q.Zone != "example" || q.Names != nil || q.Transport != observation.TCP || q.Family != observation.IPv6 {
		t.Errorf("%+v, %v", q, err)
	}
	for _, text := range []string{"", "[]", "null", "{}", `{"id":10302}`, `{"error":{"detail":"no"}}`, string(of.JSON()[:50])} {
		if m, err := parseMeasurement([]byte(text), 10301); err == nil {
			t.Errorf("%s: %+v", text, m)
		}
	}
	if _, err := parseMeasurement([]byte(`{"msm_id":"10301"}`), 10301); err != nil {
		t.Error("the API's first version: ", err)
	}
}

// TestUnfit: what cannot work, and what can.
func TestUnfit(t *testing.T) {
	cloud := []netip.Addr{netip.MustParseAddr("192.0.2.1"), v4Addr}
	for _, c := range []struct {
		name  string
		other map[string]any
		addrs []netip.Addr
		want  string // part of the error; empty: it works
	}{
		{"as it is", nil, cloud, ""},
		{"whatever it asks", nil, nil, ""},
		{"other words", map[string]any{"query_class": "chaos", "query_argument": "ID.server."}, cloud, ""},
		{"many addresses", map[string]any{"target_ip": nil, "resolved_ips": []string{"192.0.2.7", "192.0.2.1"}}, cloud, ""},
		{"no replies kept", map[string]any{"include_abuf": false}, cloud, ""},
		{"zone", map[string]any{"query_class": "IN", "query_type": "SOA", "query_argument": "."}, cloud, ""},
		{"macros unused", map[string]any{"use_macros": true}, cloud, ""},
		{"no status", map[string]any{"status": nil}, cloud, ""},

		{"type", map[string]any{"type": "ping"}, cloud, `of type "ping"`},
		{"resolvers", map[string]any{"use_probe_resolver": true}, cloud, "own resolvers"},
		{"no target", map[string]any{"target": nil, "target_ip": nil, "resolved_ips": nil}, cloud, "own resolvers"},
		{"TLS", map[string]any{"tls": true}, cloud, "over TLS"},
		{"other transport", map[string]any{"protocol": "quic"}, cloud, "over QUIC"},
		{"own names", map[string]any{"prepend_probe_id": true}, cloud, "name of its own"},
		{"macros", map[string]any{"use_macros": true, "query_argument": "$r.example"}, cloud, "name of its own"},
		{"no identity", map[string]any{"query_argument": "version.bind"}, cloud, "version.bind"},
		{"no name at all", map[string]any{"query_type": "A", "query_class": "IN"}, cloud, "names no instance"},
		{"zone without NSID", map[string]any{"query_class": "IN", "query_type": "SOA", "query_argument": "example", "set_nsid_bit": false}, cloud, "without NSID"},
		{"zone, no replies kept", map[string]any{"query_class": "IN", "query_type": "SOA", "query_argument": "example", "include_abuf": false}, cloud, "include_abuf"},
		{"other target", nil, cloud[:1], "k.example (192.0.2.53), which is no address of the cloud"},
		{"unknown address", map[string]any{"target_ip": nil, "resolved_ips": nil}, cloud, "not known"},
		{"over", map[string]any{"status": map[string]any{"id": 4, "name": "Stopped"}}, cloud, `"Stopped"`},
		{"one-off", map[string]any{"is_oneoff": true}, cloud, "one-off"},
		{"no interval", map[string]any{"interval": nil}, cloud, "one-off"},
	} {
		m, err := parseMeasurement(measurement10301(c.other).JSON(), 10301)
		if err != nil {
			t.Fatal(c.name, ": ", err)
		}
		err = m.Unfit(names, c.addrs)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
