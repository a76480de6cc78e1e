//go:build linux

package main

import (
	"strings"
	"testing"
	"time"
)

// TestHost: only a host whose memory is cold spoils small rounds, and that is said.
func TestHost(t *testing.T) {
	for touch, want := range map[time.Duration]bool{100: false, touchCold: false, touchCold + 1: true, 12 * time.Microsecond: true} {
		var b strings.Builder
		cold := writeHost(&b, touch)
		if said := strings.Contains(b.String(), "It is cold"); cold != want || said != want || !strings.Contains(b.String(), touch.String()) {
			t.Errorf("%v: %t, %q", touch, cold, &b)
		}
	}
}
