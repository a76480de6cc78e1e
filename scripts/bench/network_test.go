//go:build linux

package main

import (
	"net/netip"
	"testing"
)

func TestAddress(t *testing.T) {
	for i, want := range map[int]string{0: "10.2.0.0", 1: "fd00:2::1", 258: "10.2.1.2", 9999: "fd00:2::270f"} {
		a := address(i, i%2 == 1, 2)
		if a != netip.MustParseAddr(want) || class(a) != 2 {
			t.Errorf("%d: %v of class %d, want %s", i, a, class(a), want)
		}
	}
}
