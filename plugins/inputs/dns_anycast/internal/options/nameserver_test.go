package options

import (
	"fmt"
	"slices"
	"testing"
)

// TestNameServers: what is asked, under which name, in which order.
func TestNameServers(t *testing.T) {
	ns := func(name string, addresses ...string) NameServer { return NameServer{name, addresses} }
	for _, c := range []struct {
		name  string
		cloud Cloud
		want  []string
	}{
		{
			"blocks alone",
			Cloud{NameServers: []NameServer{ns("ns1", "192.0.2.1", "2001:db8::1"), ns("ns2", "[2001:db8::2]:5353")}},
			[]string{"ns1 192.0.2.1 192.0.2.1:53", "ns1 2001:db8::1 [2001:db8::1]:53", "ns2 [2001:db8::2]:5353 [2001:db8::2]:5353"},
		},
		{
			"both",
			Cloud{Servers: []string{"192.0.2.1", "ns3.example"}, NameServers: []NameServer{ns("ns1", "192.0.2.2")}},
			[]string{"192.0.2.1 192.0.2.1 192.0.2.1:53", "ns3.example ns3.example invalid AddrPort", "ns1 192.0.2.2 192.0.2.2:53"},
		},
		{
			"one port is another address elsewhere",
			Cloud{NameServers: []NameServer{ns("a", "192.0.2.1"), ns("b", "192.0.2.1:5353")}},
			[]string{"a 192.0.2.1 192.0.2.1:53", "b 192.0.2.1:5353 192.0.2.1:5353"},
		},
	} {
		o := Defaults()
		c.cloud.Name = "c"
		o.Clouds = []Cloud{c.cloud}
		s, err := Read(&o, "")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, server := range s.Clouds[0].Servers {
			got = append(got, fmt.Sprint(server.Name, " ", server.Text, " ", server.Addr))
		}
		if !slices.Equal(got, c.want) || len(s.LeftOut) > 0 {
			t.Errorf("%s: got %q, left out %q, want %q", c.name, got, s.LeftOut, c.want)
		}
	}
}

// TestNameServersOfFamilies: addresses of families that are not asked over are left out, and one cloud may be left
// without any.
func TestNameServersOfFamilies(t *testing.T) {
	o := Defaults()
	o.Families = []string{"ipv6"}
	o.Clouds = []Cloud{{Name: "c", NameServers: []NameServer{{"ns1", []string{"192.0.2.1", "2001:db8::1"}}}}}
	s, err := Read(&o, "")
	if err != nil || len(s.Clouds[0].Servers) != 1 || !slices.Equal(s.LeftOut, []string{"192.0.2.1"}) {
		t.Errorf("%+v, left out %q, %v", s.Clouds, s.LeftOut, err)
	}
	o.Clouds[0].NameServers[0].Addresses = []string{"192.0.2.1"}
	if _, err := Read(&o, ""); err == nil || err.Error() != `no server is left for families = "ipv6"` {
		t.Errorf("said %v", err)
	}
}
