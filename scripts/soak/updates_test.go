//go:build linux

package main

import (
	"testing"
	"time"

	"telegraf-dns-anycast/plugins/inputs/dns_anycast/execdtest"
)

// TestUpdates: one that is missing, early, late, or not due is a fault.
func TestUpdates(t *testing.T) {
	at := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	point := func(name string, second int, serial int64, latency any) execdtest.Point {
		p := execdtest.Point{
			Name: name, Tags: map[string]string{"server": "a", "result": "success"},
			Fields: map[string]any{"serial": serial}, Time: at.Add(time.Duration(second) * time.Second),
		}
		if latency != nil {
			p.Fields["latency_s"] = latency
		}
		return p
	}
	for name, c := range map[string]struct {
		updates []execdtest.Point
		want    int
	}{
		"as it should be":    {[]execdtest.Point{point("dns_anycast_serial", 9, 2, 4.0)}, 0},
		"missing":            {nil, 1},
		"latency not known":  {[]execdtest.Point{point("dns_anycast_serial", 9, 2, nil)}, 1},
		"latency is off":     {[]execdtest.Point{point("dns_anycast_serial", 9, 2, 4.1)}, 1},
		"of another serial":  {[]execdtest.Point{point("dns_anycast_serial", 9, 1, nil)}, 1},
		"one more, not due":  {[]execdtest.Point{point("dns_anycast_serial", 9, 2, 4.0), point("dns_anycast_serial", 9, 2, 4.0)}, 1},
		"of the first round": {[]execdtest.Point{point("dns_anycast_serial", 9, 2, 4.0), point("dns_anycast_serial", 9, 1, nil)}, 1},
	} {
		b := newBook(small(), 1)
		b.compareUpdates(0, []execdtest.Point{point("dns_anycast_soa", 0, 1, nil)}, nil)
		b.sights[2] = at.Add(5 * time.Second)
		b.compareUpdates(1, []execdtest.Point{point("dns_anycast_soa", 9, 2, nil)}, c.updates)
		if b.count != c.want {
			t.Errorf("%s: %d faults, want %d: %q", name, b.count, c.want, b.faults)
		}
	}
}
