package options

import (
	"fmt"
	"testing"
)

// TestSharedReference: an address that two clouds name is asked once, for the zones of both.
func TestSharedReference(t *testing.T) {
	o := Defaults()
	o.Families = []string{"ipv4"}
	for _, c := range []Cloud{
		{Zones: Zones{"a.example", "b.example"}, Reference: []string{"192.0.2.1", "2001:db8::1"}},
		{},
		{Zones: Zones{"B.example.", "c.example"}, Reference: []string{"192.0.2.2", "192.0.2.1:53", "192.0.2.1:5353"}},
	} {
		c.Name, c.Servers = string(rune('a'+len(o.Clouds))), []string{"192.0.2.9"}
		o.Clouds = append(o.Clouds, c)
	}
	s, err := Read(&o, "")
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint("left out ", s.LeftOut)
	for _, r := range s.References {
		got += fmt.Sprintf("; %s %v", r.Text, r.Zones)
	}
	const want = "left out [2001:db8::1]; 192.0.2.1 [a.example b.example c.example]; " +
		"192.0.2.2 [b.example c.example]; 192.0.2.1:5353 [b.example c.example]"
	if got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	if zones := fmt.Sprint(s.Clouds[0].Zones, s.Clouds[2].Zones); zones != "[a.example b.example] [b.example c.example]" {
		t.Errorf("the clouds' own zones are %s", zones)
	}
}
