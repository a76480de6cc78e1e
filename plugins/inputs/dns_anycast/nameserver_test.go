//go:build unix

package dns_anycast

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/point"
)

// TestNameServers: two addresses of one name have its name as the tag server, in points of every kind, and each its own
// address. What the state file knows of an address that was in servers stays.
func TestNameServers(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state")
	says := func(name string, serial uint32) *saysOfZone {
		return &saysOfZone{name: name, nsid: name, serial: serial}
	}
	a, b := zoneServer(t, "127.0.0.1", *says("lhr1.example", 1)), zoneServer(t, "127.0.0.2", *says("arn1.example", 1))
	d := asksZones(t, Zones{"example"}, func(d *DNSAnycast) { d.StateFile = file }, a, b)
	roundOf(t, d)
	roundOf(t, d)
	ended(t, d)
	d = asksZones(t, Zones{"example"}, func(d *DNSAnycast) {
		d.StateFile, d.Clouds[0].Servers = file, nil
		d.Clouds[0].NameServers = []NameServer{{Name: "ns1.example", Addresses: []string{a.At(), b.At()}}}
	})
	for _, q := range d.Plan() {
		if q.Server != "ns1.example" || q.Written != a.At() && q.Written != b.At() || q.Address != q.Written {
			t.Errorf("planned %+v", q)
		}
	}
	a.says.Store(says("yyz1.example", 2))
	b.says.Store(says("arn1.example", 2))
	var got []string
	for range 2 {
		for measurement, points := range roundOf(t, d) {
			for _, m := range points {
				if measurement != point.MeasurementCloud {
					got = append(got, fmt.Sprintf("%s %s %s", measurement, m.Tags()["server"], m.Tags()["address"]))
				}
			}
		}
	}
	slices.Sort(got)
	want := []string{
		"dns_anycast ns1.example 127.0.0.1", "dns_anycast ns1.example 127.0.0.1",
		"dns_anycast ns1.example 127.0.0.2", "dns_anycast ns1.example 127.0.0.2",
		"dns_anycast_change ns1.example 127.0.0.1",
		"dns_anycast_serial ns1.example 127.0.0.1", "dns_anycast_serial ns1.example 127.0.0.2",
		"dns_anycast_soa ns1.example 127.0.0.1", "dns_anycast_soa ns1.example 127.0.0.1",
		"dns_anycast_soa ns1.example 127.0.0.2", "dns_anycast_soa ns1.example 127.0.0.2",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
