//go:build unix

package dns_anycast

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// TestCheckMakesNothing: the check of options only checks them, Init makes what asks and judges.
func TestCheckMakesNothing(t *testing.T) {
	d := New()
	d.Families, d.Transports, d.SourceIPv6 = []string{"ipv6"}, []string{"tcp", "udp"}, "2001:db8::9"
	d.Clouds = []Cloud{{
		Name: "c", Servers: []string{"192.0.2.1", "[2001:db8::1]:5353", "ns1.example"},
		Zones: Zones{"example", "."}, Reference: []string{"2001:db8::2", "192.0.2.2"},
	}}
	if err := d.CheckOptions(); err != nil {
		t.Fatal(err)
	}
	if d.monitor != nil {
		t.Errorf("the check made %v", d.monitor)
	}
	if err := d.Init(); err != nil {
		t.Fatal(err)
	}
	m := d.monitor
	if m.prober.Sources[1] != netip.MustParseAddr(d.SourceIPv6) || len(m.servers) != 3 ||
		len(d.Plan()) != 14 {
		t.Errorf("Init made %v, %v, %v", m.prober.Sources, m.servers, d.Plan())
	}
}

// TestTagBeforeFault: that a tag has a newer field's name is said although a later option is wrong.
func TestTagBeforeFault(t *testing.T) {
	const warning = `W! cloud "c": its tag sites_announced has the name of a newer field, ` +
		`which is left out: rename the tag`
	c := Cloud{
		Name: "c", Servers: []string{"192.0.2.1"}, Places: "iata", Sites: []string{"LHR"},
		Tags: map[string]string{"sites_announced": "mine"},
	}
	for _, test := range []struct {
		fault string
		cloud Cloud
		want  []string
	}{
		{`cloud[1] "c".sites`, Cloud{Name: "c", Servers: c.Servers, Sites: c.Sites, Tags: c.Tags}, nil},
		{`cloud[1] "c".servers`, Cloud{
			Name: "c", Servers: []string{"192.0.2.300"}, Places: c.Places, Sites: c.Sites, Tags: c.Tags,
		}, []string{warning}},
		{`cloud[2] "c".name`, c, []string{warning}},
	} {
		var log journal
		d := New()
		d.Log, d.Clouds = &log, []Cloud{test.cloud, c}
		err := d.Init()
		if err == nil || !strings.HasPrefix(err.Error(), test.fault) ||
			!slices.Equal(log.lines, test.want) {
			t.Errorf("%s: %v, said %q, want %q", test.fault, err, log.lines, test.want)
		}
	}
}
