package rounds

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast"
)

// TestSortByPlan: addresses of one name stand together, IPv4 first.
func TestSortByPlan(t *testing.T) {
	plan := []dns_anycast.PlannedQuery{{Cloud: "z", Server: "ns1"}, {Cloud: "z", Server: "192.0.2.2"}, {Cloud: "a", Server: "ns1"}}
	want := []string{
		"z ns1 192.0.2.9 udp", "z ns1 192.0.2.9 tcp", "z ns1 192.0.2.10 udp", "z ns1 2001:db8::9 udp", "z ns1 2001:db8::10 udp",
		"z 192.0.2.2 192.0.2.2 udp", "a ns1 192.0.2.1 udp",
	}
	var r Round
	for _, text := range slices.Backward(want) {
		v := strings.Fields(text)
		family := "ipv4"
		if strings.Contains(v[2], ":") {
			family = "ipv6"
		}
		r.Add(dns_anycast.ReadRow(newPoint(fmt.Sprintf("cloud=%s,server=%s,address=%s,transport=%s,family=%s", v[0], v[1], v[2], v[3], family), nil)))
	}
	r.Sort(plan)
	var got []string
	for _, q := range r.queries {
		got = append(got, strings.Join([]string{q.Cloud, q.Server, q.Address, q.Transport}, " "))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
