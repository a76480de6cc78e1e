package dns_anycast

import (
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/exchange"
	"telegraf-dns-anycast/plugins/inputs/dns_anycast/internal/options"
)

func spread(d time.Duration) *options.Duration {
	s := options.Duration(d)
	return &s
}

// TestLight: what asks more of a processor than queries that are spread over a time.
func TestLight(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(d *DNSAnycast)
		want   bool
	}{
		{"the defaults", func(*DNSAnycast) {}, exchange.KernelStamps},
		{"spread out", func(d *DNSAnycast) { d.Spread = spread(time.Second) }, exchange.KernelStamps},
		{"all at once", func(d *DNSAnycast) { d.Spread = spread(0) }, false},
		{"over TCP too", func(d *DNSAnycast) { d.Transports = []string{"udp", "tcp"} }, false},
		{"RIPE Atlas beside it", func(d *DNSAnycast) { d.Clouds[0].Atlas = []int{10301} }, false},
	} {
		d := New()
		d.Clouds = []Cloud{{Name: "a", Servers: []string{"192.0.2.1"}}}
		if c.change(d); d.Init() != nil || d.Light() != c.want {
			t.Errorf("%s: %v, want %v", c.name, d.Light(), c.want)
		}
	}
}

// TestAtOnce: what asks more than one query of each target, or not all at the same time.
func TestAtOnce(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(d *DNSAnycast)
		want   bool
	}{
		{"all at once", func(*DNSAnycast) {}, true},
		{"the default", func(d *DNSAnycast) { d.Spread = nil }, false},
		{"spread out", func(d *DNSAnycast) { d.Spread = spread(time.Second) }, false},
		{"several queries", func(d *DNSAnycast) { d.Queries = 2 }, false},
		{"a zone", func(d *DNSAnycast) { d.Clouds[0].Zones = []string{"example"} }, false},
	} {
		d := New()
		d.Spread = spread(0)
		d.Clouds = []Cloud{{Name: "a", Servers: []string{"192.0.2.1"}}}
		if c.change(d); d.Init() != nil || d.AtOnce() != c.want {
			t.Errorf("%s: %v, want %v", c.name, d.AtOnce(), c.want)
		}
	}
}
